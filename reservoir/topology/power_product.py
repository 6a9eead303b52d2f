"""Products of a vector by a power of a sparse matrix, the work of which the search for eigenvalues consists."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from scipy.sparse import csr_array

from readouts.compiling import njit
from readouts.types import Array
from reservoir.topology.shift_form import shift_form

PowerProduct: TypeAlias = Callable[[Array, int], Array]

# In smaller graphs of shifts the faster product would not win back the time of loading it.
_FEWEST_UNITS = 10_000
# Rows at a time: what is added up stays in the fastest cache.
_ROWS = 2048


def power_product(matrix: csr_array) -> PowerProduct:
    """Return the function of a vector x and a number p that computes ``W^p x``.

    Large graphs of shifts, in which all units have presynaptic units at the same offsets, are read contiguously,
    without indices, which takes a third of the time.

    Parameters
    ----------
    matrix : csr_array of shape (n, n)
        W, canonical.

    Returns
    -------
    callable

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> from reservoir.topology.power_product import power_product
    >>> power_product(csr_array(np.array([[0.0, 2.0], [1.0, 0.0]])))(np.array([1.0, 0.0]), 3)
    array([0., 2.])
    """
    shifts = shift_form(matrix) if matrix.shape[0] >= _FEWEST_UNITS else None
    if shifts is None:
        return lambda vector, power: _multiplied(matrix, vector, power)
    offsets, values = shifts
    return lambda vector, power: multiply_shifts(offsets, values, vector, power)


def _multiplied(matrix, vector, power):
    for _ in range(power):
        vector = matrix @ vector
    return vector


@njit
def multiply_shifts(offsets, values, vector, power):
    """Return W^power times a vector, for W[i, (i + offsets[k]) % n] == values[k, i]."""
    n_units = vector.size
    result, twice = vector.copy(), np.empty(2 * n_units)
    for _ in range(power):
        # Written twice in a row, the vector turns every shifted copy into a contiguous slice.
        twice[:n_units] = result
        twice[n_units:] = result
        for start in range(0, n_units, _ROWS):
            stop = min(start + _ROWS, n_units)
            rows = result[start:stop]
            rows[:] = 0.0
            for k in range(offsets.size):
                shifted = twice[start + offsets[k] : stop + offsets[k]]
                _add_product(values[k, start:stop], shifted, rows)
    return result


@njit
def _add_product(values, vector, result):
    for i in range(result.size):
        result[i] += values[i] * vector[i]
