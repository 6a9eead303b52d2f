"""Scores whose errors name the argument, as those of every other method of a readout do."""

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.metrics import accuracy_score, r2_score
from sklearn.utils.validation import _num_samples

from readouts.masked import refuse_masked
from readouts.validation import check_is_given, check_sample_weight, naming
from readouts.values import check_labels


class ScoredRegressor(RegressorMixin):
    """A regressor of scikit-learn whose score checks y and the weights under their names."""

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Return the coefficient of determination R^2 of the predictions, the mean over the targets.

        Parameters
        ----------
        X : samples, as ``predict`` takes them
        y : array (n_samples,) or (n_samples, n_targets)
        sample_weight : array (n_samples,), number or None, default=None
            Non-negative, with a positive sum.

        Returns
        -------
        float, at most 1; NaN, with a warning, for a single row
        """
        return _score(r2_score, self, X, y, sample_weight)


class ScoredClassifier(ClassifierMixin):
    """A classifier of scikit-learn whose score checks y and the weights under their names."""

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Return the share of rows whose label is predicted.

        Parameters
        ----------
        X : samples, as ``predict`` takes them
        y : array (n_samples,) of labels
        sample_weight : array (n_samples,), number or None, default=None
            Non-negative, with a positive sum.

        Returns
        -------
        float from 0 to 1
        """
        return _score(accuracy_score, self, X, y, sample_weight)


def _score(metric, readout, X, y, sample_weight):
    """Return the metric of y and what the readout predicts for X."""
    predicted = readout.predict(X)
    check_is_given(readout, y)
    refuse_masked("y", y)
    with naming("y"):
        y = check_labels("y", y) if metric is accuracy_score else y
        n_targets = _num_samples(y)
    if n_targets != len(predicted):
        raise ValueError(f"'y' must have one entry for each of the {len(predicted)} rows of 'X'; got {n_targets}.")
    weight = check_sample_weight(sample_weight, len(predicted))
    with naming("y"), np.errstate(over="ignore", invalid="ignore"):
        score = metric(y, predicted, sample_weight=weight)
    if len(predicted) > 1 and not np.isfinite(score):
        raise ValueError(
            f"'X', 'y' and 'sample_weight' must be small enough to be scored without an overflow; got {score}. "
            "Scale them."
        )
    return score
