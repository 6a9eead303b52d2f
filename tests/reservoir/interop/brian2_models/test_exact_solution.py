import numpy as np
import pytest
from brian2_liquids import circuit_of

from reservoir import AdaptiveLeakyIntegrateAndFire, LeakyIntegrateAndFire
from reservoir.interop.brian2_models.exact_solution import constants_of_step, has_exact_solution


@pytest.mark.parametrize(
    ("changes", "expected"),
    [({}, True), ({"tau_excitatory": 20.0}, False), ({"tau_inhibitory": 20.0 + 1e-6}, False), ({"dt": 2000.0}, False)],
)
def test_equal_and_far_too_short_time_constants_have_none(changes, expected):
    settings = {"input_period": changes.get("dt", 10.0), "delays": 0.0} | changes
    assert has_exact_solution(circuit_of(LeakyIntegrateAndFire(), **settings)) == expected


@pytest.mark.parametrize(("tau", "expected"), [(100.0, True), (20.0, False)])
def test_other_currents_are_looked_at_too(tau, expected):
    circuit = circuit_of(AdaptiveLeakyIntegrateAndFire(tau_adaptation=tau))
    assert has_exact_solution(circuit) and has_exact_solution(circuit, "tau_adaptation") == expected


def test_responses_are_those_of_the_textbook():
    circuit = circuit_of(LeakyIntegrateAndFire(), tau_excitatory=5.0)
    (background, unit), (excitatory, _) = (
        constants_of_step(circuit)[f"by_{name}"] for name in ("background", "excitatory")
    )
    np.testing.assert_allclose(background, 1 - np.exp(-1 / 20), rtol=1e-14)
    np.testing.assert_allclose(excitatory, 5 / (5 - 20) * (np.exp(-1 / 5) - np.exp(-1 / 20)), rtol=1e-13)
    assert unit == "MOhm"
