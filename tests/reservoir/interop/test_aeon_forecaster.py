"""The adapter passes aeon's own checks, and forecasts what the forecaster itself does."""

import importlib.util
import inspect
import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose

from reservoir import EchoStateReservoir, Forecaster
from reservoir.interop import AeonForecaster

HAS_AEON = importlib.util.find_spec("aeon") is not None
needs_aeon = pytest.mark.skipif(not HAS_AEON, reason='needs aeon: pip install "liquid-reservoir[aeon]"')

Y = np.sin(0.3 * np.arange(140))
SMALL = EchoStateReservoir(10, random_state=0)


@pytest.mark.skipif(HAS_AEON, reason="says what is missing without aeon, which is installed")
def test_without_aeon_the_message_says_how_to_install_it():
    with pytest.raises(ImportError, match=r"AeonForecaster needs aeon: pip install \"liquid-reservoir\[aeon\]\""):
        AeonForecaster()


@needs_aeon
def test_every_check_of_aeon_is_passed():
    from aeon.testing.estimator_checking import check_estimator

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(AeonForecaster, verbose=False)
    assert len(results) > 15
    assert {name: result for name, result in results.items() if result != "PASSED"} == {}


@needs_aeon
def test_a_prediction_is_the_last_row_of_a_direct_forecast():
    expected = Forecaster(SMALL, horizon=5).fit(Y[:120])
    forecaster = AeonForecaster(5, SMALL).fit(Y[:120])
    assert forecaster.predict(Y[:120]) == pytest.approx(expected.forecast(5)[-1, 0], rel=1e-12)
    assert forecaster.predict(Y[:60]) == pytest.approx(expected.forecast(5, Y[:60])[-1, 0], rel=1e-12)
    assert forecaster.forecast(Y[:120][None]) == pytest.approx(expected.forecast(5)[-1, 0], rel=1e-12)


@needs_aeon
def test_the_strategies_of_aeon_are_those_of_the_forecaster():
    ahead = AeonForecaster(reservoir=SMALL).series_to_series_forecast(Y[:120], 4)
    assert_allclose(ahead, Forecaster(SMALL, horizon=4).fit(Y[:120]).forecast(4)[:, 0], rtol=1e-12)
    each = [Forecaster(SMALL, horizon=step).fit(Y[:120]).forecast(step)[-1, 0] for step in (1, 2, 3)]
    assert_allclose(AeonForecaster(reservoir=SMALL).direct_forecast(Y[:120], 3), each, rtol=1e-12)
    one = Forecaster(SMALL, horizon=1).fit(Y[:120])
    fed_back, rows = [], Y[:120]
    for _ in range(3):
        fed_back.append(one.forecast(1, rows)[0, 0])
        rows = np.append(rows, fed_back[-1])
    assert_allclose(AeonForecaster(reservoir=SMALL).iterative_forecast(Y[:120], 3), fed_back, rtol=1e-12)


@needs_aeon
def test_exogenous_columns_are_refused():
    with pytest.raises(ValueError, match="exog"):
        AeonForecaster(reservoir=SMALL).fit(Y, exog=Y)
    with pytest.raises(ValueError, match="'exog' must be None"):
        AeonForecaster(reservoir=SMALL).series_to_series_forecast(Y, 3, exog=Y)


def test_parameters_and_defaults_are_those_of_the_forecaster():
    # They are the same without aeon, so that they are compared wherever tests run; threads are over several series.
    parameters = dict(inspect.signature(Forecaster).parameters)
    del parameters["n_jobs"], parameters["horizon"]
    own = dict(inspect.signature(AeonForecaster).parameters)
    assert own.pop("horizon").default == 1
    assert own == parameters
