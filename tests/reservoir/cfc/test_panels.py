import copy
import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import CfCLiquid
from reservoir.cfc.panels import pack, panels, project, unpack, widest_panels
from reservoir.kernels.alignment import aligned
from reservoir.kernels.products import project_input

SIZES = [1, 8, 17, 40, 64, 100, 160, 333]  # panels of 8, 4 and 1 vectors, of each some full and some filled up
EVERY_DTYPE = pytest.mark.parametrize("dtype", ["float64", "float32"])


def draw(n_units, n_sources, dtype):
    random = np.random.RandomState(n_units)
    return [random.standard_normal(shape).astype(dtype) for shape in [(n_units, n_sources), n_units, n_sources]]


@EVERY_DTYPE
@pytest.mark.parametrize("n_units", SIZES)
@pytest.mark.parametrize("n_sources", [1, 2, 13])
def test_a_product_is_one_chain_of_sources_in_either_direction(n_units, n_sources, dtype):
    weights, bias, source = draw(n_units, n_sources, dtype)
    packed, filled = pack(weights, bias)
    drive, backwards, plain = np.empty_like(filled), np.empty_like(filled), np.empty_like(bias)
    project(packed, filled, source, drive, False)
    project(packed, filled, source, backwards, True)
    project_input(np.ascontiguousarray(weights.T), bias, source, plain)
    assert_array_equal(drive, backwards)
    assert_array_equal(drive[:n_units], plain)
    assert not drive[n_units:].any()
    expected = weights.astype(float) @ source.astype(float) + bias
    assert_allclose(drive[:n_units], expected, rtol=0, atol=50 * np.finfo(dtype).eps)


@pytest.mark.parametrize("width", [8, 16])
@pytest.mark.parametrize("n_units", SIZES)
def test_panels_follow_each_other_and_the_last_is_filled_up(n_units, width):
    parts = list(panels(n_units, width))
    starts, sizes = zip(*parts, strict=True)
    assert_array_equal(starts, np.cumsum([0, *sizes[:-1]]))
    assert n_units <= sum(sizes) < n_units + width
    n_wide, n_half = widest_panels(sum(sizes), width)
    assert [size // width for start, size in parts] == [
        8 if start < n_wide else 4 if start < n_half else 1 for start in starts
    ]


def test_weights_lie_source_after_source():
    weights = np.arange(1.0, 33).reshape(16, 2)
    packed, filled = pack(weights, np.ones(16))
    assert_array_equal(packed, np.concatenate([weights[:8, 0], weights[:8, 1], weights[8:, 0], weights[8:, 1]]))
    assert_array_equal(filled, np.ones(16))


@EVERY_DTYPE
@pytest.mark.parametrize("n_units", SIZES)
def test_unpacking_gives_back_what_was_packed(n_units, dtype):
    weights, bias, _ = draw(n_units, 13, dtype)
    unpacked, unpacked_bias = unpack(*pack(weights, bias), weights.shape)
    assert_array_equal(unpacked, weights)
    assert_array_equal(unpacked_bias, bias)


@EVERY_DTYPE
def test_aligned_starts_on_a_cache_line(dtype):
    room = np.arange(200, dtype=dtype)
    for offset in range(17):
        array = room[offset : offset + 100]
        moved = aligned(array)
        assert moved.ctypes.data % 64 == 0
        assert_array_equal(moved, array, strict=True)
        assert aligned(moved) is moved


def test_weights_of_a_liquid_start_on_a_cache_line_however_it_came_about():
    liquid = CfCLiquid(20, random_state=0).fit(np.ones((5, 2)))
    for one in (liquid, copy.deepcopy(liquid), pickle.loads(pickle.dumps(liquid))):
        weights = one.program_.cells.weights
        assert weights.ctypes.data % 64 == 0
        assert weights.flags.writeable
        assert_array_equal(weights, liquid.program_.cells.weights)
