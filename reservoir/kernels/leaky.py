"""Leaky integration of a recurrent sum, the rule that echo states and continuous-time recurrent networks share.

Row by row, ``x <- keep x + gain f(W x + W_in u + b)``, with one factor to keep and one to gain for every unit.
"""

from typing import NamedTuple

import numpy as np

from readouts.compiling import fma, njit
from reservoir.checks.arguments import check_integer, check_matrix, check_number, check_per_unit, in_precision
from reservoir.kernels.closed_loop import read_out
from reservoir.kernels.functions import exp, expm1, flush, sigmoid, smallest, tanh
from reservoir.kernels.products import add_shift_product, project_input, repeat
from reservoir.kernels.recurrence import Recurrence, add_sliced_product
from reservoir.kernels.vectors import N_BYTES
from reservoir.topology import explicit_weights, resolve_topology, scale_to_spectral_radius
from reservoir.topology.input_weights import scale_inputs
from reservoir.topology.known_draw import draw_once


class Pace(NamedTuple):
    """What units keep of their state and gain of their drive in a row, or how both follow from its duration.

    ``rule`` is ``FIXED`` (0), for rows that all last as long, with ``keep`` and ``gain`` (n_units,); or ``EXPONENTIAL``
    (1), ``EULER`` (2) or ``UNDAMPED`` (3), see `irregular_pace`, with ``rate`` and ``scale`` (n_units,).
    """

    rule: int
    keep: np.ndarray
    gain: np.ndarray
    rate: np.ndarray
    scale: np.ndarray


class LeakyProgram(NamedTuple):
    """What `run_leaky` is given of a reservoir.

    ``input_weights`` is (n_features, n_units), ``activation`` a code of `functions.ACTIVATIONS`.
    """

    recurrence: Recurrence
    input_weights: np.ndarray
    bias: np.ndarray
    activation: int
    pace: Pace


# How keep and gain follow from the time of a row. Like activations, they travel into kernels as a code.
FIXED, EXPONENTIAL, EULER, UNDAMPED = 0, 1, 2, 3


def draw_leaky_weights(reservoir, n_inputs, seeds):
    """Return W, W_in and b as the parameters of a leaky reservoir ask for, and whether W was given."""
    recurrent = explicit_weights(reservoir.recurrent_weights, reservoir.topology)
    given = recurrent is not None
    if not given:
        n_units = check_integer("n_units", reservoir.n_units)
        recurrent = draw_once(resolve_topology(reservoir.topology), n_units, reservoir.degree, seeds[0])
        if reservoir.spectral_radius is not None:
            recurrent = scale_to_spectral_radius(recurrent, reservoir.spectral_radius)
    n_units = recurrent.shape[0]
    bias_scaling = check_number("bias_scaling", reservoir.bias_scaling, at_least=0)
    source = np.random.RandomState(seeds[1])
    input_weights = source.uniform(-1, 1, (n_units, n_inputs))
    input_weights = scale_inputs(input_weights, reservoir.input_scaling, reservoir.input_density, source)
    source.seed(seeds[2])  # which takes much less time than making another
    bias = bias_scaling * source.uniform(-1, 1, n_units)
    if reservoir.input_weights is not None:
        input_weights = check_matrix("input_weights", reservoir.input_weights, (n_units, n_inputs))
    if reservoir.bias is not None:
        bias = check_per_unit("bias", reservoir.bias, n_units)
    return recurrent, input_weights, bias, given


def weights_in_precision(reservoir, recurrent, input_weights, bias, given):
    """Return W, W_in and b in the precision of a reservoir, or raise if one of them is too large for that."""
    dtype = reservoir.dtype_
    causes = {
        "recurrent_weights": () if given else ("spectral_radius",),
        "input_weights": ("input_scaling",) if reservoir.input_weights is None else (),
        "bias": ("bias_scaling",) if reservoir.bias is None else (),
    }
    parts = zip(causes.items(), (recurrent, input_weights, bias), strict=True)
    return [in_precision(name, values, dtype, follow_from) for (name, follow_from), values in parts]


def advise(reservoir, given):
    """Return what to change when the weights make a state overflow."""
    return "Scale the recurrent weights down" if given else f"Lower spectral_radius (now {reservoir.spectral_radius})"


def regular_pace(keep, gain):
    """Return the pace of rows that all last as long: the same factors for each."""
    nothing = np.empty(0, keep.dtype)
    return Pace(FIXED, keep.copy(), gain.copy(), nothing, nothing)


