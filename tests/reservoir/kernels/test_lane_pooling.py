import numpy as np
import pytest
from numpy.testing import assert_array_equal

from reservoir.kernels import pooling
from reservoir.kernels.lane_pooling import (
    add_distances_lanes,
    add_lanes,
    add_parts_lanes,
    count_above_lanes,
    keep_largest_lanes,
)

DTYPES = pytest.mark.parametrize("dtype", [np.float64, np.float32])
# Steps of 6 series in 8 lanes: all equal, or one after the other ends.
LENGTHS = pytest.mark.parametrize("lengths", [[11] * 6, [11, 11, 9, 9, 4, 1]])
N_UNITS = 5


def driven(lengths, dtype):
    """Blocks of states and how many lanes are active in their steps, and the states of every series."""
    states = np.random.RandomState(0).standard_normal((11, N_UNITS, 8)).astype(dtype)
    active = np.array([sum(length > t for length in lengths) for t in range(11)])
    blocks = [(states[part], active[part]) for part in (slice(0, 2), slice(2, 9), slice(9, 11))]
    return blocks, [np.ascontiguousarray(states[:length, :, lane]) for lane, length in enumerate(lengths)]


@LENGTHS
@DTYPES
def test_sums_are_those_of_each_series_alone(lengths, dtype):
    blocks, series = driven(lengths, dtype)
    totals = np.ones((N_UNITS, 8))
    for block in blocks:
        add_lanes(*block, 6, totals)
    for lane, states in enumerate(series):
        alone = np.ones(N_UNITS)
        pooling.add_rows(states, alone)
        assert_array_equal(totals[:, lane], alone)


@LENGTHS
@DTYPES
def test_squares_are_those_of_each_series_alone(lengths, dtype):
    blocks, series = driven(lengths, dtype)
    first = np.random.RandomState(1).standard_normal((N_UNITS, 8))
    sums, squares = np.ones((2, N_UNITS, 8))
    for block in blocks:
        add_distances_lanes(*block, 6, first, sums, squares)
    for lane, states in enumerate(series):
        alone, alone_squares = np.ones((2, N_UNITS))
        pooling.add_distances(states, first[:, lane].copy(), alone, alone_squares)
        assert_array_equal(sums[:, lane], alone)
        assert_array_equal(squares[:, lane], alone_squares)


@LENGTHS
@DTYPES
@pytest.mark.parametrize("sign", [1, -1])
def test_extremes_are_those_of_each_series(lengths, dtype, sign):
    blocks, series = driven(lengths, dtype)
    largest = np.full((N_UNITS, 8), -np.inf, dtype)
    for block in blocks:
        keep_largest_lanes(*block, 6, dtype(sign), largest)
    for lane, states in enumerate(series):
        assert_array_equal(largest[:, lane], (sign * states).max(axis=0), strict=True)


@LENGTHS
@DTYPES
def test_steps_above_thresholds_are_counted_for_each_series(lengths, dtype):
    blocks, series = driven(lengths, dtype)
    thresholds = (np.array([[-0.5], [0.0], [0.5]]) * np.ones(N_UNITS)).astype(dtype)
    counts = np.zeros((3, N_UNITS, 8), np.int32)
    for block in blocks:
        count_above_lanes(*block, thresholds, counts)
    for lane, states in enumerate(series):
        assert_array_equal(counts[..., lane], [(states > levels).sum(axis=0) for levels in thresholds])


@LENGTHS
@DTYPES
def test_every_step_is_added_to_the_parts_that_it_is_in(lengths, dtype):
    blocks, series = driven(lengths, dtype)
    stops = np.array([[(length + 1) // 2 for length in lengths], lengths])
    starts = np.array([[0] * 6, [length // 2 for length in lengths]])  # the parts of odd lengths share a step
    totals, first = np.zeros((2, N_UNITS, 8)), 0
    for states, active in blocks:
        add_parts_lanes(states, active, starts, stops, first, totals)
        first += len(states)
    for lane, states in enumerate(series):
        for part in range(2):
            alone = np.zeros(N_UNITS)
            pooling.add_rows(states[starts[part, lane] : stops[part, lane]], alone)
            assert_array_equal(totals[part, :, lane], alone)
