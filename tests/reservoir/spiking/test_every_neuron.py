"""What works with spiking liquids works with every model and both kinds of synapses, by what a neuron declares."""

import inspect
import re
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy.sparse import csr_array
from toy_neuron import AdaptiveUnit
from toy_upstroke_neuron import BurstingUnit, UpstrokeUnit

from reservoir import (
    AdaptiveReservoir,
    ConductanceSynapses,
    LeakyIntegrateAndFire,
    LiquidHealthWarning,
    PerfectIntegrateAndFire,
    ReservoirRegressor,
    SequenceEncoder,
    SpikingLiquid,
    StackedReservoir,
)
from reservoir.diagnostics import (
    branching_ratio,
    diagnose,
    echo_state_index,
    firing_rates,
    interval_variation,
    lyapunov_exponents,
    separation,
    spectral_radius,
    spike_lyapunov_exponent,
    spike_trains,
    state_bounds,
    synchrony,
    time_constants,
)
from reservoir.plasticity import STDP, Homeostasis
from reservoir.plasticity.rebuild import rebuild
from reservoir.plots import SpikeRasterDisplay, StateDisplay, TimeConstantDisplay
from reservoir.spiking import neurons
from reservoir.spiking.health import Probe, find_ailment
from reservoir.spiking.neurons.neuron import Neuron

U = np.random.RandomState(0).standard_normal((150, 3))
PUBLIC = [getattr(neurons, name) for name in neurons.__all__]
MODELS = [one for one in PUBLIC if inspect.isclass(one) and issubclass(one, Neuron) and one is not Neuron]
MODELS += [AdaptiveUnit, UpstrokeUnit, BurstingUnit]
CASES = [(model, kind) for model in MODELS for kind in ("currents", "conductances")]
CASES = [(model, kind) for model, kind in CASES if kind == "currents" or model.conductance_kernel is not None]
every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
every_case = pytest.mark.parametrize(
    ("model", "kind"), CASES, ids=[f"{model.__name__}, {kind}" for model, kind in CASES]
)
pytestmark = pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")


def arrays_of(model, n_units=1):
    """The neuron as a fitted liquid has it."""
    return SpikingLiquid(n_units, neuron=model(), recurrent_scaling=0.0, background_current=0.0).fit(U[:1]).neuron_


def build(model, kind="currents", n_units=30, X=U, **parameters):
    """A liquid with the default background, or one of a tenth of the way to the threshold if the default is none."""
    neuron, synapses = arrays_of(model), None
    if kind == "conductances":
        low, high = np.sort([float(neuron.reset[0]), float(getattr(neuron, neuron.crossing)[0])])
        working = float(neuron.working_voltage()[0])
        synapses = ConductanceSynapses(max(high, working) + 50.0, min(low, working) - 10.0)
    settings = {"neuron": model(), "synapses": synapses, "dt": 0.5, "random_state": 0}
    settings["background_current"] = None if neuron.rheobase()[0] > 0 else float(neuron.reach()[0]) / 10
    return SpikingLiquid(n_units, **(settings | parameters)).fit(X)


def rates_of(liquid, X=U):
    return np.bincount(liquid.spikes(X)[1], minlength=liquid.n_units_) / (len(X) * liquid.input_period_ / 1000)


@every_model
def test_a_model_declares_what_is_asked_of_it(model):
    neuron = arrays_of(model, 3)
    assert {model.crossing, "reset"} <= set(model.constants())
    assert np.all(getattr(neuron, model.crossing) > neuron.reset)
    for values in (neuron.reach(), neuron.ceiling(), neuron.rheobase(), *neuron.time_constants().values()):
        assert values.shape == (3,) and values.dtype == np.float64
    assert np.all(neuron.reach() > 0) and np.all(neuron.rheobase() >= 0)
    reach, peak = neuron.excitability(3.0)
    assert reach > 0 and peak > 0


@every_case
def test_no_unit_is_above_its_ceiling_or_beyond_its_bounds(model, kind):
    for output in ("traces", "counts", "voltages"):
        liquid = build(model, kind, input_scaling=60.0, output=output)
        states = liquid.transform(U)
        lower, upper = state_bounds(liquid)
        assert np.all(states >= lower) and np.all(states <= upper * (1 + 1e-12 * np.sign(upper)))


