import pickle
import warnings
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.calibration import CalibratedClassifierCV
from sklearn.exceptions import DataConversionWarning
from sklearn.linear_model import LinearRegression, Ridge, SGDRegressor
from sklearn.multioutput import MultiOutputRegressor
from tasks import ragged, small, task

from readouts import RidgeReadout, RidgeReadoutClassifier
from reservoir import EchoStateReservoir, ReservoirRegressor, StateOverflowError


def test_states_are_for_one_series():
    X, y = ragged()
    model = small().fit(X[0], y[0])
    predicted, state = model.predict(X[1], return_state=True)
    head, middle = model.predict(X[1][:10], return_state=True)
    assert_allclose(np.append(head, model.predict(X[1][10:], state=middle)), predicted, rtol=1e-10)
    assert_array_equal(model.prime(X[1]), state)
    for extra in ({"state": state}, {"return_state": True}):
        with pytest.raises(ValueError, match="'state' and 'return_state' are for one series"):
            model.predict(X, **extra)
    with pytest.raises(ValueError, match="'X' must be one 2-D series"):
        model.prime(X)
    with pytest.raises(ValueError, match="'state' must be a finite array"):
        model.predict(X[1], state=np.zeros(3))


def test_predictions_leave_the_model_alone():
    X, y = task()
    reservoir, readout = EchoStateReservoir(12, random_state=0), RidgeReadout()
    model = ReservoirRegressor(reservoir, readout).fit(X, y)
    before = dict(vars(model))
    model.predict(X)
    model.score(X, y)
    model.prime(X)
    assert all(vars(model)[name] is value for name, value in before.items())
    assert model.reservoir is reservoir and model.readout is readout
    assert not hasattr(reservoir, "n_units_") and not hasattr(readout, "n_features_in_")
    again = pickle.loads(pickle.dumps(model))
    assert_array_equal(again.predict(X), model.predict(X))
    assert_allclose(again.partial_fit(X, y).predict(X), model.partial_fit(X, y).predict(X))


def test_a_prediction_that_is_not_finite_is_an_error():
    X, y = task()
    model = small(LinearRegression()).fit(X, y)
    model.readout_.intercept_ = np.nan
    with pytest.raises(StateOverflowError, match="predict of LinearRegression gave NaN"):
        model.predict(X)


def test_several_targets_with_readouts_of_one():
    X, y = task(n_targets=2)
    whole = small(MultiOutputRegressor(Ridge(1e-3))).fit(X, y)
    assert_allclose(whole.predict(X), small(Ridge(1e-3)).fit(X, y).predict(X), atol=1e-8)
    streamed = small(MultiOutputRegressor(SGDRegressor(random_state=0)), chunk_size=20).fit(X, y)
    assert streamed.predict(X).shape == (120, 2)


@pytest.mark.parametrize("readout", [Ridge(), SGDRegressor(random_state=0), LinearRegression(), None], ids=str)
def test_a_column_of_targets_comes_back_as_a_column(readout):
    X, y = task(100, n_targets=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataConversionWarning)
        assert small(readout).fit(X, y).predict(X[:5]).shape == (5, 1)


@pytest.mark.parametrize("chunk_size", [1, 7, 64, 10**400])
def test_a_free_run_is_the_same_in_chunks_of_any_size(chunk_size):
    X, y = task(300)
    model = small(RidgeReadout(1e-2), feedback=True).fit(X, y)
    expected = model.predict(X)
    model._rows = replace(model._rows, chunk_size=chunk_size)
    assert_array_equal(model.predict(X), expected)


def test_targets_to_score_have_the_shape_of_those_of_fit():
    X, y = task(100)
    with pytest.raises(ValueError, match="'y' must have shape"):
        small().fit(X, y).score(X, np.column_stack([y, y, y, y]))


def test_a_score_that_is_no_number_is_refused():
    X, y = task()
    model = small().fit(X, y)
    assert np.isfinite(model.score(X, 1e300 * y))
    with pytest.raises(ValueError, match="larger than any number. Bring 'X' and 'y' to the scale"):
        model.score(1e300 * X, y)


@pytest.mark.parametrize("output", [None, "a", 10**400, [1j], [[1.0, 2.0], [3.0]], [np.nan], [1.0, 2.0], [[1.0]]])
def test_an_output_that_cannot_have_been_fed_back_is_refused(output):
    X, y = task()
    model = small(feedback=True).fit(X, y)
    with pytest.raises(ValueError, match="'state' must be a pair of the reservoir's state and the last output"):
        model.predict(X, (model.state_[0], output))


def test_why_a_readout_has_no_probabilities_is_said_and_what_has_some_works():
    X = np.random.RandomState(0).standard_normal((120, 1))
    y = X[:, 0] > 0
    with pytest.raises(AttributeError) as caught:
        ReservoirRegressor(readout=RidgeReadoutClassifier()).fit(X, y).predict_proba(X)
    assert "CalibratedClassifierCV(RidgeReadoutClassifier())" in str(caught.value.__cause__)
    model = ReservoirRegressor(readout=CalibratedClassifierCV(RidgeReadoutClassifier(), cv=3)).fit(X, y)
    assert model.predict_proba(X).shape == (120, 2)


def test_from_rest_predictions_of_the_washout_may_be_far_from_all_targets_and_no_others():
    # A sine to be seen five steps ahead: the states of a smooth series are nearly collinear, and weights on them large.
    u = np.sin(0.1 * np.arange(1200)) + 0.01 * np.random.RandomState(0).standard_normal(1200)
    X, y = u[:-5, None], u[5:]
    reservoir = EchoStateReservoir(100, leak_rate=1.0, random_state=0)
    model = ReservoirRegressor(reservoir, RidgeReadout(1e-8), washout=50).fit(X[:800], y[:800])
    later, truth = X[800:], y[800:]
    rest = np.abs(model.predict(later) - truth)
    primed = np.abs(model.predict(later, state=model.state_) - truth)
    again = np.abs(model.predict(later, state=model.prime(X[700:800])) - truth)
    assert rest[:50].max() > 10 > 0.2 > max(rest[50:].max(), primed.max(), again.max())
    assert model.score(later, truth) > 0.99
