import numpy as np
import pytest
from scipy.integrate import quad

from reservoir.spiking.membrane import leaky_excitability, leaky_rheobase, peak_response, response


@pytest.mark.parametrize(
    ("tau_membrane", "tau_synapse"), [(20, 3), (3, 20), (10, 10), (10, 10 + 1e-9), (30, 1e-3), (1e-3, 5)]
)
def test_response_solves_the_membrane_equation(tau_membrane, tau_synapse):
    for time in (0.05, 1.0, 7.0):

        def integrand(s, time=time):
            return np.exp(-(time - s) / tau_membrane - s / tau_synapse) / tau_membrane

        knots = [knot for knot in (40 * tau_synapse, time - 40 * tau_membrane) if 0 < knot < time]
        expected, _ = quad(integrand, 0, time, points=knots or None, epsabs=1e-13, limit=500)
        np.testing.assert_allclose(response(time, tau_membrane, tau_synapse), expected, rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize(("tau_membrane", "tau_synapse"), [(20, 3), (3, 20), (10, 10), (30, 6)])
def test_peak_is_the_largest_response(tau_membrane, tau_synapse):
    time = np.linspace(0, 200, 200_001)
    np.testing.assert_allclose(
        peak_response(tau_membrane, tau_synapse), response(time, tau_membrane, tau_synapse).max()
    )


def test_the_rheobase_is_the_way_to_the_threshold_which_is_up():
    np.testing.assert_array_equal(leaky_rheobase([0.0, -60.0], [15.0, -50.0]), [15.0, 10.0])
    with pytest.raises(ValueError, match="'resting' must lie below 'threshold' for every unit"):
        leaky_rheobase([0.0, 16.0], [15.0, 15.0])


def test_excitability_is_that_of_the_mean_unit():
    reach, peak = leaky_excitability([10.0, 30.0], [0.0, 20.0], [15.0, 15.0], 3.0)
    assert (reach, peak) == (10.0, peak_response(20.0, 3.0))
