"""Series to try a reservoir on: `make_*` computes them, `load_*` reads them from files that come with the library."""

from .japanese_vowels import load_japanese_vowels
from .lorenz import make_lorenz
from .mackey_glass import make_mackey_glass
from .narma import make_narma
from .rossler import make_rossler

__all__ = [
    "load_japanese_vowels",
    "make_lorenz",
    "make_mackey_glass",
    "make_narma",
    "make_rossler",
]
