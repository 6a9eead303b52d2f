"""Weights of units whose presynaptic units are all at the same offsets, which need no index of their sources."""

import numpy as np


def shift_form(matrix):
    """Return ``(offsets, values)`` if all units have presynaptic units at the same offsets, else None.

    ``matrix`` is a canonical CSR array (n, n); ``offsets`` is (degree,) and ``values`` (degree, n), so that
    ``matrix[i, (i + offsets[k]) % n] == values[k, i]``. Rings, cycles with jumps and dense matrices have this form too.
    """
    n = matrix.shape[0]
    degree = matrix.nnz // n
    if degree == 0 or np.any(np.diff(matrix.indptr) != degree):
        return None
    shifts = (matrix.indices.reshape(n, degree) - np.arange(n)[:, None]) % n
    order = np.argsort(shifts, axis=1)
    shifts = np.take_along_axis(shifts, order, axis=1)
    if np.any(shifts != shifts[0]):
        return None
    values = np.take_along_axis(matrix.data.reshape(n, degree), order, axis=1)
    return shifts[0].astype(np.int64), np.ascontiguousarray(values.T)
