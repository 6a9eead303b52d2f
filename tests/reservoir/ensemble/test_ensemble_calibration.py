import pickle

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.signal import lfilter
from scipy.stats import norm
from sklearn.base import clone
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import FunctionTransformer

from readouts import RidgeReadout
from reservoir import EchoStateReservoir, EnsembleForecaster, Forecaster, load, save
from reservoir.forecaster import IntervalForecast

WEIGHT = 0.8  # of the row before, in a process of first order that noise of unit variance drives
SERIES = lfilter([1.0], [1.0, -WEIGHT], np.random.RandomState(0).standard_normal((300, 2)), axis=0)
KNOWN = np.sin(0.3 * np.arange(300))[:, None]


def ensemble(n_members=3, coupled=False, combine="mean", rows=SERIES, exogenous=None, readout=None, **settings):
    readout = RidgeReadout(1e-3) if readout is None else readout
    forecaster = Forecaster(EchoStateReservoir(8, random_state=0), readout, **{"washout": 20} | settings)
    model = EnsembleForecaster(forecaster, n_members, coupled=coupled, combine=combine)
    return model.fit(rows, exogenous=exogenous)


def residuals_of(model, n_steps):
    return model._calibration.residuals(n_steps)


@pytest.mark.parametrize("transformer", [None, "standardize"])
@pytest.mark.parametrize("settings", [{}, {"horizon": 3}, {"period": 7}, {"difference": 1}], ids=str)
def test_bounds_of_one_member_are_those_of_a_forecaster(settings, transformer):
    model = ensemble(1, transformer=transformer, **settings)
    for one, other in zip(model.forecast(3, interval=0.8), model.members_[0].forecast(3, interval=0.8), strict=True):
        assert_array_equal(one, other)


def test_bounds_of_one_coupled_or_transformed_member_are_those_of_a_forecaster():
    coupled = ensemble(1, coupled=True, exogenous=KNOWN)
    known = {"exogenous": np.zeros((4, 1))}
    expected = coupled.members_[0].forecast(4, interval=0.8, **known)
    assert_allclose(coupled.forecast(4, interval=0.8, **known), expected, rtol=1e-9, atol=1e-12)
    positive = ensemble(1, rows=np.exp(SERIES), transformer=FunctionTransformer(np.log, np.exp), horizon=3)
    assert_allclose(positive.forecast(3, interval=0.8), positive.members_[0].forecast(3, interval=0.8), rtol=1e-12)


@pytest.mark.parametrize("settings", [{"transformer": None}, {"horizon": 3}, {"period": 7}], ids=str)
def test_residuals_are_those_of_the_mean_of_free_members(settings):
    # The truth less a mean is the mean of what each member leaves.
    settings = settings | {"exogenous": KNOWN}
    model = ensemble(**settings)
    each = [member.calibration_.residuals(3) for member in model.members_]
    assert_allclose(residuals_of(model, 3), np.mean(each, axis=0), atol=1e-12)
    median = ensemble(combine="median", **settings)
    assert_allclose(residuals_of(median, 3), np.median(each, axis=0), atol=1e-12)
    assert np.ptp(each, axis=0).max() > 1e-3


@pytest.mark.parametrize("readout", [LinearRegression(), RandomForestRegressor(3, random_state=0)], ids=str)
def test_residuals_of_coupled_members_are_those_of_the_common_path(readout):
    """From the first origin, with readouts of the four blocks behind it, the loop by public calls."""
    model = ensemble(coupled=True, transformer=None, readout=readout, rows=SERIES[:140])
    x, readouts, states = SERIES[:140], [], []
    n_rows = len(x) - 1 - 20
    for member in model.members_:
        reached, _ = member.reservoir_.run(x[:-1])
        features = np.hstack([reached, x[:-1]])[20:]
        kept = np.arange(n_rows) >= n_rows // 5
        own = member.readout  # each member has a seed of its own
        readouts.append(type(own)(**own.get_params()).fit(features[kept], x[21:][kept]))
        states.append(member.reservoir_.run(x[:20])[1])
    row = x[20]
    for step in range(4):
        predictions = []
        for number, member in enumerate(model.members_):
            reached, states[number] = member.reservoir_.run(row[None], states[number])
            predictions.append(readouts[number].predict(np.hstack([reached, row[None]]))[0])
        row = np.mean(predictions, axis=0)
        assert_allclose(residuals_of(model, 4)[0, step], x[21 + step] - row, atol=1e-9)


