"""Adaptive exponential integrate-and-fire units in Brian2."""

from reservoir.interop.brian2_models.equations import Brian2Model, brian2_model
from reservoir.spiking import AdaptiveExponential

EQUATIONS = """
dv/dt = (resting - v + slope * exp((v - threshold) / slope) + R * (I - adaptation)) / tau_membrane
    : volt (unless refractory)
dadaptation/dt = (adaptation_coupling * (v - resting) - adaptation) / tau_adaptation : amp
"""


@brian2_model.register(AdaptiveExponential)
def of_adaptive_exponential(neuron, circuit):
    """Return the `Brian2Model` of adaptive exponential units, for currents and for conductances."""
    return Brian2Model(EQUATIONS, "euler", threshold="v >= peak", reset="v = reset; adaptation += adaptation_jump")
