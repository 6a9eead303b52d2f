import numpy as np
import pytest
from numpy.testing import assert_array_equal

from readouts.compiling import njit
from reservoir.ltc.one_plus_exp2 import one_plus_exp2

DTYPES = pytest.mark.parametrize("dtype", ["float64", "float32"])


@njit
def apply(y, results):
    for i in range(y.size):
        results[i] = one_plus_exp2(y[i])


def compiled(y):
    results = np.empty_like(y)
    apply(y, results)
    return results


@DTYPES
def test_it_is_within_2_ulp(dtype):
    random, most = np.random.RandomState(0), 1022 if dtype == "float64" else 126
    y = [random.uniform(-most, most, 20_000), random.standard_normal(40_000), random.uniform(-60, 60, 20_000)]
    y = np.concatenate([*y, np.arange(-60, 60) + 0.5]).astype(dtype)
    exact = 1 + np.exp2(y.astype(np.longdouble))
    assert np.max(np.abs(compiled(y) - exact) / np.spacing(exact.astype(dtype))) <= 2
    np.testing.assert_allclose(one_plus_exp2(y.astype("float64")), exact.astype("float64"), rtol=1e-14)


@DTYPES
def test_special_values(dtype):
    most = 1022 if dtype == "float64" else 126
    y = np.array([0, 1, -1, -most, most, 9 * most, -9 * most, np.inf, -np.inf, np.nan], dtype)
    huge = np.exp2(np.array(most, dtype))
    assert_array_equal(compiled(y), np.array([2, 3, 1.5, 1, huge, huge, 1, huge, 1, np.nan], dtype), strict=True)
