"""The synapses of a spiking liquid in C: spikes on their way, a bit for each, and what they bring when they arrive.

Delivery is driven by events: a step looks at the bits of as many past steps as there are different delays, and touches
the synapses of those sources only that spiked then. A segment holds the synapses of one source that share a delay and,
where synapses are dynamic, the population of their targets. All are visited in the order of the kernel, by delay,
source and target, so that sums have the same bits.
"""

from string import Template
from textwrap import indent
from typing import NamedTuple

import numpy as np

from reservoir.interop.c99.markram_synapses import dynamic_amount
from reservoir.interop.c99.piece import Piece, each, joined
from reservoir.spiking.synapse_kernel import STATIC

MARK = "s->spikes[{words} * s->slot + {source} / 32] |= (uint32_t)1 << {source} % 32;"
CLEAR = "s->spikes[{words} * s->slot + i] = 0;"
CHANNEL_SPIKES = "if (u[i] > R(0.0)) {{\n    {}\n}}"
ADVANCE = "s->slot++;\nif (s->slot == {slots}) {{\n    s->slot = 0;\n}}"
DELIVER = Template("""\
for (int group = 0; group < $groups; group++) {
    const int delay = (int)delays[group], past = (s->slot < delay ? s->slot + $slots : s->slot) - delay;
    for (int word = 0; word < $words; word++) {
        uint32_t bits = s->spikes[$words * past + word] & senders[$words * group + word];
        for (int source = 32 * word; bits != 0; bits >>= 1, source++) {
            if (bits & 1) {
                int segment = (int)segments[source];
                while ((int)segment_group[segment] < group) {
                    segment++;
                }
$arrival
            }
        }
    }
}""")
SYNAPSES = "for (int k = (int)synapses[segment]; k < (int)synapses[segment + 1]; k++) {{\n{}\n}}"
ADD_WEIGHT = "s->current[targets[k]] += weights[k];"
ADD_PRODUCT = "s->current[targets[k]] = FMA(amount, weights[k], s->current[targets[k]]);"


class Delivery(NamedTuple):
    """What of a step in C has to do with spikes on their way.

    ``mark`` is the statement for a spike of unit i, ``clear`` comes before all spikes of a step, and
    ``deliver`` after them.
    """

    mark: str
    clear: Piece
    deliver: Piece


def deliver_spikes(liquid, channels, dtype):
    """Return the `Delivery` of a spiking liquid; ``channels`` are its `Channels`."""
    circuit, n_units = liquid.program_.circuit, liquid.n_units_
    if len(circuit.delays) == 0:
        return Delivery("", Piece(), Piece())
    n_sources = n_units + (liquid.n_features_in_ if channels.amount else 0)
    size = {"words": -(-n_sources // 32), "slots": int(circuit.delays.max()) + 1}
    constants, filled = _segments(circuit, n_sources)
    arrival, needed = _arrival(liquid, channels, filled[:n_units].ravel(), dtype)
    body = DELIVER.substitute(size, groups=len(circuit.delays), arrival=indent(arrival, 16 * " "))
    state = {"spikes": np.zeros(size["words"] * size["slots"], np.uint32), "slot": np.zeros((), np.int32)}
    clear = each(size["words"], CLEAR.format(**size))
    if channels.amount:
        spikes = each(liquid.n_features_in_, CHANNEL_SPIKES.format(MARK.format(source=f"({n_units} + i)", **size)))
        clear += f"\nif (substep == 0) {{\n{indent(spikes, '    ')}\n}}"
    return Delivery(
        MARK.format(source="i", **size),
        Piece(clear),
        joined(needed, Piece(body + "\n" + ADVANCE.format(**size), constants, state=state)),
    )


def _segments(circuit, n_sources):
    """Return constants of the segments that hold synapses, and which of the segments (n_sources, n_groups) do."""
    n_groups = len(circuit.delays)
    starts = circuit.starts[: n_sources * n_groups + 1].astype(np.int64)
    filled = (starts[:-1] < starts[1:]).reshape(n_sources, n_groups)
    constants = {
        "delays": circuit.delays,
        "senders": _bits(filled.T),
        "segments": np.append(0, np.cumsum(filled.sum(axis=1)[:-1])),
        "segment_group": np.nonzero(filled)[1],
        "synapses": np.append(starts[:-1][filled.ravel()], starts[-1]),
        "targets": circuit.targets,
        "weights": circuit.weights,
    }
    return constants, filled


def _bits(flags):
    """Return each row of flags as bits in words, the first one lowest, all of them one after the other."""
    padded = np.pad(flags, [(0, 0), (0, -flags.shape[1] % 32)]).copy(order="C")
    return np.packbits(padded, axis=1, bitorder="little").view("<u4").astype(np.uint32).ravel()


def _arrival(liquid, channels, filled, dtype):
    """Return the statements for the arrival of a spike at a segment, and a `Piece` of what they need."""
    dynamics = liquid.program_.dynamics
    if dynamics.mode != STATIC:
        before, own, needed = dynamic_amount(dynamics, liquid.rest(), filled, dtype)
        of_unit = "\n".join([before, _all_synapses(own, ADD_PRODUCT)])
    else:
        of_unit, needed = _all_synapses("", ADD_WEIGHT), Piece()
    if not channels.amount:
        return of_unit, needed
    of_channel = channels.amount + "\n" + _all_synapses("", ADD_PRODUCT)
    branches = f"if (source < {liquid.n_units_}) {{\n{indent(of_unit, '    ')}\n}} else {{\n"
    return branches + indent(of_channel, "    ") + "\n}", needed


def _all_synapses(before, add):
    """Return the loop over the synapses of a segment."""
    return SYNAPSES.format(indent("\n".join(filter(None, [before, add])), "    "))
