from fractions import Fraction

import numpy as np
import pytest

from readouts.compiling.arithmetic import dot, fma
from readouts.compiling.guard import njit


@njit
def fused(a, b, c):
    return fma(a, b, c)


@njit
def all_fused(a, b, c, result):
    for i in range(result.size):
        result[i] = fma(a[i], b[i], c[i])


def rounded_once(a, b, c, dtype):
    exact = Fraction(float(a)) * Fraction(float(b)) + Fraction(float(c))
    return dtype(float(exact))  # single precision: the double holds all digits of these, so it is rounded once


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_product_is_rounded_once(dtype):
    random = np.random.RandomState(0)
    a, b = random.standard_normal((2, 200)).astype(dtype)
    c = (-a * b * (1 + random.choice([0.0, 1e-6, 0.1], 200))).astype(dtype)  # what is left shows every digit
    expected = np.array([rounded_once(*numbers, dtype) for numbers in zip(a, b, c, strict=True)])
    assert np.any(a * b + c != expected)
    np.testing.assert_array_equal([fused(*numbers) for numbers in zip(a, b, c, strict=True)], expected)
    for size in (1, 3, 14, 200):  # in lanes of SIMD, and what is left over
        result = np.empty(size, dtype)
        all_fused(a[:size], b[:size], c[:size], result)
        np.testing.assert_array_equal(result, expected[:size])


def test_without_compilation_it_is_the_plain_expression():
    assert fma(2.0, 3.0, 4.0) == 10.0


def test_infinity_and_nan_pass():
    assert fused(np.inf, 1.0, 1.0) == np.inf
    assert np.isnan(fused(np.inf, 0.0, 1.0)) and np.isnan(fused(1.0, 1.0, np.nan))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("size", [0, 1, 7, 64, 101])
def test_dot_is_the_sum_of_products(size, dtype):
    a, b = np.random.RandomState(size).standard_normal((2, 101)).astype(dtype)
    exact = sum((Fraction(float(x)) * Fraction(float(y)) for x, y in zip(a[:size], b, strict=False)), Fraction(0))
    bound = 4 * np.finfo(dtype).eps * float(np.abs(a[:size]) @ np.abs(b[:size]))
    assert abs(dot(a[:size], b) - float(exact)) <= bound
