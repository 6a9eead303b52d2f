"""Readouts in C: those that are linear, as is proved by what they predict."""

import warnings
from contextlib import contextmanager

import numpy as np
from sklearn.base import is_classifier
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import Pipeline

from reservoir.interop.c99.affine_map import affine_rule
from reservoir.interop.c99.scaling import scaling_rule, scalings_of
from reservoir.kernels.closed_loop import FAR, find_affine

N_TRIED = 20  # rows of features


def add_readout(function, readout, spans):
    """Add a readout of rows side by side, and return the rows of its outputs; those of a classifier are scores."""
    if type(readout) is Pipeline:
        *steps, readout = (step for _, step in readout.steps if step not in (None, "passthrough"))
        for scaling in [one for step in steps for one in scalings_of(step)]:
            spans = [function.call("feature_scaler", scaling_rule(scaling), spans)]
    if type(readout) is TransformedTargetRegressor:
        scalings = [one.inverse() for one in scalings_of(readout.transformer_)[::-1]]
        spans = add_readout(function, readout.regressor_, spans)
        for scaling in scalings:
            spans = [function.call("target_scaler", scaling_rule(scaling), spans)]
        return spans
    n_features = sum(span.size for span in spans)
    with _without_names():
        affine = _as_scores(readout, n_features) if is_classifier(readout) else _as_numbers(readout, n_features)
    if is_classifier(readout):
        function.program.classes = readout.classes_
    return [function.call("readout", affine_rule(affine.weights, affine.intercept), spans)]


def affine_readout(readout, n_features):
    """Return the `AffineReadout` that a regressor is; raise TypeError if it is none."""
    with _without_names():
        return _as_numbers(readout, n_features)


def _as_numbers(readout, n_features):
    affine = find_affine(readout, _tried(n_features))
    if affine is None:
        raise TypeError(
            f"'model' must have a linear readout, such as RidgeReadout or a linear regressor of scikit-learn whose "
            f"predictions are X @ coef_.T + intercept_; got {readout!r}."
        )
    return affine


def _as_scores(classifier, n_features):
    """Return the affine map to the scores of a classifier, whose largest, or sign, is the class that it predicts."""
    rows = _tried(n_features)
    affine = find_affine(_Scores(classifier), rows) if hasattr(classifier, "decision_function") else None
    rows = np.vstack([rows, FAR * rows])
    if affine is not None:
        scores = affine(rows)
        chosen = (scores[:, 0] > 0).astype(int) if scores.shape[1] == 1 else scores.argmax(axis=1)
    if affine is None or not np.array_equal(classifier.classes_[chosen], classifier.predict(rows)):
        raise TypeError(
            "'model' must have a linear readout, such as RidgeReadoutClassifier or a linear classifier of scikit-learn "
            f"that predicts the class of the largest X @ coef_.T + intercept_; got {classifier!r}."
        )
    return affine


class _Scores:
    """A classifier whose predictions are its scores."""

    def __init__(self, classifier):
        self.coef_, self.intercept_ = (getattr(classifier, name, None) for name in ("coef_", "intercept_"))
        self.predict = classifier.decision_function


@contextmanager
def _without_names():
    """Let a readout that was fitted to a data frame predict arrays without a warning."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="X does not have valid feature names")
        yield


def _tried(n_features):
    return np.random.RandomState(0).standard_normal((N_TRIED, n_features))
