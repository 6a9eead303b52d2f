"""Spectral radii that are computed once for each matrix, so that a search does not find that of one draw many times."""

from functools import lru_cache
from hashlib import blake2b

from scipy.sparse import csr_array

from reservoir.checks.arguments import check_number
from reservoir.topology.csr import read_matrix
from reservoir.topology.spectrum import scale_to_spectral_radius, spectral_radius

# A radius takes a quarter of a kilobyte, its digest and place included.
_MOST_KNOWN = 4096


def scale_drawn(matrix: csr_array, target: float) -> csr_array:
    """Do what `scale_to_spectral_radius` does, bit for bit, with a radius that may be known.

    A grid over radius, input scaling or leak rate, and every fold of a search, fit reservoirs whose recurrent weights
    are drawn alike; finding the radius takes most of the time of such a fit.

    Parameters
    ----------
    matrix : csr_array of shape (n_units, n_units)
        As a topology draws it; left as it was.
    target : float
        The spectral radius, 0 or positive.

    Returns
    -------
    csr_array

    Raises
    ------
    ValueError
        As `scale_to_spectral_radius`.

    Examples
    --------
    >>> from reservoir.topology import Shift, scale_to_spectral_radius
    >>> from reservoir.topology.known_radius import scale_drawn
    >>> drawn = Shift().draw(50, random_state=0)
    >>> bool((scale_drawn(drawn, 0.9) != scale_to_spectral_radius(drawn, 0.9)).nnz)
    False
    """
    target = check_number("spectral_radius", target, at_least=0)
    matrix = read_matrix("matrix", matrix)
    radius = known_radius(matrix) if target else 0.0
    if radius == 0.0:
        return scale_to_spectral_radius(matrix, target)  # which is zero, or raises
    matrix.data *= target / radius
    return matrix


def known_radius(matrix: csr_array) -> float:
    """Return the `spectral_radius` of a matrix, computed if no equal one is among the last thousands.

    Matrices are equal if all their numbers are; one that is changed in place is another one.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> from reservoir.topology.known_radius import known_radius
    >>> known_radius(csr_array([[0.0, 2.0], [-8.0, 0.0]]))
    4.0
    """
    place = _place(_digest(matrix))
    if not place:
        place.append(spectral_radius(matrix))  # threads that come here at the same time append the same number
    return place[0]


@lru_cache(_MOST_KNOWN)
def _place(digest):
    """Return a list of the radius of the matrix with this digest; empty, until it is found."""
    return []


def _digest(matrix):
    digest = blake2b(repr(matrix.shape).encode(), digest_size=16)
    for part in (matrix.indptr, matrix.indices, matrix.data):
        digest.update(part.dtype.str.encode())
        digest.update(part.data)
    return digest.digest()
