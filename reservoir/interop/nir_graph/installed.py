"""The package nir, imported when it is first needed."""

from importlib import import_module
from typing import Any


def nir_package(function: str) -> Any:
    """Return the module nir, or raise ImportError that says how to install it; ``function`` is what needs it."""
    try:
        return import_module("nir")
    except ModuleNotFoundError as error:
        if error.name != "nir":
            raise
        raise ImportError(f'{function} needs nir: pip install "liquid-reservoir[nir]".') from None
