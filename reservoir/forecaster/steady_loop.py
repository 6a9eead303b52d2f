"""A penalty with which a closed loop stays near the data: the best one by its one-step errors need not be."""

import numpy as np

from readouts import RidgeReadout
from reservoir.base import StateOverflowError
from reservoir.forecaster.range_check import widths_beyond

TRIED_STEPS = 100


def stays_near(forecast, limits, factor):
    """Whether a forecast stays within its range, up to ``factor`` times the range's width, and finite.

    Parameters
    ----------
    forecast : callable
        Returns rows of data, or raises StateOverflowError.
    limits : array (2, n_features)
    factor : float

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.forecaster.steady_loop import stays_near
    >>> limits = np.array([[0.0], [1.0]])
    >>> stays_near(lambda: np.array([[1.5]]), limits, 1.0), stays_near(lambda: np.array([[2.5]]), limits, 1.0)
    (True, False)
    """
    try:
        rows = forecast()
    except StateOverflowError:
        return False
    return bool(np.isfinite(rows).all() and (widths_beyond(rows, limits) <= factor).all())


def with_larger_penalties(readout):
    """Return an unfitted readout that chooses among the penalties above the one chosen; None if there are none.

    Examples
    --------
    >>> import numpy as np
    >>> from readouts import RidgeReadout
    >>> from reservoir.forecaster.steady_loop import with_larger_penalties
    >>> X = np.arange(10.0)[:, None]
    >>> with_larger_penalties(RidgeReadout(alphas=(0.1, 1.0, 10.0), cv=2).fit(X, X))
    RidgeReadout(alphas=(1.0, 10.0), cv=2)
    """
    alphas = tuple(alpha for alpha in readout.alphas if alpha > readout.alpha_)
    return RidgeReadout(alphas=alphas, cv=readout.cv) if alphas else None