@pytest.mark.parametrize("settings", [{"horizon": 3, "difference": 0}, {"coupled": True}, {}], ids=str)
def test_coverage_is_that_of_a_process_of_first_order(settings):
    """How often the truth is inside follows from the law of the process, given the bounds.

    Of n exchangeable residuals, of which the k-th from either end are the bounds, p = 1 - 2 k / (n + 1) of those to
    come are inside, give or take sqrt(p (1 - p) / n) from series to series, n being 200 here. Origins of 900 rows are
    more than 3 rows apart, so that no noise is in two of the residuals of a step.
    """
    n_series, n_steps, level, n_origins = 10, 3, 0.8, 200
    k = int((n_origins + 1) * (1 - level) / 2)
    expected = 1 - 2 * k / (n_origins + 1)
    shares = []
    for seed in range(n_series):
        series = lfilter([1.0], [1.0, -WEIGHT], np.random.RandomState(seed).standard_normal(1200))[:, None]
        model = ensemble(rows=series[:900], **settings)
        assert len(residuals_of(model, n_steps)) > n_origins - 3  # the last ones have no truth
        inside = []
        for end in range(930, 1200, 30):
            context = series[end - 30 : end]
            _, lower, upper = model.forecast(n_steps, context, interval=level)
            steps = np.arange(1, n_steps + 1)[:, None]
            deviation = np.sqrt((1 - WEIGHT ** (2 * steps)) / (1 - WEIGHT**2))
            law = norm(WEIGHT**steps * context[-1], deviation)
            inside.append(law.cdf(upper) - law.cdf(lower))
        shares.append(np.mean(inside, axis=0)[:, 0])
    tolerance = 4 * np.sqrt(expected * (1 - expected) / (n_origins * n_series))
    assert_allclose(np.mean(shares, axis=0), expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("coupled", [False, True])
def test_bounds_are_kept_pickled_and_saved(coupled, tmp_path):
    frame = pd.DataFrame(SERIES, pd.date_range("2020-01-01", periods=300, freq="D"), ["a", "b"])
    model = ensemble(coupled=coupled, rows=frame)
    forecast = model.forecast(4, interval=0.8)
    assert isinstance(forecast, IntervalForecast) and list(forecast.lower.columns) == ["a", "b"]
    assert forecast.forecast.equals(model.forecast(4)) and forecast.upper.index[0] == pd.Timestamp("2020-10-27")
    assert (forecast.lower < forecast.forecast).all(axis=None) and (forecast.forecast < forecast.upper).all(axis=None)
    assert residuals_of(model, 4) is residuals_of(model, 4)
    for again in (pickle.loads(pickle.dumps(model)), clone(model).set_params(n_jobs=2).fit(frame)):
        assert_array_equal(again.forecast(4, interval=0.8), forecast)
    pytest.importorskip("skops", reason="writes the files")
    save(model, tmp_path / "ensemble.skops")
    assert_array_equal(load(tmp_path / "ensemble.skops").forecast(4, interval=0.8), forecast)


def test_bounds_of_a_mean_are_narrower_than_those_of_members_where_these_err_on_their_own():
    rows = np.sin(0.2 * np.arange(500))[:, None]
    model = ensemble(6, rows=rows, horizon=5, noise=0.2, random_state=0)
    width = np.ptp(model.forecast(5, interval=0.9)[1:], axis=0).mean()
    assert width < np.mean([np.ptp(member.forecast(5, interval=0.9)[1:], axis=0).mean() for member in model.members_])


def test_what_cannot_be_bounded_is_said():
    model = ensemble(2)
    with pytest.raises(ValueError, match="'interval' must be"):
        model.forecast(3, interval=1.5)
    with pytest.raises(ValueError, match="'interval' must be None where 'members' is True; got 0.8"):
        model.forecast(3, interval=0.8, members=True)
    with pytest.raises(ValueError, match="'spread' must be None where 'interval' is given; got 0.5 and 0.8"):
        model.forecast(3, interval=0.8, spread=0.5)
    with pytest.raises(ValueError, match="'n_steps' must leave rows of the training series"):
        model.forecast(300, interval=0.8)
    for member in model.members_:
        member._calibration = None
    with pytest.raises(ValueError, match="'interval' must be None, as fit saw more rows than it keeps"):
        model.forecast(3, interval=0.8)
