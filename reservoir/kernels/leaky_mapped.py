"""The closed loop of leaky units whose state is multiplied by a matrix after every step, as by a conceptor."""

import numpy as np

from readouts.compiling import dot, njit
from readouts.slices import slices
from reservoir.kernels.closed_loop import open_loop, read_out
from reservoir.kernels.leaky import FIXED, leaky_update, set_pace
from reservoir.kernels.products import add_shift_product, project_input, repeat
from reservoir.kernels.recurrence import add_sliced_product
from reservoir.kernels.vectors import N_BYTES
from reservoir.series.elapsed import split_elapsed


def run_mapped(arguments, readout, inputs, n_outputs, elapsed_column, state, maps):
    """Let the compiled loop drive on by the outputs of an `AffineReadout`, and return them.

    Parameters
    ----------
    arguments : tuple
        The program of the reservoir, a `LeakyProgram`.
    readout, inputs, n_outputs, elapsed_column : as `closed_loop.run_closed` takes them
    state : array (n_units,)
        Advanced in place.
    maps : tuple of arrays
        Matrices (n_matrices, n_units, n_units), and for each step which of them are mixed, and with which weights, both
        (n_steps, n_mixed).
    """
    matrices, choice, mix = maps
    weights, outputs = open_loop(readout, inputs, n_outputs)
    fed, elapsed = split_elapsed(inputs, elapsed_column)
    for rows in slices(len(inputs), len(state) * choice.shape[1]):
        known = fed[rows], elapsed[rows], choice[rows], mix[rows]
        run_leaky_mapped(*arguments, weights, matrices, *known, state, outputs[rows])
        with np.errstate(over="ignore"):  # a loop that runs away is found later, by its outputs
            fed[rows.stop : rows.stop + 1, :n_outputs] = outputs[rows.stop - 1]
    if fed is not inputs:
        with np.errstate(over="ignore"):
            inputs[1:, :n_outputs] = outputs[:-1]
    return outputs


@njit
def run_leaky_mapped(
    recurrent, input_weights, bias, activation, pace, weights, matrices, inputs, elapsed, choice, mix, state, outputs
):
    """Drive the units as `leaky.run_leaky_closed` does, and multiply their state by mixed matrices after every step."""
    offsets, values, order, starts, sources, recurrent_weights = recurrent
    rule, keep, gain, rate, scale = pace
    if rule != FIXED:
        keep, gain = keep.copy(), gain.copy()
    n_wide = state.size + N_BYTES // state.itemsize
    buffer, wide = np.empty(2 * n_wide, state.dtype), np.empty(n_wide, state.dtype)
    drive, reached = wide[: state.size], np.empty_like(state)
    for t in range(inputs.shape[0]):
        if rule != FIXED:
            set_pace(rule, elapsed[t], rate, scale, keep, gain)
        project_input(input_weights, bias, inputs[t], drive)
        if offsets.size:
            repeat(state, buffer)
            add_shift_product(offsets, values, buffer, drive)
        else:
            add_sliced_product(order, starts, sources, recurrent_weights, state, buffer, wide)
        leaky_update(activation, gain, keep, drive, state, reached)
        map_state(matrices, choice[t], mix[t], reached, state)
        read_out(weights, state, t, inputs, outputs)


@njit
def map_state(matrices, choice, mix, state, mapped):
    """Write the sum of the chosen matrices times the state, each with its weight."""
    for i in range(state.size):
        total = mix[0] * dot(matrices[choice[0], i], state)
        for j in range(1, choice.size):
            total += mix[j] * dot(matrices[choice[j], i], state)
        mapped[i] = total
