"""Files of events: their bytes, their names in messages, and packages that read them."""

import os
from importlib import import_module
from typing import Any, TypeAlias

Path: TypeAlias = str | os.PathLike[str]


def name_of(path: Any) -> str:
    """Return the path of a file as a string, or raise TypeError or ValueError."""
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"'path' must be a string or a path; got {path!r}.")
    name = os.fspath(path)
    if not isinstance(name, str) or not name or "\0" in name:
        raise ValueError(f"'path' must name a file; got {name!r}.")
    return name


def content_of(path: Any, n_bytes: int = -1) -> tuple[bytes, str]:
    """Return the bytes of a file, or its first ones, and its name in quotes."""
    name = name_of(path)
    with open(name, "rb") as file:
        return file.read(n_bytes), repr(name)


def refused(expected: str, shown: str, reason: str, remedy: str = "Fetch it again, or check what it is.") -> ValueError:
    """Return the error about a file that is cut short or of another format."""
    return ValueError(f"'path' must be {expected}; {shown} {reason}. {remedy}")


def package(name: str, function: str) -> Any:
    """Return the module ``name``, or raise ImportError that says how to install it."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise ImportError(f'{function} needs {name}: pip install "liquid-reservoir[events]".') from None