@every_case
def test_a_rebuilt_liquid_is_the_same_and_keeps_its_synapses(model, kind):
    liquid = build(model, kind)
    copy = rebuild(liquid)
    np.testing.assert_array_equal(copy.transform(U), liquid.transform(U))
    assert (copy.synapses_ is None) == (kind == "currents")
    assert len(liquid.spikes(U)[0]) > 20


@every_case
@pytest.mark.parametrize("on", ["threshold", "background"])
def test_homeostasis_brings_units_to_their_rate(model, kind, on):
    liquid = build(model, kind, n_units=12, recurrent_scaling=0.1)
    rule = Homeostasis(target_rate=10.0, on=on, tolerance=2.5)
    if on == "threshold" and "threshold" not in model.constants():
        with pytest.raises(ValueError, match=f"'on' must be 'background' for {model.__name__} units, .* 'threshold'"):
            rule.adapt(liquid, U)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        adapted, history = rule.adapt(liquid, U)
    moved = "threshold_" if on == "threshold" else "background_current_"
    assert history[-1] < history[0] or history[0] <= 2.5
    within = np.abs(rates_of(adapted) - 10.0) <= 2.5
    # A threshold wakes no unit whose voltage never comes near it, and stops none that is reset above it.
    assert within.mean() >= (0.9 if on == "background" or adapted.neuron_.crossing == "threshold" else 0.5)
    assert np.any(getattr(adapted, moved) != getattr(liquid, moved)) or len(history) == 1
    assert (adapted.synapses_ is None) == (kind == "currents")


@every_case
def test_stdp_keeps_signs_and_says_the_unit_of_weights(model, kind, capsys):
    liquid = build(model, kind)
    adapted, history = STDP(n_epochs=2).adapt(liquid, U, verbose=True)
    before, after = liquid.recurrent_weights_, adapted.recurrent_weights_
    np.testing.assert_array_equal(before.indices, after.indices)
    assert np.any(before.data != after.data) and len(history) == 2
    assert np.all(np.sign(after.data) * np.sign(before.data) >= 0)
    inhibitory = liquid.inhibitory_[before.indices]
    np.testing.assert_array_equal(before.data[inhibitory], after.data[inhibitory])
    assert ("uS on average" if kind == "conductances" else "nA on average") in capsys.readouterr().out
    assert (adapted.synapses_ is None) == (kind == "currents")


def test_stdp_asks_for_the_largest_weight_in_its_unit():
    silent = build(LeakyIntegrateAndFire, "conductances", recurrent_scaling=0.0)
    with pytest.raises(ValueError, match="'max_weight' must be a number in uS"):
        STDP().adapt(silent, U)


# What a warning may advise, in words that `followed` does.
ADVICE = re.compile(
    r"(?:Multiply '(\w+)' by (?:about|less than) ([-\d.e+]*\d)|'background_current' to about ([-\d.e+]*\d) nA)"
)


def followed(message, liquid):
    """The liquid after what the warning says has been done, to the letter."""
    found = ADVICE.search(message)
    assert found, message
    parameters = liquid.get_params()
    if found[3]:
        return liquid.unfitted().set_params(background_current=float(found[3])).fit(U)
    factor = float(found[2]) * (0.9 if "less than" in message else 1.0)
    return liquid.unfitted().set_params(**{found[1]: parameters[found[1]] * factor}).fit(U)


SICK = {
    "silent": {"input_scaling": 1e-3, "background_current": "far below"},
    "silent without input": {"input_scaling": 0.0, "background_current": "far below", "recurrent_scaling": 0.0},
    "driven by its background": {"background_current": "far above", "recurrent_scaling": 0.0},
    "driven by its input": {"input_scaling": "far above", "recurrent_scaling": 0.0},
    "driving itself": {"recurrent_scaling": 10.0, "inhibitory": 0.1},
}


@every_case
@pytest.mark.parametrize("how", SICK)
def test_a_warning_says_what_can_be_done_and_that_helps(model, kind, how):
    reach = float(arrays_of(model).reach()[0])
    places = {"far below": 0.0, "far above": 100 * reach}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        liquid = build(model, kind, **{name: places.get(value, value) for name, value in SICK[how].items()})
    said = [str(one.message) for one in caught if one.category is LiquidHealthWarning]
    ailment = find_ailment(Probe(liquid, [U]))
    assert (ailment is None) == (not said)
    if not said:
        assert how != "driven by its background" and not how.startswith("silent")
        return
    before, after = rates_of(liquid).mean(), rates_of(followed(said[0], liquid)).mean()
    if "silent" in said[0]:
        assert before < 0.05 and 0.5 < after < 60
    else:
        assert before > 25 and 0 < after < 35


