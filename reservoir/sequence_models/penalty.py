"""The penalty of a ridge classifier whose calibrated decisions on rows left out are the most probable."""

import numpy as np

from readouts.folds import left_out_predictions
from readouts.types import Array
from reservoir.sequence_models.left_out import by_class
from reservoir.sequence_models.temperature import fit_temperature, log_loss


def choose_penalty(X: Array, classes: Array, alphas: Array) -> tuple[float, float]:
    """Return the penalty with which left-out probabilities have the least log loss, and the temperature for it.

    Squared errors on targets of -1 and +1, by which ridge is fitted, are a poor guide where classes have few members:
    they prefer decisions that are nearly the same for all rows, as most targets are -1. Probabilities do not depend
    on the size of decisions, for which their temperature makes up.

    Parameters
    ----------
    X : array (n_rows, n_features)
    classes : array (n_rows,) of int
        From 0 on, at least two different.
    alphas : array (n_alphas,) of positive numbers

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.sequence_models.penalty import choose_penalty
    >>> random = np.random.RandomState(0)
    >>> classes = np.arange(60) % 2
    >>> X = random.standard_normal((60, 50)) + 0.2 * classes[:, None]
    >>> choose_penalty(X, classes, np.array([1e-3, 1.0, 1e3]))[0]
    1.0
    """
    n_classes = classes.max() + 1
    targets = np.where(classes[:, None] == np.arange(n_classes), 1.0, -1.0)
    targets = targets[:, 1:] if n_classes == 2 else targets
    found = []
    for alpha, left_out in zip(alphas, left_out_predictions(X, targets, alphas), strict=True):
        decisions = by_class(left_out[:, 0] if n_classes == 2 else left_out)
        temperature = fit_temperature(decisions, classes)
        found.append((log_loss(decisions, classes, temperature), float(alpha), temperature))
    _, alpha, temperature = min(found)
    return alpha, temperature
