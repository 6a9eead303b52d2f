import numpy as np
import pytest
from spiking_circuits import U
from toy_neuron import AdaptiveUnit, Variables, run_plainly
from toy_neuron import Membrane as ToyMembrane
from toy_neuron import step as toy_step

from readouts.compiling import njit
from reservoir import AdaptiveExponential, ConductanceSynapses, Izhikevich, LIFLiquid, SpikingLiquid
from reservoir.spiking.neurons.fixed_threshold import FixedThreshold, Voltage, reaches_threshold
from reservoir.spiking.neurons.leaky_integrate_and_fire import Membrane, step
from reservoir.spiking.refractory import far_below
from reservoir.spiking.unit_kernels import find_spikes_kernel, held_at_reset, held_where_reset, move_kernels

RNG = np.random.RandomState(0)


@pytest.mark.parametrize("refractory", [0.0, 1.0, 2.0, (7.0, 3.0)])
@pytest.mark.parametrize("dt", [1.0, 0.5])
def test_a_second_variable_goes_on_while_the_voltage_is_held_where_a_soft_reset_left_it(refractory, dt):
    neuron = AdaptiveUnit(tau_membrane=(30.0, 10.0), increment=(1.0, 0.5))
    settings = {"recurrent_scaling": 0.0, "background_current": 20.0, "random_state": 0, "output": "voltages", "dt": dt}
    liquid = SpikingLiquid(30, neuron=neuron, refractory=refractory, **settings).fit(U)
    voltages, adaptation, spikes = run_plainly(liquid, U)
    assert len(spikes) > 200
    np.testing.assert_array_equal(np.transpose(liquid.spikes(U)), spikes)
    states, end = liquid.run(U)
    np.testing.assert_allclose(states, voltages, atol=1e-10)
    np.testing.assert_allclose(end.voltage, voltages[-1], atol=1e-10)
    np.testing.assert_allclose(end.adaptation, adaptation, atol=1e-10)


@pytest.mark.parametrize("n_constants", [1, 50])
def test_units_that_are_alike_move_as_each_for_itself(n_constants):
    membrane = Membrane(*(np.full(n_constants, value) for value in (0.9, 0.2, 0.1)))
    voltage, current, drive = RNG.standard_normal(50), RNG.standard_normal((2, 50)), RNG.standard_normal(50)
    excitatory, inhibitory = current
    expected = 0.9 * voltage + drive + 0.2 * excitatory + 0.1 * inhibitory
    decayed = np.array([0.8 * excitatory, 0.7 * inhibitory])
    decays = np.full(n_constants, 0.8), np.full(n_constants, 0.7)
    move = move_kernels(Voltage, Membrane, step, on_voltage=False)[n_constants > 1]
    move(tuple(membrane), *decays, drive, (voltage,), excitatory, inhibitory, voltage.copy())
    np.testing.assert_allclose(voltage, expected, atol=1e-15)
    np.testing.assert_array_equal(current, decayed)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("n_constants", [1, 50])
@pytest.mark.parametrize("on_voltage", [True, False])
def test_while_a_unit_is_refractory_its_other_variables_are_stepped_with_the_voltage_at_which_it_is_held(
    on_voltage, n_constants, dtype
):
    leak, fading, coupling = 0.125, 0.0625, 0.5  # exact in both precisions
    constants = (np.full(n_constants, value, dtype) for value in (leak, fading, coupling))
    adaptation, voltage, held, drive, *current = RNG.standard_normal((6, 50)).astype(dtype)
    refractory = np.arange(50) % 3 == 0
    voltage[refractory] = far_below(voltage)
    before = np.where(refractory & on_voltage, held, voltage)
    moved = before + leak * (drive + current[0] + current[1] - adaptation - before)
    adapted = adaptation + fading * (coupling * before - adaptation)
    decays = np.full(n_constants, 0.8, dtype), np.full(n_constants, 0.7, dtype)
    move = move_kernels(Variables, ToyMembrane, toy_step, on_voltage)[n_constants > 1]
    move(tuple(constants), *decays, drive, (adaptation, voltage), *current, held)
    tolerance = {"rtol": 4 * np.finfo(dtype).eps, "atol": 4 * np.finfo(dtype).eps}
    np.testing.assert_allclose(adaptation, adapted, **tolerance)
    np.testing.assert_allclose(voltage[~refractory], moved[~refractory], **tolerance)
    # Where the step is not given the held voltage, what stands in its place still lies below any threshold.
    np.testing.assert_array_equal(voltage[refractory] < -1e25, True)
    if on_voltage:
        np.testing.assert_array_equal(voltage[refractory], far_below(voltage))


@njit
def double_held(membrane, state, drive, excitatory, inhibitory):
    return Variables(2 * state.voltage, 0 * state.voltage)


