import naive_fields
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from readouts import RidgeReadout
from reservoir import EchoStateReservoir, LocalForecaster
from reservoir.kernels.alignment import aligned_zeros
from reservoir.kernels.closed_loop import find_affine
from reservoir.local_forecaster.local_loop import affine_of, run_readout_lanes


@pytest.mark.parametrize("n_lanes", [1, 8, 37])
def test_readouts_of_lanes_are_those_of_the_twin_whatever_lane_they_are_in(n_lanes):
    random = np.random.RandomState(0)
    weights, intercept = random.standard_normal((30, 5)), random.standard_normal(5)
    features, outputs = aligned_zeros((30, 40), float), aligned_zeros((5, 40), float)
    features[:, :n_lanes] = random.standard_normal((30, n_lanes))
    run_readout_lanes(weights, intercept, features, n_lanes, outputs)
    expected = naive_fields.read_out_lanes(weights, intercept, features[:, :n_lanes])
    assert_allclose(outputs[:, :n_lanes], expected, atol=1e-12)
    shifted, before = aligned_zeros((30, 40), float), outputs[:, 0].copy()
    shifted[:, 3] = features[:, 0]
    run_readout_lanes(weights, intercept, shifted, 4, outputs)
    assert_array_equal(outputs[:, 3], before)


@pytest.mark.parametrize("n_targets", [(), (1,), (3,)])
def test_the_affine_form_of_a_ridge_readout_is_that_which_its_predictions_show(n_targets):
    random = np.random.RandomState(0)
    X, y = random.standard_normal((50, 6)), random.standard_normal((50, *n_targets))
    readout = RidgeReadout(1e-3).fit(X, y)
    found, expected = affine_of(readout, X), find_affine(readout, X)
    assert_array_equal(found.weights, expected.weights)
    assert_array_equal(found.intercept, expected.intercept)
    assert_array_equal(affine_of(readout.to_sklearn(), X).weights, expected.weights)
    with pytest.raises(ValueError, match="5 features"):
        affine_of(readout, X[:, :5])
    assert affine_of(RidgeReadout(), X) is None


def test_a_forecast_follows_readouts_and_reservoirs_that_have_changed_since_the_last_one():
    field = np.random.RandomState(0).standard_normal((120, 8))
    settings = {"patch": 4, "halo": 1, "washout": 20, "range_factor": None, "shared": False}
    model = LocalForecaster(EchoStateReservoir(10, random_state=0), RidgeReadout(1.0), **settings).fit(field)
    before = model.forecast(5)
    more = np.random.RandomState(1).standard_normal((30, 20))
    model.readouts_[1].partial_fit(more[:, :16], more[:, 16:])
    after = model.forecast(5)
    assert np.abs(after - before).max() > 1e-3
    model.readouts_[1] = model.readouts_[1].to_sklearn()  # of which predictions are asked
    assert_allclose(model.forecast(5), after, rtol=0, atol=1e-12)
    model.readouts_[1].coef_[:] = 0
    constant = model.forecast(5, field)[:, 4:]
    assert_allclose(constant, np.tile(constant[0], (5, 1)), rtol=0, atol=1e-12)
    other = LocalForecaster(EchoStateReservoir(10, random_state=5), RidgeReadout(1.0), **settings).fit(field)
    model.reservoirs_, model.readouts_ = other.reservoirs_, other.readouts_
    assert_array_equal(model.forecast(5, field), other.forecast(5, field))
