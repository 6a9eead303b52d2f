"""The spiking liquid in C: the steps of the grid that a row lasts, in the order of the kernel, and with its bits."""

from typing import NamedTuple

import numpy as np

from reservoir.interop.c99 import (
    adaptive_exponential_units as adaptive_exponential_units,
)  # registers its rule, as do the others
from reservoir.interop.c99 import integrate_and_fire_units as integrate_and_fire_units
from reservoir.interop.c99 import izhikevich_units as izhikevich_units
from reservoir.interop.c99.literals import literal
from reservoir.interop.c99.piece import Piece, each, joined
from reservoir.interop.c99.rule import CRule, c_rule
from reservoir.interop.c99.spike_delivery import deliver_spikes
from reservoir.interop.c99.spiking_inputs import channels_of, drive_of
from reservoir.interop.c99.spiking_units import flushed, move_units
from reservoir.spiking import LIFLiquid, SpikingLiquid
from reservoir.spiking.kernel import COUNTS, FLUSHED_EVERY, TRACES
from reservoir.spiking.synapse_kernel import STATIC

COST = "/* Operations are counted without spikes, each of which takes two at every synapse that it reaches. */"


@c_rule.register(LIFLiquid)
@c_rule.register(SpikingLiquid)
def spiking_rule(reservoir, dtype):
    """Return the `CRule` of a spiking liquid: spikes are those of `run`, one for one, and states have the same bits."""
    check_faithful(reservoir, dtype)
    program, n_substeps = reservoir.program_, reservoir.n_substeps_
    drive = drive_of(program.source)
    channels = channels_of(reservoir)
    delivery = deliver_spikes(reservoir, channels, dtype)
    sampling = sampling_of(reservoir)
    step = joined(
        _clock(reservoir),
        delivery.clear,
        move_units(reservoir, drive.expression, [part for part in (sampling.at_spike, delivery.mark) if part]),
        delivery.deliver,
        Piece("s->step++;"),
    )
    steps = step._replace(body=each(n_substeps, step.body, "substep"), operations=n_substeps * step.operations)
    row = joined(drive.start, channels.start, sampling.start, steps, sampling.finish, channels.finish)
    body = "\n".join([COST, row.body] if "u[" in row.body else ["(void)u;", COST, row.body])
    state = dict(sorted(row.state.items(), key=lambda field: -field[1].itemsize))  # leaves no gaps in the struct
    return CRule(
        reservoir.n_features_in_, reservoir.n_units_, state, row.constants, row.scratch, row.helpers, body,
        row.operations, channels.accepts,
    )  # fmt: skip


def check_faithful(liquid, dtype):
    """Raise ValueError if the spikes of a liquid in C would not be those of `run`."""
    if liquid.noise_.any():
        raise ValueError(
            f"'model' must be free of noise, which is not drawn in C; got a {type(liquid).__name__} with 'noise' of up "
            f"to {liquid.noise_.max():g} nA. Fit it with noise=0.0."
        )
    if dtype != liquid.dtype_:
        raise ValueError(
            f"'dtype' must be that of a spiking liquid, {liquid.dtype_.name!r}, for another rounding leads to other "
            f"spikes; got {dtype.name!r}. Fit the liquid with dtype={dtype.name!r}."
        )


def _clock(liquid):
    """Return the `Piece` that says at the beginning of a step whether it flushes what has decayed."""
    # Only dynamic synapses ask how long ago something was. The other clock starts anew after 256 steps.
    kind = np.uint8 if liquid.program_.dynamics.mode == STATIC else np.int64
    return Piece(f"const int flushes = s->step % {FLUSHED_EVERY} == 0;", state={"step": np.zeros((), kind)})


class SamplingInC(NamedTuple):
    """What makes the row ``y``: pieces that come first and last in a row, and the statement for a spike of unit i."""

    start: Piece
    at_spike: str
    finish: Piece


def sampling_of(liquid):
    """Return the `SamplingInC` of a liquid."""
    sampling, n_units, n_substeps = liquid.program_.sampling, liquid.n_units_, liquid.n_substeps_
    if sampling.output == COUNTS:
        return SamplingInC(Piece(each(n_units, "y[i] = R(0.0);")), "y[i] += R(1.0);", Piece())
    if sampling.output == TRACES:
        decay = each(n_units, f"s->trace[i] = flushed({literal(sampling.trace_decay[-1])} * s->trace[i]);")
        needed = {"helpers": flushed(liquid.dtype_), "state": {"trace": liquid.rest().trace}}
        start = Piece(decay, {"trace_decay": sampling.trace_decay[:-1]}, operations=n_units, **needed)
        at_spike = f"s->trace[i] += trace_decay[{n_substeps - 1} - substep];"
        return SamplingInC(start, at_spike, Piece(each(n_units, "y[i] = s->trace[i];")))
    return SamplingInC(Piece(), "", Piece(each(n_units, "y[i] = s->voltage[i];")))
