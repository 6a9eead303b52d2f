import warnings

import numpy as np
import pytest
from naive_units import AdExUnits
from scipy.integrate import solve_ivp
from scipy.optimize import brentq
from spiking_circuits import RICH, U, twin_of

from reservoir import AdaptiveExponential, ConductanceSynapses, SpikingLiquid

SYNAPSES = ConductanceSynapses(0.0, (-80.0, -78.0))
ALONE = {"recurrent_weights": [[0.0]], "inhibitory": 0.0, "input_weights": [[1.0]], "background_current": 0.0}


def lone_unit(neuron, current=0.0, dt=0.1, **settings):
    given = ALONE | {"background_current": current, "dt": dt, "input_period": 10.0} | settings
    return SpikingLiquid(neuron=neuron, **given).fit([[0.0]])


def spike_times(unit, n_rows):
    return (unit.spikes(np.zeros((n_rows, 1)))[0] + 1) * unit.dt_


def fine_spike_times(neuron, current, duration):
    """The equations themselves, solved to nine digits, spikes found where V passes the peak."""

    def slope(time, state):
        voltage, w = min(state[0], neuron.peak + 1), state[1]
        upstroke = neuron.slope * np.exp((voltage - neuron.threshold) / neuron.slope)
        return [
            (neuron.resting - voltage + upstroke + current - w) / neuron.tau_membrane,
            (neuron.adaptation_coupling * (voltage - neuron.resting) - w) / neuron.tau_adaptation,
        ]

    def passes_peak(time, state):
        return state[0] - neuron.peak

    passes_peak.terminal, passes_peak.direction = True, 1
    time, state, times = 0.0, [neuron.resting, 0.0], []
    while time < duration:
        part = solve_ivp(slope, (time, duration), state, "LSODA", events=passes_peak, rtol=1e-9, atol=1e-9)
        time = part.t[-1]
        if part.status == 1:
            times.append(time)
            state = [neuron.reset, part.y[1, -1] + neuron.adaptation_jump]
    return np.array(times)


@pytest.mark.parametrize("synapses", [None, SYNAPSES], ids=["currents", "conductances"])
@pytest.mark.parametrize("settings", [{}, RICH | {"noise": 0.0}, {"dt": 0.1, "input_period": 2.0}])
def test_spikes_are_those_of_the_plain_twin(settings, synapses):
    neuron = AdaptiveExponential(tau_adaptation=(144.0, 90.0), slope=(2.0, 1.5), adaptation_coupling=(0.1, -0.1))
    liquid = SpikingLiquid(50, neuron=neuron, output="voltages", random_state=0, synapses=synapses, **settings).fit(U)
    _, _, voltages, spikes = twin_of(liquid, U, motion=AdExUnits)
    assert len(spikes) > 40
    np.testing.assert_array_equal(np.transpose(liquid.spikes(U)), spikes)
    np.testing.assert_allclose(liquid.transform(U), voltages, rtol=1e-9, atol=1e-7)


def test_units_that_have_all_constants_in_common_are_those_of_the_twin():
    liquid = SpikingLiquid(50, neuron=AdaptiveExponential(), output="voltages", random_state=0).fit(U)
    assert len(liquid.program_.membrane.rate) == 1
    _, _, voltages, spikes = twin_of(liquid, U, motion=AdExUnits)
    np.testing.assert_array_equal(np.transpose(liquid.spikes(U)), spikes)
    np.testing.assert_allclose(liquid.transform(U), voltages, rtol=1e-9, atol=1e-7)


@pytest.mark.parametrize("synapses", [None, SYNAPSES], ids=["currents", "conductances"])
@pytest.mark.parametrize("dt", [1.0, 0.1])
def test_a_liquid_of_default_units_is_alive_and_healthy(dt, synapses):
    X = np.random.RandomState(0).standard_normal((200, 3))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        liquid = SpikingLiquid(100, neuron=AdaptiveExponential(), dt=dt, synapses=synapses, random_state=0).fit(X)
    steps, units = liquid.spikes(X)
    assert 5 < len(steps) / 100 / 2 < 20 and len(np.unique(units)) > 90
    assert not liquid.refractory_.any()


