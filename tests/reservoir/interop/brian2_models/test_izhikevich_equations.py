"""Spikes are compared with Brian2's in test_to_brian2.py."""

import numpy as np
import pytest
from brian2_liquids import CONDUCTANCES, model_of

from reservoir import Izhikevich


def run_step(model, state):
    """Run the statements of a step as Python."""
    known = dict(state) | {name: values[0] for name, (values, _) in model.constants.items()}
    exec(model.step, {}, known)
    return known["v"], known["recovery"]


@pytest.mark.parametrize("settings", [{}, CONDUCTANCES])
def test_a_step_is_two_halves_of_the_voltage_and_one_of_the_recovery(settings):
    neuron = Izhikevich(a=0.1, b=0.26)
    circuit, model = model_of(neuron, dt=0.5, **settings)
    state = {"v": -60.0, "recovery": -13.0, "drive": 4.0, "excitatory": 0.3, "inhibitory": -0.1, "a": 0.1, "b": 0.26}
    state |= {name: values[0] for name, values in circuit.reversals.items()}
    v, u = state["v"], state["recovery"]
    for _ in range(2):
        if settings:
            synaptic = 0.3 * (0.0 - v) - 0.1 * (-80.0 - v)
        else:
            synaptic = 0.3 - 0.1
        v += 0.25 * (0.04 * v**2 + 5 * v + 140 - u + 4.0 + synaptic)
    u += 0.5 * 0.1 * (0.26 * v - u)
    np.testing.assert_allclose(run_step(model, state), (v, u), rtol=1e-14)


def test_its_variables_are_numbers():
    _, model = model_of(Izhikevich())
    assert model.as_numbers and " : 1 (unless refractory)" in model.equations
    assert all(line.count("*") + line.count("+") + line.count(" - ") <= 1 for line in model.step.splitlines())
