"""The dominant eigenvalue of one strongly connected component: closed forms, dense solver, Arnoldi iteration."""

import numpy as np
from scipy.sparse import csr_array

from readouts.types import RandomState
from reservoir.checks.arguments import check_random_state
from reservoir.topology.arnoldi import krylov_modulus
from reservoir.topology.perron import perron_eigenvalue

# Below this size, computing all eigenvalues is cheaper than the iteration.
_DENSE_SIZE = 300
# Up to this size, computing all is worth the time if the iteration cannot tell many nearly equal ones apart.
_DENSE_FALLBACK_SIZE = 1000
# A graph of positive weights with at most this many synapses a unit is near a ring: its crowded spectrum defeats the
# iteration, and its triangular factors stay sparse.
_SPARSEST = 3
# An eigenvalue 0 of multiplicity 3 comes out of double precision as about eps**(1/3) = 6e-6 of the norm.
_INDISTINCT_FROM_ZERO = 3e-5


def largest_modulus(block: csr_array, random_state: RandomState) -> float:
    """Return the largest modulus among the eigenvalues of a strongly connected, canonical CSR matrix.

    Parameters
    ----------
    block : csr_array of shape (n, n)
        Without explicit zeros; holds at least one cycle.
    random_state : int, RandomState or None
        Start vector of the iteration.

    Returns
    -------
    float
        0.0 where the weights cancel so that no eigenvalue can be told from zero in double precision.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> from reservoir.topology.dominant import largest_modulus
    >>> round(largest_modulus(csr_array(np.array([[1.0, 1.0], [1.0, 0.0]])), 0), 12)
    1.61803398875
    """
    magnitudes = np.abs(block.data)
    scale = magnitudes.max()
    if block.nnz == block.shape[0]:
        # One synapse a unit in a connected graph: a single cycle, whose eigenvalues all have the same modulus.
        return float(scale * np.exp(np.mean(np.log(magnitudes / scale))))
    if scale < np.finfo(float).tiny:  # the reciprocal of a denormal number, which SciPy divides by, is infinite
        return 2.0**-64 * largest_modulus(block * 2.0**64, random_state)
    block = block / scale
    rng = check_random_state(random_state)
    modulus = _rotation_factor(block, rng)
    if modulus is None:
        modulus = _computed(block, rng)
    if modulus <= _INDISTINCT_FROM_ZERO * np.linalg.norm(block.data):
        return 0.0
    return float(scale * modulus)


def _rotation_factor(block, rng):
    # If W^T W = c^2 I, all eigenvalues lie on one circle, which no Krylov space can separate. A random vector shows it.
    probe = rng.standard_normal(block.shape[0])
    square = np.sum(np.abs(block.data) ** 2) / block.shape[0]
    deviation = block.T @ (block @ probe) - square * probe
    if np.abs(deviation).max() <= 1e-12 * square * np.abs(probe).max():
        return np.sqrt(square)
    return None


def _computed(block, rng):
    n_units = block.shape[0]
    if n_units <= _DENSE_SIZE:
        return _densely(block)
    modulus = None
    if block.data.min() > 0.0 or block.data.max() < 0.0:
        modulus = _perron(abs(block))
    if modulus is not None:
        return modulus
    if n_units > _DENSE_FALLBACK_SIZE:
        return krylov_modulus(block, rng)[0]
    modulus, certain = krylov_modulus(block, rng, passes=2)
    return modulus if certain else _densely(block)


def _perron(block):
    sums = block.sum(axis=1)
    if np.ptp(sums) <= 1e-13 * sums.max():
        return float(sums.mean())  # equal row sums: the vector of ones is the eigenvector
    return perron_eigenvalue(block) if block.nnz <= _SPARSEST * block.shape[0] else None


def _densely(block):
    return np.abs(np.linalg.eigvals(block.toarray())).max()
