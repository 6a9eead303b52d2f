import numpy as np
import pytest

from reservoir.metrics import valid_prediction_time


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


def test_a_valid_time_that_no_number_can_hold_is_refused():
    y = np.array([1.0, -1.0])
    for times in ({"step": 1e308, "lyapunov_time": 0.1}, {"lyapunov_time": 1e-320}):
        with pytest.raises(ValueError, match="'step' must be a finite number of 'lyapunov_time'"):
            valid_prediction_time(y, y, **times)
    assert valid_prediction_time(y, y, step=1e308, lyapunov_time=1e308) == 2.0
