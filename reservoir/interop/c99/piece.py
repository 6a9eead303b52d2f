"""Pieces that the step of a reservoir in C is put together from."""

import re
from textwrap import indent
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from reservoir.interop.c99.rule import CRule

NOTHING = MappingProxyType({})


class Piece(NamedTuple):
    """Some statements, and what they need; the fields are those of `rule.CRule` of the same names."""

    body: str = ""
    constants: dict = NOTHING
    scratch: dict = NOTHING
    helpers: dict = NOTHING
    operations: int = 0
    state: dict = NOTHING


def joined(*pieces):
    """Return several pieces as one, one after the other. Scratch of one name serves all, as long as the longest.

    Examples
    --------
    >>> from reservoir.interop.c99.piece import Piece, joined
    >>> both = joined(Piece("a = b;", scratch={"a": 1}, operations=2), Piece(), Piece("c = a;", scratch={"c": 1}))
    >>> print(both.body)
    a = b;
    c = a;
    >>> both.scratch, both.operations
    ({'a': 1, 'c': 1}, 2)
    """
    constants, scratch, helpers, state = {}, {}, {}, {}
    for piece in pieces:
        constants |= piece.constants
        helpers |= piece.helpers
        state |= piece.state
        scratch |= {name: max(size, scratch.get(name, 0)) for name, size in piece.scratch.items()}
    body = "\n".join(piece.body for piece in pieces if piece.body)
    return Piece(body, constants, scratch, helpers, sum(piece.operations for piece in pieces), state)


def each(n, body, counter="i"):
    """Return a loop over so many numbers.

    Examples
    --------
    >>> from reservoir.interop.c99.piece import each
    >>> print(each(3, "y[i] = v[i];"))
    for (int i = 0; i < 3; i++) {
        y[i] = v[i];
    }
    """
    return f"for (int {counter} = 0; {counter} < {n}; {counter}++) {{\n{indent(body, '    ')}\n}}"


def repeated(piece, times, counter, written=None):
    """Return a piece in a loop that is run so many times, by what is ``written``, the number itself by default.

    Examples
    --------
    >>> from reservoir.interop.c99.piece import Piece, repeated
    >>> loop = repeated(Piece("x *= 2;", operations=1), 3, "step", written="n_steps")
    >>> print(loop.body)
    for (int step = 0; step < n_steps; step++) {
        x *= 2;
    }
    >>> loop.operations
    3
    """
    body = each(times if written is None else written, piece.body, counter)
    return piece._replace(body=body, operations=times * piece.operations)


def liquid_rule(reservoir, units, step):
    """Return the `CRule` of a liquid whose state is a row of its units, and a second one of its memory cell, if any.

    Parameters
    ----------
    reservoir : fitted LTCLiquid or CfCLiquid
    units : str
        The array that the statements of ``step`` know the state of the units by.
    step : Piece
    """
    n_units = reservoir.n_units_
    state = dict(zip((units, "memory"), np.reshape(reservoir.rest(), (-1, n_units)), strict=False))
    whole = joined(Piece(f"real *const {units} = s->{units};"), step, Piece(each(n_units, f"y[i] = {units}[i];")))
    if not re.search(r"\bu\b", whole.body):  # no input has a weight
        whole = joined(Piece("(void)u;"), whole)
    return CRule(
        reservoir.n_features_in_, n_units, state,
        whole.constants, whole.scratch, whole.helpers, whole.body, whole.operations,
    )  # fmt: skip