# The first three lose their rest in a saddle-node, the others in an Andronov-Hopf bifurcation.
@pytest.mark.parametrize(
    ("coupling", "tau_adaptation"), [(0.0, 144.0), (-0.5, 144.0), (0.05, 100.0), (4 / 30, 144.0), (1.0, 90.0)]
)
def test_units_rest_up_to_the_rheobase_and_fire_above_it(coupling, tau_adaptation):
    neuron = AdaptiveExponential(adaptation_coupling=coupling, tau_adaptation=tau_adaptation)
    rheobase = float(neuron.rheobase())

    def excess(v, current):
        leak = (1 + coupling) * (v - neuron.resting)
        return leak - neuron.slope * np.exp((v - neuron.threshold) / neuron.slope) - current

    for current, fires in ((rheobase - 0.2, False), (rheobase + 0.2, True)):
        # From the highest stable fixed point, or the one at the rheobase, a little displaced.
        top = neuron.threshold + neuron.slope * np.log(min(1 + coupling, 1 + neuron.tau_membrane / tau_adaptation))
        v = brentq(excess, neuron.resting - 20, top, args=(min(current, rheobase - 1e-9),))
        unit = lone_unit(neuron, current, dt=0.01)
        start = {"voltage": np.array([v + 1e-3]), "adaptation": np.array([coupling * (v - neuron.resting)])}
        _, state = unit.run(np.zeros((1, 1)), unit.rest()._replace(**start))
        steps, _, state = unit.events(np.zeros((100, 1)), state)
        assert (len(steps) > 0) == fires
        if not fires:
            assert state.voltage == pytest.approx(v, abs=0.05)


def test_rheobase_and_excitability_of_defaults():
    neuron = AdaptiveExponential()
    assert neuron.rheobase() == pytest.approx(20.906, abs=1e-3)
    reach, peak = neuron.excitability(3.0)
    assert reach == pytest.approx(20.2)
    assert 0.1 < peak < 0.3
    assert neuron.working_voltage() == pytest.approx(-60.5)
    with pytest.raises(ValueError, match="'resting' must lie below 'threshold', by some slopes, for every unit"):
        AdaptiveExponential(resting=-50.0, threshold=-50.4).rheobase()


def test_units_without_adaptation_are_leaky_integrate_and_fire_the_sharper_they_are():
    # A leaky unit has intervals of tau ln(I / (I - 20)) from its rest to a threshold 20 mV above. There, a current of
    # 30 nA raises V by 10 mV / tau; the exponential takes over where it is as much, slope log(10 / slope) higher.
    for slope, tolerance in ((0.1, 0.05), (0.01, 0.02), (0.001, 0.01)):
        neuron = AdaptiveExponential(
            tau_membrane=20.0, threshold=-50.0, slope=slope, resting=-70.0, reset=-70.0, peak=-40.0,
            adaptation_coupling=0.0, adaptation_jump=0.0,
        )  # fmt: skip
        interval = np.diff(spike_times(lone_unit(neuron, 30.0, dt=0.001, input_period=1.0), 200)).mean()
        late = slope * np.log(10 / slope) / (10 / 20)
        assert interval - 20 * np.log(30 / 10) == pytest.approx(late, abs=tolerance)


@pytest.mark.parametrize("factor", [1.2, 1.5, 2.0, 2.75, 3.0])
def test_spikes_are_late_by_what_the_docstring_says(factor):
    neuron = AdaptiveExponential()
    current = factor * float(neuron.rheobase())
    fine = fine_spike_times(neuron, current, 1000.0)
    bounds = {0.05: (0.15, 0.85), 0.1: (0.35, 1.45), 0.5: (1.5, 5.5), 1.0: (2.5, 10.5)}  # which round to the table's
    for dt, (least, most) in bounds.items():
        ours = spike_times(lone_unit(neuron, current, dt), 100)
        same = min(len(fine), len(ours))  # intervals grow at first: those of as many spikes are compared
        assert least < 100 * (np.diff(ours[:same]).mean() / np.diff(fine[:same]).mean() - 1) < most


