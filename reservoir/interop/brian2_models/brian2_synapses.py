"""Synapses of spiking liquids in Brian2: what their currents or conductances are, and what a spike brings."""

from itertools import product

import numpy as np

SYNAPTIC = "excitatory", "inhibitory"
BY_CURRENTS = "excitatory + inhibitory"
BY_CONDUCTANCES = "excitatory * (reversal_excitatory - v) + inhibitory * (reversal_inhibitory - v)"
DECAY = """
excitatory = keep_excitatory * excitatory
inhibitory = keep_inhibitory * inhibitory
"""
STATIC = "w : {kind} (constant)", "{current}_post += w"
DYNAMIC = (
    """
    w : {kind} (constant)
    utilization : 1 (constant)
    tau_depression : second (constant)
    tau_facilitation : second (constant)
    use : 1
    resource : 1
    last : second
    """,
    """
    _first = int(last < 0 * second)
    _recovered = 1 + (resource - use * resource - 1) * exp(-(t - last) / tau_depression)
    _relaxed = utilization + use * (1 - utilization) * exp(-(t - last) / tau_facilitation)
    resource = _first * resource + (1 - _first) * _recovered
    use = _first * use + (1 - _first) * _relaxed
    last = t
    {current}_post += w * use * resource
    """,
)


def is_integrated(model):
    """Return whether Brian2's method for the units moves synaptic variables, too, which have to decay exactly."""
    return not model.step and model.method != "euler"


def synaptic_equations(model, as_conductances):
    """Return the equations of the current ``I`` and of what it is made of, as a `Brian2Model` knows them.

    Where the synaptic variables are not integrated with the others, they are moved by `DECAY`.
    """
    kind, unit = ("siemens" if as_conductances else "amp"), "amp"
    if model.as_numbers:
        kind = unit = "1"
    parts = ["drive"] if model.as_numbers else ["background_current", "drive"]
    total = " + ".join([*parts, BY_CONDUCTANCES if as_conductances else BY_CURRENTS])
    equation = "d{name}/dt = -{name} / tau_{name} : {kind}" if is_integrated(model) else "{name} : {kind}"
    variables = [equation.format(name=name, kind=kind) for name in SYNAPTIC]
    return "\n".join([f"I = {total} : {unit}", f"drive : {unit}", *variables, ""])


def connect(b2, source, target, synapses, circuit, model, markram=None):
    """Return the synapses, those that act by the excitatory current before those that act by the inhibitory.

    Parameters
    ----------
    b2 : module
    source, target : NeuronGroup or SpikeGeneratorGroup
    synapses : SynapseList
    circuit : SpikingCircuit
    model : Brian2Model
        If it is of numbers, the synapses of each delay are a group of their own, so that Brian2 delivers the spikes of
        a step as the liquid does: by delay, those of units before those of channels.
    markram : MarkramValues or None
    """
    kind, unit = ("siemens", b2.uS) if circuit.reversals else ("amp", b2.nA)
    if model.as_numbers:
        kind, unit = "1", 1
    equations, effect = STATIC if markram is None else DYNAMIC
    made = []
    for number, delay in product(range(2), np.unique(synapses.delays) if model.as_numbers else [None]):
        chosen = synapses.currents == number
        chosen = np.flatnonzero(chosen if delay is None else chosen & (synapses.delays == delay))
        if not len(chosen):
            continue
        on_pre = effect.format(current=SYNAPTIC[number])
        group = b2.Synapses(source, target, equations.format(kind=kind), on_pre=on_pre, clock=source.clock)
        group.connect(i=synapses.sources[chosen], j=synapses.targets[chosen])
        group.w = synapses.weights[chosen] * unit
        group.delay = synapses.delays[chosen] * circuit.dt * b2.ms
        if delay is not None:
            group.pre.order = 2 * int(delay) + (source is not target)
        if markram is not None:
            group.last = -1 * b2.second
            for name, values in markram._asdict().items():
                setattr(group, name, values[chosen] * (b2.ms if name.startswith("tau") else 1))
        made.append(group)
    return made
