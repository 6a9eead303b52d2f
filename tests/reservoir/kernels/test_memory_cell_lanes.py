import naive
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import MemoryCell
from reservoir.kernels.memory_cell import memory_arguments, step_memory_cell
from reservoir.kernels.memory_cell_lanes import step_memory_cell_lanes, update_memory_lanes, whole_vectors

N, N_STEPS = 7, 6


def drive(cell, inputs, start, width):
    """The states (n_steps, 2, n_units, n_lanes) after every row of ``inputs`` (n_steps, n_inputs, n_lanes)."""
    weights, bias = memory_arguments(cell, inputs.dtype)
    n_lanes, state, rows = inputs.shape[2], start.copy(), []
    n_wide = whole_vectors(n_lanes, inputs.itemsize)
    joined, gates = np.zeros((len(weights), n_wide), inputs.dtype), np.zeros((bias.size, n_wide), inputs.dtype)
    for u in inputs:
        step_memory_cell_lanes(weights, bias, u, joined, gates, state, width)
        rows.append(state.copy())
    return np.array(rows)


def draw(n_inputs, n_lanes, dtype):
    random = np.random.RandomState(0)
    inputs = 3 * random.standard_normal((N_STEPS, n_inputs, n_lanes))
    return MemoryCell.draw(N, n_inputs, 1), inputs.astype(dtype), random.uniform(-1, 1, (2, N, n_lanes)).astype(dtype)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("n_lanes", [1, 3, 8, 33])
@pytest.mark.parametrize("n_inputs", [1, 2, 3, 5, 12])  # every remainder of groups of two, four and eight sources
def test_every_lane_has_the_bits_of_one_series(n_inputs, n_lanes, dtype):
    cell, inputs, start = draw(n_inputs, n_lanes, dtype)
    weights, bias = memory_arguments(cell, dtype)
    rows = drive(cell, inputs, start, n_lanes)
    for lane in range(n_lanes):
        state = np.ascontiguousarray(start[..., lane])
        for u, row in zip(inputs[..., lane].copy(), rows[..., lane], strict=True):
            step_memory_cell(weights, bias, u, np.empty(len(weights), dtype), np.empty(bias.size, dtype), state)
            assert_array_equal(row, state, strict=True)


@pytest.mark.parametrize(("dtype", "atol"), [("float64", 1e-14), ("float32", 1e-5)])
def test_lanes_agree_with_their_plain_twin(dtype, atol):
    cell, inputs, start = draw(3, 5, dtype)
    rows = drive(cell, inputs, start, 5)
    for lane in range(5):
        h, c = start[..., lane].astype(float)
        for u, row in zip(inputs[..., lane].astype(float), rows[..., lane], strict=True):
            h, c = naive.step_memory_cell(cell, u, h, c)
            assert_allclose(row, [h, c], rtol=0, atol=atol)


def test_lanes_beyond_the_width_stay_as_they_were():
    cell, inputs, start = draw(3, 9, "float64")
    rows, fewer = drive(cell, inputs, start, 9), drive(cell, inputs, start, 4)
    assert_array_equal(fewer[..., :4], rows[..., :4])
    assert_array_equal(fewer[..., 4:], np.broadcast_to(start[..., 4:], fewer[..., 4:].shape))


def test_gates_of_a_lane_do_what_they_are_called():
    h, c = np.zeros((1, 3)), np.array([[0.4, 0.4, 0.4]])
    candidate, enter, keep, show = [9.0, 9, 9], [-800.0, 800, 800], [800.0, -800, 800], [800.0, 800, -800]
    update_memory_lanes(np.array([candidate, enter, keep, show]), h, c, 3)
    assert_allclose(c, [[0.4, np.tanh(9), 0.4 + np.tanh(9)]], rtol=1e-15)
    assert_allclose(h, [[np.tanh(0.4), np.tanh(np.tanh(9)), 0]], rtol=1e-15, atol=1e-300)


def test_whole_vectors_are_64_bytes_each():
    assert [whole_vectors(n, 8) for n in (1, 8, 9, 64)] == [8, 8, 16, 64]
    assert [whole_vectors(n, 4) for n in (1, 16, 17, 64)] == [16, 16, 32, 64]
