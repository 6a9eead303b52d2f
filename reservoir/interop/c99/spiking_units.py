"""The units of a spiking liquid in C: all of them moved by a step, held where they are refractory, and reset."""

from string import Template
from textwrap import indent

import numpy as np

from reservoir.interop.c99.literals import literal
from reservoir.interop.c99.piece import Piece, each
from reservoir.interop.c99.spiking_models import units_in_c
from reservoir.kernels.functions import smallest

MOST_HELD = 2**32 - 1  # steps
MOVE = Template("""\
const real excitatory = s->current[i], inhibitory = s->current[$n + i];
$before
s->current[i] = decay_excitatory[$decay_excitatory] * excitatory;
s->current[$n + i] = decay_inhibitory[$decay_inhibitory] * inhibitory;
if (flushes) {
    s->current[i] = flushed(s->current[i]);
    s->current[$n + i] = flushed(s->current[$n + i]);
}
$move
if ($crosses) {
$spike
}""")
STORE = "s->{name}[i] = flushes ? flushed({moved}) : {moved};"
HOLD = "if ({held}) {{\n    s->hold[i]--;\n    continue;\n}}"
IS_HELD = "s->hold[i] != 0"
# What has decayed to almost nothing becomes 0, in the steps in which it does in Python.
FLUSHED = "static real flushed(real value)\n{{\n    return FABS(value) < {least} ? R(0.0) : value;\n}}"


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
    units = units_in_c(liquid.neuron_, liquid.dtype_, liquid.synapses_ is not None)
    program, rest, n_units = liquid.program_, liquid.rest(), liquid.n_units_
    decays = dict(zip(("decay_excitatory", "decay_inhibitory"), program.decay, strict=True))
    of_step = program.membrane._asdict() | decays | program.spike._asdict()
    constants, places = shared(of_step | _holds(program.hold_steps))
    names = liquid.neuron_.variables._fields
    state = {name: getattr(rest, name) for name in names} | {"current": rest.current.reshape(-1)}
    statements = [units.reset, *at_spike]
    if "hold_steps" in constants:
        statements.insert(1, "s->hold[i] = hold_steps[$hold_steps];")
        state["hold"] = np.zeros(n_units, constants["hold_steps"].dtype)
    body = MOVE.safe_substitute(
        before=f"const real {', '.join(f'{name} = s->{name}[i]' for name in names)};",
        move=_moved(names, units.move, "hold" in state),
        crosses=units.crosses,
        spike=indent("\n".join(statements), "    "),
    )
    held, shown = (IS_HELD, f"{IS_HELD} ? voltage : moved") if "hold" in state else ("0", "moved")
    body = Template(body).substitute(places, n=n_units, drive=drive, held=held, shown=shown)
    helpers = flushed(liquid.dtype_) | units.helpers
    return Piece(each(n_units, body), constants, {}, helpers, (units.operations + 2) * n_units, state)


def _moved(names, move, holds):
    """Return the statements that move the variables of a unit, its voltage only where it is not held."""
    others = [STORE.format(name=name, moved=f"moved_{name}") for name in names if name != "voltage"]
    hold, move = [HOLD.format(held=IS_HELD)] if holds else [], [move]
    before = [*move, *others, *hold] if others else [*hold, *move]
    return "\n".join([*before, STORE.format(name="voltage", moved="moved")])


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
