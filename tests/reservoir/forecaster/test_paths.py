"""Bounds and sample paths against the law of an autoregressive process, x(t+1) = r x(t) + e(t+1)."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.signal import lfilter
from scipy.stats import norm
from sklearn.neighbors import KNeighborsRegressor
from sklearn.preprocessing import FunctionTransformer
from waves import KNOWN, WAVES, small

from readouts import RidgeReadout
from reservoir import NVAR, LIFLiquid
from reservoir.datasets import make_mackey_glass
from reservoir.forecaster import Forecaster
from reservoir.forecaster.conformal import IntervalForecast
from reservoir.metrics import interval_coverage

R, N_STEPS = 0.8, 8
SERIES = lfilter([1.0], [1.0, -R], np.random.RandomState(0).standard_normal((6000, 1)), axis=0)
# The variance of an error h steps ahead is that of the sum of r^k e, k < h (Box et al., section 5.1).
DEVIATION = np.sqrt((1 - R ** (2 * np.arange(1, N_STEPS + 1))) / (1 - R**2))
MODES = pytest.mark.parametrize("horizon", [None, N_STEPS], ids=["loop", "direct"])


def linear(horizon, X=SERIES[:2000], **settings):
    reservoir = NVAR(delay=1, order=1)
    return Forecaster(reservoir, RidgeReadout(1e-6), horizon=horizon, difference=0, random_state=0, **settings).fit(X)


@MODES
@pytest.mark.parametrize("level", [0.8, 0.9])
def test_bounds_cover_the_truth_as_often_as_asked(horizon, level):
    model, origins = linear(horizon), np.arange(2200, 5990, 10)
    forecasts = [model.forecast(N_STEPS, SERIES[t - 200 : t], interval=level) for t in origins]
    truth = np.stack([SERIES[t : t + N_STEPS] for t in origins])
    lower, upper = (np.stack([getattr(one, name) for one in forecasts]) for name in ("lower", "upper"))
    assert abs(interval_coverage(truth.ravel(), lower.ravel(), upper.ravel()) - level) < 0.04
    half_widths = norm.ppf((1 + level) / 2) * DEVIATION
    assert_allclose((upper - lower)[0, :, 0] / 2, half_widths, rtol=0.2)


@MODES
def test_samples_have_the_law_of_the_process(horizon):
    model = linear(horizon)
    samples = model.forecast(N_STEPS, n_samples=4000)[..., 0]
    assert samples.shape == (4000, N_STEPS)
    assert_allclose(samples.std(axis=0), DEVIATION, rtol=0.15)
    expected = SERIES[1999, 0] * R ** np.arange(1, N_STEPS + 1)
    assert np.all(np.abs(samples.mean(axis=0) - expected) < 0.25 * DEVIATION)
    # Errors of neighbouring steps go together: corr(e_1, e_2) = r / sqrt(1 + r^2).
    assert abs(np.corrcoef(samples[:, :2].T)[0, 1] - R / np.sqrt(1 + R**2)) < 0.1


@MODES
def test_samples_follow_their_seed(horizon):
    model = linear(horizon)
    first = model.forecast(3, n_samples=5)
    assert_array_equal(first, model.forecast(3, n_samples=5))
    assert_array_equal(first, linear(horizon).forecast(3, n_samples=5))
    assert_array_equal(first, pickle.loads(pickle.dumps(model)).forecast(3, n_samples=5))
    seeded = model.forecast(3, n_samples=5, random_state=1)
    assert np.any(seeded != first)
    assert_array_equal(seeded, model.forecast(3, n_samples=5, random_state=np.random.RandomState(1)))


def test_forecasters_without_a_seed_draw_different_paths():
    paths = [Forecaster(small()).fit(WAVES).forecast(3, n_samples=5) for _ in range(2)]
    assert np.any(paths[0] != paths[1])


def test_the_forecast_between_the_bounds_is_that_without():
    model = Forecaster(small(), horizon=4).fit(WAVES, exogenous=KNOWN)
    bounded = model.forecast(3, WAVES[:200], exogenous=KNOWN[200:204], context_exogenous=KNOWN[:200], interval=0.5)
    alone = model.forecast(3, WAVES[:200], exogenous=KNOWN[200:204], context_exogenous=KNOWN[:200])
    assert isinstance(bounded, IntervalForecast)
    assert_array_equal(bounded.forecast, alone)
    assert np.all(bounded.lower < bounded.upper) and bounded.lower.shape == (3, 2)


def test_a_logarithm_keeps_bounds_and_samples_positive():
    sales = np.exp(0.3 * SERIES[:600] - 1)
    logarithm = FunctionTransformer(np.log, np.exp)
    model = linear(5, X=sales, transformer=logarithm)
    bounded, samples = model.forecast(5, interval=0.9), model.forecast(5, n_samples=200)
    assert bounded.lower.min() > 0 and samples.min() > 0
    plain = linear(5, X=np.log(sales)).forecast(5, interval=0.9)
    assert_allclose(np.log(bounded), plain, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("horizon", [None, 12])
def test_seasons_with_noise(horizon):
    random, months = np.random.RandomState(0), np.arange(600)
    sales = 50 + 0.3 * months + 10 * np.cos(2 * np.pi * months / 12) + random.standard_normal(600)
    model = Forecaster(small(), period=12, horizon=horizon, random_state=0).fit(sales[:480])
    covered = []
    for origin in range(480, 588, 4):
        bounded = model.forecast(12, sales[:origin], interval=0.8)
        covered.append(
            (bounded.lower[:, 0] <= sales[origin : origin + 12]) & (sales[origin : origin + 12] <= bounded.upper[:, 0])
        )
    assert abs(np.mean(covered) - 0.8) < 0.08
    assert 0.9 < model.forecast(12, n_samples=300).std(axis=0).mean() < 2


def test_chaos_with_noise():
    values = make_mackey_glass(3000, random_state=0)
    values = values + 0.05 * values.std() * np.random.RandomState(0).standard_normal(values.shape)
    model = Forecaster(small(n_units=60), random_state=0).fit(values[:2000])
    origins = range(2100, 2980, 10)
    bounded = [model.forecast(10, values[:t], interval=0.9) for t in origins]
    truth = np.stack([values[t : t + 10] for t in origins]).ravel()
    lower, upper = (np.stack([getattr(one, name) for one in bounded]).ravel() for name in ("lower", "upper"))
    assert abs(interval_coverage(truth, lower, upper) - 0.9) < 0.05


@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
@pytest.mark.parametrize("readout", [KNeighborsRegressor(5), RidgeReadout(1.0)])
def test_loops_that_do_not_compile_are_sampled_too(readout):
    model = Forecaster(small(LIFLiquid), readout, random_state=0).fit(WAVES[:200])
    samples = model.forecast(4, n_samples=6)
    assert samples.shape == (6, 4, 2) and np.ptp(samples, axis=0).min() > 0


def test_wrong_calls_are_refused(monkeypatch):
    model = linear(3)
    for wrong, message in [
        ({"interval": 1.0}, "'interval'"),
        ({"interval": 90}, "'interval'"),
        ({"n_samples": 0}, "'n_samples'"),
        ({"n_samples": 2.5}, "'n_samples'"),
        ({"interval": 0.9, "n_samples": 3}, "'interval' must be None where 'n_samples' is given"),
        ({"interval": 0.999}, "'interval' must be at most 0.997"),
    ]:
        with pytest.raises((ValueError, TypeError), match=message):
            model.forecast(3, **wrong)
    monkeypatch.setattr("reservoir.forecaster.forecaster.MOST_HELD", 0)
    with pytest.raises(ValueError, match="'n_samples' must be None, as fit saw more rows than it keeps"):
        linear(3).forecast(3, n_samples=2)
