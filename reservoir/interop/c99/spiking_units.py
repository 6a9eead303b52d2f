"""The units of a spiking liquid in C: how each model moves in a step, and what follows from its spike."""

from functools import singledispatch
from string import Template
from textwrap import indent

import numpy as np

from reservoir.interop.c99.literals import literal
from reservoir.interop.c99.piece import Piece, each
from reservoir.kernels.functions import smallest
from reservoir.spiking import LeakyIntegrateAndFire, PerfectIntegrateAndFire

MOST_HELD = 2**32 - 1  # steps
MOVE = Template("""\
const real excitatory = s->current[i], inhibitory = s->current[$n + i];
s->current[i] = decay_excitatory[$decay_excitatory] * excitatory;
s->current[$n + i] = decay_inhibitory[$decay_inhibitory] * inhibitory;
if (flushes) {
    s->current[i] = flushed(s->current[i]);
    s->current[$n + i] = flushed(s->current[$n + i]);
}
${held}${move}
s->voltage[i] = flushes ? flushed(moved) : moved;
if (s->voltage[i] >= threshold[$threshold]) {
$spike
}""")
# Fused as in Python, to have the same bits.
BY_CURRENTS = """\
const real excited = FMA(by_excitatory[$by_excitatory], excitatory, kept);
const real moved = FMA(by_inhibitory[$by_inhibitory], inhibitory, excited);"""
HELD = """\
if (s->hold[i] != 0) {
    s->hold[i]--;
    continue;
}
"""
# What has decayed to almost nothing becomes 0, in the steps in which it does in Python.
FLUSHED = "static real flushed(real value)\n{{\n    return FABS(value) < {least} ? R(0.0) : value;\n}}"


@singledispatch
def motion(neuron):
    """Return C statements that declare ``moved``, the voltage of unit i after a step, and their operations.

    They are a template: ``drive`` is what moves the unit beside its currents, and the name of a constant of the step
    stands for the place of unit i in it.
    """
    known = ", ".join(sorted(one.__name__ for one in motion.registry if one is not object))
    raise TypeError(
        f"'neuron' must be of a model whose equations are known in C, {known}; got {type(neuron).__name__}, whose step "
        "is known to Python alone."
    )


@motion.register
def _of_leaky(neuron: LeakyIntegrateAndFire):
    return f"const real kept = FMA(keep[$keep], s->voltage[i], $drive);\n{BY_CURRENTS}", 6


@motion.register
def _of_perfect(neuron: PerfectIntegrateAndFire):
    return f"const real kept = s->voltage[i] + $drive;\n{BY_CURRENTS}", 5


def move_units(liquid, drive, at_spike):
    """Return a `Piece` that moves all units of a liquid by a step, and resets those that spike.

    Parameters
    ----------
    liquid : SpikingLiquid
    drive : str
        The C expression for what moves unit i beside its currents.
    at_spike : list of str
        Statements for the spike of unit i beside its reset.
    """
    move, operations = motion(liquid.neuron_)
    program, rest, n_units = liquid.program_, liquid.rest(), liquid.n_units_
    decays = dict(zip(("decay_excitatory", "decay_inhibitory"), program.decay, strict=True))
    of_step = program.membrane._asdict() | decays | program.spike._asdict()
    constants, places = shared(of_step | _holds(program.hold_steps))
    statements = [f"s->voltage[i] = reset[{places['reset']}];", *at_spike]
    state = {"voltage": rest.voltage, "current": rest.current.reshape(-1)}
    if "hold_steps" in constants:
        statements.insert(1, f"s->hold[i] = hold_steps[{places['hold_steps']}];")
        state["hold"] = np.zeros(n_units, constants["hold_steps"].dtype)
    move, spike = Template(move).substitute(places, drive=drive), indent("\n".join(statements), "    ")
    body = MOVE.substitute(places, n=n_units, held=HELD if "hold" in state else "", move=move, spike=spike)
    return Piece(each(n_units, body), constants, {}, flushed(liquid.dtype_), (operations + 2) * n_units, state)


def flushed(dtype):
    """Return the C function ``flushed`` by its name, as helpers of a rule are given."""
    return {"flushed": FLUSHED.format(least=literal(dtype.type(smallest(np.empty(0, dtype)))))}


def _holds(hold_steps):
    """Return for how many steps a unit stays at its reset after the step of its spike; nothing if no unit does."""
    longest = int(hold_steps.max())
    if longest <= 1:
        return {}
    if longest - 1 > MOST_HELD:
        raise ValueError(
            f"'refractory' must be at most 2**32 steps of dt, which a counter in C can hold; got {longest} steps. "
            "Fit with a shorter one."
        )
    return {"hold_steps": np.maximum(hold_steps - 1, 0).astype(np.min_scalar_type(longest - 1))}


def shared(constants):
    """Return arrays of one value per unit, shortened to one where all are alike, and the place of unit i in each.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.interop.c99.spiking_units import shared
    >>> shared({"reset": np.zeros(3), "threshold": np.array([15.0, 14.0, 15.0])})
    ({'reset': array([0.]), 'threshold': array([15., 14., 15.])}, {'reset': '0', 'threshold': 'i'})
    """
    shortened = {name: values[:1] if np.all(values == values[0]) else values for name, values in constants.items()}
    return shortened, {name: "0" if len(values) == 1 else "i" for name, values in shortened.items()}
