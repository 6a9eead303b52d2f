"""Which versions wrote a file, and whether this one can read it."""

import platform
import sys
import warnings
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from reservoir.checks.stack_level import stack_level

FORMAT = 1  # of files; raised when an older version of this library could not read a file, or would read it wrongly
LIBRARY = "liquid-reservoir"
OTHERS = ("numpy", "scipy", "scikit-learn", "numba", "skops")


class FileVersionWarning(UserWarning):
    """A file was written by another version of this library than the one that reads it."""


def versions_now() -> dict[str, str]:
    """Return the versions of this library, of Python, and of what both packages compute with.

    Examples
    --------
    >>> from reservoir.files.versions import versions_now
    >>> list(versions_now())
    ['liquid-reservoir', 'python', 'numpy', 'scipy', 'scikit-learn', 'numba', 'skops']
    """
    here = sys.modules["reservoir"].__version__  # it stands above all layers, and is there by now
    return {LIBRARY: here, "python": platform.python_version()} | {name: _version_of(name) for name in OTHERS}


def check_format(name: str, header: Any) -> None:
    """Raise ValueError unless the header of a file is one that this version can read.

    Parameters
    ----------
    name : str
        Of the file, for the message.
    header : what its JSON says
    """
    number = header.get("format") if isinstance(header, dict) else None
    versions = header.get("versions") if isinstance(header, dict) else None
    if type(number) is not int or number < 1 or not isinstance(versions, dict) or LIBRARY not in versions:
        raise ValueError(f"'path' must be a file that reservoir.save wrote; the header of {name} is none of it.")
    if number > FORMAT:
        raise ValueError(
            f"'path' must be a file of format {FORMAT} at most; got {name} of format {number}, written by {LIBRARY} "
            f"{versions[LIBRARY]}. Read it by that version or a later one: pip install --upgrade {LIBRARY}"
        )


def warn_of_other_version(name: str, header: dict[str, Any]) -> None:
    """Warn with `FileVersionWarning` if a file was written by another version of this library."""
    written, here = header["versions"][LIBRARY], versions_now()[LIBRARY]
    if written != here:
        warnings.warn(
            f"{name} was written by {LIBRARY} {written} and is read by {here}, whose numbers may differ: see 'Changed "
            f"results' in the changelog. Compare outputs with those that you kept, then fit and save again; or read it "
            f'by the version that wrote it: pip install "{LIBRARY}=={written}"',
            FileVersionWarning,
            stacklevel=stack_level(),
        )


@cache
def _version_of(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