def irregular_pace(rule, rate, scale):
    """Return the pace of rows of given duration, for units with the given rates ``1 / tau``.

    ``EXPONENTIAL`` keeps ``exp(-elapsed rate)``, ``EULER`` keeps ``1 - a`` with ``a = min(elapsed rate, 1)``; both gain
    ``scale`` times the rest. ``UNDAMPED`` keeps everything and gains ``scale a``.
    """
    return Pace(rule, np.ones_like(rate), np.zeros_like(rate), rate.copy(), scale.copy())


@njit
def run_leaky(recurrent, input_weights, bias, activation, pace, inputs, elapsed, state, states):
    """Drive the units: one row of ``states`` for every row of ``inputs``."""
    offsets, values, order, starts, sources, recurrent_weights = recurrent
    rule, keep, gain, rate, scale = pace
    if rule != FIXED:
        keep, gain = keep.copy(), gain.copy()
    n_wide = state.size + N_BYTES // state.itemsize
    buffer, wide = np.empty(2 * n_wide, state.dtype), np.empty(n_wide, state.dtype)
    drive = wide[: state.size]
    for t in range(inputs.shape[0]):
        if rule != FIXED:
            set_pace(rule, elapsed[t], rate, scale, keep, gain)
        project_input(input_weights, bias, inputs[t], drive)
        if offsets.size:
            repeat(state, buffer)
            add_shift_product(offsets, values, buffer, drive)
        else:
            add_sliced_product(order, starts, sources, recurrent_weights, state, buffer, wide)
        leaky_update(activation, gain, keep, drive, state, states[t])
        state = states[t]


@njit
def run_leaky_closed(recurrent, input_weights, bias, activation, pace, weights, inputs, elapsed, state, outputs):
    """Drive the units by their own outputs, which go into the leading columns of the next row of ``inputs``.

    ``outputs`` holds what is known before, see ``closed_loop.open_loop``. ``state`` is advanced in place. Nothing is
    allocated in a step.
    """
    offsets, values, order, starts, sources, recurrent_weights = recurrent
    rule, keep, gain, rate, scale = pace
    if rule != FIXED:
        keep, gain = keep.copy(), gain.copy()
    n_wide = state.size + N_BYTES // state.itemsize
    buffer, wide = np.empty(2 * n_wide, state.dtype), np.empty(n_wide, state.dtype)
    drive = wide[: state.size]
    before, after = state, np.empty_like(state)
    for t in range(inputs.shape[0]):
        if rule != FIXED:
            set_pace(rule, elapsed[t], rate, scale, keep, gain)
        project_input(input_weights, bias, inputs[t], drive)
        if offsets.size:
            repeat(before, buffer)
            add_shift_product(offsets, values, buffer, drive)
        else:
            add_sliced_product(order, starts, sources, recurrent_weights, before, buffer, wide)
        leaky_update(activation, gain, keep, drive, before, after)
        read_out(weights, after, t, inputs, outputs)
        before, after = after, before
    for i in range(state.size):
        state[i] = before[i]


@njit
def leaky_update(activation, leak, keep, drive, before, after):
    """Write after = keep * before + leak * f(drive), flushed, with ``keep = 1 - leak`` for every unit."""
    zero, floor = after.dtype.type(0), smallest(after)
    if activation == 0:
        for i in range(after.size):
            after[i] = flush(fma(keep[i], before[i], leak[i] * tanh(drive[i])), floor)
    elif activation == 1:
        for i in range(after.size):
            after[i] = flush(fma(keep[i], before[i], leak[i] * drive[i]), floor)
    elif activation == 2:
        for i in range(after.size):
            positive = zero if drive[i] < zero else drive[i]  # NaN is not below 0 and stays NaN
            after[i] = flush(fma(keep[i], before[i], leak[i] * positive), floor)
    else:
        for i in range(after.size):
            after[i] = flush(fma(keep[i], before[i], leak[i] * sigmoid(drive[i])), floor)


@njit
def set_pace(rule, time, rate, scale, keep, gain):
    """Write what a row of the given duration keeps and gains."""
    one = keep.dtype.type(1)
    if rule == EXPONENTIAL:
        for i in range(keep.size):
            keep[i] = exp(-time * rate[i])
            gain[i] = -scale[i] * expm1(-time * rate[i])  # 1 - keep would lose the digits of slow units
        return
    for i in range(keep.size):
        step = min(time * rate[i], one)
        keep[i] = one if rule == UNDAMPED else one - step
        gain[i] = scale[i] * step
