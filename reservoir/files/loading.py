"""Reading a model from a file, of which nothing is run."""

import os
import re
from collections.abc import Iterable
from importlib.util import find_spec
from typing import Any

import numpy as np

from reservoir.files.archive import read_header
from reservoir.files.saving import check_path
from reservoir.files.trusted_types import SKOPS_TYPES
from reservoir.files.versions import warn_of_other_version
from reservoir.files.with_skops import import_skops

NO_LISTS = (str, bytes, np.ndarray)  # which can be iterated over


def load(path: str | os.PathLike[str], *, trusted: Iterable[str | type] = ()) -> Any:
    """Read what `save` wrote, without running anything of the file.

    All types that the file names are compared with `SKOPS_TYPES`, with the estimators of scikit-learn and a few types
    of Python and NumPy that skops trusts, and with ``trusted``, before an object of any of them is made.

    Parameters
    ----------
    path : str or path
    trusted : iterable of types, functions or their full names, default=()
        Of yours that the model holds, such as a transformer, the function of a ``FunctionTransformer``, or a reservoir
        of your own. Loading imports their modules and makes objects of them.

    Returns
    -------
    model : what was saved
        Its outputs are those of the saved one, bit for bit, on the same machine with the same versions.

    Raises
    ------
    ImportError
        If skops is not installed: ``pip install "liquid-reservoir[skops]"``. Or if the file holds a model behind an
        interface of aeon or sktime, which is not installed.
    ValueError
        If it is no file that `save` wrote, of a later format, cut off, damaged or changed.
    TypeError
        If it names a type that is not trusted.

    Warns
    -----
    FileVersionWarning
        If another version of this library wrote it.

    Notes
    -----
    Types are checked, numbers are not. Kernels take sizes and indices of synapses as they are, so that a file that was
    forged number by number can still make the process read or write outside of its arrays once the model is used. Keep
    to files of people whom you trust, and where files travel, to a hash or a signature of your own.

    Examples
    --------
    >>> from reservoir import load
    >>> model = load("model.skops")  # doctest: +SKIP
    >>> model = load("model.skops", trusted=["my_package.scaling.MyScaler"])  # doctest: +SKIP
    """
    source, names = check_path(path), _names_of(trusted)
    skops = import_skops("reservoir.load")
    content = source.read_bytes()
    header = read_header(source.name, content)
    try:
        named = skops.get_untrusted_types(data=content)
    except Exception as error:
        raise ValueError(f"'path' must be a file that skops can read; {source.name} is not: {error}") from error
    _refuse_unless_trusted(source.name, set(named) - set(names))
    _refuse_without_owner(source.name, named)
    warn_of_other_version(source.name, header)
    try:
        return skops.loads(content, trusted=names)
    except (AttributeError, LookupError, ModuleNotFoundError, TypeError, ValueError) as error:
        raise ValueError(
            f"'path' must be a file whose types these versions know; {source.name}, of {header['versions']}, is not: "
            f"{error}"
        ) from error


def _names_of(trusted):
    """Return the full names of our types and of those that the parameter 'trusted' adds."""
    given = None if not isinstance(trusted, Iterable) or isinstance(trusted, NO_LISTS) else list(trusted)
    names = [""] if given is None else [one if isinstance(one, str) else _full_name(one) for one in given]
    if not all(names):
        raise TypeError(
            "'trusted' must be a list of types, functions or their full names, such as ['my_package.MyScaler']; got "
            f"{trusted!r}."
        )
    return [*SKOPS_TYPES, *names]


def _full_name(thing):
    names = getattr(thing, "__module__", None), getattr(thing, "__name__", None)
    return ".".join(names) if all(isinstance(name, str) for name in names) else ""


def _refuse_without_owner(name, types):
    """Raise ImportError if a type has the interface of a library that is not installed, without which it is empty."""
    for one in sorted(types):
        owner = re.match(r"reservoir\.interop\.(aeon|sktime)_", one)
        if owner and find_spec(owner[1]) is None:
            raise ImportError(
                f"'path' must be a file whose types are installed; {name} holds a {one.rpartition('.')[2]}, which "
                f'needs {owner[1]}: pip install "liquid-reservoir[{owner[1]}]".'
            )


def _refuse_unless_trusted(name, others):
    if others:
        raise TypeError(
            f"'path' must be a file of types that are trusted; {name} also holds {', '.join(sorted(others))}. Nothing "
            f"was run. If these are yours, or of people whom you trust as you would trust a program of theirs: "
            f"load(path, trusted={sorted(others)})"
        )
