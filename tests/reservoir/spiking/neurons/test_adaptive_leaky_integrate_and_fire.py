import numpy as np
import pytest
from naive_units import AdaptiveLeakyUnits
from scipy.optimize import brentq
from spiking_circuits import RICH, SPIKES, U, twin_of

from reservoir import AdaptiveLeakyIntegrateAndFire, ConductanceSynapses, LeakyIntegrateAndFire, SpikingLiquid

NO_ADAPTATION = {"threshold_jump": 0.0, "adaptation_jump": 0.0}
SYNAPSES = ConductanceSynapses(70.0, (-10.0, -12.0))


def units_under(currents, refractory=0.0, dt=1.0, input_period=1.0, synapses=None, **constants):
    """Units without synapses, each under a constant current in nA, to which an input adds."""
    n_units = len(currents)
    return SpikingLiquid(
        neuron=AdaptiveLeakyIntegrateAndFire(**constants), recurrent_weights=np.zeros((n_units, n_units)),
        input_weights=np.ones((n_units, 1)), background_current=np.asarray(currents, float), inhibitory=0.0,
        refractory=refractory, dt=dt, input_period=input_period, output="voltages", synapses=synapses,
    ).fit([[0.0]])  # fmt: skip


def spikes_of(unit, n_rows):
    return unit.spikes(np.zeros((n_rows, 1)))[0]


def steady_interval(current, refractory, own):
    """Return the interval at which V, from its reset on, meets the threshold that all spikes before have raised."""
    tau, fading = own["tau_membrane"], own["tau_adaptation"]

    def above_threshold(interval):
        shift = own["threshold_jump"] / np.expm1(interval / own["tau_threshold"])
        drawn = own["adaptation_jump"] * np.exp(-refractory / fading) / -np.expm1(-interval / fading)
        time = interval - refractory
        by_drawn = drawn * fading / (fading - tau) * (np.exp(-time / fading) - np.exp(-time / tau))
        return current * (1 - np.exp(-time / tau)) - by_drawn - own["threshold"] - shift

    return brentq(above_threshold, refractory + 1e-6, 1e4)


@pytest.mark.parametrize("current", [20.0, 40.0, 100.0])
@pytest.mark.parametrize("refractory", [0.0, 4.0])
@pytest.mark.parametrize(("threshold_jump", "adaptation_jump"), [(2.0, 0.0), (0.0, 3.0), (1.0, 1.5)])
def test_intervals_grow_from_that_of_a_leaky_unit_to_the_closed_form(
    current, refractory, threshold_jump, adaptation_jump
):
    own = {
        "tau_membrane": 20.0, "threshold": 15.0, "threshold_jump": threshold_jump, "tau_threshold": 150.0,
        "adaptation_jump": adaptation_jump, "tau_adaptation": 80.0,
    }  # fmt: skip
    dt = 0.05
    steps = spikes_of(units_under([current], refractory, dt, **own), 4000)
    first, intervals = (steps[0] + 1) * dt, np.diff(steps) * dt
    assert first == pytest.approx(20 * np.log(current / (current - 15)), abs=dt)
    assert intervals[0] > first and intervals[-20:].mean() > 1.1 * first
    # A crossing waits for the grid, and the first step after a spike is one of the refractory time already.
    held = max(refractory - dt, 0.0)
    assert intervals[-20:].mean() == pytest.approx(steady_interval(current, held, own), abs=dt)


def test_the_mark_of_a_burst_fades_with_the_time_constants_of_adaptation():
    own = {"threshold_jump": 2.0, "tau_threshold": 300.0, "adaptation_jump": 0.5, "tau_adaptation": 70.0}
    unit = units_under([0.0], tau_membrane=5.0, **own)
    burst = np.full((20, 1), 100.0)
    (steps, _), (_, state) = unit.spikes(burst), unit.run(burst)
    assert len(steps) > 5
    for pause in (50, 200, 600):
        _, later = unit.run(np.zeros((pause, 1)), state)
        since = 20 + pause - 1 - steps
        assert later.threshold_shift == pytest.approx(2.0 * np.exp(-since / 300.0).sum(), rel=1e-12)
        assert later.adaptation == pytest.approx(0.5 * np.exp(-since / 70.0).sum(), rel=1e-12)
        assert abs(later.voltage) < 5


