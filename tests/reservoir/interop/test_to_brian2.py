"""Every spike of Brian2 2.9 is one of ours: circuits of 300 units, 6,000 steps, all constants and delays their own."""

import builtins
import warnings
from dataclasses import dataclass

import numpy as np
import pytest
from spiking_liquids import (
    N_UNITS,
    n_different,
    random_adaptive_liquid,
    random_exponential_liquid,
    random_izhikevich_liquid,
    random_liquid,
    random_perfect_liquid,
    with_conductances,
)

from reservoir import Izhikevich, LeakyIntegrateAndFire, LIFLiquid, SpikingLiquid
from reservoir.interop import to_brian2
from reservoir.interop.brian2_models.equations import Brian2Model, brian2_model
from reservoir.presets import maass2002
from reservoir.spiking.neurons.neuron import Neuron, PerUnit, constant


@pytest.fixture
def brian2():
    """Brian2 without a compiler, which would take longer than the circuits."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Brian2 is built of warns of its own age, when imported and later
        try:
            import brian2
        except (ImportError, AttributeError) as error:  # Brian2 2.9 looks for what NumPy 2.4 has removed
            pytest.skip(f'needs Brian2 2.9 and NumPy below 2.4, pip install "liquid-reservoir[brian2]": {error}')
        brian2.prefs.codegen.target = "numpy"
        yield brian2


def assert_same_spikes(liquid, X):
    circuit, expected = to_brian2(liquid, X), liquid.spikes(X)
    circuit.simulate()
    assert n_different(circuit.spikes(), expected) == 0
    np.testing.assert_array_equal(circuit.spikes(), expected)
    return circuit, expected


@pytest.mark.parametrize(
    ("seed", "synapses", "input", "n_substeps"),
    [
        (0, "static", "current", 10),
        (1, "static", "spikes", 1),
        (2, "by projection", "current", 1),
        (3, "by synapse, started", "spikes", 10),
    ],
)
def test_every_spike_is_ours(brian2, seed, synapses, input, n_substeps):
    liquid, X = random_liquid(seed, synapses, input, least_delay=0, n_substeps=n_substeps)
    circuit, (steps, units) = assert_same_spikes(liquid, X)
    assert len(steps) > 1000 and len(np.unique(units)) > N_UNITS / 2
    assert circuit.units.method_choice == "exact"


def test_perfect_units_are_moved_by_constants_of_a_step(brian2):
    liquid, X = random_perfect_liquid(0)
    circuit, (steps, _) = assert_same_spikes(liquid, X[:300])
    assert len(steps) > 500 and "by_background" in circuit.units.variables


@pytest.mark.parametrize("settings", [{}, {"synapses": "by projection", "input": "spikes", "n_substeps": 1}])
@pytest.mark.parametrize("seed", [0, 1])
def test_every_spike_of_adaptive_units_is_ours(brian2, seed, settings):
    circuit, (steps, units) = assert_same_spikes(*random_adaptive_liquid(seed, **settings))
    assert len(steps) > 1000 and len(np.unique(units)) > N_UNITS / 2
    assert circuit.units.method_choice == "exact"


def test_adaptive_units_whose_current_fades_with_their_voltage(brian2):
    leaky, _ = random_liquid(0)
    liquid, X = random_adaptive_liquid(0, tau_adaptation=leaky.tau_membrane_)
    circuit, (steps, _) = assert_same_spikes(liquid, X)
    assert len(steps) > 1000 and "by_adaptation" in circuit.units.variables


@pytest.mark.parametrize("settings", [{}, {"synapses": "by synapse, started", "input": "spikes", "least_delay": 0}])
@pytest.mark.parametrize("make", [random_liquid, random_adaptive_liquid])
def test_every_spike_by_conductances_is_ours(brian2, make, settings):
    liquid, X = make(2, **settings)
    circuit, (steps, units) = assert_same_spikes(with_conductances(liquid, X), X)
    assert len(steps) > 1000 and len(np.unique(units)) > N_UNITS / 2
    assert circuit.units.method_choice == "exponential_euler"


# With refractory times, in which the recovery and the adaptation follow the voltage that is held.
FEW_DELAYS = {"delays": (1.5, 0.8, 0.8, 0.0), "input_delays": 0.8}
UPSTROKES = {
    "izhikevich": (random_izhikevich_liquid, "custom", FEW_DELAYS),
    "exponential": (random_exponential_liquid, "euler", {"least_delay": 0}),
}


@pytest.mark.parametrize("settings", [{"n_substeps": 1}, {"input": "spikes", "refractory": (3.0, 1.25)}])
@pytest.mark.parametrize("by_conductances", [False, True])
@pytest.mark.parametrize("units", UPSTROKES)
def test_every_spike_of_units_with_an_upstroke_is_ours(brian2, units, by_conductances, settings):
    make, method, delays = UPSTROKES[units]
    liquid, X = make(3, **delays, **settings)
    liquid = with_conductances(liquid, X) if by_conductances else liquid
    circuit, (steps, units) = assert_same_spikes(liquid, X)
    assert len(steps) > 1000 and len(np.unique(units)) > N_UNITS / 2
    assert isinstance(circuit.units.method_choice, str) == (method == "euler")


@pytest.mark.parametrize("units", UPSTROKES)
def test_units_with_an_upstroke_have_dynamic_synapses(brian2, units):
    """For a tenth of a second: exponentials of Brian2 differ in the last digit, which units of Izhikevich amplify."""
    make, _, delays = UPSTROKES[units]
    liquid, X = make(3, synapses="by synapse, started", **delays)
    _, (steps, _) = assert_same_spikes(liquid, X[:100])
    assert len(steps) > 300


@dataclass(eq=False, repr=False)
class Own(Neuron):
    """A model of one's own, which moves as a leaky one."""

    tau_membrane: PerUnit = constant(20.0, "ms", above=0)
    threshold: PerUnit = constant(15.0, "mV")
    reset: PerUnit = constant(0.0, "mV")
    resting: PerUnit = constant(0.0, "mV")
    variables, spike = LeakyIntegrateAndFire.variables, LeakyIntegrateAndFire.spike
    state, kernel = LeakyIntegrateAndFire.state, LeakyIntegrateAndFire.kernel
    motion, rheobase = LeakyIntegrateAndFire.motion, LeakyIntegrateAndFire.rheobase
    excitability = LeakyIntegrateAndFire.excitability


