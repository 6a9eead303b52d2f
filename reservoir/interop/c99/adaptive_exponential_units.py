"""Adaptive exponential integrate-and-fire units in C."""

from reservoir.interop.c99.fused_exponential import fused_exp
from reservoir.interop.c99.spiking_models import UnitsInC, units_in_c
from reservoir.spiking import AdaptiveExponential

BY_CURRENTS = "const volatile real synaptic = excitatory + inhibitory;\n"
BY_CONDUCTANCES = """\
const volatile real excited = excitatory * (reversal_excitatory[$reversal_excitatory] - voltage);
const volatile real synaptic = FMA(inhibitory, reversal_inhibitory[$reversal_inhibitory] - voltage, excited);
"""
MOVE = """\
const volatile real above = voltage - threshold[$threshold], power = steepness[$steepness] * above;
volatile real pulled = slope[$slope] * fused_exp(power), drawn = synaptic - adaptation;
pulled = pulled - voltage;
pulled = pulled + drawn;
const volatile real kept = FMA(rate[$rate], pulled, voltage);
const real moved = kept + $drive;
const real fading = FMA(-adaptation_rate[$adaptation_rate], adaptation, adaptation);
const real moved_adaptation = FMA(coupling[$coupling], voltage - resting[$resting], fading);"""
SPIKE = "s->voltage[i] = reset[$reset];\ns->adaptation[i] += adaptation_jump[$adaptation_jump];"


@units_in_c.register
def of_adaptive_exponential(neuron: AdaptiveExponential, dtype, as_conductances):
    """Return the `UnitsInC` of adaptive exponential units."""
    synaptic, operations = (BY_CONDUCTANCES, 20) if as_conductances else (BY_CURRENTS, 16)
    return UnitsInC(synaptic + MOVE, operations, "s->voltage[i] >= peak[$peak]", SPIKE, fused_exp(dtype))
