"""Every spike of NEST 3.10 is one of ours: circuits of 300 units, 6,000 steps, all constants and delays their own."""

import builtins

import numpy as np
import pytest
from spiking_liquids import (
    N_UNITS,
    PLASTICITY,
    n_different,
    random_adaptive_liquid,
    random_exponential_liquid,
    random_izhikevich_liquid,
    random_liquid,
    random_perfect_liquid,
    with_conductances,
)

from reservoir import LIFLiquid
from reservoir.interop import to_nest
from reservoir.presets import maass2002


@pytest.fixture
def nest(monkeypatch):
    """NEST with an empty kernel, without its messages."""
    monkeypatch.setenv("PYNEST_QUIET", "1")
    nest = pytest.importorskip("nest", reason='needs NEST: pip install "liquid-reservoir[nest]"')
    nest.ResetKernel()
    nest.verbosity = nest.VerbosityLevel.ERROR
    yield nest
    nest.ResetKernel()


def assert_same_spikes(liquid, X):
    circuit, expected = to_nest(liquid, X), liquid.spikes(X)
    circuit.simulate()
    assert n_different(circuit.spikes(), expected) == 0
    np.testing.assert_array_equal(circuit.spikes(), expected)
    return expected


@pytest.mark.parametrize("n_substeps", [1, 10])
@pytest.mark.parametrize("input", ["current", "spikes"])
@pytest.mark.parametrize("synapses", PLASTICITY)
@pytest.mark.parametrize("seed", [0, 1])
def test_every_spike_is_ours(nest, seed, synapses, input, n_substeps):
    steps, units = assert_same_spikes(*random_liquid(seed, synapses, input, n_substeps=n_substeps))
    assert len(steps) > 1000 and len(np.unique(units)) > N_UNITS / 2


# What NEST has: adaptive units that are reset to a voltage and refractory, units of Izhikevich with short currents.
ADAPTIVE = {"kept_overshoot": 0.0, "refractory": (4.0, 0.2)}
IZHIKEVICH = {"tau_excitatory": 1e-4, "tau_inhibitory": 1e-4}


@pytest.mark.parametrize(
    "settings", [{}, {"synapses": "by synapse, started", "input": "spikes", "n_substeps": 1}, {"input": "spikes"}]
)
@pytest.mark.parametrize("seed", [0, 1])
def test_every_spike_of_adaptive_units_is_ours(nest, seed, settings):
    steps, units = assert_same_spikes(*random_adaptive_liquid(seed, **ADAPTIVE, **settings))
    assert len(steps) > 1000 and len(np.unique(units)) > N_UNITS / 2


@pytest.mark.parametrize("seed", [0, 1])
def test_every_spike_of_units_of_izhikevich_is_ours(nest, seed):
    """With sums that are exact, as these units amplify rounding, and NEST adds what arrives in an order of its own."""
    liquid, X = random_izhikevich_liquid(seed, input="spikes", least_delay=0, **IZHIKEVICH)
    weights = liquid.recurrent_weights_.copy()
    weights.data = np.round(2**10 * weights.data) / 2**10
    inputs = np.round(2**10 * liquid.input_weights_) / 2**10
    liquid.set_params(recurrent_weights=weights, input_weights=inputs)
    steps, units = assert_same_spikes(liquid.fit(X), X)
    assert len(steps) > 1000 and len(np.unique(units)) > N_UNITS / 2


