"""The exponents of a map that is the same linear one at every step: logarithms of its eigenvalues' sizes."""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components


def constant_exponents(matrix):
    """Return the Lyapunov exponents of ``x <- matrix x``, from the largest to the smallest.

    Units that are connected in cycles are taken group by group: where there are no cycles, as in a delay line,
    the numbers on the diagonal are the eigenvalues, exactly, while those that a solver finds in the whole are far off.

    Parameters
    ----------
    matrix : csr_array (n, n)

    Returns
    -------
    array (n,)
        -inf for eigenvalues 0.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> from reservoir.diagnostics.stability.linear_map import constant_exponents
    >>> np.exp(constant_exponents(csr_array([[0.5, 7.0], [0.0, 0.25]]))).tolist()
    [0.5, 0.25]
    """
    matrix = csr_array(matrix, dtype=np.float64)
    matrix.eliminate_zeros()
    _, group = connected_components(matrix, connection="strong")
    alone = np.bincount(group)[group] == 1
    sizes = [np.abs(matrix.diagonal()[alone])]
    for number in np.unique(group[~alone]):
        members = np.flatnonzero(group == number)
        sizes.append(np.abs(np.linalg.eigvals(matrix[members][:, members].toarray())))
    with np.errstate(divide="ignore"):
        return np.sort(np.log(np.concatenate(sizes)))[::-1]
