"""Leaky, adaptive leaky and perfect integrate-and-fire units in C."""

from reservoir.interop.c99.fused_exponential import fused_exp
from reservoir.interop.c99.spiking_models import UnitsInC, units_in_c
from reservoir.spiking import AdaptiveLeakyIntegrateAndFire, LeakyIntegrateAndFire, PerfectIntegrateAndFire

LEAKY = "const real kept = FMA(keep[$keep], voltage, $drive);\n"
PERFECT = "const real kept = voltage + $drive;\n"
BY_CURRENTS = """\
const real excited = FMA(by_excitatory[$by_excitatory], excitatory, kept);
const real {voltage} = FMA(by_inhibitory[$by_inhibitory], inhibitory, excited);"""
# The voltage decays to the goal, where all currents cancel, by the conductances in all.
BY_CONDUCTANCES = """\
volatile real total = leak[$leak] + excitatory;
total = total + inhibitory;
const real excited = FMA(reversal_excitatory[$reversal_excitatory], excitatory, $drive);
const real pulled = FMA(reversal_inhibitory[$reversal_inhibitory], inhibitory, excited);
const volatile real goal = {pull} / total, power = -rate[$rate] * total;
const real moved = FMA(voltage - goal, fused_exp(power), goal);"""
ADAPTATION = "\nconst real moved = FMA(-by_adaptation[$by_adaptation], adaptation, pulled);"
FADING = """
const volatile real moved_threshold_shift = keep_shift[$keep_shift] * threshold_shift;
const volatile real moved_adaptation = keep_adaptation[$keep_adaptation] * adaptation;"""
CROSSES = "s->voltage[i] >= threshold[$threshold] + s->threshold_shift[i]"
ADAPT = """\
const volatile real shifted = threshold[$threshold] + s->threshold_shift[i];
s->voltage[i] = FMA(kept_overshoot[$kept_overshoot], s->voltage[i] - shifted, reset[$reset]);
s->threshold_shift[i] += threshold_jump[$threshold_jump];
s->adaptation[i] += adaptation_jump[$adaptation_jump];"""


@units_in_c.register
def of_leaky(neuron: LeakyIntegrateAndFire, dtype, as_conductances):
    """Return the `UnitsInC` of leaky units."""
    if as_conductances:
        return UnitsInC(BY_CONDUCTANCES.format(pull="pulled"), 12, helpers=fused_exp(dtype))
    return UnitsInC(LEAKY + BY_CURRENTS.format(voltage="moved"), 6)


@units_in_c.register
def of_perfect(neuron: PerfectIntegrateAndFire, dtype, as_conductances):
    """Return the `UnitsInC` of perfect units, which have currents only."""
    return UnitsInC(PERFECT + BY_CURRENTS.format(voltage="moved"), 5)


@units_in_c.register
def of_adaptive_leaky(neuron: AdaptiveLeakyIntegrateAndFire, dtype, as_conductances):
    """Return the `UnitsInC` of adaptive leaky units."""
    if as_conductances:
        move = BY_CONDUCTANCES.format(pull="(pulled - adaptation)") + FADING
        return UnitsInC(move, 16, CROSSES, ADAPT, fused_exp(dtype))
    return UnitsInC(LEAKY + BY_CURRENTS.format(voltage="pulled") + ADAPTATION + FADING, 11, CROSSES, ADAPT)