def test_a_unit_that_has_fired_fires_less_for_as_long_as_its_threshold_is_raised():
    unit = units_under([0.0], threshold_jump=3.0, tau_threshold=300.0)
    probe, counts = np.full((100, 1), 40.0), []
    _, burst = unit.run(np.full((100, 1), 60.0))
    for pause in (1, 100, 300, 1000, 3000):
        _, state = unit.run(np.zeros((pause, 1)), burst)
        counts.append(len(unit.events(probe, state)[0]))
    assert counts == sorted(counts) and counts[0] < counts[2] < counts[-1]
    assert counts[-1] == len(unit.spikes(probe)[0])


@pytest.mark.parametrize("slope", [0.31, 2.7, 11.0, 14.9])
def test_a_spike_that_keeps_what_exceeds_the_threshold_loses_no_charge(slope):
    # With no leak to speak of, V rises by 'slope' mV a step, and a spike takes 15 mV of it.
    integrator = {"tau_membrane": 1e12, "threshold": 15.0} | NO_ADAPTATION
    risen = slope * np.arange(1, 2001)
    steps = spikes_of(units_under([slope * 1e12], kept_overshoot=1.0, **integrator), 2000)
    counts = np.searchsorted(steps, np.arange(2000), side="right")
    whole = np.abs(risen / 15 - np.round(risen / 15)) > 1e-6  # else rounding decides
    np.testing.assert_array_equal(counts[whole], np.floor(risen / 15)[whole])
    lossy = spikes_of(units_under([slope * 1e12], kept_overshoot=0.0, **integrator), 2000)
    assert len(lossy) == 2000 // np.ceil(15 / slope) < len(steps)


@pytest.mark.parametrize("adaptation_jump", [0.0, 0.2])
def test_what_spikes_take_is_the_sum_of_the_thresholds_that_they_met(adaptation_jump):
    unit = units_under(
        [2e12], tau_membrane=1e12, kept_overshoot=1.0, threshold_jump=1.5, tau_threshold=40.0,
        adaptation_jump=adaptation_jump * 1e12, tau_adaptation=30.0,
    )  # fmt: skip
    n_steps, n_taken, shift, drawn, charge = 500, 0, 0.0, 0.0, 0.0
    spikes, (_, state) = set(spikes_of(unit, n_steps).tolist()), unit.run(np.zeros((n_steps, 1)))
    taken = 0.0
    for step in range(n_steps):
        charge += 2.0 - drawn * 30.0 * (1 - np.exp(-1 / 30))
        shift, drawn = shift * np.exp(-1 / 40), drawn * np.exp(-1 / 30)
        if step in spikes:
            taken, n_taken = taken + 15.0 + shift, n_taken + 1
            shift, drawn = shift + 1.5, drawn + adaptation_jump
    assert n_taken > 20
    assert state.voltage == pytest.approx(charge - taken, abs=1e-8)


def lsnn(currents, tau, threshold, beta, tau_adaptation, dt, at_spike=False):
    """V(t) and z(t) dt of Bellec et al. 2018, section 2, as in lsnn/spiking_models.py of their LSNN-official.

    V(t + dt) = alpha V(t) + (1 - alpha) I(t) - B(t) z(t) dt,  B = b0 + beta b,
    b(t + dt) = rho b(t) + (1 - rho) z(t),  z = 1 / dt where V >= B, without a refractory period; their program tests V
    a step later. With ``at_spike``, B is subtracted in the step of the spike, not at the end of the next one.
    """
    alpha, rho = np.exp(-dt / tau), np.exp(-dt / tau_adaptation)
    V, b = np.zeros(currents.shape[1]), np.zeros(currents.shape[1])
    voltages, spiking = [], []
    for current in currents:
        B = threshold + beta * b
        z = (V >= B) / dt
        voltages.append(V - B * z * dt if at_spike else V)
        spiking.append(z > 0)
        V = alpha * V + (1 - alpha) * current - (alpha if at_spike else 1) * B * z * dt
        b = rho * b + (1 - rho) * z
    return np.array(voltages), np.array(spiking)


