"""Models of spiking units in C: how each moves in a step, when it spikes, and what follows; one rule for each class."""

from collections.abc import Mapping
from functools import singledispatch
from typing import Any, NamedTuple

from reservoir.interop.c99.piece import NOTHING


class UnitsInC(NamedTuple):
    """Statements in C for unit i of a model, in the order and with the fused products of its kernel, for the same bits.

    All are templates, in which the name of a constant of the step or of the spike stands for the place of unit i in it.
    Compilers may fuse a product with a sum, and reorder sums; what is ``volatile`` is rounded as it is written.

    Parameters
    ----------
    move : str
        Declares ``moved``, the voltage after a step, and ``moved_x`` for any other variable x. The variables before it
        are known by their names, ``excitatory`` and ``inhibitory``, too; ``drive`` is what moves the unit beside these;
        ``held`` is a condition, whether the unit is refractory and keeps its voltage; ``shown`` is the voltage after
        the step in either case, that before it or ``moved``.
    operations : int
        Multiplications, additions, divisions and calls in ``move`` and ``crosses``.
    crosses, reset : str
        The condition for a spike, and what it does to the fields of ``s``.
    helpers : dict of str to str
        As those of a `CRule`.
    """

    move: str
    operations: int
    crosses: str = "s->voltage[i] >= threshold[$threshold]"
    reset: str = "s->voltage[i] = reset[$reset];"
    helpers: Mapping[str, Any] = NOTHING


@singledispatch
def units_in_c(neuron, dtype, as_conductances):
    """Return the `UnitsInC` of a neuron, in a precision, for synaptic currents or conductances."""
    known = ", ".join(sorted(one.__name__ for one in units_in_c.registry if one is not object))
    raise TypeError(
        f"'model' must have units whose equations are known in C, {known}; got {type(neuron).__name__}, whose step is "
        "known to Python alone. Choose one of these as 'neuron', or register a rule with "
        "reservoir.interop.c99.spiking_models.units_in_c.register."
    )
