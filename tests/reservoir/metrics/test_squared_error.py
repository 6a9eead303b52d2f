import numpy as np
import pytest

from reservoir.metrics import nmse, nrmse, nrmse_horizon


@pytest.fixture
def random():
    return np.random.default_rng(0)


def test_hand_values():
    y, p = [1, 2, 3, 4], [1, 2, 3, 2]
    assert nmse(y, p) == pytest.approx(1.0 / 1.25)
    assert nrmse(y, p) == pytest.approx(np.sqrt(1.0 / 1.25))
    assert nmse(y, y) == nrmse(y, y) == 0.0


def test_outputs_are_scaled_one_by_one_and_averaged():
    y = np.column_stack([[1, 2, 3, 4], [100, 200, 300, 400]])
    p = np.column_stack([[1, 2, 3, 2], [100, 200, 300, 400]])
    assert nmse(y, p) == pytest.approx(0.5 * 0.8)
    assert nrmse(y, p) == pytest.approx(0.5 * np.sqrt(0.8))


@pytest.mark.parametrize("shape", [(1000,), (1000, 3)])
def test_the_mean_scores_exactly_one(random, shape):
    y = random.normal(5, 0.3, shape)
    mean = np.broadcast_to(y.mean(axis=0), y.shape)
    assert nmse(y, mean) == nrmse(y, mean) == 1.0


def test_the_divisor_is_the_standard_deviation_not_the_variance(random):
    # A peer divides by the variance: zero as a predictor of this noise scores 10.25 there.
    y = random.normal(size=4000)
    y = 0.098 * (y - y.mean()) / y.std()
    assert nrmse(y, np.zeros_like(y)) == pytest.approx(1.0, abs=1e-12)


def test_scale_and_offset_do_not_matter(random):
    y, p = random.normal(size=(2, 500, 2))
    assert nrmse(1e-3 * y + 7, 1e-3 * p + 7) == pytest.approx(nrmse(y, p))


def test_one_column_and_one_dimension_are_the_same(random):
    y, p = random.normal(size=(2, 50))
    assert nrmse(y[:, np.newaxis], p) == nrmse(y, p)
    assert isinstance(nrmse(y.astype(np.float32), p), float)


def test_constant_output_is_named():
    y = np.column_stack([np.arange(5.0), np.ones(5)])
    with pytest.raises(ValueError, match="a constant in output 1, which has no scale"):
        nrmse(y, y)


def test_error_at_a_horizon_by_hand():
    truth, forecast = np.array([[1.0, 2], [3, 4], [5, 6]]), np.array([[1.0, 2], [3, 4], [5, 9]])
    assert nrmse_horizon(truth, forecast, 1) == 0.0
    assert nrmse_horizon(truth, forecast, 2) == pytest.approx(np.sqrt(3 / np.var([1, 2, 3, 4, 5, 6])))
    assert nrmse_horizon(truth, forecast, 2, series=[0, 2, 0, 2]) == pytest.approx(np.sqrt(3))


def test_error_at_a_horizon_is_jaegers_equation_25(random):
    # The square root of the sum over 50 trials of squared errors at step 84, by 50 times the variance of the series.
    series = random.normal(1, 0.26, 5000)
    truth, forecast = random.normal(size=(2, 50, 84))
    total = sum((truth[i, 83] - forecast[i, 83]) ** 2 for i in range(50))
    expected = np.sqrt(total / (50 * np.var(series)))
    assert nrmse_horizon(truth, forecast, 84, series=series) == pytest.approx(expected, rel=1e-12)
    assert nrmse_horizon(truth[:, :, None], forecast, 84, series=series[:, None]) == pytest.approx(expected, rel=1e-12)


def test_the_mean_scores_one_at_any_horizon(random):
    series = random.normal(5, 2, 40_000)
    trials = series.reshape(-1, 4)
    for horizon in (1, 4):
        error = nrmse_horizon(trials, np.full_like(trials, series.mean()), horizon)
        assert error == pytest.approx(1.0, rel=0.02)


def test_outputs_of_a_horizon_are_scaled_one_by_one(random):
    truth, forecast = random.normal(size=(2, 20, 7, 2))
    truth[:, :, 1] *= 100
    each = [nrmse_horizon(truth[:, :, k], forecast[:, :, k], 3) for k in range(2)]
    assert nrmse_horizon(truth, forecast, 3) == pytest.approx(np.mean(each))


@pytest.mark.parametrize("horizon", [0, 8, -1, 1.0, "84", True])
def test_a_bad_horizon_is_named(horizon):
    trials = np.arange(14.0).reshape(2, 7)
    with pytest.raises(ValueError, match=f"'horizon' must be .*; got {horizon!r}"):
        nrmse_horizon(trials, trials, horizon)
