"""Units of Izhikevich 2003 in Brian2, with the half steps of his program, which are no method of Brian2's own."""

import numpy as np

from reservoir.interop.brian2_models.equations import Brian2Model, brian2_model
from reservoir.spiking import Izhikevich

EQUATIONS = """
dv/dt = (0.04 * v * v + 5 * v + 140 - recovery + I) / ms : 1 (unless refractory)
drecovery/dt = a * (b * v - recovery) / ms : 1
"""
# Their upstroke amplifies the last digits of v, so each statement has a single operation, which nobody reorders. They
# are those of the kernel of the liquid; v is held by Brian2 where a unit is refractory.
HALF = """
_sum = 0.04 * v
_sum = _sum * v
_linear = 5 * v
_sum = _sum + _linear
_sum = _sum + 140
_sum = _sum - recovery
_sum = _sum + drive
{synaptic}
_sum = _sum + _synaptic
_sum = half_step * _sum
v = v + _sum
"""
RECOVER = """
_change = b * v
_change = _change - recovery
_change = recovery_step * _change
recovery = recovery + _change
"""
BY_CURRENTS = "_synaptic = excitatory + inhibitory"
BY_CONDUCTANCES = """
_synaptic = reversal_excitatory - v
_synaptic = excitatory * _synaptic
_inhibition = reversal_inhibitory - v
_inhibition = inhibitory * _inhibition
_synaptic = _synaptic + _inhibition
"""


@brian2_model.register(Izhikevich)
def of_izhikevich(neuron, circuit):
    """Return the `Brian2Model` of units of Izhikevich 2003, which is one of numbers, as his program is."""
    half = HALF.format(synaptic=BY_CONDUCTANCES if circuit.reversals else BY_CURRENTS)
    membrane = neuron.motion(circuit.dt, circuit.units["tau_excitatory"], circuit.units["tau_inhibitory"]).membrane
    steps = {"half_step": membrane.half_step, "recovery_step": membrane.recovery_step}
    constants = {name: (np.broadcast_to(values, circuit.n_units), "1") for name, values in steps.items()}
    return Brian2Model(
        EQUATIONS, step=half + half + RECOVER, threshold="v >= peak", reset="v = reset; recovery += d",
        constants=constants, as_numbers=True,
    )  # fmt: skip