@every_model
def test_parameters_that_a_warning_names_exist(model):
    # Held down by its input, whatever its background, and the other way round.
    for low, high in ((-1e9, 0.0), (1e9, 0.0), (0.0, -1e9)):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            neuron = model()
            weights = np.full((5, 3), low)
            liquid = SpikingLiquid(
                5, neuron=neuron, input_weights=weights, background_current=high, recurrent_scaling=0.0, noise=1.0
            ).fit(np.ones_like(U))
        for message in (str(one.message) for one in caught if one.category is LiquidHealthWarning):
            for name in re.findall(r"'([\w]+)'", message):
                assert name in liquid.get_params(deep=True), message


@every_case
def test_every_diagnostic_knows_the_liquid(model, kind):
    liquid = build(model, kind, n_units=20)
    X = U[:60]
    rates, trains = firing_rates(liquid, X), spike_trains(liquid, X)
    assert rates.mean > 0 and trains.dt == 0.5
    assert np.isfinite(branching_ratio(liquid, U, n_lags=5).conventional)
    assert synchrony(liquid, X).n_active > 0 and len(interval_variation(liquid, X).cv) <= 20
    assert np.isfinite(separation(liquid, X, 2 * X, n_starts=2, random_state=0).distance).all()
    found = spike_lyapunov_exponent(liquid, X, n_twins=3, horizon=20, random_state=0)
    assert np.isfinite(found.exponent)
    assert np.isfinite(lyapunov_exponents(liquid, X, washout=10, random_state=0)).all()
    assert np.isfinite(echo_state_index(liquid, X, random_state=0))
    assert np.isfinite(spectral_radius(liquid))
    if "tau_membrane" in model.constants():
        tau = time_constants(liquid, X)
        assert np.all(tau.values <= tau.upper) and np.all(tau.values > 0)
        plt.close(TimeConstantDisplay.from_estimator(liquid, X).figure_)
    else:
        with pytest.raises(TypeError, match=f"'tau_membrane'; those of {model.__name__} have none"):
            time_constants(liquid, X)
    for display in (SpikeRasterDisplay, StateDisplay):
        plt.close(display.from_estimator(liquid, X).figure_)


@every_case
@pytest.mark.parametrize("input", ["current", "spikes"])
def test_a_dropped_spike_that_reaches_nobody_changes_nothing_else(model, kind, input):
    # Whatever a spike does to its own unit stays done.
    X = U if input == "current" else np.random.RandomState(1).poisson(1.0, U.shape).astype(float)
    liquid = build(model, kind, X=X, recurrent_scaling=0.0, input=input, input_scaling=20.0)
    found = spike_lyapunov_exponent(liquid, X, n_twins=5, horizon=20, tau_trace=30.0, random_state=0)
    assert found.exponent == pytest.approx(-1000 / 30.0) and found.reconverged == 1
    np.testing.assert_array_equal(found.last_differences, 0)


@every_case
def test_a_diagnosis_names_parameters_that_exist_and_heals(model, kind):
    liquid = build(model, kind, background_current=0.0, input_scaling=1e-3)
    found = diagnose(liquid, U, memory=False, random_state=0)
    assert found.verdict == "silent"
    names = {change.parameter for change in found.changes}
    assert names and names <= {"X", *liquid.get_params(deep=True)}
    mended, X = found.follow(liquid, U)
    assert rates_of(mended, X).mean() > 0.05


@every_case
def test_stacks_encoders_regressors_and_adaptive_reservoirs_hold_it(model, kind):
    liquid = build(model, kind, n_units=10)
    plain = liquid.unfitted()
    assert StackedReservoir([plain, plain], random_state=0).fit_transform(U).shape == (len(U), 20)
    assert SequenceEncoder(plain).fit_transform([U, U[:50]]).shape == (2, 10)
    assert ReservoirRegressor(plain, washout=10).fit(U, U[:, 0]).predict(U).shape == (len(U),)
    adapted = AdaptiveReservoir(plain, Homeostasis(on="background", n_epochs=2, tolerance=1e3)).fit(U)
    assert type(adapted.reservoir_.neuron_) is model
    np.testing.assert_array_equal(adapted.transform(U), liquid.transform(U))


