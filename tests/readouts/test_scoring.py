import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.base import is_classifier, is_regressor
from sklearn.exceptions import NotFittedError, UndefinedMetricWarning
from sklearn.metrics import accuracy_score, r2_score

from readouts import RidgeReadout, RidgeReadoutClassifier, RLSReadout, RLSReadoutClassifier

RANDOM = np.random.RandomState(0)
X, Y, LABELS = RANDOM.standard_normal((24, 3)), RANDOM.standard_normal((24, 2)), np.arange(24) % 3
WEIGHT = np.linspace(0.5, 2.0, 24)
REGRESSORS = [RidgeReadout(0.1), RLSReadout(0.1)]
CLASSIFIERS = [RidgeReadoutClassifier(0.1), RLSReadoutClassifier(0.1)]
CASES = [*((one, Y, r2_score) for one in REGRESSORS), *((one, LABELS, accuracy_score) for one in CLASSIFIERS)]
each = pytest.mark.parametrize(
    ("readout", "y", "metric"), CASES, ids=lambda one: type(one).__name__ if hasattr(one, "fit") else ""
)


@each
def test_a_score_is_that_of_scikit_learn(readout, y, metric):
    readout.fit(X, y)
    assert readout.score(X, y) == metric(y, readout.predict(X)) == readout.score(X, y, sample_weight=2.0)
    assert readout.score(X, y.tolist(), WEIGHT) == metric(y, readout.predict(X), sample_weight=WEIGHT)
    assert is_regressor(readout) == (metric is r2_score) and is_classifier(readout) == (metric is accuracy_score)


@each
def test_what_cannot_be_scored_is_named(readout, y, metric):
    with pytest.raises(NotFittedError):
        type(readout)().score(X, y)
    readout.fit(X, y)
    for bad in (None, 3, "abc", np.full(X.shape, np.nan), X[:, :2], X[0], X + 1j, csr_array(X), [[1.0], [1.0, 2.0]]):
        with pytest.raises((TypeError, ValueError), match=r"\bX\b"):
            readout.score(bad, y)
    for rows in (X[:1], X[:-1], np.concatenate([X, X])):
        with pytest.raises(ValueError, match="'y' must have one entry for each of the .* rows of 'X'; got 24"):
            readout.score(rows, y, WEIGHT)
    ragged = [[1.0], [1.0, 2.0]] * 12
    for bad in (None, 3, "abc", b"abc", object(), iter(y), {1, 2}, [], y[:23], np.stack([y] * 2), ragged,
                np.full(y.shape, np.nan), np.full(y.shape, np.inf), y + 1j, csr_array(Y)):  # fmt: skip
        with pytest.raises((TypeError, ValueError), match=r"\by\b"):
            readout.score(X, bad)
    for bad in ("abc", object(), iter(y), [], WEIGHT[:23], -WEIGHT, 0.0, 0 * WEIGHT, np.nan * WEIGHT, WEIGHT + 1j,
                np.stack([WEIGHT] * 2), [[1.0], [1.0, 2.0]], {1: 2}):  # fmt: skip
        with pytest.raises((TypeError, ValueError), match=r"\bsample_weight\b"):
            readout.score(X, y, bad)


@pytest.mark.parametrize("readout", REGRESSORS, ids=lambda one: type(one).__name__)
def test_squares_that_overflow_are_refused_and_a_single_row_has_no_variance(readout):
    readout.fit(X, Y)
    for arguments in ((X, 1e300 * Y), (1e300 * X, Y), (X, Y, 8e307 * WEIGHT)):
        with pytest.raises(ValueError, match="'X', 'y' and 'sample_weight' must be small enough"):
            readout.score(*arguments)
    with pytest.warns(UndefinedMetricWarning):
        assert np.isnan(readout.score(X[:1], Y[:1]))
    with pytest.raises(ValueError, match="'y' .*different number of output"):
        readout.score(X, Y[:, 0])
