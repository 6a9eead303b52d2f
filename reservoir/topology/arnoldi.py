"""The largest modulus among the eigenvalues of a large sparse matrix, by Arnoldi iteration on its powers."""

import numpy as np
from scipy.sparse import csr_array

# Dimension of the Krylov space. Products with a sparse matrix cost less than keeping many long vectors orthogonal.
_DIMENSION = 50
# First power, in sqrt(n), and later growth. The eigenvalues of a random matrix fill a disc, and those on its edge come
# apart after 20 to 50 sqrt(n) products.
_FIRST_POWER = 1.0
_GROWTH = 3
_PASSES = 4
# Relative residual allowed, for each of the p factors of the largest eigenvalue of W^p.
_TOLERANCE = 1e-11
# A vector that adds less than this to the space adds rounding errors only.
_EXHAUSTED = 1e-10


def krylov_modulus(block: csr_array, rng: np.random.RandomState) -> tuple[float, bool]:
    """Return the largest modulus among the eigenvalues, and whether no larger one can have been missed.

    On a crowded circle of eigenvalues a Krylov space of W alone is slow, and an iteration with restarts may settle on
    the wrong one: a direction that a restart drops does not come back. Here a small space of ``W^p`` is built once,
    without restarts: powers of W are what separates a disc of eigenvalues, and a larger p takes the place of a larger
    space. The result is certain if every Ritz value, moved outwards by its residual, stays within the largest.

    Otherwise the start vector becomes ``W^(p dimension)`` times itself and p grows about threefold. Of the powers
    around that, p becomes the one that leads the start vector back closest to its own direction: it gathers eigenvalues
    that are spread along a ring, hundreds of them with a modulus equal to six or more digits in graphs of two shifts,
    into a single point that a small space can resolve.

    Parameters
    ----------
    block : csr_array of shape (n, n)
        Entries of order one.
    rng : RandomState
        Start vector.

    Returns
    -------
    modulus : float
    certain : bool
        If not, many eigenvalues are nearly as large, and the relative error may reach 1e-4.

    References
    ----------
    Saad (2011), Numerical Methods for Large Eigenvalue Problems, SIAM, chapters 6 and 7.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> from reservoir.topology.arnoldi import krylov_modulus
    >>> modulus, certain = krylov_modulus(csr_array(np.array([[1.0, 1.0], [1.0, 0.0]])), np.random.RandomState(0))
    >>> round(modulus, 12), certain
    (1.61803398875, True)
    """
    vector = rng.standard_normal(block.shape[0])
    vector /= np.linalg.norm(vector)
    shortest = longest = max(8, int(_FIRST_POWER * np.sqrt(block.shape[0])))
    for _ in range(_PASSES):
        vector, growth, power = _walk(block, vector, shortest, longest)
        if growth == 0.0:
            return 0.0, True
        basis, hessenberg = _arnoldi(block / growth, power, vector)
        moduli, residuals = _ritz(hessenberg)
        largest = moduli.max()
        modulus = float(growth * largest ** (1.0 / power))
        if np.max(moduli + residuals) <= largest * (1.0 + power * _TOLERANCE):
            return modulus, True
        vector = _iterated_start(hessenberg) @ basis
        vector /= np.linalg.norm(vector)
        shortest, longest = (_GROWTH - 1) * power, (_GROWTH + 1) * power
    return modulus, False


def _walk(block, vector, shortest, longest):
    # Multiplies by W again and again. Returns the last direction, the mean growth of a late step, and the number of
    # steps in the given range after which the direction was closest to the first.
    start, lengths, returns = vector, np.empty(longest), np.empty(longest)
    for step in range(longest):
        vector = block @ vector
        lengths[step] = np.linalg.norm(vector)
        if lengths[step] == 0.0:
            return vector, 0.0, longest
        vector = vector / lengths[step]
        returns[step] = abs(start @ vector)
    growth = np.exp(np.log(lengths[longest // 2 :]).mean())
    return vector, growth, shortest + int(np.argmax(returns[shortest - 1 :]))


def _arnoldi(block, power, start):
    # Row k of the basis is the k-th vector. H, one row longer than wide, holds what W^power does to all but the last.
    size = min(_DIMENSION, start.size)
    basis, hessenberg = np.zeros((size + 1, start.size)), np.zeros((size + 1, size))
    basis[0] = start
    for column in range(size):
        vector = basis[column]
        for _ in range(power):
            vector = block @ vector
        length, known = np.linalg.norm(vector), basis[: column + 1]
        for _ in range(2):  # once would leave rounding errors along the basis
            overlap = known @ vector
            vector = vector - overlap @ known
            hessenberg[: column + 1, column] += overlap
        rest = np.linalg.norm(vector)
        hessenberg[column + 1, column] = rest
        if rest > 0.0:
            basis[column + 1] = vector / rest
        if rest <= _EXHAUSTED * length:
            return basis[: column + 2], hessenberg[: column + 2, : column + 1]
    return basis, hessenberg


def _ritz(hessenberg):
    values, vectors = np.linalg.eig(hessenberg[:-1])
    return np.abs(values), np.abs(hessenberg[-1] @ vectors)


def _iterated_start(hessenberg):
    # Coordinates, up to a factor, of the start vector after as many multiplications as the space has dimensions.
    coordinates = np.zeros(len(hessenberg))
    coordinates[0] = 1.0
    for _ in range(len(hessenberg) - 1):
        coordinates = hessenberg @ coordinates[:-1]
        coordinates /= np.linalg.norm(coordinates)
    return coordinates
