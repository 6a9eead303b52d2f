import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.metrics import mean_absolute_error, root_mean_squared_error

from reservoir.forecaster.backtest_result import BacktestResult, seasonal_naive

RANDOM = np.random.RandomState(0)
TRUTH = RANDOM.standard_normal((30, 5, 2))
FORECASTS, NAIVE = (TRUTH + scale * RANDOM.standard_normal(TRUTH.shape) for scale in (0.5, 2.0))
RESULT = BacktestResult(np.arange(100, 160, 2), FORECASTS, TRUTH, NAIVE, 7, ["warm", "cold"])


def test_errors_are_those_of_scikit_learn():
    for step in range(5):
        pair = TRUTH[:, step], FORECASTS[:, step]
        assert_allclose(RESULT.rmse[step], root_mean_squared_error(*pair, multioutput="raw_values"))
        assert_allclose(RESULT.mae[step], mean_absolute_error(*pair, multioutput="raw_values"))
        naive = mean_absolute_error(TRUTH[:, step], NAIVE[:, step], multioutput="raw_values")
        assert_allclose(RESULT.scaled_mae[step], RESULT.mae[step] / naive)
    columns = range(2)
    whole = [
        np.sqrt(np.mean((FORECASTS - TRUTH)[..., c] ** 2) / np.mean((NAIVE - TRUTH)[..., c] ** 2)) for c in columns
    ]
    assert_allclose(RESULT.scaled_error, np.mean(whole))


def test_a_season_before():
    series = RANDOM.standard_normal((40, 1))
    naive = seasonal_naive(series, np.array([20, 31]), 9, 4)
    for number, origin in enumerate((20, 31)):
        for step in range(9):
            row = origin + step
            while row >= origin:
                row -= 4
            assert naive[number, step, 0] == series[row, 0]
    assert_array_equal(seasonal_naive(series, np.array([20]), 3, 1)[0, :, 0], series[19, 0])


def test_the_summary_has_a_table_for_each_feature():
    lines = RESULT.summary().splitlines()
    assert lines[0] == "30 forecasts of 5 steps, origins 100 to 158"
    assert lines[1] == "warm" and lines[9] == "cold" and len(lines) == 17
    assert lines[3].split() == [
        "1",
        f"{RESULT.rmse[0, 0]:.3g}",
        f"{RESULT.mae[0, 0]:.3g}",
        f"{RESULT.naive_rmse[0, 0]:.3g}",
        f"{RESULT.scaled_rmse[0, 0]:.3f}",
    ]


def test_it_prints_errors_over_all_steps_of_each_feature():
    lines = repr(RESULT).splitlines()
    assert lines[0] == "BacktestResult: 30 forecasts of 5 steps, origins 100 to 158"
    assert [line.split()[0] for line in lines[2:4]] == ["warm", "cold"]
    ratios = [float(line.split()[-1]) for line in lines[2:4]]
    assert_allclose(np.mean(ratios), RESULT.scaled_error, atol=1e-3)


def test_an_exact_naive_forecast():
    exact = BacktestResult(np.array([3]), TRUTH[:1, :, :1] + 1, TRUTH[:1, :, :1], TRUTH[:1, :, :1], 1, ["0"])
    assert np.isinf(exact.scaled_rmse).all() and np.isinf(exact.scaled_error)
    assert "inf" in exact.summary()
    same = BacktestResult(np.array([3]), TRUTH[:1], TRUTH[:1], TRUTH[:1], 1, ["0", "1"])
    assert same.scaled_error == 1


def test_a_result_cannot_be_changed():
    with pytest.raises(AttributeError):
        RESULT.period = 3
