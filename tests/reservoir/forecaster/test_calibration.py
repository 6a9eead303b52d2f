import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.signal import lfilter
from sklearn.base import clone
from sklearn.linear_model import LinearRegression, Ridge
from waves import KNOWN, WAVES, small

from readouts import RidgeReadout
from reservoir import NVAR
from reservoir.forecaster import Forecaster
from reservoir.forecaster.calibration import N_BLOCKS, with_its_penalty

SERIES = lfilter([1.0], [1.0, -0.8], np.random.RandomState(0).standard_normal((240, 2)), axis=0)
SETTINGS = {"washout": 10, "transformer": None, "difference": 0}
# A reservoir without a memory of its own, so that what a readout is given can be written down.
MEMORYLESS = NVAR(delay=1, order=1)


def by_hand(n_ahead, gap):
    """Out-of-sample residuals of least squares of rows on the row before, of all origins."""
    origins = np.arange(10, len(SERIES) - n_ahead)
    targets = np.stack([SERIES[t + 1 : t + 1 + n_ahead].ravel() for t in origins])
    edges = np.linspace(0, len(origins), N_BLOCKS + 1).astype(int)
    residuals = np.empty_like(targets)
    for start, stop in zip(edges[:-1], edges[1:], strict=True):
        kept = np.r_[0 : max(start - gap, 0), min(stop + gap, len(origins)) : len(origins)]
        readout = LinearRegression().fit(SERIES[origins[kept]], targets[kept])
        residuals[start:stop] = targets[start:stop] - readout.predict(SERIES[origins[start:stop]])
    return residuals.reshape(len(origins), n_ahead, -1)


def fitted(readout=None, X=SERIES, **settings):
    readout = LinearRegression() if readout is None else readout
    return Forecaster(MEMORYLESS, readout, passthrough=False, **(SETTINGS | settings)).fit(X)


def test_residuals_are_of_readouts_that_have_not_seen_the_block():
    expected = by_hand(3, gap=2)
    residuals = fitted(horizon=3)._calibration.residuals(3)
    chosen = np.unique(np.linspace(0, len(expected) - 1, 200).astype(int))
    assert_allclose(residuals, expected[chosen], atol=1e-9)
    assert_allclose(fitted(horizon=3)._calibration.residuals(2), expected[chosen][:, :2], atol=1e-9)


def test_a_closed_loop_is_closed_from_every_origin():
    residuals, one = fitted()._calibration.residuals(4), by_hand(1, gap=0)
    chosen = np.unique(np.linspace(0, len(one) - 1, 200).astype(int))
    known = chosen[chosen + 10 + 4 < len(SERIES)]  # the last origins have no truth
    assert_allclose(residuals[:, :1], one[known], atol=1e-9)
    centred = one[chosen][:, 0] - one[chosen][:, 0].mean(axis=0)
    assert_allclose(fitted()._calibration.one_step_residuals, centred, atol=1e-9)


def test_the_last_step_of_a_loop_is_the_first_of_one_a_row_later():
    # By the same readout, a loop over the one row before is a power of its matrix.
    model, x = fitted(), SERIES
    calibration = model._calibration
    (readout, _), *_ = calibration._readouts
    residuals, row = calibration.residuals(3), 10
    power = x[row]
    for step in range(3):
        power = readout.predict(power[None])[0]
        assert_allclose(residuals[0, step], x[row + 1 + step] - power, atol=1e-9)


@pytest.mark.parametrize("horizon", [None, 3])
def test_several_series_exogenous_columns_and_differences(horizon):
    several = [WAVES[:150], WAVES[150:290]]
    known = [KNOWN[:150], KNOWN[150:290]]
    model = Forecaster(small(), RidgeReadout(1e-6), washout=20, period=5, horizon=horizon)
    residuals = model.fit(several, exogenous=known)._calibration.residuals(3)
    assert residuals.shape[1:] == (3, 2) and len(residuals) > 180
    # Waves without noise, whose differences are waves, too, are forecast well whichever block is left out.
    assert np.median(np.abs(residuals)) < 0.02


def test_the_chosen_penalty_is_kept():
    chosen = RidgeReadout(alphas=[1e-2, 1.0], cv=5).fit(WAVES, WAVES[:, 0])
    twin = with_its_penalty(chosen)
    assert twin.alphas is None and twin.alpha == chosen.alpha_ and not hasattr(twin, "coef_")
    assert with_its_penalty(Ridge(0.3)).alpha == 0.3


def test_the_series_may_be_changed_after_fit():
    X = SERIES.copy()
    model = fitted(X=X, horizon=3)
    X[:] = 0.0
    assert_array_equal(model._calibration.residuals(3), fitted(horizon=3)._calibration.residuals(3))


def test_float32_and_noise_on_the_input():
    noisy = Forecaster(small(dtype="float32"), horizon=2, noise=0.1, random_state=0)
    first, second = (clone(noisy).fit(WAVES)._calibration.residuals(2) for _ in range(2))
    assert_array_equal(first, second)
    assert np.abs(first).max() < 1


def test_a_loop_longer_than_the_series_is_refused():
    with pytest.raises(ValueError, match="'n_steps' must leave rows of the training series"):
        fitted()._calibration.residuals(240)


def test_a_pickle_holds_rows_and_no_functions_and_gives_the_same_residuals():
    model = Forecaster(small(), period=7, horizon=3, noise=0.01, random_state=0)
    intervals = model.fit(SERIES).forecast(3, interval=0.8)
    content = pickle.dumps(model)
    assert b"functools" not in content and b"LazySeries" not in content
    for one, other in zip(intervals, pickle.loads(content).forecast(3, interval=0.8), strict=True):
        assert_array_equal(one, other)
