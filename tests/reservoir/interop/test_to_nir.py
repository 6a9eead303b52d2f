"""Graphs of NIR give the spikes of a liquid: in its equations, and in Norse and snnTorch."""

import nir
import numpy as np
import pytest
from nir_cases import CASES, ONE_CURRENT, fed, fitted, trains
from nir_twin import Interpreter
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from reservoir import EchoStateReservoir, LIFLiquid, Markram, ReservoirRegressor, StackedReservoir
from reservoir.interop import to_nir

# A liquid that Norse and snnTorch can run: one current, no delays, nothing in v_leak.
RUNNABLE = {
    **ONE_CURRENT,
    "delays": 0.0,
    "background_current": 0.0,
    "refractory": 0.0,
    "input_scaling": 6.0,
    "recurrent_scaling": 0.7,
    "random_state": 0,
}


def runnable(**settings):
    liquid = LIFLiquid(**{"n_units": 30, "dt": 0.1, "input_period": 1.0, **RUNNABLE, **settings})
    X = np.random.RandomState(0).poisson(0.2, (150, 4)).astype(float)
    return liquid.fit(X[:1]), X


@pytest.mark.parametrize("integrator", ["exact", "euler"])
@pytest.mark.parametrize("name", CASES)
def test_equations_of_a_graph_give_every_spike(name, integrator):
    liquid, X = fitted(name)
    graph = to_nir(liquid, integrator=integrator, allow=["initial_voltage"])
    spikes = Interpreter(graph, liquid.dt_ / 1000, integrator).spikes(fed(liquid, X, late=integrator == "euler"))
    assert spikes.sum() > 20
    np.testing.assert_array_equal(spikes, trains(liquid, X))


def test_the_interpreter_would_see_another_integrator():
    liquid, X = fitted("default")
    spikes = Interpreter(to_nir(liquid), liquid.dt_ / 1000, "euler").spikes(fed(liquid, X))
    assert np.any(spikes != trains(liquid, X))


def test_voltage_at_the_threshold_is_above_that_of_the_graph():
    at_threshold = {"background_current": 15.0, "initial_voltage": 15.0, "recurrent_scaling": 0.0}
    liquid, X = fitted("default", **at_threshold, input_scaling=0.0)
    graph = to_nir(liquid, allow=["initial_voltage"])
    spikes = Interpreter(graph, liquid.dt_ / 1000, "exact").spikes(fed(liquid, X))
    np.testing.assert_array_equal(spikes, trains(liquid, X))
    assert spikes[0].all()


def test_constants_are_those_of_the_equations_in_seconds():
    liquid, _ = fitted("one current", tau_membrane=30.0, resting=-1.0, reset=-2.0, threshold=12.0)
    node = to_nir(liquid, allow=["initial_voltage"]).nodes["units"].nodes["lif"]
    assert type(node) is nir.CubaLIF
    np.testing.assert_array_equal(node.tau_mem, 0.03)
    np.testing.assert_array_equal(node.tau_syn, 0.005)
    np.testing.assert_array_equal(node.v_leak, -1.0 + 13.0)
    np.testing.assert_array_equal(node.v_reset, -2.0)
    np.testing.assert_array_equal(node.v_threshold, np.nextafter(12.0, 0))
    np.testing.assert_allclose(node.w_in * liquid.dt_ / 1000 / node.tau_syn, 1.0, rtol=1e-15)


def test_every_synapse_has_its_weight_and_delay():
    liquid, _ = fitted("delays")
    units = to_nir(liquid).nodes["units"]
    weights, delays = np.zeros((12, 12)), np.zeros((12, 12))
    pairs = [(units.nodes[a], units.nodes[b]) for a, b in units.edges if type(units.nodes[a]) is nir.Delay]
    assert len(pairs) == 4  # of excitatory and inhibitory sources, which have two delays each
    for delay, linear in pairs:
        weights += linear.weight
        delays += np.where(linear.weight != 0, delay.delay, 0.0)
    np.testing.assert_array_equal(weights, liquid.recurrent_weights_.toarray())
    in_steps = np.floor(liquid.delays_.toarray() / 0.5 + 0.5)  # half steps are rounded up
    np.testing.assert_allclose(delays, 0.0005 * in_steps, rtol=1e-12)


