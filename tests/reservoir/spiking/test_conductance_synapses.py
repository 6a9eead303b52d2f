import numpy as np
import pytest
from spiking_circuits import U

from reservoir import ConductanceSynapses, LIFLiquid, PerfectIntegrateAndFire, SpikingLiquid

SYNAPSES = ConductanceSynapses(reversal_excitatory=70.0, reversal_inhibitory=(-10.0, -12.0))


def test_a_held_conductance_takes_the_voltage_to_where_its_current_and_the_leak_cancel():
    # One input spike opens 0.5 uS for ever: V approaches (0 + 0.5 * 30) / 1.5 = 10 mV with 20 ms / 1.5.
    unit = LIFLiquid(
        recurrent_weights=[[0.0]], input_weights=[[0.5]], input="spikes", synapses=ConductanceSynapses(30.0, -30.0),
        tau_excitatory=1e15, inhibitory=0.0, background_current=0.0, dt=0.1, input_period=1.0, output="voltages",
    ).fit([[0.0]])  # fmt: skip
    X = np.zeros((60, 1))
    X[0] = 1
    expected = 10 * (1 - np.exp(-(np.arange(1, 61) - 0.1) / (20 / 1.5)))
    np.testing.assert_allclose(unit.transform(X)[:, 0], expected, atol=1e-10)


def test_reversal_potentials_are_those_of_the_unit():
    liquid = LIFLiquid(20, synapses=SYNAPSES, random_state=0).fit(U)
    np.testing.assert_array_equal(liquid.reversal_excitatory_, 70.0)
    np.testing.assert_array_equal(liquid.synapses_.reversal_inhibitory, np.where(liquid.inhibitory_, -12.0, -10.0))
    assert LIFLiquid(20, random_state=0).fit(U).synapses_ is None


def test_drawn_conductances_are_the_currents_they_stand_for_halfway_to_threshold():
    currents = LIFLiquid(200, random_state=0).fit(U)
    conductances = LIFLiquid(200, synapses=ConductanceSynapses(70.0, -10.0), random_state=0).fit(U)
    forces = np.where(currents.inhibitory_, 7.5 + 10.0, 70.0 - 7.5)
    expected = currents.recurrent_weights_.toarray() / forces
    np.testing.assert_allclose(conductances.recurrent_weights_.toarray(), expected, rtol=1e-12)


def test_the_sign_of_a_weight_says_the_population_and_its_size_the_conductance():
    settings = {"synapses": SYNAPSES, "random_state": 0, "input": "spikes"}
    liquid = LIFLiquid(40, **settings).fit(np.abs(np.rint(U)))
    assert (liquid.recurrent_weights_.data < 0).any()
    assert (liquid.program_.circuit.weights >= 0).all()


@pytest.mark.parametrize(
    ("liquid", "message"),
    [
        (LIFLiquid(5, synapses=3.0), "'synapses' must be None or ConductanceSynapses"),
        (LIFLiquid(5, synapses=ConductanceSynapses(7.0, -9.0)), "'reversal_excitatory' must lie above 7.5 mV"),
        (LIFLiquid(5, synapses=ConductanceSynapses(70.0, 8.0)), "'reversal_inhibitory' must lie below 7.5 mV"),
        (LIFLiquid(5, synapses=ConductanceSynapses(np.nan, 8.0)), "'reversal_excitatory' must be a finite number"),
        (SpikingLiquid(5, neuron=PerfectIntegrateAndFire(), synapses=SYNAPSES), "PerfectIntegrateAndFire units"),
    ],
)
def test_what_is_no_set_of_conductances_is_refused(liquid, message):
    with pytest.raises(ValueError, match=message):
        liquid.fit(U)


def test_given_weights_need_no_room_between_the_reversal_potentials():
    given = {"recurrent_weights": [[0.0, 0.1], [0.2, 0.0]], "input_weights": np.ones((2, 3))}
    LIFLiquid(synapses=ConductanceSynapses(5.0, -9.0), background_current=20.0, **given).fit(U)
