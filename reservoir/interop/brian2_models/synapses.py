"""Synapses of spiking liquids in Brian2: what their currents or conductances are, and what a spike brings."""

import numpy as np

SYNAPTIC = "excitatory", "inhibitory"
BY_CURRENTS = "I = background_current + drive + excitatory + inhibitory : amp\n"
BY_CONDUCTANCES = """
I = background_current + drive + excitatory * (reversal_excitatory - v) + inhibitory * (reversal_inhibitory - v) : amp
"""
DECAY = """
excitatory = excitatory * exp(-dt / tau_excitatory)
inhibitory = inhibitory * exp(-dt / tau_inhibitory)
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


def synaptic_equations(as_conductances, integrated):
    """Return the equations of the current ``I`` and of what it is made of.

    Where the synaptic variables are not ``integrated`` with the others, they are moved by `DECAY`.
    """
    kind = "siemens" if as_conductances else "amp"
    if integrated:
        variables = [f"d{name}/dt = -{name} / tau_{name} : {kind}\n" for name in SYNAPTIC]
    else:
        variables = [f"{name} : {kind}\n" for name in SYNAPTIC]
    return (BY_CONDUCTANCES if as_conductances else BY_CURRENTS) + "".join(variables)


def connect(b2, source, target, synapses, circuit, markram=None):
    """Return the synapses, those that act by the excitatory current before those that act by the inhibitory.

    Parameters
    ----------
    b2 : module
    source, target : NeuronGroup or SpikeGeneratorGroup
    synapses : SynapseList
    circuit : SpikingCircuit
    markram : MarkramValues or None
    """
    made, kind, unit = [], *(("siemens", b2.uS) if circuit.reversals else ("amp", b2.nA))
    for number, current in enumerate(SYNAPTIC):
        chosen = np.flatnonzero(synapses.currents == number)
        if not len(chosen):
            continue
        model, effect = STATIC if markram is None else DYNAMIC
        group = b2.Synapses(
            source, target, model.format(kind=kind), on_pre=effect.format(current=current), clock=source.clock
        )
        group.connect(i=synapses.sources[chosen], j=synapses.targets[chosen])
        group.w = synapses.weights[chosen] * unit
        group.delay = synapses.delays[chosen] * circuit.dt * b2.ms
        if markram is not None:
            group.last = -1 * b2.second
            for name, values in markram._asdict().items():
                setattr(group, name, values[chosen] * (b2.ms if name.startswith("tau") else 1))
        made.append(group)
    return made
