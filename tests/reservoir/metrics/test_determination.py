import numpy as np
import pytest
from sklearn.metrics import r2_score

from reservoir.metrics.determination import r_squared


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
