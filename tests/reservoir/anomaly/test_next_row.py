"""The next row, predicted by readouts of any kind."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.neighbors import KNeighborsRegressor

from readouts import RidgeReadout
from reservoir import EchoStateReservoir, StateOverflowError
from reservoir.anomaly.next_row import collect_rows, fit_next_row

FEATURES = np.random.RandomState(0).standard_normal((60, 5))
TARGETS = FEATURES @ np.random.RandomState(1).standard_normal((5, 2)) + 3


@pytest.mark.parametrize("readout", [RidgeReadout(1e-3), LinearRegression(), KNeighborsRegressor(3)])
@pytest.mark.parametrize("n_targets", [1, 2])
def test_predictions_are_those_of_the_readout(readout, n_targets):
    next_row = fit_next_row(readout, FEATURES, TARGETS[:, :n_targets])
    found = next_row(FEATURES)
    assert found.shape == (60, n_targets)
    assert_allclose(found, readout.predict(FEATURES).reshape(60, n_targets), rtol=1e-12)
    assert (next_row.affine is None) == isinstance(readout, KNeighborsRegressor)


class Lost(Ridge):
    def predict(self, X):
        return np.full(len(X), np.nan)


def test_what_is_no_number_is_refused():
    with pytest.raises(StateOverflowError, match="Lost predicted NaN or infinity"):
        fit_next_row(Lost(), FEATURES, TARGETS[:, :1])(FEATURES)


@pytest.mark.parametrize("rows_at_once", [4096, 7])
def test_rows_are_paired_with_those_that_follow_in_the_same_series(rows_at_once, monkeypatch):
    monkeypatch.setattr("reservoir.anomaly.next_row.ROWS_AT_ONCE", rows_at_once)
    series = [FEATURES[:30], FEATURES[30:33], FEATURES[33:]]
    reservoir = EchoStateReservoir(6, random_state=0).fit(series)
    features, rows = collect_rows(reservoir, series, np.array([0, 3]), 4, n_jobs=2)
    assert_array_equal(features[:, 6:], np.vstack([FEATURES[4:29], FEATURES[37:59]]))
    assert_array_equal(features[:25, :6], reservoir.transform(FEATURES[:29])[4:])
    assert_array_equal(rows, np.vstack([FEATURES[5:30], FEATURES[38:]])[:, [0, 3]])
