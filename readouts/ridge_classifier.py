"""Classification by ridge regression on targets of -1 and +1: whole, in chunks, or merged from many machines."""

import numbers
from collections.abc import Sequence
from functools import reduce
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, clone
from sklearn.linear_model import RidgeClassifier
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import all_at_once, of_one_fit
from readouts.merging import check_same_columns, check_same_parameters
from readouts.no_probabilities import no_probabilities
from readouts.ridge import RidgeReadout
from readouts.scoring import ScoredClassifier
from readouts.types import Array
from readouts.validation import (
    check_classes,
    check_is_given,
    check_rows,
    check_sample_weight,
    naming,
)
from readouts.values import check_labels


class RidgeReadoutClassifier(ScoredClassifier, BaseEstimator):
    """Linear classifier: one ridge regression per class, on targets of +1 for the class and -1 for the others.

    ``decision(x) = coef x + intercept``; the class of the largest decision is predicted. Two classes share one
    regression, and its sign decides.

    Decisions are no probabilities, and there is no ``predict_proba``. For probabilities of rows, put it into
    `sklearn.calibration.CalibratedClassifierCV`; for those of whole sequences, take `reservoir.ReservoirClassifier`,
    which calibrates the decisions of this class by a temperature, fitted to decisions on sequences left out.

    Parameters
    ----------
    alpha : float or array (n_targets,), default=1e-6
        Penalty, at least 0: a number, or one for each class (for two classes, one in all). Not used with ``alphas``.
    alphas : sequence of float or None, default=None
        A grid of positive penalties. The one of least cross-validated squared error *on the targets of -1 and +1* is
        taken, which is exact in one pass; the share of errors is not counted.
    cv : int, list of splits or None, default=None
        Folds for ``alphas``, as in `RidgeReadout`: None for every row in turn, an integer for contiguous blocks.
        ``groups`` given to ``fit``, such as speakers, are left out in turn instead, as suits data of new groups.
    alpha_per_target : bool, default=False
        Whether every class gets the alpha of least error for itself.
    solver : {"auto", "qr"}, default="auto"
        As in `RidgeReadout`.
    class_weight : dict, "balanced" or None, default=None
        Weight of the rows of each class, 1 for a class not named. "balanced" gives all classes the same total weight,
        which only ``fit`` can do, for it needs all counts.

    Attributes
    ----------
    classes_ : array (n_classes,)
    coef_ : array (n_classes, n_features), for two classes (1, n_features)
    intercept_ : array (n_classes,), for two classes (1,)
    alpha_, cv_results_ : as in `RidgeReadout`
    cv_decisions_ : array (n_samples,) or (n_samples, n_classes), with ``alphas`` and without ``cv`` and groups only
    readout_ : RidgeReadout
        The regression on the targets.
    n_features_in_ : int

    Raises
    ------
    ValueError
        If a parameter or an argument is invalid. Nothing has changed then.

    References
    ----------
    R. Rifkin, G. Yeo and T. Poggio, "Regularized least-squares classification", in Advances in Learning Theory, NATO
    Science Series III 190, 2003.

    Examples
    --------
    >>> import numpy as np
    >>> from readouts import RidgeReadoutClassifier
    >>> X = np.array([[0.0, 1.0], [0.2, 0.9], [1.0, 0.1], [0.9, 0.0], [2.0, 2.1], [2.2, 1.9]])
    >>> classifier = RidgeReadoutClassifier(1e-3).fit(X, ["low", "low", "right", "right", "far", "far"])
    >>> classifier.predict([[0.1, 0.8], [2.5, 2.5]]).tolist()
    ['low', 'far']

    Probabilities of rows:

    >>> from sklearn.calibration import CalibratedClassifierCV
    >>> random = np.random.RandomState(0)
    >>> X = random.standard_normal((300, 1))
    >>> y = X[:, 0] + random.standard_normal(300) > 0  # at x = 0, either is as likely
    >>> calibrated = CalibratedClassifierCV(RidgeReadoutClassifier()).fit(X, y)
    >>> calibrated.predict_proba([[0.0], [2.0]])[:, 1].round(1).tolist()
    [0.5, 1.0]
    """

    predict_proba = no_probabilities

    def __init__(
        self,
        alpha: float | ArrayLike = 1e-6,
        *,
        alphas: ArrayLike | None = None,
        cv: int | Sequence[tuple[ArrayLike, ArrayLike]] | None = None,
        alpha_per_target: bool = False,
        solver: Literal["auto", "qr"] = "auto",
        class_weight: dict[Any, float] | Literal["balanced"] | None = None,
    ) -> None:
        self.alpha = alpha
        self.alphas = alphas
        self.cv = cv
        self.alpha_per_target = alpha_per_target
        self.solver = solver
        self.class_weight = class_weight

    @all_at_once
    def fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None, groups: ArrayLike | None = None
    ) -> Self:
        """Fit the classifier to these rows alone; earlier rows are discarded.

        Parameters
        ----------
        X : array (n_samples, n_features)
        y : array (n_samples,) of labels, at least two of them different
        sample_weight, groups : as in `RidgeReadout.fit`

        Returns
        -------
        self
        """
        X, y, weight = self._check(X, y, sample_weight, first=True, all_zero=False)
        self.classes_ = check_classes("y", y if weight is None else y[weight > 0])
        self.readout_ = self._new_readout().fit(X, self._targets(y), self._weigh(y, weight), groups)
        return self

    @all_at_once
    def partial_fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        classes: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
        groups: ArrayLike | None = None,
    ) -> Self:
        """Add more rows to the fit; the first call sets the shapes and the classes.

        Parameters
        ----------
        X, y, sample_weight, groups : as in ``fit``
        classes : array or None, default=None
            All labels, those of later chunks included. None takes those of the first chunk.

        Returns
        -------
        self
        """
        if isinstance(self.class_weight, str) and self.class_weight == "balanced":
            raise ValueError("'class_weight' must not be 'balanced' in chunks; pass a dict or row weights.")
        first = not hasattr(self, "readout_")
        X, y, weight = self._check(X, y, sample_weight, first, all_zero=True)
        if classes is not None:
            classes = check_classes("classes", classes)
        if first:
            self.classes_ = check_classes("y", y) if classes is None else classes
        elif classes is not None and not np.array_equal(classes, self.classes_):
            raise ValueError(f"'classes' must be those of earlier calls, {self.classes_}; got {classes}.")
        with naming("y"):
            unknown = np.setdiff1d(y, self.classes_)
        if len(unknown):
            raise ValueError(f"'y' must hold labels of 'classes', {self.classes_}; got {unknown}, too.")
        # A copy is updated, so that a failure changes nothing.
        readout = self._new_readout() if first else _continued(self.readout_, self._new_readout())
        self.readout_ = readout.partial_fit(X, self._targets(y), self._weigh(y, weight), groups)
        return self

    def merge(self, other: Self) -> Self:
        """Return a new classifier that is fitted to the rows of both; neither of the two changes.

        Parameters
        ----------
        other : RidgeReadoutClassifier
            With the same parameters, features and classes. One that was never fitted adds nothing.

        Returns
        -------
        RidgeReadoutClassifier
        """
        check_same_parameters(self, other)
        merged = clone(self)
        fitted = [part for part in (self, other) if hasattr(part, "readout_")]
        if len(fitted) == 2:
            check_same_columns(self, other)
            if not np.array_equal(self.classes_, other.classes_):
                raise ValueError(f"'other' must have the same classes, {self.classes_}; got {other.classes_}.")
            if isinstance(self.class_weight, str):
                raise ValueError("'class_weight' must not be 'balanced' in a merge; pass a dict or row weights.")
        if fitted:
            names = ("n_features_in_", "feature_names_in_", "classes_")
            vars(merged).update({name: vars(fitted[0])[name] for name in names if name in vars(fitted[0])})
            merged.readout_ = reduce(RidgeReadout.merge, (part.readout_ for part in fitted), self._new_readout())
        return merged

    @of_one_fit
    def decision_function(self, X: ArrayLike) -> Array:
        """Return the decisions: (n_samples,) for two classes, positive for the second, else (n_samples, n_classes)."""
        check_is_fitted(self)
        X = check_rows(self, X, reset=False)
        decisions = X @ self.coef_.T + self.intercept_
        return decisions[:, 0] if len(self.classes_) == 2 else decisions

    @of_one_fit
    def predict(self, X: ArrayLike) -> Array:
        """Return the class of the largest decision for every row, (n_samples,)."""
        decisions = self.decision_function(X)
        return self.classes_[(decisions > 0).astype(int) if decisions.ndim == 1 else decisions.argmax(axis=1)]

    def to_sklearn(self) -> RidgeClassifier:
        """Return a fitted `sklearn.linear_model.RidgeClassifier` that predicts the same and carries no statistics."""
        check_is_fitted(self)
        # A fit on zeros sets the classes; the coefficients are replaced afterwards.
        theirs = RidgeClassifier().fit(np.zeros((len(self.classes_), self.n_features_in_)), self.classes_)
        theirs.coef_, theirs.intercept_ = self.coef_.copy(), self.intercept_.copy()
        if hasattr(self, "feature_names_in_"):
            theirs.feature_names_in_ = self.feature_names_in_
        return theirs.set_params(alpha=self.alpha_)

    @property
    def coef_(self) -> Array:
        """The coefficients."""
        check_is_fitted(self)
        return self.readout_.coef_

    @property
    def intercept_(self) -> Array:
        """The intercepts."""
        check_is_fitted(self)
        return self.readout_.intercept_

    @property
    def alpha_(self) -> float | Array:
        """The penalty in use."""
        check_is_fitted(self)
        return self.readout_.alpha_

    @property
    def cv_results_(self) -> dict[str, Array]:
        """The cross-validated errors."""
        check_is_fitted(self)
        return self.readout_.cv_results_

    @property
    def cv_decisions_(self) -> Array:
        """The decisions on each row of ``fit`` by a classifier fitted without it, shaped as `decision_function` does.

        In closed form. Needs ``alphas`` without ``cv`` or ``groups``. Rows of weight 0 have none.
        """
        check_is_fitted(self)
        decisions = self.readout_.cv_predictions_
        return decisions[:, 0] if len(self.classes_) == 2 else decisions

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "readout_") and self.readout_.__sklearn_is_fitted__()

    def _new_readout(self):
        parameters = self.get_params(deep=False)
        del parameters["class_weight"]
        return RidgeReadout(**parameters)

    def _check(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None, first: bool, all_zero: bool
    ) -> tuple[Array, Array, Array | None]:
        check_is_given(self, y)
        with naming("y"):
            y = check_labels("y", y)
        X, y = check_rows(self, X, y, reset=first)
        with naming("y"):
            check_classification_targets(y)
        return X, y, check_sample_weight(sample_weight, len(X), all_zero)

    def _targets(self, y):
        targets = np.where(y[:, None] == self.classes_, 1.0, -1.0)
        return targets[:, 1:] if len(self.classes_) == 2 else targets

    def _weigh(self, y, weight):
        """Return the weights of rows times those of their classes."""
        # Labels of weight 0 are not among the classes, and may be larger than all of them.
        index = np.searchsorted(self.classes_, y).clip(max=len(self.classes_) - 1)
        if self.class_weight is None:
            return weight
        weight = np.ones(len(y)) if weight is None else weight
        if isinstance(self.class_weight, str) and self.class_weight == "balanced":
            return weight * (weight.sum() / len(self.classes_) / np.bincount(index, weight))[index]
        if not isinstance(self.class_weight, dict):
            raise ValueError(f"'class_weight' must be a dict, 'balanced' or None; got {self.class_weight!r}.")
        unknown = [label for label in self.class_weight if label not in self.classes_.tolist()]
        if unknown:
            raise ValueError(f"'class_weight' must name classes of y, {self.classes_}; got {unknown}, too.")
        factors = [self.class_weight.get(label, 1.0) for label in self.classes_.tolist()]
        if not all(isinstance(factor, numbers.Real) and 0 <= factor < np.inf for factor in factors):
            raise ValueError(f"'class_weight' must hold finite numbers of at least 0; got {self.class_weight!r}.")
        return weight * np.array(factors, dtype=float)[index]


def _continued(readout, new):
    """Return a new readout, with parameters as they are now, that holds the rows of a fitted one."""
    parameters = new.get_params(deep=False)
    vars(new).update({name: value for name, value in vars(readout).items() if name not in parameters})
    return new
