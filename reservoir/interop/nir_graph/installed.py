"""The package nir, imported when it is first needed."""

from importlib import import_module
from typing import Any


def nir_package(function: str) -> Any:
    """Return the module nir, or raise ImportError that says how to install it; ``function`` is what needs it."""
    remedy = 'pip install "liquid-reservoir[nir]"'
    try:
        nir = import_module("nir")
    except ModuleNotFoundError as error:
        if error.name != "nir":
            raise
        raise ImportError(f"{function} needs nir: {remedy}.") from None
    if "v_reset" not in nir.LIF.__dataclass_fields__:
        raise ImportError(
            f"{function} needs nir of at least 1.0.7, whose units have a reset; got {nir.version}: {remedy}."
        )
    return nir
