from fractions import Fraction

import numpy as np
import pytest

from reservoir.events.bins import rows_of


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("period", ["0.1", "0.01", "0.001", "0.007", "0.0001"])
def test_a_float_next_to_an_edge_is_on_it(dtype, period):
    period, rows = Fraction(period), np.arange(3000)
    n_rows = 3000 if dtype == np.float64 else 1000  # of the largest, the rounding is less than a thousandth of a row
    for times in (rows * float(period), rows / float(1 / period)):
        np.testing.assert_array_equal(rows_of(times.astype(dtype)[:n_rows], period, 0), rows[:n_rows])


def test_an_event_shortly_before_an_edge_is_in_the_row_before():
    edges = np.arange(1, 1000) * 0.001
    np.testing.assert_array_equal(rows_of(edges - 1e-12, Fraction(1, 1000), 0), np.arange(999))
    np.testing.assert_array_equal(rows_of(edges + 1e-12, Fraction(1, 1000), 0), np.arange(1, 1000))
    half = np.arange(1, 200, dtype=np.float16) / np.float16(256)  # exact, at coarse steps
    expected = [int(Fraction(float(time)) * 1000) for time in half]
    np.testing.assert_array_equal(rows_of(half, Fraction(1, 1000), 0), expected)


def test_floats_that_add_up_in_a_clock_stay_on_edges():
    times = np.cumsum(np.full(20, 0.1))
    assert (np.floor(times / 0.1) != np.arange(1, 21)).any()
    np.testing.assert_array_equal(rows_of(times, Fraction(1, 10), 0), np.arange(1, 21))


@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.uint16, np.uint8])
def test_integers_are_exact(dtype):
    times = np.arange(200).astype(dtype)
    for period in (Fraction(7), Fraction(1, 3), Fraction(22, 7), Fraction(1000)):
        expected = [int(time) * period.denominator // period.numerator for time in times]
        np.testing.assert_array_equal(rows_of(times, period, 0), expected)


def test_integers_are_exact_where_floats_are_not():
    first = 2**60
    times = first + np.arange(0, 5000, 499)
    np.testing.assert_array_equal(rows_of(times, Fraction(1000), first), np.arange(0, 5000, 499) // 1000)
    odd = Fraction("123.4567890123456")
    np.testing.assert_array_equal(rows_of(times, odd, first), [int(time - first) // odd for time in times.tolist()])


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64])
def test_integers_of_every_type_and_size_are_exact(dtype):
    random, info = np.random.RandomState(6), np.iinfo(dtype)
    lowest, highest = max(int(info.min), -(2**60)), min(int(info.max), 2**60)
    for low, high in ((lowest, highest), (lowest, lowest + 100), (highest - 100, highest), (0, 120)):
        times = np.array([low + int(share * (high - low)) for share in random.random_sample(50)], dtype)
        for period in map(Fraction, ("1000", "33333.333333333336", "123.4567890123456", "1/3", "1e15")):
            for start in (0, int(times.min()), 0.5, -7):
                expected = [(int(time) - Fraction(start)) // period for time in times]
                np.testing.assert_array_equal(rows_of(times, period, start), expected)


def test_a_minute_of_frames_in_thirds_of_a_second_is_exact():
    times = np.random.RandomState(7).randint(0, 6 * 10**7, 5000)  # more events than rows
    period = Fraction("33333.333333333336")
    for first in (0, 1_700_000_000_000_000):
        expected = [int(time // period) for time in times.tolist()]
        np.testing.assert_array_equal(rows_of(first + times, period, first), expected)


def test_rows_beyond_all_numbers():
    assert rows_of(np.array([1e308, 0.0, -1e308]), Fraction(1, 10**9), 0).tolist() == [np.inf, 0, -np.inf]
    assert rows_of(np.array([-(2**62), 2**62]), Fraction(1), 0).tolist() == [-(2.0**62), 2.0**62]


def test_a_start_between_integers():
    np.testing.assert_array_equal(rows_of(np.array([0, 1, 2, 3]), Fraction(1), 0.5), [-1, 0, 1, 2])
    np.testing.assert_array_equal(rows_of(np.array([0.3, 0.4]), Fraction(1, 10), 0.3), [0, 1])
    # A clock that counts seconds since 1970 is less fine: what it says is on an edge is on it.
    start = 1.7e9
    np.testing.assert_array_equal(rows_of(start + np.arange(100) * 0.01, Fraction(1, 100), start), np.arange(100))


def test_no_events():
    assert len(rows_of(np.zeros(0), Fraction(1), 0)) == 0