def test_adaptation_ends_at_the_rate_of_the_equations():
    neuron = AdaptiveExponential()
    for current in (25.0, 35.0, 50.0):
        fine = np.diff(fine_spike_times(neuron, current, 1500.0))
        ours = np.diff(spike_times(lone_unit(neuron, current, dt=0.01), 150))
        assert fine[-1] > 1.3 * fine[0]
        # Forward Euler is some steps late in every upstroke.
        np.testing.assert_allclose([ours[0], ours[-1]], [fine[0], fine[-1]], rtol=0, atol=6 * 0.01)


def test_while_a_unit_is_refractory_its_voltage_is_held_and_its_adaptation_goes_on():
    neuron = AdaptiveExponential(adaptation_coupling=0.5, reset=-60.0, initial_voltage=0.0, tau_adaptation=20.0)
    unit = lone_unit(neuron, dt=0.1, refractory=5.0, input_period=0.1, output="voltages")
    states, state = unit.run(np.zeros((1, 1)))
    # It spikes in the first step, and w has moved before with V = 0.
    w = 0.1 / 20 * 0.5 * 70.6 + neuron.adaptation_jump
    assert state.voltage == -60 and state.adaptation == pytest.approx(w, rel=1e-12)
    for _ in range(49):
        states, state = unit.run(np.zeros((1, 1)), state)
        w += 0.1 / 20 * (0.5 * 10.6 - w)
        assert states == -60 and state.adaptation == pytest.approx(w, rel=1e-12)
    assert unit.run(np.zeros((1, 1)), state)[0] < -60


def test_physical_constants_are_over_the_leak():
    made, own = AdaptiveExponential.from_physical().get_params(), AdaptiveExponential().get_params()
    assert made == own
    unit = AdaptiveExponential.from_physical(
        200.0, 10.0, adaptation_coupling=2.0, adaptation_jump=50.0, threshold=-48.0, tau_adaptation=30.0
    )
    found = unit.tau_membrane, unit.adaptation_coupling, unit.adaptation_jump, unit.threshold, unit.tau_adaptation
    assert found == (20.0, 0.2, 5.0, -48.0, 30.0)
    with pytest.raises(ValueError, match="'leak' must be a number above 0; got 0"):
        AdaptiveExponential.from_physical(leak=0.0)


def intervals_of(pattern, dt=0.1):
    neuron, current = AdaptiveExponential.of_pattern(pattern)
    times = spike_times(lone_unit(neuron, current, dt), 100)
    return times, np.diff(times)


def test_firing_patterns_are_what_they_are_called():
    _, tonic = intervals_of("tonic spiking")
    assert np.ptp(tonic[5:]) < 0.3 and tonic[0] > 0.85 * tonic[-1]
    _, adapting = intervals_of("adaptation")
    assert np.all(np.diff(adapting[:6]) > 0) and adapting[-1] > 5 * adapting[0]
    _, burst = intervals_of("initial burst")
    assert burst[0] < 10 and np.all(burst[2:] > 40)
    _, bursts = intervals_of("regular bursting")
    assert np.all(bursts[3::2] < 10) and np.all(bursts[4::2] > 100)
    times, accelerating = intervals_of("delayed accelerating")
    assert times[0] > 1.5 * accelerating[0] and np.all(np.diff(accelerating[:20]) < 0)
    _, delayed = intervals_of("delayed regular bursting")
    long = np.flatnonzero(delayed > 30)
    assert len(long) > 5 and np.all(np.diff(long) == 4)
    times, _ = intervals_of("transient spiking")
    assert 1 <= len(times) < 5 and times[-1] < 100
    with pytest.raises(ValueError, match="'pattern' must be one of 'tonic spiking', .*; got 'chattering'"):
        AdaptiveExponential.of_pattern("chattering")


