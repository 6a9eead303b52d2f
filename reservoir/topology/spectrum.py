"""The spectral radius of a sparse matrix, and scaling to it."""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from readouts.types import Matrix, RandomState
from reservoir.checks.arguments import check_number, check_random_state
from reservoir.topology.csr import read_matrix
from reservoir.topology.dominant import largest_modulus
from reservoir.topology.known_radius import known_radius


def spectral_radius(matrix: Matrix, random_state: RandomState = 0) -> float:
    """Return the spectral radius of a matrix: the largest modulus among the eigenvalues.

    That of a fitted reservoir is `reservoir.diagnostics.spectral_radius`.

    The matrix is split into its strongly connected components, whose spectra together are the spectrum of the whole
    and which are free of the defective zero eigenvalues that chains of units bring. Single units and simple cycles are
    solved in closed form, small components by all their eigenvalues, large ones by Arnoldi iteration on powers of the
    matrix and of its transpose, from start vectors of their own. Both must find the same eigenvalue, and a bound of its
    relative error, computed from the residuals of both, must be below 1e-10.

    The time grows as the number of synapses times sqrt(n_units). The eigenvalues of a random graph fill a disc, and the
    largest stands out from its edge by some 1 / sqrt(n_units) of the radius: any polynomial of the matrix, and thus any
    method of products, needs so many factors to tell it from the others.

    Above 1000 units, where hundreds of eigenvalues differ by less than can be told apart (graphs of two shifts), the
    two may not come to agree. The largest one found is returned then, and its error may reach 1e-4. Two
    eigenvalues that differ by less than 1e-5 and have nearly parallel vectors may pass for one, with an error of 1e-6.

    Parameters
    ----------
    matrix : csr_array of shape (n_units, n_units), or array-like
        Real and finite.
    random_state : int, RandomState or None, default=0
        Start vector of the iteration. The default makes the result reproducible bit for bit.

    Returns
    -------
    float
        0.0 for a nilpotent matrix.

    Raises
    ------
    ValueError
        If the matrix is not square or not finite.

    References
    ----------
    Saad (2011), Numerical Methods for Large Eigenvalue Problems, SIAM, chapters 6 and 7.

    Examples
    --------
    >>> from reservoir.topology import spectral_radius
    >>> spectral_radius([[0.0, 2.0], [-8.0, 0.0]])
    4.0
    """
    check_random_state(random_state)
    matrix = _checked(matrix)
    return max((largest_modulus(block, random_state) for block in _components(matrix)), default=0.0)


def is_nilpotent(matrix: Matrix) -> bool:
    """Whether the graph has no cycle: then all eigenvalues are zero, whatever the weights.

    Explicit zeros do not count as synapses. (A matrix with cycles can still be nilpotent when its weights cancel by
    coincidence; its `spectral_radius` is then zero, too.)

    Parameters
    ----------
    matrix : csr_array of shape (n_units, n_units), or array-like
        Real and finite.

    Returns
    -------
    bool

    Raises
    ------
    ValueError
        If the matrix is not square or not finite.

    Examples
    --------
    >>> from reservoir.topology import is_nilpotent
    >>> is_nilpotent([[0.0, 3.0], [0.0, 0.0]]), is_nilpotent([[0.0, 3.0], [1.0, 0.0]])
    (True, False)
    """
    matrix = _checked(matrix)
    return not any(True for _ in _components(matrix))


def scale_to_spectral_radius(matrix: Matrix, spectral_radius: float) -> csr_array:
    """Multiply a matrix so that it has the given spectral radius.

    With the eigenvalues lambda_k of W::

        W <- W * spectral_radius / max_k |lambda_k|

    Parameters
    ----------
    matrix : csr_array of shape (n_units, n_units), or array-like
        Real and finite; left as it was.
    spectral_radius : float
        The target, 0 or positive. 0 gives the same graph with all weights zero.

    Returns
    -------
    csr_array
        The same synapses, scaled.

    Raises
    ------
    ValueError
        If the target is negative or not finite, or if all eigenvalues of the matrix are zero (a graph without
        cycles), so that no factor can reach a positive target.

    Examples
    --------
    >>> from reservoir.topology import scale_to_spectral_radius
    >>> scale_to_spectral_radius([[0.0, 2.0], [-8.0, 0.0]], 1.0).toarray()
    array([[ 0. ,  0.5],
           [-2. ,  0. ]])
    """
    target = check_number("spectral_radius", spectral_radius, at_least=0)
    matrix = _checked(matrix)
    if target == 0.0:
        return _with_data(matrix, np.zeros_like(matrix.data))
    present = known_radius(matrix, _largest_of_all)
    if present == 0.0:
        raise ValueError(
            f"'spectral_radius'={target} cannot be reached by scaling: all eigenvalues of the recurrent weights are "
            "zero (no signal travels along a cycle). Pass spectral_radius=None to use the weights as drawn, "
            "or choose another topology."
        )
    return _with_data(matrix, matrix.data * (target / present))


def _largest_of_all(matrix):
    return max((largest_modulus(block, 0) for block in _components(matrix)), default=0.0)


def _with_data(matrix, data):
    return csr_array((data, matrix.indices.copy(), matrix.indptr.copy()), shape=matrix.shape)


def _checked(matrix: Matrix) -> csr_array:
    matrix = read_matrix("matrix", matrix)
    if matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"'matrix' must be square; got shape {matrix.shape}.")
    return matrix


def _components(matrix):
    # Yields the diagonal blocks of all components that hold a cycle; every other eigenvalue is zero.
    pruned = matrix.copy()
    pruned.sum_duplicates()
    pruned.eliminate_zeros()
    n_components, labels = connected_components(pruned, directed=True, connection="strong")
    if n_components == 1:
        if pruned.nnz:
            yield pruned
        return
    sizes = np.bincount(labels, minlength=n_components)
    loops = np.abs(pruned.diagonal()[sizes[labels] == 1])
    if loops.any():
        yield csr_array([[loops.max()]])
    members = np.split(np.argsort(labels, kind="stable"), np.cumsum(sizes)[:-1])
    for units in members:
        if units.size > 1:
            yield csr_array(pruned[units][:, units])
