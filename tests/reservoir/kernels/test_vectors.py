import numpy as np
import pytest
from exactly import fused
from numpy.testing import assert_array_equal

from readouts.compiling import fma, njit
from reservoir.kernels.functions import flush, smallest
from reservoir.kernels.vectors import N_BYTES, flush_all, gather, load, splat, store, take, times, width_of

DTYPES = [np.float64, np.float32]
SPECIAL = (0.0, -0.0, 1.0, -1.5, np.nan, np.inf, -np.inf, 1e-30, 3e-320, 1e300, 0.1, np.pi)


@pytest.fixture(params=DTYPES)
def dtype(request):
    return request.param


def numbers(dtype, n=48, seed=0):
    """Numbers of every kind, the special ones among them."""
    drawn = np.random.RandomState(seed).standard_normal(n)
    drawn[np.random.RandomState(seed + 1).permutation(n)[: len(SPECIAL)]] = SPECIAL
    with np.errstate(over="ignore"):
        return drawn.astype(dtype)


def assert_bits(got, expected):
    """The same numbers, and the same signs of zeros."""
    assert_array_equal(got, expected, strict=True)
    assert_array_equal(np.signbit(got[got == 0]), np.signbit(expected[expected == 0]))


@njit
def copied(source, place, target, at):
    store(load(source, place), target, at)


@njit
def all_the_same(number, target):
    store(splat(number), target, 0)


@njit
def gathered(source, indices, place, target):
    store(gather(source, indices, place), target, 0)


@njit
def fused_all(a, b, c, target):
    store(fma(load(a, 0), load(b, 0), load(c, 0)), target, 0)


@njit
def multiplied(a, b, target):
    store(times(load(a, 0), load(b, 0)), target, 0)


@njit
def flushed(values, target):
    store(flush_all(load(values, 0), splat(smallest(values))), target, 0)


@njit
def taken(array, place):
    return take(array, place)


def test_a_vector_is_a_cache_line(dtype):
    assert N_BYTES == 64 and width_of(dtype) == width_of(np.dtype(dtype).name) == 64 // dtype().itemsize


def test_a_vector_goes_from_any_place_to_any_place(dtype):
    width, source = width_of(dtype), numbers(dtype)
    for place, at in ((0, 0), (1, 0), (3, 7), (48 - width, 48 - width), (5, 48 - width)):
        target = np.full(48, 9, dtype)
        copied(source, place, target, at)
        expected = np.full(48, 9, dtype)
        expected[at : at + width] = source[place : place + width]
        assert_bits(target, expected)


def test_places_are_counted_over_all_axes(dtype):
    width, source = width_of(dtype), numbers(dtype, 96).reshape(2, 3, 16)
    target = np.zeros((3, width), dtype)
    copied(source, 35, target, width)
    assert_bits(target[1], source.ravel()[35 : 35 + width])
    assert not target[::2].any()
    for place in (0, 17, 95):
        assert_bits(np.array([taken(source, place)], dtype), source.ravel()[place : place + 1])


def test_a_vector_of_one_number(dtype):
    for number in numbers(dtype):
        target = np.full(width_of(dtype), 9, dtype)
        all_the_same(number, target)
        assert_bits(target, np.full_like(target, number))


def test_numbers_are_gathered_by_their_indices(dtype):
    width, source = width_of(dtype), numbers(dtype)
    indices = np.random.RandomState(0).randint(0, 48, 40).astype(np.int32)
    indices[3:6] = 47, 0, 47
    for place in (0, 1, 40 - width):
        target = np.empty(width, dtype)
        gathered(source, indices, place, target)
        assert_bits(target, source[indices[place : place + width]])


def test_a_fused_product_is_rounded_once(dtype):
    random, width = np.random.RandomState(0), width_of(dtype)
    one_by_one = 0
    for _ in range(40):
        a, b = random.standard_normal((2, width)).astype(dtype)
        c = (-a * b * (1 + random.randint(0, 3, width) * np.finfo(dtype).eps)).astype(dtype)  # most digits cancel
        target = np.empty(width, dtype)
        fused_all(a, b, c, target)
        assert_bits(target, np.array([fused(*each) for each in zip(a, b, c, strict=True)], dtype))
        one_by_one += np.count_nonzero(a * b + c == target)
    assert one_by_one < 20 * width, "a product and a sum, each rounded, would mostly be other numbers"


def test_nan_infinity_and_signs_of_zeros_are_those_of_single_numbers(dtype):
    width = width_of(dtype)
    for seed in range(20):
        a, b, c = numbers(dtype, seed=seed), numbers(dtype, seed=seed + 50), numbers(dtype, seed=seed + 100)
        for start in range(0, 48, width):
            x, y, z = (part[start : start + width].copy() for part in (a, b, c))
            target = np.empty(width, dtype)
            with np.errstate(all="ignore"):
                multiplied(x, y, target)
                assert_bits(target, x * y)
                fused_all(x, y, z, target)
                unclear = np.isnan(x * y + z) | np.isinf(x * y + z)
                assert_array_equal(np.isnan(target), np.isnan(x.astype(np.longdouble) * y + z))
                zeros = (x == 0) & (z == 0) & ~unclear
                assert_bits(target[zeros], (x * y + z)[zeros])


def test_what_has_decayed_is_flushed_as_a_single_number_is(dtype):
    floor = 1e10 * float(np.finfo(dtype).tiny)
    values = np.array([1, floor * 1.01, -floor * 1.01, floor * 0.99, -floor * 0.99, -0.0, np.nan, -np.inf], dtype)
    values = np.resize(values, width_of(dtype))
    target = np.empty_like(values)
    flushed(values, target)
    assert_bits(target, np.array([flush(value, smallest(values)) for value in values], dtype))
    assert_bits(target[:8], np.where(np.abs(values) < dtype(floor), dtype(0), values)[:8])
