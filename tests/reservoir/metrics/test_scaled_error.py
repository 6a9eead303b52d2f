import numpy as np
import pytest

from reservoir.metrics import mase


@pytest.fixture
def random():
    return np.random.default_rng(0)


def test_hand_values():
    # Over the season of 2 the training data are off by 0, 0 and 2; over 1 step by 2 always.
    assert mase([5, 6], [6, 7], [1, 3, 1, 3, 3], period=2) == pytest.approx(1 / (2 / 3))
    assert mase([5, 6], [6, 9], [1, 3, 1, 3, 5]) == 1.0
    assert mase([5, 6], [5, 6], [1, 3]) == 0.0


@pytest.mark.parametrize("period", [1, 12])
def test_the_naive_forecast_scores_one_on_the_training_data_themselves(random, period):
    y = random.normal(size=(100, 2)) * [1, 1000]
    assert mase(y[period:], y[:-period], y, period=period) == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize("period", [1, 4])
def test_it_is_that_of_sktime(random, period):
    performance = pytest.importorskip("sktime.performance_metrics.forecasting", reason="sktime is not installed")
    y, p, train = random.normal(size=9), random.normal(size=9), random.normal(size=30)
    theirs = performance.mean_absolute_scaled_error(y, p, y_train=train, sp=period)
    assert mase(y, p, train, period=period) == pytest.approx(theirs, rel=1e-12)


@pytest.mark.parametrize("power", [-1000, 1000])
def test_any_unit_gives_the_same_error_to_the_last_bit(random, power):
    y, p, train = random.normal(size=(3, 30))
    assert mase(*(np.ldexp(array, power) for array in (y, p, train))) == mase(y, p, train)


def test_one_column_and_one_dimension_are_the_same(random):
    y, p, train = random.normal(size=(3, 30))
    assert mase(y[:, None], p, train[:, None]) == mase(y, p, train)
    assert isinstance(mase(y.astype(np.float32), p, train), float)


def test_bad_input_is_named():
    y = np.arange(5.0)
    with pytest.raises(ValueError, match=r"'y_pred' must have the shape of 'y_true', \(5, 1\); got \(4, 1\)"):
        mase(y, y[1:], y)
    with pytest.raises(ValueError, match="'y_train' must have the outputs of 'y_true', 1; got 2"):
        mase(y, y, np.ones((9, 2)))
    with pytest.raises(ValueError, match="'period' must be smaller than the number of rows of 'y_train', 5; got 5"):
        mase(y, y, y, period=5)
    with pytest.raises(ValueError, match="'y_train' must differ .* an exact repetition in output 1"):
        mase(np.ones((3, 2)), np.ones((3, 2)), [[1, 2], [2, 2]])
    with pytest.raises(ValueError, match="'y_pred' must be nearer to 'y_true'"):
        mase(y, 1e300 * y, 1e-300 * y)


@pytest.mark.parametrize("period", [0, -1, 1.0, "12", True, None])
def test_a_bad_period_is_named(period):
    with pytest.raises(ValueError, match=f"'period' must be an integer of at least 1; got {period!r}"):
        mase([1, 2], [1, 2], [1, 2, 3], period=period)
