"""A liquid in the numbers of NIR: constants of equations, or of steps by Euler's rule that are exact."""

import numpy as np
import pytest
from nir_cases import fitted

from reservoir.interop.nir_graph.exported_layer import euler_layer, exact_layer, exported_layer, program_synapses


def test_synapses_are_those_of_the_liquid():
    liquid, _ = fitted("spikes by two currents")
    synapses = program_synapses(liquid)
    own = synapses.sources < liquid.n_units_
    weights = np.zeros((12, 12))
    weights[synapses.targets[own], synapses.sources[own]] = synapses.weights[own]
    np.testing.assert_array_equal(weights, liquid.recurrent_weights_.toarray())
    entering = np.zeros((12, 2))
    entering[synapses.targets[~own], synapses.sources[~own] - 12] = synapses.weights[~own]
    np.testing.assert_array_equal(entering, liquid.input_weights_)
    np.testing.assert_array_equal(synapses.currents[own], liquid.inhibitory_[synapses.sources[own]])


def test_a_circuit_without_synapses_has_none():
    assert len(program_synapses(fitted("no recurrence")[0]).sources) == 0


def test_constants_of_the_equations():
    liquid, _ = fitted("per unit")
    layer = exact_layer(liquid)
    np.testing.assert_array_equal(layer.units["tau"], liquid.tau_membrane_ / 1000)
    np.testing.assert_array_equal(layer.units["v_leak"], liquid.background_current_)  # resting at 0
    np.testing.assert_array_equal(layer.tau_synapse, [liquid.tau_excitatory_ / 1000, liquid.tau_inhibitory_ / 1000])
    assert layer.dt == 0.001


def test_a_step_by_euler_is_an_exact_one():
    liquid, _ = fitted("per unit", dt=0.5)
    layer = euler_layer(liquid)
    span = liquid.threshold_ - liquid.reset_
    kept = 1 - layer.dt / layer.units["tau"]
    np.testing.assert_allclose(kept, np.exp(-0.5 / liquid.tau_membrane_), rtol=1e-14)
    np.testing.assert_allclose(1 - layer.dt / layer.tau_synapse[0], np.exp(-0.5 / liquid.tau_excitatory_), rtol=1e-14)
    np.testing.assert_allclose(layer.units["r"] * layer.dt / layer.units["tau"], 1.0, rtol=1e-14)
    at_rest = (liquid.background_current_ - liquid.reset_) / span  # V without spikes, from reset to threshold
    np.testing.assert_allclose(layer.units["v_leak"], at_rest, rtol=1e-14)


@pytest.mark.parametrize("name", ["default", "no leak"])
def test_both_forms_begin_where_the_liquid_does(name):
    liquid, _ = fitted(name, **({} if name == "no leak" else {"initial_voltage": 5.0}))
    exact, euler = (exported_layer(liquid, integrator) for integrator in ("exact", "euler"))
    np.testing.assert_array_equal(exact.initial_voltage, liquid.initial_voltage_)
    scale = liquid.threshold_ - liquid.reset_
    np.testing.assert_allclose(euler.initial_voltage * scale + liquid.reset_, liquid.initial_voltage_, atol=1e-14)


def test_units_without_leak_have_their_background_as_a_bias():
    liquid, _ = fitted("no leak")
    np.testing.assert_array_equal(exact_layer(liquid).bias, 8.0)
    np.testing.assert_array_equal(exact_layer(liquid).units["r"], 50.0)  # 1 / (20 nF), in mV / s for 1 nA, over 1000
