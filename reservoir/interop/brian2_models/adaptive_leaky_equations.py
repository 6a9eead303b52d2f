"""Adaptive leaky integrate-and-fire units in Brian2."""

from reservoir.interop.brian2_models.equations import Brian2Model, brian2_model
from reservoir.interop.brian2_models.exact_solution import constants_of_step, has_exact_solution
from reservoir.spiking import AdaptiveLeakyIntegrateAndFire

EQUATIONS = """
dv/dt = (resting - v + R * (I - adaptation)) / tau_membrane : volt (unless refractory)
dthreshold_shift/dt = -threshold_shift / tau_threshold : volt
dadaptation/dt = -adaptation / tau_adaptation : amp
"""
STEP = """
_moved = by_background * (background_current + drive) + by_excitatory * excitatory + by_inhibitory * inhibitory
v = v + _moved - by_background / R * (v - resting) - by_adaptation * adaptation
threshold_shift = threshold_shift * exp(-dt / tau_threshold)
adaptation = adaptation * exp(-dt / tau_adaptation)
"""
SPIKES = {
    "threshold": "v >= threshold + threshold_shift",
    "reset": """
v = reset + kept_overshoot * (v - threshold - threshold_shift)
threshold_shift += threshold_jump
adaptation += adaptation_jump
""",
}


@brian2_model.register(AdaptiveLeakyIntegrateAndFire)
def of_adaptive_leaky(neuron, circuit):
    """Return the `Brian2Model` of adaptive leaky units; with conductances, these and w are held over a step."""
    if circuit.reversals:
        return Brian2Model(EQUATIONS, "exponential_euler", **SPIKES)
    if has_exact_solution(circuit, "tau_adaptation"):
        return Brian2Model(EQUATIONS, **SPIKES)
    taus = circuit.units["tau_excitatory"], circuit.units["tau_inhibitory"]
    by_adaptation = neuron.motion(circuit.dt, *taus).membrane.by_adaptation
    constants = constants_of_step(circuit) | {"by_adaptation": (by_adaptation, "MOhm")}
    return Brian2Model(EQUATIONS, step=STEP, constants=constants, **SPIKES)
