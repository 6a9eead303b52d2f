"""Spikes are compared with Brian2's in test_to_brian2.py."""

import numpy as np
from brian2_liquids import model_of

from reservoir import PerfectIntegrateAndFire


def test_a_step_adds_the_charge_of_each_current():
    _, model = model_of(PerfectIntegrateAndFire(capacitance=4.0), tau_excitatory=5.0)
    assert "by_excitatory * excitatory" in model.step
    np.testing.assert_allclose(model.constants["by_background"][0], 1 / 4)
    np.testing.assert_allclose(model.constants["by_excitatory"][0], 5 * (1 - np.exp(-1 / 5)) / 4)
