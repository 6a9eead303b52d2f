"""Decisions of a ridge classifier on its own training rows, each by a fit without the row or without its group."""

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import clone
from sklearn.utils.class_weight import compute_sample_weight

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
        Its penalty is not chosen again, nor are the weights of classes.
    X, y : arrays (n_rows, n_features) and (n_rows,) that it was fitted to
    groups : array (n_rows,) or None, default=None
        The rows of a group are left out together. Where only one class remains, its decision is 1, and -1 that of all
        others.
    """
    weight = compute_sample_weight(readout.class_weight, y)
    groups = None if groups is None else np.unique(groups, return_inverse=True)[1]
    if groups is None or groups.max() == len(X) - 1:  # every row is a group of its own
        if hasattr(readout, "cv_decisions_") and np.all(weight > 0):
            return by_class(readout.cv_decisions_)
        groups = None
    targets = np.where(y[:, None] == readout.classes_, 1.0, -1.0)
    if len(readout.classes_) == 2:
        targets = targets[:, 1:]
    alpha = np.broadcast_to(readout.alpha_, targets.shape[1])
    if groups is None and alpha.min() > 0:
        decisions = _without_each_row(readout, X, targets, weight, alpha)
    else:
        decisions = _without_each_group(readout, X, targets, weight, np.arange(len(X)) if groups is None else groups)
    return by_class(decisions[:, 0] if len(readout.classes_) == 2 else decisions)


def _without_each_row(readout, X, targets, weight, alpha):
    """Return the predictions of the regression behind a classifier in closed form."""
    predictions, fitted = np.empty(targets.shape), weight > 0
    for one in np.unique(alpha):
        regression = clone(readout.readout_).set_params(alpha=one, alphas=[one], cv=None)
        columns = np.flatnonzero(alpha == one)
        regression.fit(X[fitted], targets[np.ix_(fitted, columns)], weight[fitted])
        predictions[np.ix_(fitted, columns)] = regression.cv_predictions_
        if not fitted.all():  # rows of no weight are left out already
            predictions[np.ix_(~fitted, columns)] = regression.predict(X[~fitted])
    return predictions


def _without_each_group(readout, X, targets, weight, groups):
    if len(X) < X.shape[1]:  # ridge predicts the same from coordinates in the space that the rows span
        X = np.linalg.qr(X.T, mode="r").T
    regression = clone(readout.readout_).set_params(alphas=None, cv=None, alpha=readout.alpha_)
    predictions = np.empty(targets.shape)
    for group in range(groups.max() + 1):
        left_out = groups == group
        regression.fit(X[~left_out], targets[~left_out], weight[~left_out])
        predictions[left_out] = regression.predict(X[left_out])
    return predictions
