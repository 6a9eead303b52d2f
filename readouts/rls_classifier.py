"""A classifier that is updated row by row: recursive least squares on targets of -1 and +1."""

import copy
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d

from readouts.at_once import all_at_once, of_one_fit, snapshot
from readouts.no_probabilities import no_probabilities
from readouts.rls import RLSReadout
from readouts.scoring import ScoredClassifier
from readouts.types import Array
from readouts.validation import check_classes, check_is_given, check_rows, check_sample_weight, naming
from readouts.values import check_labels


class RLSReadoutClassifier(ScoredClassifier, BaseEstimator):
    """Linear classifier that is updated one row at a time, with optional exponential forgetting of past rows.

    An ``RLSReadout`` is fitted to one target for every class, +1 in rows of that class and -1 in all others (with two
    classes, one target for the second). The class of the largest prediction is chosen.

    There is no ``predict_proba``, as decisions are no probabilities; see `RidgeReadoutClassifier` for what has one.

    Parameters
    ----------
    alpha : float, default=1e-6
        Penalty, above 0.
    forgetting : float, default=1.0
        Weight of the past, per row, in (0, 1]. The memory is about ``1 / (1 - forgetting)`` rows.

    Attributes
    ----------
    classes_ : array (n_classes,)
    coef_ : array (n_classes, n_features); (1, n_features) with two classes
    intercept_ : array (n_classes,); (1,) with two classes
    n_features_in_ : int

    Raises
    ------
    ReadoutDivergedError
        If X is not finite, or so large that an update with it would overflow. Nothing of that call is kept. It is a
        ``ValueError``.
    ValueError
        If a parameter, X, y, ``classes`` or ``sample_weight`` is invalid otherwise.

    References
    ----------
    See ``RLSReadout``. R. Rifkin, G. Yeo and T. Poggio, "Regularized least-squares classification", in Advances in
    Learning Theory, IOS Press, 2003 (on targets of -1 and +1).

    Examples
    --------
    >>> import numpy as np
    >>> from readouts import RLSReadoutClassifier
    >>> X = np.random.RandomState(0).standard_normal((200, 2))
    >>> y = np.where(X[:, 0] > X[:, 1], "above", "below")
    >>> readout = RLSReadoutClassifier().partial_fit(X[:100], y[:100], classes=["above", "below"])
    >>> readout.score(X[100:], y[100:]) > 0.9
    True
    """

    predict_proba = no_probabilities

    def __init__(self, alpha: float = 1e-6, forgetting: float = 1.0) -> None:
        self.alpha = alpha
        self.forgetting = forgetting

    def __copy__(self) -> Self:
        return copy.deepcopy(self)  # an update changes in place what a shallow copy would share

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Start again and update the coefficients with the rows in the order given.

        Parameters
        ----------
        X : array (n_samples, n_features)
        y : array (n_samples,) of labels
        sample_weight : array (n_samples,), number or None, default=None
            As for ``RLSReadout.fit``. A label that has weight 0 in all its rows is no class.

        Returns
        -------
        self
        """
        self._update(X, y, None, sample_weight, start=True, in_fit=True)
        return self

    def partial_fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        classes: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Update with more rows.

        Parameters
        ----------
        X : array (n_samples, n_features)
        y : array (n_samples,) of labels
        classes : array (n_classes,) or None
            All labels, those of later calls included; needed in the first call.
        sample_weight : array (n_samples,), number or None, default=None
            As for ``RLSReadout.fit``.

        Returns
        -------
        self
        """
        self._update(X, y, classes, sample_weight, start=not hasattr(self, "classes_"))
        return self

    def partial_fit_predict(
        self,
        X: ArrayLike,
        y: ArrayLike,
        classes: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Array:
        """Update with more rows and return the prediction for each from before the update with it.

        Arguments are as for ``partial_fit``. The first row of all is predicted as the first class.

        Returns
        -------
        array (n_samples,) of labels
        """
        scores = self._update(X, y, classes, sample_weight, start=not hasattr(self, "classes_"))
        return self.classes_[_choose(scores)]

    @of_one_fit
    def decision_function(self, X: ArrayLike) -> Array:
        """Return the predicted targets: (n_samples, n_classes), or with two classes (n_samples,) for the second."""
        check_is_fitted(self)
        X = check_rows(self, X, reset=False)
        scores = X @ self.coef_.T + self.intercept_
        return scores[:, 0] if len(self.classes_) == 2 else scores

    @of_one_fit
    def predict(self, X: ArrayLike) -> Array:
        """Return the predicted labels of X (n_samples, n_features)."""
        scores = self.decision_function(X)
        return self.classes_[_choose(scores.reshape(len(scores), -1))]

    @all_at_once
    def _update(self, X, y, classes, sample_weight, start, in_fit=False):
        readout = RLSReadout() if start else snapshot(self._readout)
        check_is_given(self, y)
        with naming("y"):
            y = check_labels("y", y)
        X, y = check_rows(self, X, y, reset=start, ensure_all_finite=False)
        with naming("y"):
            check_classification_targets(y)
            y = column_or_1d(y, warn=True)
        if in_fit:
            weight = check_sample_weight(sample_weight, len(X))
            known = check_classes("y", y if weight is None else y[weight > 0])
        else:
            known = _agreed(classes, None if start else self.classes_)
            _refuse_unknown(y, known)
        readout.set_params(**self.get_params())
        scores, targets = None, _encode(y, known)
        if in_fit:
            readout.fit(X, targets, sample_weight)
        else:
            scores = readout.partial_fit_predict(X, targets, sample_weight)
        self._readout, self.classes_ = readout, known
        self.coef_, self.intercept_ = readout.coef_, readout.intercept_
        return scores


def _agreed(classes, known):
    """Return the classes, given now or ``known`` from the first call."""
    if classes is None:
        if known is None:
            raise ValueError("'classes' must name all labels in the first call of partial_fit; got None.")
        return known
    classes = check_classes("classes", classes)
    if known is not None and not np.array_equal(classes, known):
        raise ValueError(
            f"'classes' must be those of the first call, {known}; got {classes}. Call fit to start again with others."
        )
    return classes


def _refuse_unknown(y, classes):
    """Raise ValueError if y holds a label that is not one of the classes."""
    with naming("y"):
        unknown = np.setdiff1d(y, classes)
    if unknown.size:
        raise ValueError(
            f"'y' must hold labels of 'classes', {classes}; got {unknown.tolist()[0]!r}. Name all labels at first."
        )


def _encode(y, classes):
    """Return +1 where y is the class of the column and -1 elsewhere; with two classes, the second's column only."""
    columns = classes[1:] if len(classes) == 2 else classes
    return np.where(y[:, np.newaxis] == columns, 1.0, -1.0)


def _choose(scores):
    return (scores[:, 0] > 0).astype(int) if scores.shape[1] == 1 else scores.argmax(axis=1)