def liquid_of_lsnn(n_units, beta, dt, reset=0.0):
    # Their b jumps after it has faded in the step of the spike, ours before: exp(dt / tau) is between the two.
    jump = beta * np.expm1(dt / 200.0) / dt
    return units_under(
        np.zeros(n_units), dt=dt, input_period=dt, kept_overshoot=1.0, threshold_jump=jump, tau_threshold=200.0,
        reset=reset,
    )  # fmt: skip


@pytest.mark.parametrize("beta", [0.0, 1.8, 40.0])
@pytest.mark.parametrize("dt", [1.0, 0.5])
def test_units_are_those_of_lsnn_with_what_a_spike_subtracts_taken_at_once(beta, dt):
    currents = 40 * np.abs(np.random.RandomState(0).standard_normal((3000, 1)))
    liquid = liquid_of_lsnn(1, beta, dt)
    voltages, spiking = lsnn(currents, 20.0, 15.0, beta, 200.0, dt, at_spike=True)
    steps = spikes_of_series(liquid, currents[:-1])
    # What a current does in a step is seen by them at the beginning of the next one.
    assert len(steps) > 10
    np.testing.assert_array_equal(steps + 1, np.flatnonzero(spiking[:, 0]))
    np.testing.assert_allclose(liquid.transform(currents[:-1]), voltages[1:], atol=1e-9)


def spikes_of_series(liquid, X):
    return liquid.spikes(X)[0]


def test_without_adaptation_a_lower_reset_makes_up_for_a_subtraction_that_comes_a_step_late():
    currents = 40 * np.abs(np.random.RandomState(1).standard_normal((3000, 1)))
    _, spiking = lsnn(currents, 20.0, 15.0, 0.0, 200.0, 1.0)
    steps = spikes_of_series(liquid_of_lsnn(1, 0.0, 1.0, reset=-15.0 * np.expm1(1 / 20.0)), currents[:-1])
    np.testing.assert_array_equal(steps + 1, np.flatnonzero(spiking[:, 0]))


def test_with_shorter_steps_the_rates_become_those_of_lsnn_as_published():
    errors = []
    for dt in (1.0, 0.5, 0.25):
        currents = np.linspace(20, 80, 30)[:, None] * np.ones((30, round(2000 / dt)))
        liquid = units_under(
            currents[:, 0], dt=dt, input_period=dt, kept_overshoot=1.0, threshold_jump=1.8 * np.expm1(dt / 200.0) / dt,
        )  # fmt: skip
        _, spiking = lsnn(currents.T, 20.0, 15.0, 1.8, 200.0, dt)
        ours = np.bincount(liquid.spikes(np.zeros((currents.shape[1], 1)))[1], minlength=30)
        errors.append((ours.sum() - spiking.sum()) / spiking.sum())
    # They take exp(dt / tau) of it, 1 + dt / 20, so that their units fire a little less.
    assert 0.03 > errors[0] / 2 > errors[1] * 0.9 > 0
    assert errors[2] == pytest.approx(errors[1] / 2, rel=0.2)


@pytest.mark.parametrize(
    "settings",
    [{}, RICH | {"noise": 0.0}, {"synapses": SYNAPSES}, RICH | {"noise": 0.0, "synapses": SYNAPSES}],
    ids=["plain", "rich", "conductances", "rich conductances"],
)
@pytest.mark.parametrize("kept_overshoot", [0.0, (1.0, 0.5)])
@pytest.mark.parametrize("input", ["current", "spikes"])
def test_spikes_are_those_of_the_plain_twin(settings, kept_overshoot, input):
    neuron = AdaptiveLeakyIntegrateAndFire(
        tau_membrane=np.linspace(15, 25, 50), threshold=(15.0, 14.0), threshold_jump=(1.0, 0.5),
        tau_threshold=np.linspace(20, 300, 50), adaptation_jump=(0.5, 0.25), tau_adaptation=(60.0, 90.0),
        kept_overshoot=kept_overshoot,
    )  # fmt: skip
    X, given = (SPIKES, {"input_delays": 2.0}) if input == "spikes" else (U, {})
    settings = {"background_current": 14.0, "output": "voltages", "random_state": 0, "input": input} | given | settings
    liquid = SpikingLiquid(50, neuron=neuron, **settings).fit(X)
    _, _, voltages, spikes = twin_of(liquid, X, motion=AdaptiveLeakyUnits)
    assert len(spikes) > 90
    np.testing.assert_array_equal(np.transpose(liquid.spikes(X)), spikes)
    np.testing.assert_allclose(liquid.transform(X), voltages, rtol=0, atol=1e-10)


