"""The equations of a model of spiking units in Brian2: one rule for each class, open to classes of one's own."""

from functools import singledispatch
from typing import NamedTuple

from readouts.types import Array
from reservoir.interop.spiking_circuit import SpikingCircuit
from reservoir.spiking import Neuron


class Brian2Model(NamedTuple):
    """A model of spiking units, in the language of Brian2.

    The voltage is ``v``; other variables, and constants, have the names that they have in the neuron. What is known
    beside them is the current ``I``, the sum of synapses, background and input, ``R`` of 1 MOhm and ``C`` of 1 nF. It
    also moves ``v`` by ``background_current + drive``, and by the synaptic variables ``excitatory`` and ``inhibitory``.

    Parameters
    ----------
    equations : str
        Differential equations with their units, that of ``v`` with the flag ``unless refractory``.
    method : {"exact", "exponential_euler", "euler"}
        How Brian2 integrates them. Synaptic variables decay exactly with each.
    step : str, default=""
        Statements of a step of the variables, from its beginning, in place of a method of Brian2.
    threshold, reset : str
        The condition for a spike, and the statements that follow it.
    constants : dict from str to (array, unit)
        Constants beside those of the neuron, such as ``{"gain": (values, "MOhm")}``.
    as_numbers : bool, default=False
        Whether all variables and constants, but ``refractory_time``, are numbers in ms, mV, nA and uS. Models that
        amplify the rounding of their last digits then keep them: ``drive`` is the sum of background and input, as the
        liquid rounds it, and what arrives in a step is added in the order of the liquid.
    """

    equations: str
    method: str = "exact"
    step: str = ""
    threshold: str = "v >= threshold"
    reset: str = "v = reset"
    constants: dict[str, tuple[Array, str]] = {}
    as_numbers: bool = False


@singledispatch
def brian2_model(neuron: Neuron, circuit: SpikingCircuit) -> Brian2Model:
    """Return the `Brian2Model` of a neuron; register a function of a model of your own, and `to_brian2` knows it.

    Parameters
    ----------
    neuron : Neuron
        With arrays (n_units,) of constants.
    circuit : SpikingCircuit
        What the units are part of: its ``dt`` in ms, and its ``reversals`` in mV, which are empty unless synapses are
        conductances.

    Returns
    -------
    Brian2Model

    Raises
    ------
    TypeError
        If no rule is registered for its class.

    Examples
    --------
    >>> from reservoir.interop.brian2_models.equations import Brian2Model, brian2_model
    >>> @brian2_model.register(MyNeuron)  # doctest: +SKIP
    ... def of_mine(neuron, circuit):
    ...     return Brian2Model("dv/dt = (resting - v + R * I) / tau_membrane : volt (unless refractory)")
    """
    known = ", ".join(sorted(one.__name__ for one in brian2_model.registry if one is not object))
    raise TypeError(
        f"'liquid' must have units of a model whose equations to_brian2 knows, {known}; got {type(neuron).__name__}. "
        "Register its equations with reservoir.interop.brian2_models.equations.brian2_model.register."
    )
