import numpy as np
import pytest

from readouts.compiling import njit
from reservoir.kernels.functions import decay, exp, expm1, sigmoid, tanh

DTYPES = [np.float64, np.float32]


@njit
def apply_all(x, results):
    for i in range(x.size):
        results[0, i] = tanh(x[i])
        results[1, i] = sigmoid(x[i])
        results[2, i] = exp(x[i])
        results[3, i] = expm1(x[i])


def compiled(x):
    results = np.empty((4, x.size), x.dtype)
    apply_all(x, results)
    return results


def in_units_of_last_place(got, expected):
    return np.abs(got - expected) / np.spacing(np.abs(expected).astype(got.dtype))


@pytest.mark.parametrize("dtype", DTYPES)
def test_functions_are_within_4_ulp(dtype):
    random_state = np.random.RandomState(0)
    x = np.concatenate([random_state.uniform(-80, 80, 20_000), random_state.standard_normal(20_000)])
    x = np.concatenate([x, np.geomspace(1e-30, 80, 5_000), -np.geomspace(1e-30, 80, 5_000)]).astype(dtype)
    exact = x.astype(np.longdouble)
    expected = [np.tanh(exact), 1 / (1 + np.exp(-exact)), np.exp(exact), np.expm1(exact)]
    for got, want in zip(compiled(x), expected, strict=True):
        assert in_units_of_last_place(got, want).max() <= 4


@pytest.mark.parametrize("dtype", DTYPES)
def test_special_values(dtype):
    tanh, sigmoid, exp, expm1 = compiled(np.array([np.nan, np.inf, -np.inf, 0.0, -0.0], dtype))
    np.testing.assert_array_equal(tanh, [np.nan, 1, -1, 0, 0])
    np.testing.assert_array_equal(np.isnan(sigmoid), [True, False, False, False, False])
    np.testing.assert_allclose(sigmoid[1:], [1, 0, 0.5, 0.5], atol=1e-30)
    assert np.isnan(exp[0])
    assert np.isfinite(exp[1:]).all()
    assert np.isnan(expm1[0])
    np.testing.assert_array_equal(expm1[2:], [-1, 0, 0])


def test_python_versions_are_the_same_functions():
    x = np.linspace(-5, 5, 101)
    expected = [tanh(x), sigmoid(x), exp(x), expm1(x)]
    np.testing.assert_allclose(compiled(x), expected, rtol=1e-14)


@pytest.mark.parametrize("dtype", DTYPES)
def test_what_has_decayed_is_flushed_before_it_turns_denormal(dtype):
    tiny = np.finfo(dtype).tiny
    values = np.array([1.0, -1e12 * tiny, 1e9 * tiny, -tiny / 4, 0.0, np.nan, np.inf], dtype)
    decay(dtype(0.5), values)
    np.testing.assert_array_equal(values, np.array([0.5, -5e11 * tiny, 0, 0, 0, np.nan, np.inf], dtype))
