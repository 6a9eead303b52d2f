"""Where skops is imported: when a file is written or read, and not before."""

from importlib import import_module
from typing import Any


def import_skops(caller: str) -> Any:
    """Return the module ``skops.io``, or raise ImportError that says how to install it."""
    try:
        return import_module("skops.io")
    except ImportError as error:
        raise ImportError(f'{caller} needs skops: pip install "liquid-reservoir[skops]"') from error