@pytest.mark.parametrize("name", ["default", "delays", "one current", "no leak"])
def test_a_graph_lives_in_a_file(name, tmp_path):
    liquid, X = fitted(name)
    nir.write(tmp_path / "liquid.nir", to_nir(liquid))
    graph = nir.read(tmp_path / "liquid.nir")
    spikes = Interpreter(graph, liquid.dt_ / 1000, "exact").spikes(fed(liquid, X))
    np.testing.assert_array_equal(spikes, trains(liquid, X))


def refusals():
    liquid, X = fitted("default")
    echo = EchoStateReservoir(5).fit(X)
    yield "an echo state", echo, {}, TypeError, "'liquid' must be a fitted LIFLiquid"
    yield "a stack", StackedReservoir([liquid, liquid], random_state=0).fit(X), {}, TypeError, "StackedReservoir"
    yield "a model", ReservoirRegressor(liquid, random_state=0).fit(X, X), {}, TypeError, "model.reservoir_"
    yield "a pipeline", make_pipeline(StandardScaler(), liquid).fit(X), {}, TypeError, "Pipeline"
    yield "a class", LIFLiquid, {}, TypeError, "the class LIFLiquid"
    yield "not fitted", LIFLiquid(5), {}, NotFittedError, "not fitted"
    yield "refractory", fitted("default", refractory=2.0)[0], {}, ValueError, "'refractory' off by 2 ms"
    yield "initial voltage", fitted("-65 mV")[0], {}, ValueError, "'initial_voltage' off by 62 mV"
    yield "noise", fitted("default", noise=0.5)[0], {"allow": "refractory"}, ValueError, "'noise' off by 0.5 nA"
    plastic = fitted("default", short_term_plasticity=Markram(0.5, 100.0, 50.0))[0]
    yield "plasticity", plastic, {}, ValueError, "'short_term_plasticity' off by 120 synapses"
    yield "integrator", liquid, {"integrator": "midpoint"}, ValueError, "'integrator' must be one of 'exact', 'euler'"
    yield "allow", liquid, {"allow": ["noise"]}, ValueError, "'allow' must name"
    yield "allow a number", liquid, {"allow": 3}, TypeError, "'allow' must be"


@pytest.mark.parametrize(
    ("liquid", "settings", "error", "message"), [pytest.param(*rest, id=name) for name, *rest in refusals()]
)
def test_what_nir_cannot_say_is_refused(liquid, settings, error, message):
    with pytest.raises(error, match=message):
        to_nir(liquid, **settings)


def test_the_edge_to_the_output_comes_last():
    units = to_nir(fitted("delays")[0]).nodes["units"]
    assert units.edges[-1] == ("lif", "output")
    assert len(set(units.edges)) == len(units.edges)


def test_a_refractory_time_of_a_step_is_none():
    liquid, X = fitted("default", refractory=1.0)
    spikes = Interpreter(to_nir(liquid), 0.001, "exact").spikes(fed(liquid, X))
    np.testing.assert_array_equal(spikes, trains(liquid, X))


def test_static_plasticity_is_in_the_weights():
    liquid, X = fitted("default", short_term_plasticity=Markram(0.5, 100.0, 50.0, rate=10.0, static=True))
    spikes = Interpreter(to_nir(liquid), 0.001, "exact").spikes(fed(liquid, X))
    np.testing.assert_array_equal(spikes, trains(liquid, X))


def test_nothing_of_the_liquid_is_shared_with_the_graph():
    liquid, X = fitted("per unit")
    before = liquid.transform(X)
    units = to_nir(liquid).nodes["units"].nodes
    for array in (units["lif"].tau, units["lif"].v_threshold, units["recurrent_synapse_excitatory"].tau):
        array *= 2
    np.testing.assert_array_equal(liquid.transform(X), before)


# The runtimes are in the extra "runtimes": pip install "liquid-reservoir[runtimes]".
VARIANTS = {
    "as they are": {},
    "per unit": {"tau_membrane": np.linspace(10, 30, 30), "tau_excitatory": np.linspace(3, 8, 30)},
    "reset": {"reset": -3.0, "resting": -3.0},
    "-65 mV": {"resting": -65.0, "reset": -65.0, "threshold": -50.0},
    "float32": {"dtype": "float32"},
    "one unit": {"n_units": 1, "inhibitory": 0.0, "input_scaling": 20.0},
}


def run(module, inputs, n_units):
    torch = pytest.importorskip("torch", reason="needs torch: pip install torch")
    state, spikes = None, []
    with torch.no_grad():
        for one in inputs:
            z, state = module(torch.from_numpy(one[None]).float(), state)
            spikes.append(z.numpy().reshape(-1)[:n_units])
    return np.array(spikes)


