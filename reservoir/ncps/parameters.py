"""Parameters of a cell of ncps, found by their names and checked; errors about one name the cell."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from readouts.types import Array
from reservoir.checks.arguments import check_numbers

# The arguments of `from_ncps`: an error that names one of these is passed on as it is.
_ARGUMENTS = ("cell", "wiring", "constraints", "n_substeps", "epsilon", "mode", "activation", "output",
              "elapsed_column", "n_jobs", "dtype")  # fmt: skip


def find_parameters(cell: Any, key: str, expected: str) -> tuple[dict[str, Array], str, Any]:
    """Return every parameter as a finite float64 array, the prefix of those of the inner cell, and its module.

    Prefixes in front of the names of the reference, as in the state_dict of a larger model, are dropped. ``key`` is the
    name of a parameter that every such cell has, and ``expected`` the name of the cell in messages. The module is the
    one that holds the parameters of the prefix, however deep it lies in ``cell``; it is None for a state_dict.
    """
    named = cell.state_dict() if hasattr(cell, "state_dict") and not isinstance(cell, type) else cell
    if not isinstance(named, Mapping) or not all(isinstance(name, str) for name in named):
        what = cell.__name__ + " itself" if isinstance(cell, type) else type(cell).__name__
        raise TypeError(f"'cell' must be a {expected} of ncps.torch, or its state_dict; got {what}.")
    found = {name[: -len(key)] for name in named if name.endswith(key) and name[: -len(key)][-1:] in ("", ".")}
    prefixes = {re.sub(r"layer_\d+\.$", "", prefix) for prefix in found}
    if len(prefixes) != 1:
        raise ValueError(
            f"'cell' must be one {expected}, with parameters such as {key!r}; found {len(prefixes)} of them among "
            f"{sorted(named)[:8]}. Of a larger model, pass the cell or its part of the state_dict."
        )
    prefix = prefixes.pop()
    outer = prefix.removesuffix("rnn_cell.")
    own = {name.removeprefix(outer): value for name, value in named.items() if name.startswith(outer)}
    module = None if named is cell else cell
    for name in prefix.split(".")[:-1]:
        module = getattr(module, name, None)
    return {name: _read(name, value) for name, value in own.items()}, prefix.removeprefix(outer), module


def part_of(values: Mapping[str, Array], prefix: str, required: Iterable[str]) -> dict[str, Array]:
    """Return the parameters under a prefix, or raise if any of ``required`` is missing."""
    part = {name.removeprefix(prefix): value for name, value in values.items() if name.startswith(prefix)}
    missing = [name for name in required if name not in part]
    if missing:
        raise ValueError(
            f"'cell' lacks the parameters {missing}. Pass the whole state_dict, with those that are not trained."
        )
    return part


def check_parameter_names(part: Iterable[str], known: str) -> None:
    """Raise ValueError if a name does not match ``known``: a cell with other parameters computes something else."""
    others = [name for name in part if not re.fullmatch(known, name)]
    if others:
        raise ValueError(f"'cell' must have no parameters but those of ncps; got also {sorted(others)[:8]}.")


def check_shapes(part: Mapping[str, Array], shapes: Mapping[str, tuple[int | str, ...]]) -> None:
    """Raise ValueError unless every parameter that is there has its shape.

    ``shapes`` holds the size of every axis, or its name: the first parameter with that name says how large it is.
    """
    sizes: dict[int | str, int] = {}
    for name, shape in shapes.items():
        if name not in part:
            continue
        found = part[name].shape
        expected = tuple(sizes.get(size, size) for size in shape)
        pairs = zip(found, expected, strict=False)
        fits = all(own >= 1 if isinstance(size, str) else own == size for own, size in pairs)
        if len(found) != len(shape) or not fits:
            shown = str(expected).replace("'", "")
            raise ValueError(f"'cell' must have {name!r} of shape {shown}, to fit its other parameters; got {found}.")
        sizes |= zip(shape, found, strict=True)


@contextmanager
def of_the_cell() -> Iterator[None]:
    """Turn errors of the block that name no argument into errors about the cell."""
    try:
        yield
    except (ValueError, TypeError) as error:
        if any(f"'{name}'" in str(error) for name in _ARGUMENTS):
            raise
        raise ValueError(f"'cell' must have parameters that fit together and are not too large: {error}") from error


def _read(name, value):
    if hasattr(value, "detach"):
        value = value.detach().cpu()
        value = (value if value.is_complex() else value.double()).numpy()
    try:
        return check_numbers(name, value)
    except ValueError as error:
        raise ValueError(f"'cell' must hold finite numbers: {error}") from None
