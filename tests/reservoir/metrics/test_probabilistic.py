import itertools

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.metrics import mean_absolute_error, mean_pinball_loss

from reservoir.metrics import crps, interval_coverage, interval_score


@pytest.fixture
def random():
    return np.random.default_rng(0)


def gaussian_crps(y, mean, deviation):
    """Gneiting & Raftery (2007), section 4.2, of a normal distribution, for the sign in use here."""
    z = (y - mean) / deviation
    return deviation * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi))


def crps_by_pairs(y, samples):
    pairs = [abs(first - second) for first, second in itertools.combinations(samples, 2)]
    return np.mean([abs(sample - y) for sample in samples]) - np.mean(pairs) / 2


def test_crps_is_its_definition_by_pairs(random):
    y, samples = random.normal(size=(4, 2)), random.normal(size=(7, 4, 2))
    expected = np.mean([crps_by_pairs(y[t, k], samples[:, t, k]) for t in range(4) for k in range(2)])
    assert crps(y, samples) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("n_samples", [2, 5, 400])
def test_crps_of_normal_samples_has_the_expectation_of_the_closed_form(random, n_samples):
    # However few the samples are; the plain estimator of 2 samples would be higher by 0.28 deviations.
    y = np.repeat(random.normal(1, 2, 20), 40_000 // n_samples)
    samples = random.normal(0.5, 1.5, (n_samples, len(y)))
    assert crps(y, samples) == pytest.approx(np.mean(gaussian_crps(y, 0.5, 1.5)), rel=0.02)


def test_crps_is_the_estimator_of_properscoring_corrected_to_be_fair(random):
    properscoring = pytest.importorskip("properscoring", reason="properscoring is not installed")
    y, samples = random.normal(size=30), random.normal(size=(9, 30))
    absolute = np.abs(samples - y).mean()
    plain = properscoring.crps_ensemble(y, samples, axis=0).mean()
    assert crps(y, samples) == pytest.approx(absolute - (absolute - plain) * 9 / 8, rel=1e-12)


def test_crps_is_the_fair_estimator_of_scoringrules(random):
    scoringrules = pytest.importorskip("scoringrules", reason="scoringrules is not installed")
    y, samples = random.normal(size=30), random.normal(size=(9, 30))
    theirs = scoringrules.crps_ensemble(y, samples, m_axis=0, estimator="fair")
    assert crps(y, samples) == pytest.approx(np.mean(theirs), rel=1e-12)


def test_crps_of_equal_samples_is_the_absolute_error(random):
    y, p = random.normal(size=(2, 50, 3))
    assert crps(y, [p] * 4) == pytest.approx(mean_absolute_error(y, p), rel=1e-12)


def test_crps_loses_no_digits_to_an_offset_and_takes_any_unit(random):
    y, samples = random.normal(size=30), random.normal(size=(9, 30))
    assert crps(y + 1e8, samples + 1e8) == pytest.approx(crps(y, samples), rel=1e-6)
    for power in (-1000, 1000):
        assert crps(np.ldexp(y, power), np.ldexp(samples, power)) == np.ldexp(crps(y, samples), power)


def test_the_order_of_samples_and_an_axis_of_one_output_do_not_matter(random):
    y, samples = random.normal(size=30), random.normal(size=(9, 30))
    before = samples.copy()
    assert crps(y, samples[::-1]) == crps(y[:, None], samples) == crps(y, samples[:, :, None]) == crps(y, samples)
    assert np.array_equal(samples, before)
    assert isinstance(crps(y.astype(np.float32), samples), float)


@pytest.mark.parametrize("interval", [0.5, 0.8, 0.95])
def test_interval_score_is_the_sum_of_two_pinball_losses_of_scikit_learn(random, interval):
    y, width = random.normal(size=(100, 2)), random.uniform(0, 2, (100, 2))
    lower, upper, alpha = -width, width / 2, 1 - interval
    losses = mean_pinball_loss(y, lower, alpha=alpha / 2) + mean_pinball_loss(y, upper, alpha=1 - alpha / 2)
    assert interval_score(y, lower, upper, interval=interval) == pytest.approx(losses * 2 / alpha, rel=1e-12)


def test_interval_score_is_least_at_the_quantiles_of_the_truth(random):
    y, quantile = random.normal(size=20_000), norm.ppf(0.9)
    scores = [interval_score(y, y * 0 - half, y * 0 + half, interval=0.8) for half in (0.9, quantile, 1.7)]
    assert scores[1] == min(scores) == pytest.approx(2 * norm.pdf(quantile) / 0.1, rel=0.02)


def test_interval_score_takes_any_unit(random):
    y, width = random.normal(size=30), random.uniform(0, 2, 30)
    score = interval_score(y, -width, width, interval=0.9)
    for power in (-1000, 1000):
        scaled = (np.ldexp(array, power) for array in (y, -width, width))
        assert interval_score(*scaled, interval=0.9) == np.ldexp(score, power)


def test_coverage_counts_the_bounds_as_inside():
    lower, upper = np.zeros(5), np.ones(5)
    assert interval_coverage([0.0, 1.0, 0.5, -1e-12, 1 + 1e-12], lower, upper) == 0.6
    assert interval_coverage(lower, lower, lower) == 1.0


def test_coverage_of_normal_noise_is_the_nominal_one(random):
    y, half = random.normal(size=(20_000, 2)), norm.ppf(0.95)
    assert interval_coverage(y, y * 0 - half, y * 0 + half) == pytest.approx(0.9, abs=0.005)


def test_bad_sample_paths_are_named():
    y = np.arange(5.0)
    with pytest.raises(ValueError, match=r"'samples' must be an array of shape \(n_samples, n_steps\) .* shape \(5,\)"):
        crps(y, y)
    with pytest.raises(ValueError, match="'samples' must hold at least 2 samples; got 1"):
        crps(y, [y])
    with pytest.raises(ValueError, match=r"'samples' must have the shape of 'y_true', \(5, 1\), .* got \(4, 1\)"):
        crps(y, [y[1:], y[1:]])
    with pytest.raises(ValueError, match="'samples' must be finite"):
        crps(y, [y, np.where(y == 3, np.nan, y)])
    with pytest.raises(ValueError, match="'samples' must be nearer to 'y_true'"):
        crps([1.7e308], [[-1.7e308]] * 2)


@pytest.mark.parametrize("score", [interval_coverage, lambda *bounds: interval_score(*bounds, interval=0.9)])
def test_bad_bounds_are_named(score):
    y = np.arange(5.0)
    with pytest.raises(ValueError, match="'lower' must be nowhere above 'upper'; got that first in row 3"):
        score(y, np.where(y == 3, 9.0, y), y + 1)
    with pytest.raises(ValueError, match=r"'lower' must have the shape of 'y_true', \(5, 1\); got \(4, 1\)"):
        score(y, y[1:], y)
    with pytest.raises(ValueError, match="'upper' must be finite"):
        score(y, y, np.where(y == 3, np.inf, y))
    with pytest.raises(ValueError, match="'y_true' must be finite"):
        score(np.where(y == 3, np.nan, y), y, y)


@pytest.mark.parametrize("interval", [0, 1, 90, -0.5, "0.9", None, True, np.nan])
def test_a_bad_interval_is_named(interval):
    y = np.arange(5.0)
    with pytest.raises(ValueError, match="'interval' must be a number above 0 and below 1; got"):
        interval_score(y, y, y, interval=interval)
