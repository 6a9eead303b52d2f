import numpy as np
import pytest

from reservoir.metrics import nmse, nrmse, nrmse_horizon, valid_prediction_time


@pytest.fixture
def random():
    return np.random.default_rng(0)


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
