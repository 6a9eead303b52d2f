"""The coefficient of determination, R^2, of numbers of any size."""

import math

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import r2_score

from readouts.types import Array
from reservoir.metrics.exact_scale import exponent_of


def r_squared(y_true: ArrayLike, y_pred: ArrayLike, causes: str = "'X' and 'y'", weights: Array | None = None) -> float:
    """Return scikit-learn's R^2, the mean over the outputs, without overflow where the squares of numbers are infinite.

    Parameters
    ----------
    y_true, y_pred : array (n_steps,) or (n_steps, n_outputs), finite
    causes : str, default="'X' and 'y'"
        The data that predictions and truth depend on, for the message.
    weights : array (n_steps,) or None, default=None

    Examples
    --------
    >>> from reservoir.metrics.determination import r_squared
    >>> r_squared([1e300, 2e300, 3e300], [1e300, 2e300, 2e300])
    0.5
    """
    arrays = (np.asarray(one, dtype=np.float64) for one in (y_true, y_pred))
    truth, prediction = (array.reshape(len(array), -1) for array in arrays)
    exponent = exponent_of(truth)
    with np.errstate(over="ignore"):
        score = float(r2_score(np.ldexp(truth, -exponent), np.ldexp(prediction, -exponent), sample_weight=weights))
    if not math.isfinite(score):
        raise ValueError(
            f"The predictions are so far off that R^2 is larger than any number. Bring {causes} to the scale that they "
            "had in fit, or use a larger penalty in the readout."
        )
    return score