def test_conductances_make_a_time_constant_liquid():
    # One unit that receives what the other fires: tau / (1 + g), with g the jumps that have decayed since.
    weights = csr_array(([0.5], ([1], [0])), shape=(2, 2))
    liquid = SpikingLiquid(
        recurrent_weights=weights, inhibitory=np.zeros(2, bool), input_weights=[[1.0], [0.0]], background_current=0.0,
        synapses=ConductanceSynapses(70.0, -10.0), tau_excitatory=5.0, input_period=1.0, refractory=100.0,
    ).fit([[0.0]])  # fmt: skip
    X = np.zeros((30, 1))
    X[3] = 1e4
    (spiked,), _ = liquid.spikes(X)
    after = np.arange(30) - (spiked + 1)  # the delay is a step
    conductance = np.where(after >= 0, 0.5 * np.exp(-np.maximum(after, 0) / 5.0), 0.0)
    tau = time_constants(liquid, X)
    np.testing.assert_allclose(tau.values, np.stack([np.full(30, 20.0), 20.0 / (1 + conductance)], axis=1))
    np.testing.assert_array_equal([tau.lower, tau.upper], [[0.0, 0.0], [20.0, 20.0]])


def test_perfect_units_reach_from_reset():
    assert arrays_of(PerfectIntegrateAndFire).reach() == 15.0
    fitted = SpikingLiquid(2, neuron=LeakyIntegrateAndFire(resting=-3.0, reset=[-5.0, 1.0])).fit([[0.0]])
    np.testing.assert_array_equal(fitted.neuron_.reach(), [20.0, 18.0])
    assert arrays_of(UpstrokeUnit).reach() == arrays_of(BurstingUnit).reach() == 15.0


REFRACTORY = [0.0, 0.1, 0.49, 0.5, 0.7, 1.0, 1.25, 3.1, (2.4, 0.2), "per unit"]


@every_model
@pytest.mark.parametrize("refractory", REFRACTORY, ids=str)
def test_no_unit_spikes_more_often_than_it_is_said_to_at_most(model, refractory):
    random, n_units, dt = np.random.RandomState(3), 12, 0.5
    times = random.uniform(0.0, 6.0, n_units) if refractory == "per unit" else refractory
    gain = arrays_of(model).reach() * 10.0 ** random.uniform(-1, 1.5, (n_units, 3))
    settings = {"dt": dt, "recurrent_scaling": random.uniform(0, 3), "background_current": 0.0, "noise": 1.0}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        liquid = SpikingLiquid(
            n_units, neuron=model(), refractory=times, input_weights=gain, random_state=0, **settings
        ).fit(U)
    apart = np.maximum(liquid.refractory_steps_, 1)
    np.testing.assert_array_equal(liquid.refractory_steps_, np.floor(liquid.refractory_ / dt + 1e-3))
    # From rest, and from states in the middle of things, with voltages above the threshold and refractory units.
    starts = [liquid.rest(), *(liquid.run(U[:n])[1] for n in (1, 20))]
    starts.append(starts[1]._replace(voltage=starts[1].voltage + 1e3))
    starts.append(starts[2]._replace(release=starts[2].release + np.arange(n_units)))
    for state in starts:
        steps, units, _ = liquid.events(U[:40], state)
        for unit in range(n_units):
            own = steps[units == unit]
            assert np.all(np.diff(own) >= apart[unit])
            assert len(own) <= (40 * liquid.n_substeps_ - 1) // apart[unit] + 1
    for series in ([U], [U[:7], U[:1], U[3:50]]):
        probe = Probe(liquid, series)
        assert probe.rate() <= probe.highest_rate() * (1 + 1e-12)
    rates = firing_rates(liquid, U)
    assert np.all(rates.per_unit * U.shape[0] / 100 <= (len(U) * liquid.n_substeps_ - 1) // apart + 1)
    for message in (str(one.message) for one in caught if one.category is LiquidHealthWarning):
        if found := re.search(r"fire at ([-\d.e+]+) Hz on average, of at most ([-\d.e+]*\d)\.", message):
            assert float(found[1]) <= float(found[2]) <= 1000 / dt


@every_model
def test_the_refractory_time_of_a_model_is_what_it_declares(model):
    liquid = SpikingLiquid(3, neuron=model(), dt=0.1, background_current=0.0).fit(U[:1])
    np.testing.assert_array_equal(liquid.refractory_, np.full(3, model.default_refractory))
