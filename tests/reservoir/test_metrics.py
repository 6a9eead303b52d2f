import numpy as np
import pytest
from sklearn.metrics import r2_score

from reservoir.metrics import nmse, nrmse, nrmse_horizon, r_squared, valid_prediction_time


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


@pytest.mark.parametrize("metric", [nmse, nrmse, valid_prediction_time])
def test_bad_input_is_named(metric):
    y = np.arange(10.0)
    with pytest.raises(ValueError, match=r"'y_pred' must have the shape of 'y_true', \(10, 1\); got \(9, 1\)"):
        metric(y, y[:-1])
    with pytest.raises(ValueError, match="'y_pred' must be finite; got NaN or infinity first in row 3"):
        metric(y, np.where(y == 3, np.nan, y))
    with pytest.raises(ValueError, match="'y_true' must be finite"):
        metric(np.where(y == 3, np.inf, y), y)
    with pytest.raises(ValueError, match="got a constant"):
        metric(np.full(10, 0.1), y)
    with pytest.raises(TypeError, match="'y_true' must be a real array .*; got dtype complex128"):
        metric(y * 1j, y)
    with pytest.raises(ValueError, match=r"got shape \(2, 5, 1\). Join series"):
        metric(y.reshape(2, 5, 1), y.reshape(2, 5, 1))
    with pytest.raises(ValueError, match="with at least one row"):
        metric([], [])
    with pytest.raises(ValueError, match="sequences of different shapes. Join them"):
        metric([[1.0, 2.0], [1.0]], [[1.0, 2.0], [1.0]])


def test_constant_output_is_named():
    y = np.column_stack([np.arange(5.0), np.ones(5)])
    with pytest.raises(ValueError, match="a constant in output 1, which has no scale"):
        nrmse(y, y)


def test_valid_time_counts_the_rows_before_the_first_bad_one():
    y = np.array([1.0, -1.0] * 4)  # standard deviation 1
    error = np.array([0.0, 0.4, 0.1, 0.41, 0.0, 0.0, 0.9, 0.0])
    assert valid_prediction_time(y, y + error) == 3.0
    assert valid_prediction_time(y, y + error, threshold=0.05) == 1.0
    assert valid_prediction_time(y, y + error, threshold=0.5) == 6.0
    assert valid_prediction_time(y, y + error, step=0.02, lyapunov_time=1.104) == pytest.approx(3 * 0.02 / 1.104)


def test_valid_time_of_the_extremes():
    y = np.array([1.0, -1.0] * 4)
    assert valid_prediction_time(y, y) == 8.0
    assert valid_prediction_time(y, -y) == 0.0


def test_valid_time_of_a_forecast_that_ran_away():
    y = np.array([1.0, -1.0] * 4)
    assert valid_prediction_time(y, y + np.array([0, 0, 0, 1e200, 1e308, 0, 0, 0])) == 3.0


def test_valid_time_takes_all_outputs_at_once():
    # |y - mean|^2 is 1 + 9 in every row; an error of (0, e) is e / sqrt(10), whichever output it is in.
    y = np.column_stack([[1.0, -1.0] * 3, [3.0, -3.0] * 3])
    p = y.copy()
    p[2, 0] += 0.4 * np.sqrt(10) + 1e-9
    assert valid_prediction_time(y, p) == 2.0
    p[2, 0] -= 2e-9
    assert valid_prediction_time(y, p) == 6.0


def test_valid_time_ignores_the_offset_of_the_series():
    y = np.array([1.0, -1.0] * 4)
    assert valid_prediction_time(y + 100, y + 100 + 0.5) == 0.0


@pytest.mark.parametrize("name", ["threshold", "step", "lyapunov_time"])
def test_valid_time_parameters_must_be_positive(name):
    y = np.arange(4.0)
    with pytest.raises(ValueError, match=f"'{name}' must be a number above 0; got 0"):
        valid_prediction_time(y, y, **{name: 0})
    with pytest.raises(ValueError, match=f"'{name}' must be"):
        valid_prediction_time(y, y, **{name: "1"})


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