def variant(name):
    settings = dict(VARIANTS[name])
    if "tau_excitatory" in settings:
        settings["tau_inhibitory"] = settings["tau_excitatory"]
    return runnable(**settings)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Norse calls what nirtorch is going to drop
@pytest.mark.parametrize("name", VARIANTS)
def test_norse_gives_every_spike(name):
    imported = pytest.importorskip("norse.torch.utils.import_nir", reason='needs norse: pip install "norse==1.1.0"')
    liquid, X = variant(name)
    module = imported.from_nir(to_nir(liquid, integrator="euler"), dt=liquid.dt_ / 1000)
    spikes = run(module, fed(liquid, X, late=1), liquid.n_units_)
    assert spikes.sum() > 100
    np.testing.assert_array_equal(spikes, trains(liquid, X))


@pytest.mark.parametrize("name", VARIANTS)
def test_snntorch_gives_every_spike(name):
    imported = pytest.importorskip("snntorch.import_nir", reason='needs snntorch: pip install "snntorch==1.0.0"')
    liquid, X = variant(name)
    assert liquid.dt_ == 0.1  # which snnTorch takes for granted
    module = imported.import_from_nir(to_nir(liquid, integrator="euler"))
    spikes = run(module, fed(liquid, X, late=1), liquid.n_units_)
    assert spikes.sum() > 100
    np.testing.assert_array_equal(spikes, trains(liquid, X))


# What a runtime does with the rest, as the guide says; a test that fails here is good news.


def in_norse(liquid, X):
    imported = pytest.importorskip("norse.torch.utils.import_nir", reason='needs norse: pip install "norse==1.1.0"')
    module = imported.from_nir(to_nir(liquid, integrator="euler"), dt=liquid.dt_ / 1000)
    return run(module, fed(liquid, X, late=1), liquid.n_units_)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_norse_loses_recurrent_connections_that_have_a_delay():
    liquid, X = runnable(delays=1.0)
    alone, _ = runnable(recurrent_weights=np.zeros((30, 30)), input_weights=liquid.input_weights_)
    assert np.any(trains(alone, X) != trains(liquid, X))
    # nirtorch begins at the first of a set of nodes, the input or the recurrent weights, in the order of addresses.
    spikes = in_norse(liquid, X)
    assert not spikes.any() or np.array_equal(spikes, trains(alone, X))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_norse_charges_synapses_by_the_leak_and_knows_no_leaky_integrator():
    liquid, X = runnable(background_current=3.0)
    assert in_norse(liquid, X).sum() > 10 * trains(liquid, X).sum()
    with pytest.raises(KeyError, match="recurrent_synapse_excitatory"):
        in_norse(*runnable(tau_inhibitory=8.0))


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"background_current": 3.0}, AssertionError, "v_leak not supported"),
        ({"delays": 1.0}, ValueError, "Delay"),
        ({"tau_inhibitory": 8.0}, ValueError, "LI"),
    ],
)
def test_snntorch_refuses_what_it_does_not_know(settings, error, message):
    imported = pytest.importorskip("snntorch.import_nir", reason='needs snntorch: pip install "snntorch==1.0.0"')
    with pytest.raises(error, match=message):
        imported.import_from_nir(to_nir(runnable(**settings)[0], integrator="euler"))


def test_snntorch_sends_inputs_of_a_flat_graph_through_the_recurrent_weights():
    imported = pytest.importorskip("snntorch.import_nir", reason='needs snntorch: pip install "snntorch==1.0.0"')
    liquid, X = runnable(recurrent_weights=np.zeros((30, 30)))
    graph = to_nir(liquid, integrator="euler")
    inside = graph.nodes["units"].nodes
    nodes = {name: graph.nodes[name] for name in ("input", "input_weights", "output")}
    nodes |= {name: inside[name] for name in ("lif", "recurrent_weights")}
    edges = [("input", "input_weights"), ("input_weights", "lif"), ("lif", "output")]
    flat = nir.NIRGraph(nodes, [*edges, ("lif", "recurrent_weights"), ("recurrent_weights", "lif")])
    spikes = run(imported.import_from_nir(flat), fed(liquid, X, late=1), 30)
    assert trains(liquid, X).sum() > 100
    assert spikes.sum() == 0
