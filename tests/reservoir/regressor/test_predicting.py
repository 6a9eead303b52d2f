import numpy as np
import pytest
from builders import series
from numpy.testing import assert_array_equal

from reservoir import EchoStateReservoir
from reservoir.regressor.feature_rows import FeatureRows
from reservoir.regressor.predicting import predict_many, predict_on

ROWS = FeatureRows(EchoStateReservoir(6, random_state=0).fit(series(9, 2)), True, False, 7)
X = [series(n, 2, seed=n) for n in (30, 4, 7, 14)]


def features(x):
    return np.hstack([ROWS.reservoir.transform(x), x])


def total(rows):
    return rows.sum(axis=1)


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_every_series_is_predicted_from_rest(n_jobs):
    for found, x in zip(predict_many(ROWS, total, X, n_jobs), X, strict=True):
        assert_array_equal(found, total(features(x)))


def test_a_series_goes_on_from_a_state():
    _, state = ROWS.reservoir.run(X[0][:11])
    found, after = predict_on(ROWS, total, X[0][11:], state)
    assert_array_equal(found, total(features(X[0]))[11:])
    assert_array_equal(after, ROWS.reservoir.run(X[0])[1])


def test_texts_may_be_longer_in_later_pieces():
    def name(rows):
        return np.array(["no", "perhaps"])[(rows[:, -1] > np.quantile(X[0][7:, 1], 0.9)).astype(int)]

    def name_piece(rows):  # of the longest text among them
        names = name(rows)
        return names.astype(f"U{max(map(len, names))}")

    assert len(name_piece(features(X[0])[:7])) == 7
    found, _ = predict_on(ROWS, name_piece, X[0], ROWS.rest(1))
    assert_array_equal(found, name(features(X[0])))