@pytest.mark.parametrize("n_constants", [1, 50])
def test_refractory_units_may_have_a_step_of_their_own_whose_voltage_is_ignored(n_constants):
    constants = [np.full(n_constants, value) for value in (0.125, 0.0625, 0.5)]
    decays = np.full(n_constants, 0.8), np.full(n_constants, 0.7)
    variables, held, others = RNG.standard_normal((2, 50)), RNG.standard_normal(50), RNG.standard_normal((3, 50))
    refractory = np.arange(50) % 3 == 0
    variables[1, refractory] = far_below(held)
    expected, moved = variables.copy(), variables.copy()
    for own, held_step in ((expected, None), (moved, double_held)):
        move = move_kernels(Variables, ToyMembrane, toy_step, True, held_step)[n_constants > 1]
        move(tuple(constants), *decays, others[0], (own[0], own[1]), others[1].copy(), others[2].copy(), held)
    expected[0, refractory] = 2 * held[refractory]
    np.testing.assert_array_equal(moved, expected)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("taus", [3.0, np.linspace(3.0, 4.0, 31)], ids=["alike", "each its own"])
@pytest.mark.parametrize("neuron", [Izhikevich(), AdaptiveExponential()], ids=["izhikevich", "adex"])
def test_units_without_refractoriness_have_the_bits_that_they_have_beside_one_that_is_refractory(neuron, taus, dtype):
    # Only where a unit may be refractory does the loop look at all of them for whether they are held.
    synapses = ConductanceSynapses(0.0, -80.0) if dtype == "float64" else None
    settings = {"recurrent_scaling": 0.0, "background_current": 25.0, "dt": 0.25, "output": "voltages"}
    settings |= {"neuron": neuron, "tau_excitatory": taus, "synapses": synapses, "dtype": dtype, "random_state": 0}
    beside = np.where(np.arange(31) == 30, 4.0, 0.0)
    free, held = (SpikingLiquid(31, refractory=one, **settings).fit(U) for one in (0.25, beside))
    (own, end), (other, other_end) = free.run(U), held.run(U)
    steps, units = free.spikes(U)
    assert len(np.unique(units)) == 31 and len(held.spikes(U)[0]) < len(steps)
    np.testing.assert_array_equal(own[:, :30], other[:, :30])
    for one, another in zip(end[1:3], other_end[1:3], strict=True):
        np.testing.assert_array_equal(one[:30], another[:30])


def test_a_unit_that_a_given_state_holds_is_held_where_none_is_refractory():
    settings = {"recurrent_scaling": 0.0, "background_current": 30.0, "dt": 1.0, "input_period": 1.0}
    liquid = SpikingLiquid(5, neuron=Izhikevich(), output="voltages", random_state=0, **settings).fit(U)
    _, state = liquid.run(U[:3])
    later = np.array([state.step + 6, 0, 0, 0, 0])
    (held, _), (free, _) = liquid.run(U, state._replace(release=later)), liquid.run(U, state)
    np.testing.assert_array_equal(held[:6, 0], -65.0)
    assert held[6, 0] != -65.0
    np.testing.assert_array_equal(held[:, 1:], free[:, 1:])


def test_units_over_threshold_spike_unless_they_are_refractory():
    find = find_spikes_kernel(Voltage, FixedThreshold, reaches_threshold)
    voltage, threshold = np.zeros(200), np.linspace(1, 2, 200)
    voltage[[3, 70, 199]] = threshold[[3, 70, 199]]
    voltage[120] = np.nextafter(threshold[120], 0)
    release, spiking = np.full(200, 5), np.empty(200, np.uint32)
    release[70] = 6
    assert find((threshold, np.zeros(200)), (voltage,), release, 5, spiking) == 2
    assert spiking[:2].tolist() == [3, 199]
    assert find((threshold, np.zeros(200)), (voltage,), release, 6, spiking) == 3


def test_a_refractory_unit_is_held_at_its_reset_or_where_the_reset_left_it():
    assert held_at_reset(FixedThreshold(15.0, 1.0), Voltage(3.0)) == 1.0
    assert held_where_reset(FixedThreshold(15.0, 1.0), Voltage(3.0)) == 3.0


def test_a_voltage_that_is_changed_while_a_unit_is_refractory_is_forgotten_where_resets_are_hard():
    liquid = LIFLiquid(20, recurrent_scaling=0.0, background_current=40.0, refractory=8.0, random_state=0).fit(U[:2])
    _, state = liquid.run(U[:3])
    refractory = state.release > state.step
    assert refractory.any() and not refractory.all()
    moved = state._replace(voltage=np.where(refractory, -100.0, state.voltage))
    np.testing.assert_array_equal(liquid.run(U, moved)[0], liquid.run(U, state)[0])
