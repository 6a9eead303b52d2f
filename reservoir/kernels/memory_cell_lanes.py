"""The memory cell of many series in lockstep, each lane the bits of `memory_cell.step_memory_cell`."""

from readouts.compiling import fma, njit
from reservoir.kernels.functions import sigmoid, tanh
from reservoir.kernels.lane_products import project_units
from reservoir.kernels.lane_tiles import UNITS_AT_ONCE, project_eight
from reservoir.kernels.vectors import N_BYTES


@njit
def whole_vectors(n_lanes, itemsize):
    """Return the least number of lanes that is at least ``n_lanes`` and fills vectors, of numbers of so many bytes."""
    width = N_BYTES // itemsize
    return (n_lanes + width - 1) // width * width


@njit
def step_memory_cell_lanes(weights, bias, inputs, joined, drive, state, width):
    """In place: one step of the memory cell in the first ``width`` lanes, the last axis of every array.

    ``inputs`` is (n_inputs, n_lanes) and ``state`` (2, n_units, n_lanes), its rows h and c. ``joined`` (n_inputs +
    n_units, n_lanes) and ``drive`` (4 n_units, n_lanes) are buffers, with lanes for whole vectors, see `whole_vectors`.
    """
    h, c = state[0], state[1]
    n, n_inputs = h.shape[0], inputs.shape[0]
    for k in range(n_inputs):
        for lane in range(width):
            joined[k, lane] = inputs[k, lane]
    for i in range(n):
        for lane in range(width):
            joined[n_inputs + i, lane] = h[i, lane]
    n_tiled = bias.size // UNITS_AT_ONCE * UNITS_AT_ONCE
    for unit in range(0, n_tiled, UNITS_AT_ONCE):
        project_eight(weights, unit, bias.size, bias, unit, joined, width, drive)
    project_units(n_tiled, bias.size, weights, bias, joined, width, drive[n_tiled:])
    update_memory_lanes(drive, h, c, width)


@njit
def update_memory_lanes(drive, h, c, width):
    """In place: what the four parts of z, one below the other in ``drive``, make of h and c."""
    n = h.shape[0]
    for i in range(n):
        candidate, enter, keep, show = drive[i], drive[n + i], drive[2 * n + i], drive[3 * n + i]
        own, kept = h[i], c[i]
        for lane in range(width):
            kept[lane] = fma(sigmoid(keep[lane]), kept[lane], sigmoid(enter[lane]) * tanh(candidate[lane]))
            own[lane] = sigmoid(show[lane]) * tanh(kept[lane])
