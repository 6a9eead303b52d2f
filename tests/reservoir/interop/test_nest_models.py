"""Spikes are compared with NEST's in test_to_nest.py."""

import math

import numpy as np
import pytest
from spiking_liquids import (
    DT,
    N_UNITS,
    random_adaptive_liquid,
    random_exponential_liquid,
    random_izhikevich_liquid,
    random_liquid,
    random_perfect_liquid,
    with_conductances,
)

from reservoir.interop.nest_models import nest_model_of
from reservoir.interop.spiking_circuit import read_circuit


def model_of(liquid):
    return nest_model_of(read_circuit(liquid, None, "to_nest")[0])


def test_leaky_units_have_a_resistance_of_a_megaohm():
    liquid, _ = random_liquid(0)
    model = model_of(liquid)
    assert (model.name, model.threshold, model.scale, model.later) == ("iaf_psc_exp", "V_th", 1000.0, 0)
    np.testing.assert_allclose(model.constants["C_m"] / model.constants["tau_m"], 1000.0)
    np.testing.assert_array_equal(model.start["V_m"], liquid.initial_voltage_)


def test_perfect_units_leak_by_the_last_bit_of_a_step():
    tau = float(model_of(random_perfect_liquid(0)[0]).constants["tau_m"])
    # NEST calls the C library's function, as math.exp does; NumPy 1.26 has another, which is one unit of rounding off.
    assert math.exp(-DT / tau) == 1 - 2.0**-53


def test_spikes_of_adaptive_units_come_at_a_threshold_and_lift_it_for_the_next_step():
    liquid, _ = random_adaptive_liquid(0, kept_overshoot=0.0, refractory=2.0)
    model = model_of(liquid)
    assert (model.name, model.threshold, model.later) == ("gif_psc_exp", "V_T_star", 1)
    assert model.constants["q_sfa"].shape == (N_UNITS, 1) and model.constants["Delta_V"] <= 1e-12
    fading = np.exp(-DT / liquid.tau_threshold_)
    np.testing.assert_allclose(model.constants["q_sfa"][:, 0], liquid.threshold_jump_ * fading)


def test_numbers_of_izhikevich_are_taken_as_they_are():
    liquid, _ = random_izhikevich_liquid(0, tau_excitatory=1e-4, tau_inhibitory=1e-4)
    model = model_of(liquid)
    assert (model.name, model.scale, model.later, model.has_receptors) == ("izhikevich", 1.0, 1, False)
    assert model.constants["consistent_integration"] is False
    np.testing.assert_array_equal(model.constants["c"], liquid.reset_)
    np.testing.assert_array_equal(model.start["U_m"], liquid.initial_recovery_)


def test_other_steps_are_refused_with_what_to_use_instead():
    with pytest.raises(TypeError, match="'liquid' must have units .* got AdaptiveExponential. Use to_brian2"):
        model_of(random_exponential_liquid(0)[0])
    with pytest.raises(ValueError, match="'liquid' must have current-based synapses .* Use to_brian2"):
        model_of(with_conductances(*random_liquid(0)))
