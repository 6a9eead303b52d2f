"""The rule of `leaky` for many reservoirs that are driven by the mean, or the median, of what their readouts say."""

from typing import NamedTuple

import numpy as np

from readouts.compiling import njit
from readouts.slices import slices
from reservoir.kernels.closed_loop import open_loop, read_out
from reservoir.kernels.leaky import FIXED, LeakyProgram, leaky_update
from reservoir.kernels.products import add_shift_product, project_input, repeat
from reservoir.kernels.program import arguments
from reservoir.kernels.recurrence import add_sliced_product
from reservoir.kernels.vectors import N_BYTES


class CoupledPrograms(NamedTuple):
    """What `run_coupled` is given of the reservoirs of all members.

    Parameters
    ----------
    offsets, values : arrays (n_members, degree) and (n_members, degree, n_units)
        Recurrent weights in shift form, as `Recurrence` has them of one; of no members if they are in slices.
    units, starts, sources, weights : arrays
        Recurrent weights in slices, as `Recurrence` has them, one member after the other.
    places : int array (n_members + 1, 3)
        Where the ``units``, the ``starts`` and the ``sources`` of a member begin.
    input_weights : array (n_members, n_features, n_units)
    bias, keep, gain : arrays (n_members, n_units)
    activation : int
    """

    offsets: np.ndarray
    values: np.ndarray
    units: np.ndarray
    starts: np.ndarray
    sources: np.ndarray
    weights: np.ndarray
    places: np.ndarray
    input_weights: np.ndarray
    bias: np.ndarray
    keep: np.ndarray
    gain: np.ndarray
    activation: int


def coupled_programs(reservoirs):
    """Return the `CoupledPrograms` of fitted reservoirs, or None unless they are leaky and alike but for their numbers.

    Examples
    --------
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.kernels.coupled_leaky import coupled_programs
    >>> pair = [EchoStateReservoir(3, degree=2, random_state=seed).fit([[0.0]]) for seed in (0, 1)]
    >>> coupled_programs(pair).values.shape
    (2, 2, 3)
    """
    programs = [reservoir.program_ for reservoir in reservoirs]
    if not all(isinstance(program, LeakyProgram) and program.pace.rule == FIXED for program in programs):
        return None
    # In slices, the degree is that of each unit, and no offset is there.
    alike = {(one.input_weights.shape, one.activation, one.recurrence.values.shape, one.bias.dtype) for one in programs}
    if len(alike) != 1 or any(reservoir.output_map_ is not None for reservoir in reservoirs):
        return None
    offsets, values, *sliced = zip(*(program.recurrence for program in programs), strict=True)
    units, starts, sources, weights = map(np.concatenate, sliced)
    n_shifted = len(programs) if offsets[0].size else 0
    ends = np.cumsum([[len(part) for part in parts] for parts in sliced[:3]], axis=1).T
    return CoupledPrograms(
        np.stack(offsets)[:n_shifted],
        np.stack(values)[:n_shifted],
        units,
        starts,
        sources,
        weights,
        np.concatenate([np.zeros((1, 3), np.int64), ends]),
        np.stack([program.input_weights for program in programs]),
        np.stack([program.bias for program in programs]),
        np.stack([program.pace.keep for program in programs]),
        np.stack([program.pace.gain for program in programs]),
        int(programs[0].activation),
    )


def follow_together(programs, readouts, median, inputs, state, each, rows):
    """Let the compiled loop fill ``rows``, from one start, and what every member says in each step, ``each``.

    Parameters
    ----------
    programs : CoupledPrograms
    readouts : list of AffineReadout, or of SquaringReadout
    median : bool
        Whether the median is fed back, and not the mean.
    inputs : array (n_steps, n_features)
        As `BaseReservoir.close_loop` takes them; changed.
    state : array (n_members, n_units)
        Advanced in place.
    each : array (n_steps, n_members, n_outputs)
    rows : array (n_steps, n_outputs)
    """
    n_outputs, weights = rows.shape[1], []
    for number, readout in enumerate(readouts):
        looped, each[:, number] = open_loop(readout, inputs, n_outputs)
        weights.append(looped)
    given = arguments(programs), np.stack(weights), median
    for steps in slices(len(inputs), state.size):
        run_coupled(*given, inputs[steps], state, each[steps], rows[steps])
        with np.errstate(over="ignore"):  # a loop that runs away is found later, by its outputs
            inputs[steps.stop : steps.stop + 1, :n_outputs] = rows[steps.stop - 1]


@njit
def run_coupled(programs, weights, median, inputs, state, each, rows):
    """Drive all members by the mean of their outputs, which goes into the leading columns of the next row of inputs.

    ``each`` (n_steps, n_members, n_outputs) holds what is known of the outputs before, see ``closed_loop.open_loop``,
    and ``weights`` (n_members, n_outputs, ...) those of all readouts. ``state`` is advanced in place. Nothing is
    allocated in a step.
    """
    offsets, values, units, starts, sources, recurrent, places, input_weights, bias, keep, gain, activation = programs
    n_members, n_units = state.shape
    n_wide = n_units + N_BYTES // state.itemsize
    buffer, wide = np.empty(2 * n_wide, state.dtype), np.empty(n_wide, state.dtype)
    drive, after, ordered = wide[:n_units], np.empty(n_units, state.dtype), np.empty(n_members)
    for t in range(inputs.shape[0]):
        for m in range(n_members):
            project_input(input_weights[m], bias[m], inputs[t], drive)
            if offsets.size:
                repeat(state[m], buffer)
                add_shift_product(offsets[m], values[m], buffer, drive)
            else:
                a, b, c = places[m]
                d, e, f = places[m + 1]
                add_sliced_product(units[a:d], starts[b:e], sources[c:f], recurrent[c:f], state[m], buffer, wide)
            leaky_update(activation, gain[m], keep[m], drive, state[m], after)
            for i in range(n_units):
                state[m, i] = after[i]
            read_out(weights[m], after, t, inputs, each[:, m])
        for k in range(rows.shape[1]):
            rows[t, k] = middle(each[t, :, k], ordered) if median else mean(each[t, :, k])
        if t + 1 < inputs.shape[0]:
            for k in range(rows.shape[1]):
                inputs[t + 1, k] = rows[t, k]


@njit
def mean(numbers):
    """Return the mean, summed one after the other as that of an array over its first axis."""
    total = numbers[0]
    for m in range(1, numbers.size):
        total += numbers[m]
    return total / numbers.size


@njit
def middle(numbers, ordered):
    """Return the median, NaN if one of the numbers is NaN; ``ordered`` is room for as many."""
    n = numbers.size
    for m in range(n):
        if np.isnan(numbers[m]):
            return numbers[m]
        place = m
        while place > 0 and ordered[place - 1] > numbers[m]:
            ordered[place] = ordered[place - 1]
            place -= 1
        ordered[place] = numbers[m]
    return ordered[n // 2] if n % 2 else (ordered[n // 2 - 1] + ordered[n // 2]) / 2
