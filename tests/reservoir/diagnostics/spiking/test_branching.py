from functools import cache

import numpy as np
import pytest

from reservoir import LIFLiquid
from reservoir.diagnostics.spiking import branching_ratio, branching_ratio_of_activity, spike_trains


@cache
def branching(m, drive, n_bins, seed):
    """Every event has a Poisson number of successors with mean m, and ``drive`` come from outside."""
    random, activity = np.random.RandomState(seed), np.empty(n_bins, np.int64)
    now = round(drive / (1 - m)) if m < 1 else 100
    for t in range(n_bins):
        activity[t] = now = random.poisson(m * now + drive)
    activity.setflags(write=False)
    return activity, np.random.RandomState(seed + 1)


@pytest.mark.parametrize("m", [0.9, 0.98])
@pytest.mark.parametrize("seen", [1.0, 0.1, 0.02])
def test_ratio_of_a_branching_process_does_not_depend_on_how_much_is_seen(m, seen):
    # Mean activity h / (1 - m) = A and variance A / (1 - m^2), so that r_k = m^k / (1 + (1 - m^2) (1 - seen) / seen).
    activity, random = branching(m, 20.0, 150_000, 0)
    found = branching_ratio_of_activity(random.binomial(activity, seen))
    amplitude = 1 / (1 + (1 - m**2) * (1 - seen) / seen)
    assert found.ratio == pytest.approx(m, abs=0.01)
    assert found.conventional == pytest.approx(m * amplitude, abs=0.02)
    assert found.amplitude == pytest.approx(amplitude, abs=0.04)
    assert found.timescale == pytest.approx(-4 / np.log(m), rel=0.25)
    assert found.explained > 0.9


def test_slopes_are_those_of_linear_regression():
    activity, _ = branching(0.8, 5.0, 500, 1)
    found = branching_ratio_of_activity(activity, n_lags=10, bin_width=2.0)
    expected = [np.polyfit(activity[:-k], activity[k:], 1)[0] for k in range(1, 11)]
    np.testing.assert_allclose(found.slopes, expected, rtol=1e-9)
    assert found.conventional == found.slopes[0] and found.bin_width == 2.0
    assert found.timescale == pytest.approx(-2 / np.log(found.ratio))


def test_fit_is_the_least_of_all_squares():
    activity, random = branching(0.7, 5.0, 3000, 2)
    found = branching_ratio_of_activity(random.binomial(activity, 0.3), n_lags=12)
    m, b = np.meshgrid(np.linspace(0.001, 1.2, 1200), np.linspace(0, 1, 500))
    losses = sum((r - b * m**k) ** 2 for k, r in enumerate(found.slopes, start=1))
    loss = sum((r - found.amplitude * found.ratio**k) ** 2 for k, r in enumerate(found.slopes, start=1))
    assert loss <= losses.min() * (1 + 1e-9)


@pytest.mark.parametrize("n_lags", [2, 40, 2000])
def test_growing_activity_is_supercritical(n_lags):
    grown = branching_ratio_of_activity(1.02 ** np.arange(4 * n_lags), n_lags=n_lags)
    assert grown.ratio == pytest.approx(1.02) and grown.amplitude == pytest.approx(1)
    assert grown.timescale == np.inf and grown.explained == pytest.approx(1)


def test_activity_that_is_not_followed_by_more_has_ratio_zero():
    alternating = branching_ratio_of_activity(np.tile([0, 1], 100), n_lags=2)
    assert alternating.conventional == pytest.approx(-1, abs=0.02)
    assert 0 <= alternating.ratio <= 1 and alternating.explained < 0.2
    random = np.random.RandomState(0).rand(12)
    falling = branching_ratio_of_activity(np.cumsum(-random) + 20 * (np.arange(12) % 3 == 0), n_lags=2)
    assert (falling.ratio, falling.amplitude, falling.timescale, falling.explained) == (0, 0, 0, 0)


def test_independent_activity_is_not_explained():
    found = branching_ratio_of_activity(np.random.RandomState(0).poisson(5, 20000))
    assert abs(found.conventional) < 0.03 and found.explained < 0.5


def test_reservoir_is_seen_by_its_total_activity():
    zeros = np.zeros((100, 1))
    liquid = LIFLiquid(50, noise=20.0, random_state=0).fit(zeros[:1])
    trains = spike_trains(liquid, zeros, washout=10)
    counts = np.bincount(trains.steps // 3, minlength=300)
    one, other = branching_ratio(liquid, zeros, bin_width=3.0, washout=10), branching_ratio_of_activity(counts)
    np.testing.assert_array_equal(one.slopes, other.slopes)
    assert one.ratio == other.ratio and one.bin_width == 3.0


def test_activity_of_any_size_is_followed_alike():
    activity = np.random.RandomState(0).poisson(20, 400).astype(float)
    expected = branching_ratio_of_activity(activity, n_lags=5)
    for scale in (2.0**-900, 2.0**900):
        np.testing.assert_array_equal(branching_ratio_of_activity(scale * activity, n_lags=5).slopes, expected.slopes)


def test_what_has_no_answer_is_refused():
    liquid = LIFLiquid(5, background_current=0.0, random_state=0).fit(np.zeros((1, 1)))
    with pytest.raises(ValueError, match="at least 160 bins, 4 for each of n_lags=40; got 50 of 4 ms"):
        branching_ratio(liquid, np.zeros((20, 1)))
    with pytest.raises(ValueError, match="'X' must not give the same activity in every bin"):
        branching_ratio(liquid, np.zeros((100, 1)))
    with pytest.raises(ValueError, match="'activity' must not give the same activity in every bin"):
        branching_ratio_of_activity(np.full(200, 7))
    with pytest.raises(ValueError, match="'activity' must be finite; got NaN"):
        branching_ratio_of_activity(np.full(200, np.nan))
    with pytest.raises(ValueError, match="'n_lags' must be an integer of at least 2; got 1"):
        branching_ratio(liquid, np.zeros((20, 1)), n_lags=1)
    with pytest.raises(ValueError, match="'bin_width' must be a number above 0; got -1"):
        branching_ratio(liquid, np.zeros((20, 1)), bin_width=-1)


@pytest.mark.parametrize("n_bins", [400, 5000])
def test_independent_bins_do_not_branch(n_bins):
    ratios = [branching_ratio_of_activity(np.random.RandomState(seed).poisson(3, n_bins)).ratio for seed in range(20)]
    assert np.count_nonzero(ratios) <= 1
    assert branching_ratio_of_activity(np.arange(400) % 2).ratio == 0
