"""Leaky integrate-and-fire units in Brian2."""

from reservoir.interop.brian2_models.equations import Brian2Model, brian2_model
from reservoir.interop.brian2_models.exact_solution import constants_of_step, has_exact_solution
from reservoir.spiking import LeakyIntegrateAndFire

EQUATIONS = "dv/dt = (resting - v + R * I) / tau_membrane : volt (unless refractory)\n"
STEP = """
_moved = by_background * (background_current + drive) + by_excitatory * excitatory + by_inhibitory * inhibitory
v = v + _moved - by_background / R * (v - resting)
"""


@brian2_model.register(LeakyIntegrateAndFire)
def of_leaky(neuron, circuit):
    """Return the `Brian2Model` of leaky units; with conductances, they are held over a step."""
    if circuit.reversals:
        return Brian2Model(EQUATIONS, "exponential_euler")
    if has_exact_solution(circuit):
        return Brian2Model(EQUATIONS)
    return Brian2Model(EQUATIONS, step=STEP, constants=constants_of_step(circuit))