@pytest.mark.parametrize(("pattern", "chaotic"), [("irregular spiking", True), ("regular bursting", False)])
def test_the_irregular_pattern_depends_on_a_millionth_of_a_millivolt(pattern, chaotic):
    neuron, current = AdaptiveExponential.of_pattern(pattern)
    times = []
    for displaced in (0.0, 1e-6):
        neuron.set_params(initial_voltage=neuron.resting + displaced)
        times.append(spike_times(lone_unit(neuron, current, dt=0.01), 300)[:100])
    apart = np.abs(times[0] - times[1])
    assert apart[:5].max() < 0.02
    assert apart.max() > 0.5 if chaotic else apart.max() < 0.02


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("constants", [{}, {"slope": 1e-3, "peak": 40.0}, {"slope": 30.0, "peak": 1e4}])
@pytest.mark.parametrize("synapses", [None, SYNAPSES], ids=["currents", "conductances"])
def test_no_upstroke_overflows_into_what_is_no_number(dtype, constants, synapses):
    X = 1e3 * np.random.RandomState(0).standard_normal((100, 3))
    settings = {"output": "voltages", "dtype": dtype, "random_state": 0, "background_current": 10.0}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # so much input is not healthy
        neuron = AdaptiveExponential(**constants)
        liquid = SpikingLiquid(30, neuron=neuron, synapses=synapses, **settings).fit(X)
    states, state = liquid.run(X)
    assert np.isfinite(states).all() and np.isfinite(state.adaptation).all()
    assert len(liquid.spikes(X)[0]) > 1000


def test_a_reset_above_the_threshold_makes_bursts_and_one_above_the_peak_is_refused():
    times = spike_times(lone_unit(AdaptiveExponential(reset=-47.0), 25.0), 50)
    assert np.diff(times).min() < 5 < 50 < np.diff(times).max()
    with pytest.raises(ValueError, match="'reset' must lie below 'peak' for every unit; got reset=0.0 with peak=0.0"):
        SpikingLiquid(3, neuron=AdaptiveExponential(reset=0.0)).fit(U)


@pytest.mark.parametrize(
    ("constants", "longest"),
    [({"tau_membrane": 0.9}, 0.9), ({"tau_adaptation": 0.5}, 0.5), ({"adaptation_coupling": 300.0}, 0.51)],
)
def test_a_step_that_is_too_long_for_the_equations_is_refused(constants, longest):
    neuron = AdaptiveExponential(**constants)
    with pytest.raises(ValueError, match=f"'dt' must not be longer .* at rest: {longest} ms; got 1 ms"):
        SpikingLiquid(3, neuron=neuron, random_state=0).fit(U)
    still = lone_unit(neuron, 1.0, dt=0.25, output="voltages").transform(np.zeros((200, 1)))
    assert np.ptp(still[-5:]) < 1e-6


@pytest.mark.parametrize(("share", "swings"), [(0.9, False), (1.1, True)])
def test_conductances_make_the_voltage_swing_from_where_the_docstring_says(share, swings):
    # V rests in the middle of the reversal potentials, so that it is displaced by what it starts with only.
    neuron = AdaptiveExponential(adaptation_coupling=0.0, initial_voltage=-70.5)
    held = {"synapses": ConductanceSynapses(-60.6, -80.6), "tau_excitatory": 1e15, "tau_inhibitory": 1e15}
    unit = lone_unit(neuron, dt=1.0, output="voltages", input_period=1.0, **held)
    each = (2 * share * neuron.tau_membrane - 1) / 2
    voltages, _ = unit.run(np.zeros((20, 1)), unit.rest()._replace(current=np.full((2, 1), each)))
    assert (np.ptp(voltages[-5:]) > np.ptp(voltages[:5])) == swings
