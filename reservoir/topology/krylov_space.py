"""A Krylov space of a power of a sparse matrix, and the eigenvalues that it shows."""

from typing import NamedTuple

import numpy as np

from readouts.types import Array
from reservoir.topology.power_product import PowerProduct

# A vector that adds less than this to the space adds rounding errors only.
_EXHAUSTED = 1e-10


class RitzPairs(NamedTuple):
    """Approximate eigenvalues ``values`` (dimension,) of the power, their vectors and their residuals.

    Column k of ``coordinates`` (dimension, dimension) is the k-th vector, of length 1, in the basis of the space.
    """

    values: Array
    coordinates: Array
    residuals: Array


class KrylovSpace:
    """The span of v, M v, M^2 v, ... for ``M = W^power``, grown one dimension at a time (Arnoldi's algorithm).

    Parameters
    ----------
    product : callable
        What `power_product` returns for W, scaled so that its powers neither overflow nor vanish.
    power : int
        Products by W for each dimension.
    start : ndarray of shape (n,)
        v, of length 1.
    capacity : int
        The largest dimension.

    References
    ----------
    Saad (2011), Numerical Methods for Large Eigenvalue Problems, SIAM, chapter 6.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> from reservoir.topology.krylov_space import KrylovSpace
    >>> from reservoir.topology.power_product import power_product
    >>> product = power_product(csr_array(np.diag([3.0, 2.0])))
    >>> space = KrylovSpace(product, power=2, start=np.array([0.6, 0.8]), capacity=2)
    >>> space.grow(2)
    >>> np.sort(space.ritz().values.real).round(12)
    array([4., 9.])
    """

    def __init__(self, product: PowerProduct, power: int, start: Array, capacity: int) -> None:
        self._product, self.power = product, power
        # Row k is the k-th vector. Pages that no vector reaches cost no memory.
        self._basis = np.zeros((capacity + 1, start.size))
        self._basis[0] = start
        self._hessenberg = np.zeros((capacity + 1, capacity))
        self.dimension = 0
        self.full = capacity == 0

    @property
    def basis(self) -> Array:
        """Orthonormal vectors, one more than there are dimensions, as rows."""
        return self._basis[: self.dimension + 1]

    @property
    def hessenberg(self) -> Array:
        """H of shape (dimension + 1, dimension), with ``M basis[:-1].T = basis.T H``."""
        return self._hessenberg[: self.dimension + 1, : self.dimension]

    def grow(self, dimension: int) -> None:
        """Add dimensions up to the given one, or until the space is full or maps onto itself."""
        while self.dimension < dimension and not self.full:
            self._add()

    def ritz(self) -> RitzPairs:
        """Return the eigenvalues of M as they appear within the space."""
        values, coordinates = np.linalg.eig(self.hessenberg[:-1])
        return RitzPairs(values, coordinates, np.abs(self.hessenberg[-1] @ coordinates))

    def iterated_start(self) -> Array:
        """Return the direction of ``M^dimension v``, which lies within the space."""
        coordinates = np.zeros(self.dimension + 1)
        coordinates[0] = 1.0
        for _ in range(self.dimension):
            coordinates = self.hessenberg @ coordinates[:-1]
            coordinates /= np.linalg.norm(coordinates)
        vector = coordinates @ self.basis
        return vector / np.linalg.norm(vector)

    def mixture(self, coordinates: Array) -> float:
        """Return how far a vector of the space is from an eigenvector of W itself, relative to its eigenvalue."""
        # Real and imaginary part apart: real matrices are not copied to complex ones.
        real, imaginary = np.stack([coordinates.real, coordinates.imag]) @ self._basis[: self.dimension]
        vector, image = real + 1j * imaginary, self._product(real, 1) + 1j * self._product(imaginary, 1)
        value = np.vdot(vector, image)
        return float(np.linalg.norm(image - value * vector) / max(np.abs(value), np.finfo(float).tiny))

    def _add(self):
        column, vector = self.dimension, self._product(self._basis[self.dimension], self.power)
        length, known = np.linalg.norm(vector), self._basis[: column + 1]
        for _ in range(2):  # once would leave rounding errors along the basis
            overlap = known @ vector
            vector = vector - overlap @ known
            self._hessenberg[: column + 1, column] += overlap
        rest = np.linalg.norm(vector)
        self._hessenberg[column + 1, column] = rest
        if rest > 0.0:
            self._basis[column + 1] = vector / rest
        self.dimension += 1
        self.full = self.dimension == self._hessenberg.shape[1] or bool(rest <= _EXHAUSTED * length)
