"""Perfect integrate-and-fire units in Brian2, which finds no exact solution for them."""

from reservoir.interop.brian2_models.equations import Brian2Model, brian2_model
from reservoir.interop.brian2_models.exact_solution import constants_of_step
from reservoir.spiking import PerfectIntegrateAndFire

EQUATIONS = "dv/dt = I / capacitance : volt (unless refractory)\n"
STEP = """
v = v + by_background * (background_current + drive) + by_excitatory * excitatory + by_inhibitory * inhibitory
"""


@brian2_model.register(PerfectIntegrateAndFire)
def of_perfect(neuron, circuit):
    """Return the `Brian2Model` of perfect units, moved by the responses to each current."""
    return Brian2Model(EQUATIONS, step=STEP, constants=constants_of_step(circuit))