@pytest.mark.parametrize("settings", [{}, {"synapses": "by projection", "input": "spikes", "n_substeps": 1}])
def test_units_of_izhikevich_have_other_sums_for_a_tenth_of_a_second(nest, settings):
    liquid, X = random_izhikevich_liquid(0, **IZHIKEVICH, **settings)
    steps, _ = assert_same_spikes(liquid, X[: 1000 // liquid.n_substeps_])
    assert len(steps) > 500


def test_one_step_more_of_delay_is_noticed(nest):
    liquid, X = random_liquid(0)
    later = liquid.delays_.copy()
    later.data = later.data + liquid.dt_
    circuit = to_nest(random_liquid(0, delays=later)[0], X)
    circuit.simulate()
    assert n_different(circuit.spikes(), liquid.spikes(X)) > 1000


@pytest.mark.parametrize("seed", [0, 1])
def test_perfect_units_are_as_good_as_without_a_leak(nest, seed):
    assert len(assert_same_spikes(*random_perfect_liquid(seed))[0]) > 1000


@pytest.mark.parametrize("synapses", ["static", "by synapse, started"])
@pytest.mark.parametrize("input", ["current", "spikes"])
def test_signs_do_not_decide_the_current_of_a_synapse(nest, synapses, input):
    liquid, X = random_liquid(0, synapses, input)
    weights = liquid.recurrent_weights_.copy()
    weights.data = weights.data * np.random.RandomState(0).choice([-1.0, 1.0], weights.nnz, p=[0.1, 0.9])
    assert_same_spikes(*random_liquid(0, synapses, input, recurrent_weights=weights))


@pytest.mark.parametrize("refractory", [0.0, 0.05, 0.1, 1.25, (3.0, 2.0), 1e6])
def test_refractory_times_are_counted_alike(nest, refractory):
    assert_same_spikes(*random_liquid(0, refractory=refractory))


@pytest.mark.parametrize(("dt", "input_period"), [(0.25, 0.75), (0.7, 0.7), (0.3, 2.1), (1.0, 10.0), (2.0, 2.0)])
def test_grids_of_any_step(nest, dt, input_period):
    X = np.random.RandomState(0).standard_normal((500, 3))
    circuit = {"dt": dt, "input_period": input_period, "delays": (dt, 2 * dt, 3 * dt, dt), "background_current": 14.5}
    steps, _ = assert_same_spikes(LIFLiquid(100, **circuit, random_state=0).fit(X), X)
    assert len(steps) > 100


def test_equal_time_constants_and_several_spikes_of_a_channel_in_a_row(nest):
    X = np.abs(np.round(100 * np.random.RandomState(0).standard_normal((500, 3))))
    liquid = LIFLiquid(100, input="spikes", input_scaling=0.05, background_current=13.0, random_state=0)
    liquid.set_params(tau_membrane=20.0, tau_excitatory=20.0, recurrent_scaling=0.2)
    steps, _ = assert_same_spikes(liquid.fit(X), X)
    assert len(steps) > 1000


@pytest.mark.parametrize("rate", [0.0, 6.0])
def test_the_column_of_2002(nest, rate):
    X = np.random.RandomState(0).poisson(0.02, (500, 1)).astype(float)
    assert_same_spikes(maass2002(rate=rate, random_state=0).fit(X), X)


def test_single_precision_is_computed_in_double(nest):
    liquid, X = random_liquid(0, dtype="float32")
    names = (
        "recurrent_weights",
        "input_weights",
        "tau_membrane",
        "tau_excitatory",
        "tau_inhibitory",
        "threshold",
        "reset",
    )
    names += ("resting", "refractory", "background_current", "initial_voltage")
    same = {name: getattr(liquid, f"{name}_").astype(float) for name in names}
    double, _ = random_liquid(0, **same)
    circuit = to_nest(liquid, X)
    circuit.simulate()
    assert n_different(circuit.spikes(), double.spikes(X.astype("float32"))) == 0


@pytest.mark.parametrize("n_threads", [1, 2])
def test_a_run_in_pieces_goes_on_in_silence(nest, n_threads):
    nest.local_num_threads = n_threads
    liquid, X = random_liquid(0, "by synapse, started")
    circuit = to_nest(liquid, X)
    for duration in (0.1, 12.3, 0.0, 587.6, 50.0):
        circuit.simulate(duration)
    silence = np.zeros((50, X.shape[1]))
    np.testing.assert_array_equal(circuit.spikes(), liquid.spikes(np.vstack([X, silence])))


def test_two_circuits_and_other_nodes_share_a_kernel(nest):
    nest.resolution = 0.1
    nest.Create("iaf_psc_exp", 3)
    series = [random_liquid(0), random_liquid(1, "by projection", "spikes")]
    circuits = [to_nest(liquid, X) for liquid, X in series]
    for circuit in (*circuits, *circuits):
        circuit.begin()
    nest.Simulate(600.0)
    for circuit, (liquid, X) in zip(circuits, series, strict=True):
        np.testing.assert_array_equal(circuit.spikes(), liquid.spikes(X))


def test_without_a_series_the_generators_are_silent_and_connected(nest):
    liquid, X = random_liquid(0, input="spikes")
    circuit = to_nest(liquid)
    nest.Simulate(600.0)
    np.testing.assert_array_equal(circuit.spikes(), liquid.spikes(np.zeros((600, 5))))
    with pytest.raises(ValueError, match="'duration' must be given"):
        circuit.simulate()
    targets, channels = np.nonzero(liquid.input_weights_)
    connections = nest.GetConnections(circuit.inputs, circuit.units)
    found = np.zeros_like(liquid.input_weights_)
    found[np.array(connections.target) - circuit.units[0].global_id,
          np.array(connections.source) - circuit.inputs[0].global_id] = connections.weight  # fmt: skip
    assert len(connections) == len(targets) == len(channels)
    np.testing.assert_allclose(found, 1000 * liquid.input_weights_, rtol=1e-15)


def test_the_kernel_is_given_the_resolution_only_while_it_is_empty(nest):
    liquid, X = random_liquid(0)
    nest.resolution = 0.2
    to_nest(liquid, X)
    assert nest.resolution == 0.1
    nest.ResetKernel()
    nest.resolution = 0.2
    nest.Create("iaf_psc_exp")
    with pytest.raises(ValueError, match="'liquid' must have the resolution of NEST's kernel, .* 0.2 ms; got dt=0.1"):
        to_nest(liquid, X)
    assert nest.network_size == 1


def test_a_kernel_that_has_simulated_is_refused(nest):
    liquid, X = random_liquid(0)
    circuit = to_nest(liquid, X)
    with pytest.raises(RuntimeError, match="before 'spikes'"):
        circuit.spikes()
    nest.Simulate(5.0)
    with pytest.raises(RuntimeError, match="'begin' must be called before NEST simulates"):
        circuit.simulate()
    with pytest.raises(ValueError, match="'liquid' must be brought to NEST before it simulates"):
        to_nest(liquid, X)


def test_fractions_of_tics_need_finer_tics(nest):
    X = np.random.RandomState(0).standard_normal((50, 3))
    liquid = LIFLiquid(40, dt=0.0625, input_period=1.25, background_current=16.0, random_state=0).fit(X)
    with pytest.raises(ValueError, match="'liquid' must have a dt of a whole number of NEST's tics, 0.001 ms"):
        to_nest(liquid, X)
    nest.set(tics_per_ms=16000, resolution=0.0625)
    assert_same_spikes(liquid, X)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"delays": (1.0, 0.04, 1.0, 1.0)}, "delays of at least one step, dt=0.1 ms"),
        ({"refractory": 1e9}, "refractory times of at most 2\\*\\*30 steps"),
        ({"tau_excitatory": 1e-4}, "'tau_excitatory' and 'tau_inhibitory' of at least dt / 700"),
        ({"noise": 0.5}, "no noise"),
    ],
)
def test_what_nest_does_not_have_is_refused_without_it(changes, message):
    with pytest.raises(ValueError, match=f"'liquid' must have {message}"):
        to_nest(random_liquid(0, **changes)[0])


