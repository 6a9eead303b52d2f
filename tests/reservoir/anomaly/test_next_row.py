"""The next row, predicted by readouts of any kind."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.neighbors import KNeighborsRegressor

from readouts import RidgeReadout
from reservoir import StateOverflowError
from reservoir.anomaly.next_row import fit_next_row

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
