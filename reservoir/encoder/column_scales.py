"""Mean and standard deviation of every column, from blocks of rows, without losing digits to a large mean."""

from collections.abc import Iterable

import numpy as np

from readouts.types import Array
from reservoir.kernels.moments import column_moments

# A deviation of no more than this many rounding errors is taken for none.
FEWEST_ERRORS = 4


def mean_and_scale(blocks: Iterable[tuple[Array, Array]]) -> tuple[Array, Array]:
    """Return the mean and the deviation of every column over the rows of all blocks.

    The deviation of a column that does not vary beyond rounding counts as infinite, so that dividing by it gives 0.

    Parameters
    ----------
    blocks : iterable of pairs
        The rows of a block (n_rows, n_columns), in double precision, and the rounding error that the numbers of each
        column may have, (n_columns,).

    Returns
    -------
    mean, scale : arrays (n_columns,)

    References
    ----------
    T. F. Chan, G. H. Golub and R. J. LeVeque, "Algorithms for computing the sample variance: analysis and
    recommendations", The American Statistician 37:242, 1983, equations 1.5 and 1.7.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.encoder.column_scales import mean_and_scale
    >>> mean_and_scale([(np.array([[1.0, 7.0], [3.0, 7.0]]), np.full(2, 1e-15))])
    (array([2., 7.]), array([ 1., inf]))
    """
    n_rows, mean, length, error = 0, np.zeros(1), np.zeros(1), np.zeros(1)
    with np.errstate(over="ignore", invalid="ignore"):
        for rows, own_error in blocks:
            own_mean, own_length = column_moments(rows)
            share = len(rows) / (n_rows + len(rows))
            # Lengths instead of squares, which would overflow, or become 0, for numbers that need not.
            length = np.hypot(np.hypot(length, own_length), np.abs(own_mean - mean) * np.sqrt(n_rows * share))
            mean = mean + (own_mean - mean) * share
            n_rows, error = n_rows + len(rows), np.maximum(error, own_error)
    scale = length / np.sqrt(n_rows)
    if not np.isfinite(scale).all():
        raise ValueError(
            "'X' must hold numbers whose sums are finite, for views that are scaled; got larger ones. Divide them, or "
            "leave out such views."
        )
    return mean, np.where(scale > FEWEST_ERRORS * error, scale, np.inf)
