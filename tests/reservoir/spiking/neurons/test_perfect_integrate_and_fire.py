import naive
import numpy as np
import pytest
from spiking_circuits import RICH, U, twin_of

from reservoir import PerfectIntegrateAndFire, SpikingLiquid


def lone_unit(current, dt=1.0, refractory=0.0, **constants):
    alone = {"recurrent_weights": [[0.0]], "inhibitory": 0.0, "input_weights": [[1.0]], "input_period": 50.0}
    neuron = PerfectIntegrateAndFire(**constants)
    return SpikingLiquid(neuron=neuron, refractory=refractory, background_current=current, dt=dt, **alone).fit([[0.0]])


# Numbers that are exact in binary, so that whole intervals are.
@pytest.mark.parametrize("current", [0.75, 2.0, 8.0, 31.0, 1000.0])
@pytest.mark.parametrize(("capacitance", "threshold", "reset"), [(8.0, 16.0, 0.0), (2.0, -50.0, -60.0)])
@pytest.mark.parametrize("dt", [1.0, 0.25])
def test_intervals_are_those_in_which_the_charge_reaches_the_threshold(current, capacitance, threshold, reset, dt):
    unit = lone_unit(current, dt, capacitance=capacitance, threshold=threshold, reset=reset, initial_voltage=reset)
    steps, _ = unit.spikes([[0.0]] * 40)
    interval = int(np.ceil((threshold - reset) * capacitance / current / dt))
    assert steps.tolist() == list(range(interval - 1, round(2000 / dt), interval))


def test_no_charge_is_ever_lost():
    unit = lone_unit(0.0, threshold=1e6)
    _, state = unit.run([[3.0], [-1.0], [0.0], [0.0]])
    assert state.voltage == pytest.approx((3.0 - 1.0) * 50.0 / 20.0)


def test_a_refractory_time_is_added_to_the_interval():
    plain, refractory = (lone_unit(2.0, refractory=time).spikes([[0.0]] * 40)[0] for time in (0.0, 5.0))
    # The first step after a spike is one of the refractory time already.
    assert set(np.diff(refractory)) == {set(np.diff(plain)).pop() + 5 - 1}


@pytest.mark.parametrize("tau_synapse", [0.3, 3.0, 500.0])
def test_a_synapse_moves_the_voltage_by_its_charge(tau_synapse):
    pair = SpikingLiquid(
        recurrent_weights=[[0, 0], [2.0, 0]], neuron=PerfectIntegrateAndFire(5.0, threshold=1e3), delays=1.5,
        inhibitory=0.0, input_weights=[[1.0], [0.0]], background_current=0.0, tau_excitatory=tau_synapse, dt=0.5,
        input_period=0.5, output="voltages",
    ).fit(np.zeros((1, 1)))  # fmt: skip
    voltage = pair.transform(np.eye(200, 1) * 1e5)[:, 1]
    time = np.maximum(np.arange(200) * 0.5 - 1.5, 0)
    np.testing.assert_allclose(voltage, 2.0 * tau_synapse / 5.0 * (1 - np.exp(-time / tau_synapse)), atol=1e-12)


@pytest.mark.parametrize("settings", [{}, RICH | {"noise": 0.0}])
def test_spikes_are_those_of_the_plain_twin(settings):
    neuron = PerfectIntegrateAndFire(capacitance=np.linspace(10, 30, 50), threshold=(15.0, 14.0))
    liquid = SpikingLiquid(50, neuron=neuron, background_current=8.0, output="voltages", random_state=0, **settings)
    liquid.fit(U)
    _, _, voltages, spikes = twin_of(liquid, U, motion=naive.pif_motion)
    assert len(spikes) > 90
    np.testing.assert_array_equal(np.transpose(liquid.spikes(U)), spikes)
    np.testing.assert_allclose(liquid.transform(U), voltages, rtol=0, atol=1e-10)


def test_random_synapses_are_scaled_by_the_charge_to_the_threshold():
    liquid = SpikingLiquid(400, neuron=PerfectIntegrateAndFire(), degree=50, recurrent_scaling=1.0, random_state=0)
    weights = liquid.fit(U).recurrent_weights_.tocsc()[:, ~liquid.inhibitory_]
    # As many spikes at once as a unit has synapses charge 20 nF by 15 mV, with 3 ms of current each.
    assert weights.data.mean() * 50 * 3.0 == pytest.approx(20.0 * 15.0, rel=0.05)
    assert not liquid.background_current_.any()
