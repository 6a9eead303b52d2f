"""Decisions of a ridge classifier on its own training rows, each by a fit without the row or without its group."""

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import clone

from readouts import RidgeReadoutClassifier
from readouts.types import Array


def by_class(decisions: Array) -> Array:
    """Return decisions with one column for each class: those of two classes, a single number, are opposite.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.sequence_models.left_out import by_class
    >>> by_class(np.array([0.5, -2.0])).tolist()
    [[-0.5, 0.5], [2.0, -2.0]]
    """
    return np.column_stack([-decisions, decisions]) if decisions.ndim == 1 else decisions


def left_out_decisions(readout: RidgeReadoutClassifier, X: Array, y: Array, groups: ArrayLike | None = None) -> Array:
    """Return the decision for every class of every row of X, (n_rows, n_classes), by a fit without it.

    Parameters
    ----------
    readout : fitted RidgeReadoutClassifier
        Its penalty is not chosen again.
    X, y : arrays (n_rows, n_features) and (n_rows,) that it was fitted to
    groups : array (n_rows,) or None, default=None
        The rows of a group are left out together. Where only one class remains, its decision is 1, and -1 that of all
        others.
    """
    if groups is None and hasattr(readout, "cv_decisions_"):
        return by_class(readout.cv_decisions_)
    groups = np.arange(len(X)) if groups is None else np.asarray(groups)
    decisions = np.full((len(X), len(readout.classes_)), -1.0)
    for group in np.unique(groups):
        left_out = groups == group
        classes = np.unique(y[~left_out])
        columns = np.searchsorted(readout.classes_, classes)
        if len(classes) == 1:
            decisions[left_out, columns[0]] = 1.0
            continue
        without = clone(readout).set_params(alphas=None, cv=None, alpha=readout.alpha_).fit(X[~left_out], y[~left_out])
        decisions[np.ix_(left_out, columns)] = by_class(without.decision_function(X[left_out]))
    return decisions
