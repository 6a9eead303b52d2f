import numpy as np
import pytest

from reservoir.metrics import crps, mase, nmse, nrmse, nrmse_horizon, valid_prediction_time


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


def test_bad_trials_are_named():
    trials = np.arange(14.0).reshape(2, 7)
    with pytest.raises(ValueError, match=r"'y_pred' must have the shape of 'y_true', \(2, 7, 1\); got \(2, 6, 1\)"):
        nrmse_horizon(trials, trials[:, 1:], 1)
    with pytest.raises(ValueError, match=r"'y_true' must be an array of shape \(n_trials, n_steps\).*shape \(7,\)"):
        nrmse_horizon(trials[0], trials[0], 1)
    with pytest.raises(ValueError, match="'y_pred' must be.*trials of different lengths"):
        nrmse_horizon(trials, [[1, 2], [1]], 1)
    with pytest.raises(ValueError, match="'y_pred' must be finite; .* first in trial 1. Leave such trials out"):
        nrmse_horizon(trials, np.where(trials == 8, np.nan, trials), 1)
    with pytest.raises(ValueError, match="'series' must be finite; .* first in row 1. Leave such rows"):
        nrmse_horizon(trials, trials, 1, series=[1.0, np.nan])
    with pytest.raises(ValueError, match="'samples' must be finite; .* first in sample 1. Leave such samples out"):
        crps(trials[0], np.where(trials == 8, np.nan, trials))
    with pytest.raises(ValueError, match="'y_train' must be finite; .* Fill it in, as reservoir.ForwardFill"):
        mase([1.0], [2.0], [1.0, np.nan, 3.0])
    with pytest.raises(ValueError, match="'series' must have the outputs of 'y_true', 1; got 2"):
        nrmse_horizon(trials, trials, 1, series=np.ones((5, 2)))
    with pytest.raises(ValueError, match="'series' must vary in every output; got a constant"):
        nrmse_horizon(trials, trials, 1, series=np.ones(5))
    with pytest.raises(ValueError, match="'y_true' must vary in every output"):
        nrmse_horizon(np.ones((2, 7)), trials, 1)
    with pytest.raises(TypeError, match="'y_true' must be a real array"):
        nrmse_horizon(trials * 1j, trials, 1)


def test_times_are_no_numbers_in_any_table():
    polars = pytest.importorskip("polars", reason="polars is not installed")
    times = np.array(["2020-01-01", "2020-01-02"], dtype="M8[us]")
    for values in (times, polars.DataFrame({"u": [0.0, 1.0], "t": times})):
        for arguments in ((values, [0.0, 1.0]), ([[0.0, 1.0]] * 2, values)):
            with pytest.raises(TypeError, match="'y_(true|pred).*' must hold numbers; got (?i:datetime)"):
                nrmse(*arguments)
