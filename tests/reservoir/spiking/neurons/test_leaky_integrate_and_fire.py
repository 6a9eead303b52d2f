import numpy as np
import pytest
from spiking_circuits import lone_unit

from reservoir import LIFLiquid


def test_voltage_below_threshold_follows_the_membrane_equation():
    states = lone_unit(output="voltages", input_period=1.0, tau_membrane=20.0).transform(np.full((50, 1), 10.0))
    expected = 10 * (1 - np.exp(-np.arange(1, 51) / 20))
    np.testing.assert_allclose(states[:, 0], expected, atol=1e-12)


@pytest.mark.parametrize("current", [16.0, 20.0, 40.0, 100.0])
def test_interval_between_spikes_follows_the_closed_form(current):
    unit = lone_unit(input_period=500.0, refractory=2.0)
    steps, _ = unit.spikes([[current]])
    interval = 2.0 + 20 * np.log(current / (current - 15))
    # The crossing waits for the grid; the first step after a spike is already one of the refractory time.
    expected = np.floor(2.0 / 0.1 + 1e-9) - 1 + np.ceil((interval - 2.0) / 0.1 - 1e-9)
    assert set(np.diff(steps)) == {expected}


@pytest.mark.parametrize("tau_synapse", [3.0, 20.0, 20.0 + 1e-7])
@pytest.mark.parametrize("inhibitory", [False, True])
def test_synaptic_potential_is_the_difference_of_two_exponentials(inhibitory, tau_synapse):
    weight, delay, dt = 2.0, 1.5, 0.1
    pair = LIFLiquid(
        recurrent_weights=[[0, 0], [weight, 0]], inhibitory=np.array([inhibitory, False]), input_weights=[[1.0], [0.0]],
        background_current=0.0, tau_excitatory=1.0 if inhibitory else tau_synapse,
        tau_inhibitory=tau_synapse if inhibitory else 1.0, delays=delay, dt=dt, input_period=dt, output="voltages",
    ).fit(np.zeros((1, 1)))  # fmt: skip
    kick = np.zeros((600, 1))
    kick[0] = 1e5
    voltage = pair.transform(kick)[:, 1]
    (steps,), (units,) = pair.spikes(kick)
    assert (steps, units) == (0, 0)
    time = np.maximum(np.arange(600) * dt - delay, 0)
    if abs(tau_synapse - 20) < 1e-3:
        expected = weight * time / 20 * np.exp(-time / 20)
    else:
        expected = weight * tau_synapse / (tau_synapse - 20) * (np.exp(-time / tau_synapse) - np.exp(-time / 20))
    np.testing.assert_allclose(voltage, expected, atol=1e-8)


@pytest.mark.parametrize(("dtype", "n_rows"), [("float64", 1600), ("float32", 250)])
def test_a_voltage_that_decays_to_nothing_is_zero(dtype, n_rows):
    # exp(-16000 / 20) and exp(-2500 / 20) are denormal numbers, with which a step takes some five times as long
    unit = lone_unit(initial_voltage=10.0, dt=1.0, dtype=dtype)
    _, state = unit.run(np.zeros((n_rows, 1), dtype))
    assert state.voltage == 0


def test_a_unit_that_rests_above_threshold_fires_by_itself():
    # tau dV/dt = resting - V from reset -60 to -50, resting at -49: tau ln(11 / 1), and the refractory time
    unit = LIFLiquid(
        recurrent_weights=np.zeros((1, 1)), inhibitory=0.0, input_weights=[[0.0]], threshold=-50.0, reset=-60.0,
        resting=-49.0, background_current=0.0, initial_voltage=-60.0, refractory=5.0, dt=0.1, input_period=1000.0,
    ).fit(np.zeros((1, 1)))  # fmt: skip
    interval = 5.0 + 20 * np.log(11.0)
    assert np.diff(unit.spikes(np.zeros((1, 1)))[0]).mean() * 0.1 == pytest.approx(interval, abs=0.2)