def test_bad_trials_are_named():
    trials = np.arange(14.0).reshape(2, 7)
    with pytest.raises(ValueError, match=r"'y_pred' must have the shape of 'y_true', \(2, 7, 1\); got \(2, 6, 1\)"):
        nrmse_horizon(trials, trials[:, 1:], 1)
    with pytest.raises(ValueError, match=r"'y_true' must be an array of shape \(n_trials, n_steps\).*shape \(7,\)"):
        nrmse_horizon(trials[0], trials[0], 1)
    with pytest.raises(ValueError, match="'y_pred' must be.*trials of different lengths"):
        nrmse_horizon(trials, [[1, 2], [1]], 1)
    with pytest.raises(ValueError, match="'y_pred' must be finite; got NaN or infinity first in row 1"):
        nrmse_horizon(trials, np.where(trials == 8, np.nan, trials), 1)
    with pytest.raises(ValueError, match="'series' must have the outputs of 'y_true', 1; got 2"):
        nrmse_horizon(trials, trials, 1, series=np.ones((5, 2)))
    with pytest.raises(ValueError, match="'series' must vary in every output; got a constant"):
        nrmse_horizon(trials, trials, 1, series=np.ones(5))
    with pytest.raises(ValueError, match="'y_true' must vary in every output"):
        nrmse_horizon(np.ones((2, 7)), trials, 1)
    with pytest.raises(TypeError, match="'y_true' must be a real array"):
        nrmse_horizon(trials * 1j, trials, 1)


@pytest.mark.parametrize("power", [-990, -400, 400, 990])
def test_any_unit_gives_the_same_error_to_the_last_bit(random, power):
    y = random.normal(size=(50, 2))
    p = y + 0.05 * np.arange(50)[:, None]
    for metric in (nmse, nrmse, lambda y, p: nrmse_horizon(y[None], p[None], 7, series=y), valid_prediction_time):
        assert metric(np.ldexp(y, power), np.ldexp(p, power)) == metric(y, p) > 0


def test_an_infinite_error_is_refused_and_the_largest_one_is_returned():
    y = np.array([1.0, -1.0])
    assert nrmse(y, 1e300 * y) == pytest.approx(1e300)
    assert nrmse(1e-5 * y, 1e300 * y) == pytest.approx(1e305)
    with pytest.raises(ValueError, match="'y_pred' must be nearer to 'y_true'"):
        nmse(y, 1e300 * y)
    with pytest.raises(ValueError, match="'y_pred' must be nearer"):
        nrmse_horizon([1e-200 * y], [1e200 * y], 1, series=1e-200 * y)


def test_a_valid_time_that_no_number_can_hold_is_refused():
    y = np.array([1.0, -1.0])
    for times in ({"step": 1e308, "lyapunov_time": 0.1}, {"lyapunov_time": 1e-320}):
        with pytest.raises(ValueError, match="'step' must be a finite number of 'lyapunov_time'"):
            valid_prediction_time(y, y, **times)
    assert valid_prediction_time(y, y, step=1e308, lyapunov_time=1e308) == 2.0


@pytest.mark.parametrize("size", [1e-200, 1.0, 2.0**900])
def test_r_squared_is_that_of_scikit_learn_whatever_the_size(size):
    random = np.random.RandomState(0)
    y = random.standard_normal((30, 2))
    p = y + 0.1 * random.standard_normal((30, 2))
    assert r_squared(size * y, size * p) == pytest.approx(r2_score(y, p), rel=1e-12)
    assert r_squared(size * y[:, 0], size * p[:, 0]) == pytest.approx(r2_score(y[:, 0], p[:, 0]), rel=1e-12)


def test_r_squared_beyond_all_numbers_is_an_error():
    with pytest.raises(ValueError, match="larger than any number"), np.errstate(over="ignore"):
        r_squared(np.array([0.0, 1.0]), np.array([0.0, 1e200]))


def test_times_are_no_numbers_in_any_table():
    polars = pytest.importorskip("polars", reason="polars is not installed")
    times = np.array(["2020-01-01", "2020-01-02"], dtype="M8[us]")
    for values in (times, polars.DataFrame({"u": [0.0, 1.0], "t": times})):
        for arguments in ((values, [0.0, 1.0]), ([[0.0, 1.0]] * 2, values)):
            with pytest.raises(TypeError, match="'y_(true|pred).*' must hold numbers; got (?i:datetime)"):
                nrmse(*arguments)
