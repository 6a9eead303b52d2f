"""Routines of BLAS and LAPACK that let other threads of Python run meanwhile, which those of SciPy do not."""

import ctypes
from functools import cache
from typing import Literal

import numpy as np
from numba.extending import get_cython_function_address

from readouts.types import Array

COLUMNS_AT_ONCE = 32


def call(module: Literal["cython_blas", "cython_lapack"], name: str, *arguments: bytes | int | float | Array) -> None:
    """Call a routine, with letters as bytes, integers, floats, and arrays of float64 or int32 that hold its results.

    Parameters
    ----------
    module : {"cython_blas", "cython_lapack"}
        Of `scipy.linalg`.
    name : str
    *arguments : bytes, int, float or array
        All arguments of the routine, in order. It writes its results into arrays.
    """
    _routine(module, name, len(arguments))(*map(_reference, arguments))


@cache
def _routine(module, name, n_arguments):
    address = get_cython_function_address(f"scipy.linalg.{module}", name)
    return ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * n_arguments)(address)


def _reference(argument):
    if isinstance(argument, np.ndarray):
        return argument.ctypes.data
    if isinstance(argument, bytes):
        return argument
    return ctypes.byref((ctypes.c_double if isinstance(argument, float) else ctypes.c_int)(argument))


def cholesky(matrix: Array) -> bool:
    """Replace a matrix by its Cholesky factor, in the lower triangle, and return whether there is one.

    Parameters
    ----------
    matrix : Fortran-contiguous float64 array (n, n)

    Examples
    --------
    >>> import numpy as np
    >>> from readouts.lapack import cholesky, solve_cholesky
    >>> matrix = np.array([[4.0, 2.0], [2.0, 5.0]], order="F")
    >>> cholesky(matrix), np.tril(matrix).tolist()
    (True, [[2.0, 0.0], [1.0, 2.0]])
    >>> solve_cholesky(matrix, np.array([[6.0], [7.0]])).tolist()
    [[1.0], [1.0]]
    """
    info = np.zeros(1, dtype=np.int32)
    call("cython_lapack", "dpotrf", b"L", len(matrix), matrix, max(1, len(matrix)), info)
    return bool(info[0] == 0)


def solve_cholesky(factor: Array, right: Array) -> Array:
    """Return the solution of ``factor factor^T x = right``, (n, n_columns)."""
    n, solution, info = len(factor), np.array(right, order="F"), np.zeros(1, dtype=np.int32)
    call("cython_lapack", "dpotrs", b"L", n, solution.shape[1], factor, max(1, n), solution, max(1, n), info)
    return np.ascontiguousarray(solution)


def least_eigenvalue(factor: Array) -> float:
    """Estimate 1 over the 1-norm of the inverse of ``factor factor^T``, a lower bound of its least eigenvalue."""
    n, reciprocal, info = len(factor), np.zeros(1), np.zeros(1, dtype=np.int32)
    work, integers = np.empty(3 * n), np.empty(n, dtype=np.int32)
    call("cython_lapack", "dpocon", b"L", n, factor, max(1, n), 1.0, reciprocal, work, integers, info)
    return float(reciprocal[0])


def reciprocal_condition(triangle: Array) -> float:
    """Estimate 1 over the condition number of an upper triangle in the 1-norm; entries below it are ignored."""
    triangle = np.asfortranarray(triangle)
    n, reciprocal, info = len(triangle), np.zeros(1), np.zeros(1, dtype=np.int32)
    work, integers = np.empty(3 * n), np.empty(n, dtype=np.int32)
    letters = b"1", b"U", b"N"
    call("cython_lapack", "dtrcon", *letters, n, triangle, max(1, n), reciprocal, work, integers, info)
    return float(reciprocal[0])


def pivoted_cholesky(matrix: Array, tolerance: float) -> tuple[Array, Array]:
    """Return L (n, rank) and an order of the n, with ``matrix[order][:, order] = L L^T`` up to a tolerance.

    Parameters
    ----------
    matrix : array (n, n)
        Symmetric and positive semidefinite, up to rounding.
    tolerance : float
        The factor ends when no entry of the remaining diagonal is larger.
    """
    n, factor = len(matrix), np.array(matrix, order="F")
    order, rank, info = (np.zeros(size, dtype=np.int32) for size in (n, 1, 1))
    call("cython_lapack", "dpstrf", b"L", n, factor, max(1, n), order, rank, float(tolerance), np.empty(2 * n), info)
    return np.ascontiguousarray(np.tril(factor)[:, : rank[0]]), order - 1


def triangle_of(rows: Array) -> Array:
    """Return the triangle R, (min(n_rows, n_columns), n_columns), of a QR decomposition of rows, in blocks of columns.

    Parameters
    ----------
    rows : float64 array (n_rows, n_columns)

    References
    ----------
    The routine ``dgeqrt`` of LAPACK, which halves blocks of columns until they are narrow, and so multiplies matrices
    where that of `numpy.linalg.qr` multiplies vectors. 900 rows of 516 columns take two thirds of its time.

    Examples
    --------
    >>> import numpy as np
    >>> from readouts.lapack import triangle_of
    >>> triangle_of(np.array([[3.0, 6.0], [4.0, 8.0], [0.0, 2.0]])).round(9).tolist()
    [[-5.0, -10.0], [0.0, -2.0]]
    """
    (n_rows, n_columns), info = rows.shape, np.zeros(1, dtype=np.int32)
    n = min(n_rows, n_columns)
    if n == 0:
        return np.zeros((0, n_columns))
    width, columns = min(COLUMNS_AT_ONCE, n), np.array(rows, order="F")
    call("cython_lapack", "dgeqrt", n_rows, n_columns, width, columns, n_rows, *_room(width, n_columns), info)
    return np.triu(columns[:n])