def test_a_model_of_ones_own_is_as_good_once_its_equations_are_registered(brian2):
    X = np.random.RandomState(0).standard_normal((50, 3))
    liquid = SpikingLiquid(60, neuron=Own(), background_current=18.0, random_state=0).fit(X)
    with pytest.raises(TypeError, match="'liquid' must have units of a model whose equations .* got Own. Register"):
        to_brian2(liquid, X)

    @brian2_model.register(Own)
    def of_own(neuron, circuit):
        return Brian2Model("dv/dt = (resting - v + R * I) / tau_membrane : volt (unless refractory)")

    _, (steps, _) = assert_same_spikes(liquid, X)
    assert len(steps) > 100


def test_half_steps_of_a_millisecond_are_those_of_izhikevich(brian2):
    neuron = Izhikevich.of_populations(np.arange(200) >= 160, random_state=0)
    circuit = {"inhibitory": np.arange(200) >= 160, "background_current": 5.0, "input_scaling": 10.0}
    X = np.random.RandomState(0).standard_normal((100, 3))
    liquid = SpikingLiquid(200, neuron=neuron, **circuit, random_state=0).fit(X)
    _, (steps, _) = assert_same_spikes(liquid, X)
    assert len(steps) > 1000


def test_time_constants_that_are_equal_or_far_below_a_step(brian2):
    liquid, X = random_liquid(0)
    tau, membrane = liquid.tau_excitatory_.copy(), liquid.tau_membrane_.copy()
    tau[::3], tau[1::3], tau[5::30] = membrane[::3], membrane[1::3] * (1 + 1e-7), 1e-5
    membrane[7::30] = 1e-5
    equal, _ = random_liquid(0, tau_excitatory=tau, tau_membrane=membrane, background_current=5.0)
    circuit, (steps, _) = assert_same_spikes(equal, X[:200])
    assert len(steps) > 500 and "by_background" in circuit.units.variables


