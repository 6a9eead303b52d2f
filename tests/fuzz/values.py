"""Fifty-three kinds of value that most parameters have to refuse; many are valid for some, and those have to work."""

from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
from scipy.sparse import csr_array


def like(valid):
    """A float array shaped like the valid value, or of some shape where that is no array of numbers."""
    try:
        array = np.array(valid, dtype=np.float64)
    except (TypeError, ValueError):
        array = np.zeros(0)
    return array if array.ndim and array.size else np.ones((6, 2))


def spoilt(value, dtype=np.float64):
    """A function that puts ``value`` into the last place of an array like the valid one."""

    def spoil(valid):
        array = like(valid).astype(dtype)
        array.flat[-1] = value
        return array

    return spoil


def masked(valid):
    """An array like the valid one whose last entry is masked, with a number below the mask that nobody meant."""
    array = np.ma.array(spoilt(1e20)(valid))
    array[np.unravel_index(array.size - 1, array.shape)] = np.ma.masked
    return array


KINDS = {
    # Constants and numbers
    "None": lambda valid: None,
    "True": lambda valid: True,
    "False": lambda valid: False,
    "0": lambda valid: 0,
    "-1": lambda valid: -1,
    "-0.5": lambda valid: -0.5,
    "0.5": lambda valid: 0.5,
    "2.5": lambda valid: 2.5,
    "2**40": lambda valid: 2**40,
    "2**63": lambda valid: 2**63,
    "-2**63": lambda valid: -(2**63),
    "10**400": lambda valid: 10**400,
    "nan": lambda valid: float("nan"),
    "inf": lambda valid: float("inf"),
    "-inf": lambda valid: -float("inf"),
    "1e308": lambda valid: 1e308,
    "1e-320": lambda valid: 1e-320,
    "uint8": lambda valid: np.uint8(200),
    "float32 nan": lambda valid: np.float32("nan"),
    "complex": lambda valid: 1 + 2j,
    "decimal": lambda valid: Decimal("0.5"),
    "fraction": lambda valid: Fraction(1, 3),
    # Text and objects
    "text": lambda valid: "abc",
    "empty text": lambda valid: "",
    "digit": lambda valid: "3",
    "bytes": lambda valid: b"abc",
    "object": lambda valid: object(),
    "type": lambda valid: int,
    "function": lambda valid: len,
    "namespace": lambda valid: SimpleNamespace(n_units=3),
    # Containers
    "empty list": lambda valid: [],
    "empty tuple": lambda valid: (),
    "dict": lambda valid: {"a": 1},
    "set": lambda valid: {1, 2},
    "iterator": lambda valid: iter([1, 2]),
    "list of None": lambda valid: [None],
    "ragged": lambda valid: [[1.0, 2.0], [3.0]],
    "falling pair": lambda valid: (2.0, 1.0),
    "text among numbers": lambda valid: (0.5, "a"),
    # Arrays
    "0-D": lambda valid: np.array(3.0),
    "no rows": lambda valid: np.zeros((0, 2)),
    "1-D": lambda valid: np.arange(7.0),
    "4-D": lambda valid: np.ones((2, 2, 2, 2)),
    "nan inside": spoilt(np.nan),
    "inf inside": spoilt(np.inf),
    "huge": lambda valid: like(valid) * 1e300,
    "masked inside": masked,
    "list with a mask": lambda valid: list(masked(valid)),
    "nothing masked": lambda valid: np.ma.array(valid if isinstance(valid, np.ndarray) else like(valid)),
    "complex inside": spoilt(1j, complex),
    "object inside": spoilt("a", object),
    "wider": lambda valid: np.concatenate([like(valid)] * 2, axis=-1),
    "sparse": lambda valid: csr_array(np.atleast_2d(like(valid).reshape(len(like(valid)), -1))),
}
