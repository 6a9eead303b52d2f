"""How many directions the states of a reservoir spread over."""

import numpy as np
from numpy.typing import ArrayLike

from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_integer
from reservoir.diagnostics.one_series import read_one_series
from reservoir.dispatch import check_fitted_reservoir


def effective_dimension(reservoir: BaseReservoir, X: ArrayLike, *, washout: int | None = None) -> float:
    """Participation ratio of the states along one series: the number of directions that they spread over.

    With l_i the eigenvalues of the covariance matrix C of the states after the washout::

        dimension = (sum_i l_i)^2 / sum_i l_i^2 = trace(C)^2 / trace(C^2)

    It is k where the states spread equally over k directions and not at all over others. Unequal spread counts less:
    100 units that mostly follow one common signal have a dimension near 1. Weak directions hardly count, although a
    readout may use them; see `kernel_rank`, which counts every direction above a threshold.

    Parameters
    ----------
    reservoir : fitted reservoir of any class
    X : 2-D array (n_steps, n_features)
        One series, driven from rest. The more steps, the better: from T of them no dimension above T - 1 can be seen.
    washout : int or None, default=None
        Number of first steps that do not count; at least two must be left. None is half of them.

    Returns
    -------
    float, from 1 to the number of columns of the states

    Raises
    ------
    ValueError
        If X is invalid, too short, or leaves the states constant, which spread over no direction at all.
    StateOverflowError
        If a state grows past every finite number.

    References
    ----------
    D. G. Clark, L. F. Abbott and A. Litwin-Kumar, "Dimension of activity in random neural networks", arXiv:2207.12373,
    2022, which calls it the effective dimension.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics import effective_dimension
    >>> u = np.random.RandomState(0).standard_normal((2000, 1))
    >>> slow = EchoStateReservoir(100, leak_rate=0.1, random_state=0).fit(u)
    >>> fast = EchoStateReservoir(100, leak_rate=1.0, random_state=0).fit(u)
    >>> 1 < effective_dimension(slow, u) < effective_dimension(fast, u) < 100
    True
    """
    check_fitted_reservoir(reservoir)
    rows = read_one_series(reservoir, X)
    washout = len(rows) // 2 if washout is None else check_integer("washout", washout, at_least=0)
    if len(rows) - washout < 2:
        raise ValueError(
            f"'X' must have at least 2 steps after the 'washout'; got {len(rows)} steps and a washout of {washout}. "
            "Pass a longer series or a smaller washout."
        )
    states = reservoir.drive(rows, reservoir.rest())[0][washout:]
    rounding, largest = np.finfo(states.dtype).eps, float(np.abs(states).max())
    states = states.astype(np.float64) / (largest or 1.0)
    if np.ptp(states, axis=0).max() <= 10 * rounding:
        raise ValueError(
            "'X' must move the states; they are constant after the washout, so that they spread in no direction. "
            "Pass an input that varies, or larger input weights."
        )
    states -= states.mean(axis=0)
    states /= np.abs(states).max()
    wide = states.shape[1] > states.shape[0]
    products = states @ states.T if wide else states.T @ states  # both have the same eigenvalues except zeros
    return float(np.trace(products) ** 2 / np.sum(products**2))