def test_several_spikes_of_a_channel_in_a_row_are_binary_digits(brian2):
    X = np.abs(np.round(100 * np.random.RandomState(0).standard_normal((40, 3))))
    liquid = LIFLiquid(100, input="spikes", input_scaling=0.05, background_current=14.0, random_state=0).fit(X)
    circuit, (steps, _) = assert_same_spikes(liquid, X)
    assert len(steps) > 100 and len(circuit.inputs) == 3 * int(X.max()).bit_length() > 3


@pytest.mark.parametrize("kind", ["current", "spikes"])
def test_channels_that_reach_few_units_by_scalings_of_their_own(brian2, kind):
    source = np.random.RandomState(0)
    X = source.standard_normal((60, 5)) if kind == "current" else source.poisson(0.4, (60, 5))
    scaling = [15.0, 30.0, 0.0, 20.0, 40.0]  # and one that reaches none
    liquid = LIFLiquid(40, input=kind, input_density=0.15, input_scaling=scaling, random_state=0).fit(X)
    _, (steps, _) = assert_same_spikes(liquid, X)
    assert len(steps) > 100


@pytest.mark.parametrize("refractory", [0.0, 0.05, (3.0, 1.25)])
def test_refractory_times_are_counted_alike(brian2, refractory):
    liquid, X = random_liquid(0, refractory=refractory)
    assert_same_spikes(liquid, X[:100])


@pytest.mark.parametrize(("dt", "input_period"), [(0.25, 0.75), (0.1, 0.7), (1 / 3, 2.0), (1.0, 10.0)])
def test_grids_of_any_step(brian2, dt, input_period):
    X = np.random.RandomState(0).standard_normal((200, 3))
    circuit = {"dt": dt, "input_period": input_period, "delays": (dt, 2 * dt, 0.0, dt), "background_current": 14.5}
    liquid = LIFLiquid(100, **circuit, random_state=0).fit(X)
    _, (steps, _) = assert_same_spikes(liquid, X)
    assert len(steps) > 100


def test_the_column_of_2002(brian2):
    X = np.random.RandomState(0).poisson(0.05, (100, 1)).astype(float)
    assert_same_spikes(maass2002(rate=6.0, random_state=0).fit(X), X)


def test_a_run_in_pieces_goes_on_in_silence(brian2):
    liquid, X = random_liquid(0)
    circuit = to_brian2(liquid, X[:100])
    for duration in (0.1, 12.3, 0.0, 87.6, 50.0):
        circuit.simulate(duration)
    silence = np.zeros((50, X.shape[1]))
    np.testing.assert_array_equal(circuit.spikes(), liquid.spikes(np.vstack([X[:100], silence])))


def test_without_a_series_channels_are_silent_until_they_are_set(brian2):
    liquid, X = random_liquid(0, input="spikes")
    circuit, X = to_brian2(liquid), np.minimum(X[:100], 1)
    rows, channels = np.nonzero(X)
    circuit.inputs.set_spikes(channels, rows * brian2.ms)
    with pytest.raises(ValueError, match="'duration' must be given"):
        circuit.simulate()
    circuit.simulate(100.0)
    np.testing.assert_array_equal(circuit.spikes(), liquid.spikes(X))


def test_neither_the_clock_nor_the_preferences_of_brian2_are_changed(brian2):
    brian2.defaultclock.dt = 0.2 * brian2.ms
    before = str(brian2.prefs.as_file)
    liquid, X = random_liquid(0)
    assert_same_spikes(liquid, X[:50])
    assert brian2.defaultclock.dt == 0.2 * brian2.ms and str(brian2.prefs.as_file) == before


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"refractory": 1e9}, "refractory times of at most 1e\\+07 ms"), ({"noise": 0.5}, "no noise")],
)
def test_what_brian2_does_not_have_is_refused_without_it(changes, message):
    with pytest.raises(ValueError, match=f"'liquid' must have {message}"):
        to_brian2(random_liquid(0, **changes)[0])


def test_without_brian2_the_message_says_how_to_install_it(monkeypatch):
    imported = builtins.__import__

    def without(name, *arguments, **keywords):
        if name == "brian2":
            raise ImportError(name)
        return imported(name, *arguments, **keywords)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r'pip install "liquid-reservoir\[brian2\]"'):
        to_brian2(random_liquid(0)[0])
