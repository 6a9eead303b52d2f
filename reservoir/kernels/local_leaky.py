"""The rule of `leaky` for patches of a field with weights of their own, which are driven by each other's outputs."""

from typing import NamedTuple

import numpy as np

from readouts.compiling import dot, fma, njit
from reservoir.kernels.leaky import FIXED, LeakyProgram, leaky_update
from reservoir.kernels.products import project_input
from reservoir.kernels.recurrence import rows_of
from reservoir.kernels.vectors import take


class PatchPrograms(NamedTuple):
    """What `run_local_closed` is given of the reservoirs of all patches.

    Parameters
    ----------
    indptr, sources, weights : arrays
        Recurrent weights as `recurrence.Rows` of all units, patch after patch, with sources counted in their patch.
    input_weights : array (n_patches, n_seen, n_units)
    bias, keep, gain : arrays (n_patches, n_units)
    activation : int
    """

    indptr: np.ndarray
    sources: np.ndarray
    weights: np.ndarray
    input_weights: np.ndarray
    bias: np.ndarray
    keep: np.ndarray
    gain: np.ndarray
    activation: int


def patch_programs(reservoirs):
    """Return the `PatchPrograms` of fitted reservoirs, or None unless they are leaky and of one size and activation.

    Examples
    --------
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.kernels.local_leaky import patch_programs
    >>> pair = [EchoStateReservoir(3, random_state=seed).fit([[0.0, 1.0]]) for seed in (0, 1)]
    >>> patch_programs(pair).input_weights.shape
    (2, 2, 3)
    """
    programs = [reservoir.program_ for reservoir in reservoirs]
    if not all(isinstance(program, LeakyProgram) and program.pace.rule == FIXED for program in programs):
        return None
    if len({(len(program.bias), program.activation) for program in programs}) != 1:
        return None
    rows = [rows_of(program.recurrence, len(program.bias)) for program in programs]
    ends = np.cumsum([0, *(len(one.weights) for one in rows)])
    starts = [one.indptr[:-1] + first for one, first in zip(rows, ends, strict=False)]
    return PatchPrograms(
        np.concatenate([*starts, ends[-1:]]).astype(np.int64),
        np.concatenate([one.sources for one in rows]).astype(np.int32),
        np.concatenate([one.weights for one in rows]),
        np.stack([program.input_weights for program in programs]),
        np.stack([program.bias for program in programs]),
        np.stack([program.pace.keep for program in programs]),
        np.stack([program.pace.gain for program in programs]),
        int(programs[0].activation),
    )


@njit
def run_local_closed(
    indptr, sources, weights, input_weights, bias, keep, gain, activation, readouts, intercepts, squares, own, seen,
    row, state, outputs,
):  # fmt: skip
    """Drive all patches by what they have written; the first arguments are those of `PatchPrograms`.

    Parameters
    ----------
    readouts : array (n_patches, n_own, n_units + n_seen)
        Weights of the state and of what is seen.
    intercepts : array (n_patches, n_own)
    squares : bool
        Whether the readout is given the square of every second state.
    own, seen : int arrays (n_patches, n_own) and (n_patches, n_seen)
        Where the values of a patch are in a row.
    row : array (n_values,)
        The last known row, changed to the last one that is written.
    state : array (n_patches, n_units)
        Changed in place.
    outputs : array (n_steps, n_values)
        Written, in double precision.
    """
    n_patches, n_units = state.shape
    n_seen = seen.shape[1]
    u, drive, after = np.empty(n_seen, state.dtype), np.empty(n_units, state.dtype), np.empty(n_units, state.dtype)
    features = np.empty(n_units + n_seen, np.float64)
    for t in range(outputs.shape[0]):
        for p in range(n_patches):
            for k in range(n_seen):
                u[k] = row[seen[p, k]]
                features[n_units + k] = u[k]
            project_input(input_weights[p], bias[p], u, drive)
            add_own_sources(p * n_units, indptr, sources, weights, state[p], drive)
            leaky_update(activation, gain[p], keep[p], drive, state[p], after)
            for i in range(n_units):
                state[p, i] = after[i]
                features[i] = after[i]
            if squares:
                for i in range(1, n_units, 2):
                    features[i] *= features[i]
            for k in range(own.shape[1]):
                outputs[t, own[p, k]] = intercepts[p, k] + dot(readouts[p, k], features)
        for place in range(row.size):
            row[place] = outputs[t, place]


@njit
def add_own_sources(first, indptr, sources, weights, x, drive):
    """In place: drive += W @ x for the units from ``first`` on, each sum a chain of fused products."""
    for i in range(drive.size):
        total = drive[i]
        for k in range(take(indptr, first + i), take(indptr, first + i + 1)):
            total = fma(take(weights, k), take(x, np.int64(take(sources, k))), total)
        drive[i] = total