@pytest.mark.parametrize(
    ("make", "changes", "message"),
    [
        (
            random_adaptive_liquid,
            {"kept_overshoot": 0.5},
            "units with kept_overshoot=0 .* got up to 0.5. Use to_brian2",
        ),
        (random_adaptive_liquid, ADAPTIVE | {"refractory": 0.1}, "refractory times of at least two steps, 0.2 ms"),
        (random_izhikevich_liquid, {}, "'tau_excitatory' and 'tau_inhibitory' of at most dt / 40, 0.0025 ms"),
        (random_izhikevich_liquid, IZHIKEVICH | {"refractory": 1.0}, "no refractory times .* got 1 ms. Use to_brian2"),
    ],
)
def test_units_that_nest_does_not_have_are_refused_without_it(make, changes, message):
    with pytest.raises(ValueError, match=f"'liquid' must have {message}"):
        to_nest(make(0, **changes)[0])


def test_conductances_and_models_that_nest_solves_by_other_steps_are_refused_without_it():
    with pytest.raises(ValueError, match="'liquid' must have current-based synapses for to_nest, .* Use to_brian2"):
        to_nest(with_conductances(*random_liquid(0)))
    with pytest.raises(
        TypeError, match="'liquid' must have units of a model that NEST moves .* got AdaptiveExponential"
    ):
        to_nest(random_exponential_liquid(0)[0])


def test_without_nest_the_message_says_how_to_install_it(monkeypatch):
    imported = builtins.__import__

    def without(name, *arguments, **keywords):
        if name == "nest":
            raise ImportError(name)
        return imported(name, *arguments, **keywords)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r'pip install "liquid-reservoir\[nest\]"'):
        to_nest(random_liquid(0)[0])


def test_thresholds_that_are_changed_before_the_beginning_are_noticed(nest):
    """They would be set anew, or the series would begin two steps off."""
    liquid, X = random_liquid(0)
    circuit = to_nest(liquid, X)
    circuit.units[3:5].V_th = 5.0
    with pytest.raises(RuntimeError, match="'begin' must be called before the thresholds of the units are changed"):
        circuit.simulate()
    nest.ResetKernel()
    circuit = to_nest(liquid, X)
    circuit.begin()
    circuit.units.V_th = 5.0
    circuit.begin()
    np.testing.assert_allclose(circuit.units.V_th, 5.0)  # NEST keeps the difference to E_L
