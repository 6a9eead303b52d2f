"""The adapter passes sktime's own checks, and forecasts what the forecaster itself does."""

import importlib.util
import inspect
import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from pandas.testing import assert_index_equal

from reservoir import EchoStateReservoir, Forecaster
from reservoir.interop import SktimeForecaster

HAS_SKTIME = importlib.util.find_spec("sktime") is not None
needs_sktime = pytest.mark.skipif(not HAS_SKTIME, reason='needs sktime: pip install "liquid-reservoir[sktime]"')
# Those of sktime itself, of pandas and of NumPy, whatever their versions.
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")

DAYS = pd.date_range("2024-01-01", periods=140, freq="D")
STEPS = np.arange(140)
Y = pd.Series(np.sin(0.3 * STEPS) + 0.2 * (STEPS % 7 == 0), DAYS, name="sales")
X = pd.DataFrame({"monday": (STEPS % 7 == 0).astype(float)}, DAYS)
SMALL = EchoStateReservoir(10, random_state=0)


@pytest.mark.skipif(HAS_SKTIME, reason="says what is missing without sktime, which is installed")
def test_without_sktime_the_message_says_how_to_install_it():
    with pytest.raises(ImportError, match=r"SktimeForecaster needs sktime: pip install \"liquid-reservoir\[sktime\]\""):
        SktimeForecaster()


def test_parameters_and_defaults_are_those_of_the_forecaster():
    # They are the same without sktime, so that they are compared wherever tests run.
    own, core = (inspect.signature(kind).parameters for kind in (SktimeForecaster, Forecaster))
    assert list(own) == list(core)
    assert all(own[name].default == core[name].default for name in core)


@needs_sktime
def test_every_check_of_sktime_is_passed():
    from sktime.utils.estimator_checks import check_estimator

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(SktimeForecaster, verbose=False)
    assert len(results) > 500
    assert {name: result for name, result in results.items() if result != "PASSED"} == {}


@needs_sktime
@pytest.mark.parametrize("fh", [[1, 4], DAYS[[120, 123]]], ids=["relative", "absolute"])
def test_predictions_are_forecasts_of_the_forecaster(fh):
    expected = Forecaster(SMALL).fit(Y.to_numpy()[:120]).forecast(4)[[0, 3], 0]
    predicted = SktimeForecaster(SMALL).fit(Y[:120]).predict(fh)
    assert predicted.name == "sales"
    assert_index_equal(predicted.index, DAYS[[120, 123]])
    assert_allclose(predicted, expected, rtol=1e-12)


@needs_sktime
def test_columns_known_in_advance_are_found_by_their_labels():
    expected = Forecaster(SMALL, horizon=5).fit(Y.to_numpy()[:120], exogenous=X.to_numpy()[:120])
    expected = expected.forecast(5, exogenous=X.to_numpy()[120:125])[:, 0]
    forecaster = SktimeForecaster(SMALL, horizon="fh").fit(Y[:120], X[:120], fh=range(1, 6))
    assert_allclose(forecaster.predict(X=X), expected, rtol=1e-12)
    assert_allclose(forecaster.predict(X=X[120:]), expected, rtol=1e-12)
    with pytest.raises(ValueError, match=r"'X' must hold a row for each of the 5 steps.*1 are missing.*2024-05-04"):
        forecaster.predict(X=X[120:124])
    with pytest.raises(ValueError, match="exogenous"):
        forecaster.predict()


@needs_sktime
def test_several_columns_come_back_with_their_names():
    frame = pd.DataFrame({"a": np.sin(0.3 * STEPS), "b": np.cos(0.3 * STEPS)})
    predicted = SktimeForecaster(SMALL).fit(frame[:120], fh=[2, 3]).predict()
    assert_allclose(predicted, Forecaster(SMALL).fit(frame[:120]).forecast(3)[1:], rtol=1e-12)
    assert list(predicted) == ["a", "b"] and list(predicted.index) == [121, 122]


