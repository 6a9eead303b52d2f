import numpy as np
import pytest
from scipy.integrate import quad

from reservoir.spiking.membrane import peak_response, response


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
