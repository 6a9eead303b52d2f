"""The circuit as the kernel reads it: synapses sorted by source, cut into segments of one delay."""

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from reservoir.spiking.steps import delay_steps
from reservoir.spiking.synapse_kernel import PER_SEGMENT, PER_SYNAPSE, STATIC


class SynapseList(NamedTuple):
    """Synapses as parallel arrays: from, to, weight in nA or uS, delay in steps, by which current they act (0 or 1)."""

    sources: np.ndarray
    targets: np.ndarray
    weights: np.ndarray
    delays: np.ndarray
    currents: np.ndarray


class Circuit(NamedTuple):
    """Synapses as the kernel reads them, in segments of one source and one group each.

    The segment of source s in group g is ``starts[s * n_groups + g]`` up to the next start. A group has one of the
    ``delays`` (n_groups,), in steps. ``targets`` of inhibitory synapses are ``n_units`` higher.
    """

    starts: np.ndarray
    delays: np.ndarray
    targets: np.ndarray
    weights: np.ndarray


class Dynamics(NamedTuple):
    """Short-term plasticity as the kernel reads it: ``mode`` as a code, U, and dt / D and dt / F."""

    mode: int
    utilization: np.ndarray
    depression_rate: np.ndarray
    facilitation_rate: np.ndarray


def arrange_synapses(
    recurrent, delays, markram, inhibitory, input_weights, input_delays, dt, dtype, *, as_conductances=False
):
    """Return the `Circuit`, the `Dynamics`, and the memory (use, resource, delivered) of these at rest.

    ``recurrent`` and ``delays`` are CSR, of one structure; ``markram`` is None or has matrices of the same.
    ``input_delays`` are None, or of every input synapse where the inputs are spikes. A conductance has the size of its
    weight, whose sign has said by then of which population it is.
    """
    n_units, n_channels = input_weights.shape
    synapses = recurrent_synapses(recurrent, delay_steps("delays", delays.data, dt), inhibitory)
    if input_delays is not None:
        more = input_synapses(input_weights, input_delays)  # of the synapses only, for the matrix may be large
        more = more._replace(delays=delay_steps("input_delays", more.delays, dt))
        synapses = SynapseList(*map(np.concatenate, zip(synapses, more, strict=True)))
    if as_conductances:
        synapses = synapses._replace(weights=np.abs(synapses.weights))
    groups, values = np.zeros(n_units, np.int64), None
    if markram is not None:
        groups = inhibitory.astype(np.int64)
        values = [matrix.data for matrix in (markram.utilization, markram.tau_depression, markram.tau_facilitation)]
    circuit, order = arrange_circuit(synapses, n_units, n_units + n_channels, groups, dtype)
    return circuit, *arrange_dynamics(markram, values, circuit, order, n_units, dt, dtype)


def recurrent_synapses(weights, delay_steps, inhibitory):
    """Return the synapses of a CSR matrix, row = postsynaptic unit; the population of a source decides its current."""
    # In integers as small as those of the matrix: there may be ten million synapses.
    targets = np.repeat(np.arange(weights.shape[0], dtype=weights.indices.dtype), np.diff(weights.indptr))
    return SynapseList(weights.indices, targets, weights.data, delay_steps, inhibitory[weights.indices])


def input_synapses(weights, delays):
    """Return the synapses of a dense (n_units, n_channels); the channels are numbered after the units.

    Positive weights act by the excitatory current, negative ones by the inhibitory.
    """
    targets, channels = np.nonzero(weights)
    values = weights[targets, channels]
    return SynapseList(len(weights) + channels, targets, values, delays[targets, channels], values < 0)


def arrange_circuit(synapses, n_units, n_sources, target_group, dtype):
    """Return the `Circuit`, and the order in which it holds the synapses, those of the lowest sources first.

    A group has one delay and, where ``target_group`` (n_units,) gives the populations, one of these as targets. The
    synapses of a segment stay in the order of the list.
    """
    n_populations = int(target_group.max()) + 1
    keys = synapses.delays
    if n_populations > 1:
        keys = keys * n_populations + target_group[synapses.targets]
    is_kind = np.zeros(int(keys.max(initial=-1)) + 1, bool)
    is_kind[keys] = True
    kinds = np.flatnonzero(is_kind)
    n_segments = n_sources * len(kinds)
    index_type = np.int32 if max(n_segments, len(keys)) < 2**31 else np.int64
    segments = (np.cumsum(is_kind, dtype=index_type) - index_type(1))[keys]
    del keys
    segments += synapses.sources.astype(index_type, copy=False) * index_type(len(kinds))
    starts, order = _counting_sort(segments, n_segments)
    del segments
    targets = synapses.targets[order].astype(np.uint32)
    targets[synapses.currents[order].astype(bool)] += np.uint32(n_units)
    weights = synapses.weights[order].astype(dtype, copy=False)
    return Circuit(starts.astype(np.uint32), kinds // n_populations, targets, weights), order


def _counting_sort(keys, n_keys):
    """Return where each key starts in order (n_keys + 1,), and the order, in which equal keys stay as they were.

    The conversion of a sparse matrix is such a sort, in compiled code and in time proportional to the number of keys.
    """
    places = np.arange(len(keys), dtype=keys.dtype)
    by_key = csr_array((places, keys, np.array([0, len(keys)], keys.dtype)), shape=(1, n_keys)).tocsc()
    return by_key.indptr, by_key.data


def arrange_dynamics(markram, values, circuit, order, n_units, dt, dtype):
    """Return the `Dynamics`, and the memory (use, resource, delivered) at rest.

    ``values`` are U, D and F per recurrent synapse, or None for static ones. If synapses of a segment have them in
    common, they share one use and one resource.
    """
    nothing = np.empty(0, dtype)
    if values is None:
        return Dynamics(STATIC, nothing, nothing, nothing), (nothing, nothing, np.empty(0, np.int64))
    n_segments = n_units * len(circuit.delays)
    starts = circuit.starts[: n_segments + 1].astype(np.int64)
    values = np.stack(values)[:, order[: starts[-1]]]
    filled = starts[:-1] < starts[1:]
    first = values[:, starts[:-1][filled]]
    mode = PER_SYNAPSE
    if np.array_equal(np.repeat(first, np.diff(starts)[filled], axis=1), values):
        mode = PER_SEGMENT
        values = np.ones((3, n_segments))
        values[:, filled] = first
    use, resource = markram.stationary(*values)
    with np.errstate(divide="ignore", over="ignore"):  # a time of 0 is an infinite rate: recovery by the next spike
        rates = (dt / values[1:]).astype(dtype)
    dynamics = Dynamics(mode, values[0].astype(dtype), rates[0], rates[1])
    return dynamics, (use.astype(dtype), resource.astype(dtype), np.full(n_segments, -1))
