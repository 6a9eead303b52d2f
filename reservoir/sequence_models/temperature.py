"""Probabilities from decisions: a softmax whose temperature suits decisions on cases that a fit has not seen."""

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

from readouts.types import Array

# A temperature is sought between these shares and multiples of the largest decision.
COLDEST, HOTTEST = 1e-6, 1e6


def fit_temperature(decisions: Array, classes: Array) -> float:
    """Return the temperature with which a softmax of decisions has the least log loss.

    With decisions d of a case of class c, among K classes and n cases, and a share e = 1 / (n + 2)::

        p = softmax(d / temperature),    loss = -mean of (1 - e) log p_c + e / (K - 1) sum_k!=c log p_k

    The share e, of cases that are not what they are labelled, keeps the temperature above 0 where every decision is
    right.

    Parameters
    ----------
    decisions : array (n_cases, n_classes)
        Of each case by a fit without it.
    classes : array (n_cases,) of int
        Positions of the right classes.

    Returns
    -------
    float, above 0

    References
    ----------
    C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On calibration of modern neural networks", ICML 2017, section 4.2
    (temperature scaling). J. Platt, "Probabilistic outputs for support vector machines", in Advances in Large Margin
    Classifiers, 2000, section 2.2 (targets that are not quite 0 and 1).

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.sequence_models.temperature import fit_temperature
    >>> decisions = np.array([[1.0, -1.0], [1.0, -1.0], [1.0, -1.0], [-1.0, 1.0]])
    >>> round(fit_temperature(decisions, np.array([0, 0, 0, 0])), 3)  # three of four are right
    2.885
    """
    largest = np.abs(decisions).max() or 1.0

    def loss(logarithm):
        return log_loss(decisions, classes, np.exp(logarithm))

    bounds = np.log(largest * COLDEST), np.log(largest * HOTTEST)
    return float(np.exp(minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-9}).x))


def log_loss(decisions: Array, classes: Array, temperature: float) -> float:
    """Return the loss of `fit_temperature`, in nats.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.sequence_models.temperature import log_loss
    >>> round(log_loss(np.zeros((3, 2)), np.array([0, 1, 1]), 1.0), 6)  # log(2)
    0.693147
    """
    n_cases, n_classes = decisions.shape
    share = 1 / (n_cases + 2)
    targets = np.full(decisions.shape, share / (n_classes - 1))
    targets[np.arange(n_cases), classes] = 1 - share
    return float(-(targets * log_softmax(decisions / temperature, axis=1)).sum() / n_cases)


def probabilities(decisions: Array, temperature: float) -> Array:
    """Return the probability of every class, ``softmax(decisions / temperature)``, rows that sum to 1.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.sequence_models.temperature import probabilities
    >>> probabilities(np.array([[np.log(3.0), 0.0]]), 1.0).round(2).tolist()
    [[0.75, 0.25]]
    """
    return softmax(decisions / temperature, axis=1)
