import numpy as np
import pytest
from circuit_measures import by_projection, expected_synapses, poisson, rates
from scipy.integrate import quad

from reservoir.presets import zhang2015


def test_circuit():
    for seed in range(3):
        liquid = zhang2015(random_state=seed)
        assert liquid.inhibitory.shape == (135,) and liquid.inhibitory.sum() == 27
        mean, deviation = expected_synapses((3, 3, 15), liquid.inhibitory, (0.45, 0.3, 0.6, 0.15), 2.0)
        assert abs(liquid.recurrent_weights.nnz - mean) < 4 * deviation


def test_weights_carry_the_charge_of_the_paper():
    # A jump A of the current moves V by A tau_synapse / tau_membrane in all.
    liquid = zhang2015(random_state=0)
    projections = by_projection([liquid.recurrent_weights], [liquid.inhibitory])
    for values, tau, weight in zip(projections, (12, 12, 6, 6), (3, 6, -2, -2), strict=True):
        np.testing.assert_allclose(values * tau / 32, weight, rtol=1e-12)
    inputs = liquid.input_weights
    np.testing.assert_allclose(inputs[inputs > 0] * 12 / 32, 8, rtol=1e-12)
    np.testing.assert_allclose(inputs[inputs < 0] * 6 / 32, -8, rtol=1e-12)


def test_first_order_synapses_have_charge_and_mean_time_of_the_second_order_ones():
    liquid = zhang2015(random_state=0)
    for tau, (slow, fast) in ((liquid.tau_excitatory, (8, 4)), (liquid.tau_inhibitory, (4, 2))):

        def second(t, slow=slow, fast=fast):
            return (np.exp(-t / slow) - np.exp(-t / fast)) / (slow - fast)

        assert quad(second, 0, np.inf)[0] == pytest.approx(1)
        assert quad(lambda t, kernel=second: t * kernel(t), 0, np.inf)[0] == pytest.approx(tau)


def test_each_channel_reaches_four_units_with_either_sign():
    inputs = zhang2015(random_state=0).input_weights
    assert inputs.shape == (135, 78)
    np.testing.assert_array_equal((inputs != 0).sum(axis=0), 4)
    assert 0.4 < (inputs > 0).sum() / (4 * 78) < 0.6
    np.testing.assert_array_equal((zhang2015(3, input_fan_out=9).input_weights != 0).sum(axis=0), 9)


def test_working_point():
    for seed in range(3):
        excitatory, inhibitory = rates(zhang2015(random_state=seed), poisson(50, 78, seed))
        assert 2 < excitatory < 20 and 2 < inhibitory < 20
        assert rates(zhang2015(random_state=seed), np.zeros((200, 78))) == (0, 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_inputs": 1.5}, "'n_inputs' must be an integer of at least 1; got 1.5"),
        ({"input_fan_out": 136}, "'input_fan_out' must be at most the number of units, 135; got 136"),
        ({"weight_scale": "1"}, "'weight_scale' must be a number at least 0 and at most 1e.100; got '1'"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        zhang2015(**arguments)
