"""Series to try a reservoir on.

`make_*` computes them, `load_*` reads them from files that come with the library, `fetch_*` downloads them, verified.
"""

from .bundled_digits import load_spoken_digits
from .japanese_vowels import load_japanese_vowels
from .kuramoto_sivashinsky import make_kuramoto_sivashinsky
from .lorenz import make_lorenz
from .mackey_glass import make_mackey_glass
from .narma import make_narma
from .rossler import make_rossler
from .spoken_digits import fetch_spoken_digits

__all__ = [
    "fetch_spoken_digits",
    "load_japanese_vowels",
    "load_spoken_digits",
    "make_kuramoto_sivashinsky",
    "make_lorenz",
    "make_mackey_glass",
    "make_narma",
    "make_rossler",
]