def test_single_precision_is_that_of_the_twin_for_a_while():
    neuron = AdaptiveLeakyIntegrateAndFire(adaptation_jump=0.5, kept_overshoot=0.5)
    liquid = SpikingLiquid(50, neuron=neuron, output="voltages", dtype="float32", random_state=0).fit(U)
    states, state = liquid.run(U[:3].astype(np.float32))
    assert {part.dtype for part in (states, state.voltage, state.threshold_shift, state.adaptation)} == {states.dtype}
    np.testing.assert_allclose(states, twin_of(liquid, U[:3], motion=AdaptiveLeakyUnits)[2], rtol=0, atol=1e-3)


def test_without_adaptation_it_is_a_leaky_unit_to_the_last_spike():
    settings = {"random_state": 0, "output": "voltages", "background_current": 14.0}
    plain = SpikingLiquid(50, neuron=LeakyIntegrateAndFire(), **settings).fit(U)
    adaptive = SpikingLiquid(50, neuron=AdaptiveLeakyIntegrateAndFire(**NO_ADAPTATION), **settings).fit(U)
    np.testing.assert_array_equal(adaptive.spikes(U), plain.spikes(U))
    np.testing.assert_allclose(adaptive.transform(U), plain.transform(U), rtol=0, atol=1e-12)


def test_what_adaptation_leaves_behind_fades_to_nothing():
    unit = units_under([0.0], tau_threshold=20.0, tau_adaptation=20.0, adaptation_jump=1.0)
    _, state = unit.run(np.full((50, 1), 40.0))
    assert state.threshold_shift > 0 and state.adaptation > 0
    _, state = unit.run(np.zeros((16_000, 1)), state)  # exp(-16000 / 20) is a denormal number
    assert (state.voltage, state.threshold_shift, state.adaptation) == (0, 0, 0)


def test_the_current_that_spikes_draw_may_excite():
    counts = [len(spikes_of(units_under([20.0], adaptation_jump=jump), 500)) for jump in (-0.5, 0.0, 0.5)]
    assert counts[0] > counts[1] > counts[2]


@pytest.mark.parametrize(
    ("constants", "message"),
    [
        ({"threshold_jump": -1.0}, "'threshold_jump' must be a number at least 0; got -1"),
        ({"tau_threshold": 0.0}, "'tau_threshold' must be a number above 0; got 0"),
        ({"tau_adaptation": -1.0}, "'tau_adaptation' must be a number above 0; got -1"),
        ({"kept_overshoot": 1.5}, "'kept_overshoot' must be a number .* 1; got 1.5"),
        ({"adaptation_jump": np.nan}, "'adaptation_jump' must be a finite number"),
        ({"reset": 15.0}, "'reset' must lie below 'threshold'"),
        ({"resting": 16.0}, "'resting' must lie below 'threshold' for every unit where 'background_current' is drawn"),
        ({"tau_membrane": 1e-310}, "follow from 'recurrent_scaling', 'tau_membrane', 'threshold', 'resting', 'tau_exc"),
    ],
)
def test_constants_out_of_range_are_refused_by_their_names(constants, message):
    with pytest.raises(ValueError, match=message):
        SpikingLiquid(10, neuron=AdaptiveLeakyIntegrateAndFire(**constants), random_state=0).fit(U)


def test_random_synapses_and_currents_are_scaled_as_those_of_leaky_units():
    for synapses in (None, SYNAPSES):
        models = AdaptiveLeakyIntegrateAndFire(), LeakyIntegrateAndFire()
        one, other = (SpikingLiquid(50, neuron=model, synapses=synapses, random_state=0).fit(U) for model in models)
        np.testing.assert_array_equal(one.recurrent_weights_.toarray(), other.recurrent_weights_.toarray())
        np.testing.assert_array_equal(one.background_current_, other.background_current_)
