"""Units of Izhikevich 2003 in C."""

from reservoir.interop.c99.spiking_models import UnitsInC, units_in_c
from reservoir.spiking import Izhikevich

# Every product and sum is rounded by itself, in this order, as in the kernel.
HELPERS = {
    "izhikevich_slope": """\
static real izhikevich_slope(real voltage, real recovery, real quadratic, real linear, real offset)
{
    volatile real sum = quadratic * voltage, product = linear * voltage;
    sum = sum * voltage;
    sum = sum + product;
    sum = sum + offset;
    sum = sum - recovery;
    return sum;
}""",
    "izhikevich_moved": """\
static real izhikevich_moved(real voltage, real slope, real drive, real synaptic, real half)
{
    volatile real sum = slope + drive;
    sum = sum + synaptic;
    sum = half * sum;
    return voltage + sum;
}""",
    "izhikevich_recovered": """\
static real izhikevich_recovered(real voltage, real recovery, real step, real b)
{
    volatile real change = b * voltage;
    change = change - recovery;
    change = step * change;
    return recovery + change;
}""",
}
PULLED = {
    "pulled_by": """\
static real pulled_by(real voltage, real excitatory, real inhibitory, real to_excitatory, real to_inhibitory)
{
    volatile real pulled = to_excitatory - voltage, inhibited = to_inhibitory - voltage;
    pulled = excitatory * pulled;
    inhibited = inhibitory * inhibited;
    return pulled + inhibited;
}""",
}
BY_CURRENTS = "excitatory + inhibitory"
BY_CONDUCTANCES = """pulled_by(
    {voltage}, excitatory, inhibitory, reversal_excitatory[$reversal_excitatory],
    reversal_inhibitory[$reversal_inhibitory])"""
HALF = """\
const volatile real {name}_synaptic = {synaptic};
const real {name}_slope = izhikevich_slope(
    {voltage}, recovery, quadratic[$quadratic], linear[$linear], offset[$offset]);
const real {name} = izhikevich_moved({voltage}, {name}_slope, $drive, {name}_synaptic, half_step[$half_step]);
"""
RECOVER = """\
const real moved_recovery = izhikevich_recovered(
    $shown, recovery, recovery_step[$recovery_step], b[$b]);"""
SPIKE = "s->voltage[i] = reset[$reset];\ns->recovery[i] += d[$d];"


@units_in_c.register
def of_izhikevich(neuron: Izhikevich, dtype, as_conductances):
    """Return the `UnitsInC` of units of Izhikevich 2003; u follows the voltage of a refractory unit, which is held."""
    synaptic = BY_CONDUCTANCES if as_conductances else BY_CURRENTS
    halves = [
        HALF.format(name=name, voltage=voltage, synaptic=synaptic.format(voltage=voltage))
        for name, voltage in (("middle", "voltage"), ("moved", "middle"))
    ]
    helpers = HELPERS | (PULLED if as_conductances else {})
    operations = 34 if as_conductances else 26
    return UnitsInC("".join(halves) + RECOVER, operations, "s->voltage[i] >= peak[$peak]", SPIKE, helpers)
