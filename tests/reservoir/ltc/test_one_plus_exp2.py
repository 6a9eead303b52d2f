import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from readouts.compiling import njit
from reservoir.kernels.vectors import load, store, width_of
from reservoir.ltc.one_plus_exp2 import one_plus_exp2

DTYPES = pytest.mark.parametrize("dtype", ["float64", "float32"])


@njit
def apply(y, results):
    for i in range(y.size):
        results[i] = one_plus_exp2(y[i])


@njit
def apply_to_vectors(y, width, results):
    for i in range(0, y.size, width):
        store(one_plus_exp2(load(y, i)), results, i)


def compiled(y):
    """Of numbers and of vectors, which must be the same bits."""
    n = len(y) // 16 * 16
    results, vectors = np.empty_like(y), np.empty_like(y[:n])
    apply(y, results)
    apply_to_vectors(y[:n].copy(), width_of(y.dtype), vectors)
    assert_array_equal(vectors, results[:n], strict=True)
    return results


@DTYPES
def test_it_is_within_2_ulp(dtype):
    random, most = np.random.RandomState(0), 1022 if dtype == "float64" else 126
    y = [random.uniform(-most, most, 20_000), random.standard_normal(40_000), random.uniform(-60, 60, 20_000)]
    y = np.concatenate([*y, np.arange(-60, 60) + 0.5]).astype(dtype)
    exact = 1 + np.exp2(y.astype(np.longdouble))
    assert np.max(np.abs(compiled(y) - exact) / np.spacing(exact.astype(dtype))) <= 2
    assert_allclose(one_plus_exp2(y.astype("float64")), exact.astype("float64"), rtol=1e-14)


@DTYPES
def test_special_values(dtype):
    most = 1022 if dtype == "float64" else 126
    y = [0, 1, -1, -most, most, 9 * most, -9 * most, np.inf, -np.inf, np.nan]
    huge = np.exp2(np.array(most, dtype))
    expected = np.array([2, 3, 1.5, 1, huge, huge, 1, huge, 1, np.nan, *[2] * 6], dtype)
    assert_array_equal(compiled(np.array(y + [0] * 6, dtype)), expected, strict=True)