def add_diagonal(triangle: Array, value: float, n_first: int) -> Array:
    """Return the triangle of a QR decomposition of a triangle over ``value`` times the first rows of an identity.

    Parameters
    ----------
    triangle : float64 array (n_rows, n_columns)
        Zero below its diagonal, with at most as many rows as columns.
    value : float
    n_first : int
        How many rows of the identity, from 1 to n_columns.

    Returns
    -------
    Fortran-contiguous array (n_columns, n_columns)

    References
    ----------
    The routine ``dtpqrt`` of LAPACK, which leaves out the zeros of both: a sixth of the operations.

    Examples
    --------
    >>> import numpy as np
    >>> from readouts.lapack import add_diagonal
    >>> add_diagonal(np.array([[3.0, 1.0]]), 4.0, 1).round(9).tolist()
    [[-5.0, -0.6], [0.0, -0.8]]
    """
    n_columns, info = triangle.shape[1], np.zeros(1, dtype=np.int32)
    width = min(COLUMNS_AT_ONCE, n_columns)
    above, below = (np.zeros((n, n_columns), order="F") for n in (n_columns, n_first))
    above[: len(triangle)] = triangle
    below[range(n_first), range(n_first)] = value
    sizes = n_first, n_columns, n_first, width
    call("cython_lapack", "dtpqrt", *sizes, above, n_columns, below, n_first, *_room(width, n_columns), info)
    return above


def _room(width, n_columns):
    """Return where a decomposition in blocks of columns writes the factors of a block, their number, and works."""
    return np.empty((n_columns, width)), width, np.empty(width * n_columns)


def apply_reflections(reflectors: Array, factors: Array, columns: Array) -> None:
    """Replace columns c by ``Q c``, with the Q of the reflections that `numpy.linalg.qr` returns in mode "raw".

    Parameters
    ----------
    reflectors : float64 array (k, n)
    factors : float64 array (k,)
    columns : Fortran-contiguous float64 array (n, n_columns)
        Changed in place.

    Examples
    --------
    >>> import numpy as np
    >>> from readouts.lapack import apply_reflections
    >>> columns = np.array([[5.0], [0.0]], order="F")
    >>> apply_reflections(*np.linalg.qr(np.array([[-3.0], [-4.0]]), mode="raw"), columns)
    >>> columns.round(9).tolist()
    [[-3.0], [-4.0]]
    """
    reflectors = np.ascontiguousarray(reflectors)
    (k, n), n_columns, info = reflectors.shape, columns.shape[1], np.zeros(1, dtype=np.int32)
    work = np.empty(max(1, 64 * n_columns + 65 * 64))
    ld = max(1, n)
    matrices = reflectors, ld, factors, columns, ld
    call("cython_lapack", "dormqr", b"L", b"N", n, n_columns, k, *matrices, work, len(work), info)


def relative_svd(matrix: Array) -> tuple[Array, Array, Array]:
    """Return left, singular values and right of ``matrix = left diag(singular) right^T``, of high relative accuracy.

    However much the columns of ``matrix = B diag(scale)`` differ in scale, all digits are as sure as those of B's
    directions: also those of the small singular values, and of small entries of ``right``. The matrix may be wide, but
    should have independent rows then.

    References
    ----------
    Z. Drmac and K. Veselic, "New fast and accurate Jacobi SVD algorithm", SIAM Journal on Matrix Analysis and
    Applications 29:1322 and 29:1343, 2008: the routine ``dgejsv`` of LAPACK.

    Examples
    --------
    >>> import numpy as np
    >>> from readouts.lapack import relative_svd
    >>> relative_svd(np.array([[1e30, 3.0], [0.0, 4.0]]))[1].tolist()
    [1e+30, 4.0]
    """
    n = matrix.shape[1]
    m, rank = max(matrix.shape), min(matrix.shape)
    padded = np.zeros((m, n), order="F")
    padded[: len(matrix)] = matrix
    singular, left, right = np.empty(n), np.empty((m, n), order="F"), np.empty((n, n), order="F")
    work, info = np.zeros(max(7, 2 * n * n + 6 * n, 2 * m + n)), np.zeros(1, dtype=np.int32)
    integers, ld = np.zeros(max(3, m + 3 * n), dtype=np.int32), max(1, m)
    # C: the columns may have any scale; U, V: all directions; N: nothing is too small to count; N, P: as it is, and
    # denormal numbers may be perturbed.
    letters, out = (b"C", b"U", b"V", b"N", b"N", b"P"), (singular, left, ld, right, max(1, n))
    call("cython_lapack", "dgejsv", *letters, m, n, padded, ld, *out, work, len(work), integers, info)
    if info[0] != 0:
        raise np.linalg.LinAlgError("The singular values of the features did not converge.")
    return left[: len(matrix), :rank].copy(), singular[:rank] * (work[0] / work[1]), right[:, :rank].copy()