@needs_sktime
@pytest.mark.parametrize("known", [None, X], ids=["alone", "exogenous"])
def test_updates_go_on_from_new_rows_or_fit_to_them(known):
    def part(start, stop):
        return None if known is None else known[start:stop]

    forecaster = SktimeForecaster(SMALL).fit(Y[:100], part(0, 100), fh=[1, 2, 3])
    core = Forecaster(SMALL).fit(Y[:100], exogenous=part(0, 100))
    forecaster.update(Y[100:110], part(100, 110), update_params=False)
    expected = core.forecast(3, Y[:110], context_exogenous=part(0, 110), exogenous=part(110, 113))
    assert_allclose(forecaster.predict(X=part(110, 113)), expected.iloc[:, 0], rtol=1e-12)
    assert_index_equal(forecaster.predict(X=part(110, 113)).index, DAYS[110:113])
    forecaster.update(Y[110:120], part(110, 120))
    expected = core.fit(Y[:120], exogenous=part(0, 120)).forecast(3, exogenous=part(120, 123))
    assert_allclose(forecaster.predict(X=part(120, 123)), expected.iloc[:, 0], rtol=1e-12)


@needs_sktime
def test_intervals_are_those_of_the_forecaster():
    expected = Forecaster(SMALL, random_state=1).fit(Y.to_numpy()[:120]).forecast(3, interval=0.8)
    forecaster = SktimeForecaster(SMALL, random_state=1).fit(Y[:120], fh=[1, 3])
    found = forecaster.predict_interval(coverage=[0.5, 0.8])
    assert_index_equal(found.index, DAYS[[120, 122]])
    assert_allclose(found["sales", 0.8, "lower"], expected.lower[[0, 2], 0], rtol=1e-9)
    assert_allclose(found["sales", 0.8, "upper"], expected.upper[[0, 2], 0], rtol=1e-9)
    quantiles = forecaster.predict_quantiles(alpha=[0.1, 0.5, 0.9])
    assert_allclose(quantiles["sales", 0.1], expected.lower[[0, 2], 0], rtol=1e-9)
    assert_allclose(quantiles["sales", 0.5], forecaster.predict(), rtol=1e-9)


@needs_sktime
def test_it_is_cloned_and_pickled():
    forecaster = SktimeForecaster(SMALL, period=7, random_state=1).fit(Y[:120], fh=[1, 2])
    copy = pickle.loads(pickle.dumps(forecaster))
    assert copy.predict().equals(forecaster.predict())
    assert forecaster.clone().set_params(reservoir__n_units=3).reservoir.n_units == 3
    assert set(forecaster.get_params(deep=False)) == set(Forecaster().get_params(deep=False))


@needs_sktime
def test_an_expert_is_asked_as_by_the_forecaster():
    def expert(rows, known):
        return 0.9 * rows + known

    expected = Forecaster(SMALL, expert=expert).fit(Y.to_numpy()[:120], exogenous=X.to_numpy()[:120])
    expected = expected.forecast(4, exogenous=X.to_numpy()[120:124])[:, 0]
    forecaster = SktimeForecaster(SMALL, expert=expert).fit(Y[:120], X[:120], fh=[1, 2, 3, 4])
    assert_allclose(forecaster.predict(X=X[120:124]), expected, rtol=1e-12)


@needs_sktime
def test_a_panel_is_fitted_series_by_series():
    panel = pd.concat([Y[:100], 2 * Y[:100]], keys=["p", "q"], names=["shop", "day"]).to_frame()
    alone = SktimeForecaster(SMALL).fit(Y[:100], fh=[1]).predict().to_numpy()
    predicted = SktimeForecaster(SMALL).fit(panel, fh=[1]).predict()
    assert_allclose(predicted.to_numpy(), [alone, 2 * alone])


@needs_sktime
def test_sktime_evaluates_it():
    from sktime.forecasting.model_evaluation import evaluate
    from sktime.split import ExpandingWindowSplitter

    windows = ExpandingWindowSplitter(fh=[1, 2, 3], initial_window=100, step_length=15)
    for strategy in ("refit", "no-update_params"):
        results = evaluate(SktimeForecaster(SMALL, horizon="fh", period=7), windows, Y, strategy=strategy)
        assert len(results) == 3 and results["test_MeanAbsolutePercentageError"].notna().all()
