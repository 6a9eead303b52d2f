import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.neighbors import KNeighborsRegressor
from waves import KNOWN, WAVES, forecaster, small

from reservoir import StateOverflowError
from reservoir.forecaster.loops_together import loop_together


class Counting(KNeighborsRegressor):
    calls = 0

    def predict(self, X):
        type(self).calls += 1
        return super().predict(X)


@pytest.mark.parametrize("settings", [{}, {"period": (3, 5)}, {"target": "increment", "period": 4}])
def test_each_loop_is_what_it_is_alone(settings):
    model = forecaster(readout=Counting(3), range_factor=None, **settings).fit(WAVES[:300], exogenous=KNOWN[:300])
    result = model.backtest(WAVES, 9, 20, exogenous=KNOWN)
    for number, origin in enumerate(result.origins):
        known = {"exogenous": KNOWN[origin : origin + 9], "context_exogenous": KNOWN[:origin]}
        assert_allclose(result.forecasts[number], model.forecast(9, WAVES[:origin], **known), rtol=1e-12, atol=1e-12)


def test_all_loops_of_intervals_are_predicted_in_one_call():
    model = forecaster(readout=Counting(3)).fit(WAVES[:300])
    Counting.calls = 0
    model.forecast(4, interval=0.9)
    assert Counting.calls <= 50  # of 200 origins; some are asked of each of five readouts


@pytest.mark.parametrize("settings", [{}, {"period": (3, 5)}, {"target": "increment", "period": 4}])
def test_sample_paths_are_what_they_are_alone(settings, monkeypatch):
    model = forecaster(readout=Counting(3), range_factor=None, **settings).fit(WAVES[:300], exogenous=KNOWN[:300])
    asked = {"exogenous": KNOWN[300:317], "n_samples": 7, "random_state": 0}
    first = model.forecast(17, **asked)
    Counting.calls = 0
    paths = model.forecast(17, **asked)
    assert Counting.calls == 17
    assert_array_equal(first, paths)
    monkeypatch.setattr("reservoir.forecaster.paths.loop_together", lambda *_: None)
    assert_allclose(paths, model.forecast(17, **asked), rtol=1e-12, atol=1e-12)


def test_a_loop_that_runs_away_is_refused_as_alone():
    reservoir = small().fit(WAVES[:, :1])
    inputs = np.ones((2, 30, 1))
    assert loop_together(reservoir, lambda rows: rows[:, -1:] * 1e30, inputs, 1, (), 2 * [reservoir.rest()]) is None


class Growing(KNeighborsRegressor):
    def predict(self, X):
        return 1e30 * X[:, -2:]


def test_a_backtest_that_runs_away_says_where():
    model = forecaster(readout=Growing()).fit(WAVES[:300])
    with pytest.raises(StateOverflowError, match="overflowed at step"):
        model.backtest(WAVES, 20, 40)
