"""Graphs of NIR become liquids with the spikes of the library that wrote them, and of the liquid they came from."""

from pathlib import Path

import nir
import numpy as np
import pytest
from nir_cases import CASES, fed, fitted, trains
from nir_twin import Interpreter
from sklearn.base import clone

from reservoir import LIFLiquid, SpikingLiquid
from reservoir.interop import from_nir, to_nir

STORED = Path(__file__).parents[2] / "fixtures" / "nir"
ONES = np.ones(2)


def stored(name):
    """Return a graph, and what the library that wrote it is fed and how it spikes."""
    writer, _, case = name.partition("_")
    recorded = np.load(STORED / f"{writer}_spikes.npz")
    graph = nir.read(STORED / f"{name}.nir", type_check=writer != "rockpool")
    return graph, recorded[f"{case}_inputs"].astype(float), recorded[f"{case}_spikes"].astype(float)


def spikes_of(graph, X, **settings):
    return from_nir(graph, output="counts", **settings).transform(X)


@pytest.mark.parametrize("integrator", ["exact", "euler"])
@pytest.mark.parametrize("name", CASES)
def test_a_liquid_comes_back(name, integrator, tmp_path):
    liquid, X = fitted(name)
    nir.write(tmp_path / "liquid.nir", to_nir(liquid, integrator=integrator, allow="initial_voltage"))
    back = from_nir(nir.read(tmp_path / "liquid.nir"), dtype=liquid.dtype_.name)
    assert (back.dt_, back.input_period_) == (liquid.dt_, liquid.input_period_)
    for own, other in zip(back.spikes(X), liquid.spikes(X), strict=True):
        np.testing.assert_array_equal(own, other)
    np.testing.assert_array_equal(back.transform(X), liquid.transform(X))


def test_a_refractory_time_comes_back_with_its_liquid_only():
    liquid, X = fitted("default", refractory=(3.0, 1.9))
    graph = to_nir(liquid, allow="refractory")
    back = from_nir(graph)
    np.testing.assert_array_equal(back.refractory_steps_, liquid.refractory_steps_)
    np.testing.assert_array_equal(back.transform(X), liquid.transform(X))
    of_graph = trains(from_nir(graph, refractory=0.0), X)
    np.testing.assert_array_equal(of_graph, Interpreter(graph, 0.001, "exact").spikes(fed(liquid, X)))
    assert np.any(of_graph != trains(liquid, X))


@pytest.mark.parametrize("name", ["default", "one current", "per unit", "no leak"])
def test_constants_come_back(name):
    liquid, _ = fitted(name)
    back = from_nir(to_nir(liquid, allow="initial_voltage"))
    for constant in ("threshold_", "reset_", "tau_membrane_", "initial_voltage_", "tau_excitatory_", "capacitance_"):
        if hasattr(liquid, constant):
            # Two neighbouring times in ms may be one time in seconds.
            np.testing.assert_array_max_ulp(getattr(back, constant), getattr(liquid, constant), "tau" in constant)
    np.testing.assert_array_equal(back.recurrent_weights_.toarray(), liquid.recurrent_weights_.toarray())
    np.testing.assert_array_equal(back.input_weights_, liquid.input_weights_)
    if hasattr(liquid, "resting_"):
        np.testing.assert_array_equal(back.resting_, liquid.resting_ + liquid.background_current_)


def test_a_liquid_is_fitted_and_can_be_fitted_again():
    graph, X, _ = stored("snntorch_rsynaptic")
    liquid = from_nir(graph, dt=0.1, integrator="euler")
    assert type(liquid) is LIFLiquid
    again = clone(liquid).fit(X)
    np.testing.assert_array_equal(again.transform(X), liquid.transform(X))


def test_units_without_leak_are_perfect_ones():
    liquid = from_nir(stored("sinabs_iaf")[0], dt=1000.0)
    assert type(liquid) is SpikingLiquid
    assert type(liquid.neuron_).__name__ == "PerfectIntegrateAndFire"


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("snntorch_leaky", {"dt": 0.1, "integrator": "euler"}),
        ("snntorch_rleaky", {"dt": 0.1, "integrator": "euler"}),
        ("snntorch_synaptic", {"dt": 0.1, "integrator": "euler"}),
        ("snntorch_rsynaptic", {"dt": 0.1, "integrator": "euler", "refractory": 0.2}),  # it resets a step late
        ("norse_lif_box", {"dt": 1.0, "integrator": "euler"}),
        ("norse_iaf", {"dt": 1000.0, "integrator": "euler"}),  # it counts steps
        ("sinabs_lif", {"dt": 1000.0}),
        ("sinabs_iaf", {"dt": 1000.0}),
    ],
)
def test_spikes_are_those_of_the_library_that_wrote_the_graph(name, settings):
    graph, X, expected = stored(name)
    spikes = spikes_of(graph, X, **settings)
    late = int(any(type(node) is nir.CubaLIF for node in graph.nodes.values()))
    assert expected.sum() >= 30
    np.testing.assert_array_equal(spikes[late:], expected[: len(expected) - late])


def test_a_cell_of_norse_needs_the_weight_that_it_does_not_write():
    # Its current jumps by 1 at a spike, but its graph says w_in = 1, which is a jump of dt / tau_syn.
    graph, X, expected = stored("norse_lif")
    assert spikes_of(graph, X, dt=1.0, integrator="euler").sum() == 0
    node = graph.nodes["1"]
    node.w_in = node.tau_syn / 0.001
    spikes = spikes_of(graph, X, dt=1.0, integrator="euler")
    np.testing.assert_array_equal(spikes[1:], expected[:-1])


def first(spikes):
    return np.where(spikes.any(axis=0), spikes.argmax(axis=0), -1)


def test_units_of_rockpool_agree_until_their_first_reset():
    # It subtracts the threshold, which no graph of NIR says, and V moves by all of a current in a step.
    graph, X, expected = stored("rockpool_lif_neuron")
    node = graph.nodes["1_LIFNeuronTorch"]
    node.r = -1 / np.expm1(-0.001 / node.tau)
    np.testing.assert_array_equal(first(spikes_of(graph, X, dt=1.0)), first(expected))


def test_synapses_of_rockpool_agree_until_the_first_reset():
    # A current jumps by 1, decays in the same step, and moves V by all of it; its graph says w_in = 1.
    graph, X, expected = stored("rockpool_lif")
    node = graph.nodes["1_LIFTorch"]
    keep, decay = np.exp(-0.001 / node.tau_mem), np.exp(-0.001 / node.tau_syn)
    node.tau_mem, node.r = 0.001 / (1 - keep), 1 / (1 - keep)
    node.tau_syn, node.w_in = 0.001 / (1 - decay), decay / (1 - decay)
    spikes = spikes_of(graph, X, dt=1.0, integrator="euler")
    assert np.all(first(expected) >= 0)
    np.testing.assert_array_equal(first(spikes[1:]), first(expected))


def test_a_wrong_time_constant_of_norse_is_told():
    graph = nir.read(STORED / "norse_wrong_time.nir")
    with pytest.raises(ValueError, match=r"got 0.00666667 ms of a membrane. Norse 1.1.0 .* pass dt=1.0 to its to_nir"):
        from_nir(graph, dt=1.0, integrator="euler")


def lif(n=2, **fields):
    fields = {"tau": 0.02, "r": 1.0, "v_leak": 0.0, "v_threshold": 1.0, "v_reset": 0.0, **fields}
    return nir.LIF(**{name: np.full(n, float(value)) for name, value in fields.items()})


def cuba(n=2, **fields):
    fields = {
        "tau_mem": 0.02,
        "tau_syn": 0.005,
        "r": 1.0,
        "v_leak": 0.0,
        "v_threshold": 1.0,
        "v_reset": 0.0,
        "w_in": 5.0,
        **fields,
    }
    return nir.CubaLIF(**{name: np.full(n, float(value)) for name, value in fields.items()})


def chain(*nodes, n_inputs=2, loop=()):
    """Return a graph of nodes one after the other, n0, n1 and so on; ``loop`` are edges more."""
    named = {"input": nir.Input({"input": np.atleast_1d(n_inputs)})}
    named |= {f"n{number}": node for number, node in enumerate(nodes)}
    named["output"] = nir.Output({"output": np.array([2])})
    names = list(named)
    edges = [*zip(names[:-1], names[1:], strict=True), *loop]
    return nir.NIRGraph(named, edges, type_check=False)


def linear(*rows):
    return nir.Linear(np.array(rows, float) if rows else np.eye(2))


@pytest.mark.parametrize("integrator", ["exact", "euler"])
@pytest.mark.parametrize(
    "graph",
    [
        chain(lif(r=3.0)),
        chain(linear([1, 2], [3, 1]), nir.Scale(2 * ONES), lif()),
        chain(nir.Affine(np.eye(2), 0.5 * ONES), lif(v_leak=0.2)),
        chain(linear(), nir.IF(r=90 * ONES, v_threshold=ONES, v_reset=-ONES)),
        chain(nir.Delay(np.array([0.001, 0.003])), linear([1, 1], [0, 1]), cuba(r=4.0)),
        chain(linear([1, 1], [0, 1]), nir.Delay(np.array([0.001, 0.003])), cuba(r=4.0)),
        chain(linear(), nir.LI(tau=0.004 * ONES, r=3 * ONES, v_leak=0 * ONES), lif(r=5.0)),
    ],
)
def test_linear_nodes_of_all_kinds_give_the_spikes_of_the_equations(graph, integrator):
    drawn = np.random.RandomState(0)
    liquid = from_nir(graph, dt=1.0, integrator=integrator, output="counts")
    X = drawn.uniform(0, 3, (80, 2)) if liquid.input_ == "current" else drawn.poisson(0.5, (80, 2)).astype(float)
    late = int(integrator == "euler" and liquid.input_ == "spikes")
    for node in graph.nodes.values():
        node.metadata = {}
    expected = Interpreter(graph, 0.001, integrator).spikes(X)
    assert expected.sum() > 5
    np.testing.assert_array_equal(liquid.transform(X)[late:], expected[: 80 - late])


def test_equal_synaptic_currents_may_come_before_the_weights():
    synapse = nir.LI(tau=0.004 * ONES, r=3 * ONES, v_leak=0 * ONES)
    X = np.random.RandomState(0).poisson(0.5, (80, 2))
    one, other = (chain(*pair, lif(r=5.0)) for pair in ((synapse, linear([1, 2])), (linear([1, 2], [1, 2]), synapse)))
    spikes = spikes_of(other, X, dt=1.0)
    assert spikes.sum() > 5
    one.nodes["n2"] = lif(1, r=5.0)
    np.testing.assert_array_equal(spikes_of(one, X, dt=1.0), spikes[:, :1])
    synapse.tau = np.array([0.004, 0.003])
    with pytest.raises(ValueError, match="must not sum what has different time constants; node 'n1' does"):
        from_nir(one, dt=1.0)


def test_features_are_those_of_a_flattened_input():
    flatten = nir.Flatten({"input": np.array([2, 3])}, start_dim=0, end_dim=-1)
    graph = chain(flatten, nir.Linear(np.ones((2, 6))), lif(), n_inputs=(2, 3))
    assert from_nir(graph, dt=1.0).n_features_in_ == 6


def refused():
    conv = nir.Conv1d(2, np.ones((2, 1, 1)), 1, 0, 1, 1, np.zeros(2))
    pool = nir.SumPool2d(np.array([2, 2]), np.array([2, 2]), np.array([0, 0]))
    yield "convolution", chain(conv, lif()), "node 'n0', Conv1d"
    yield "pooling", chain(pool, lif()), "node 'n0', SumPool2d"
    yield "threshold", chain(nir.Threshold(ONES), lif()), "node 'n0', Threshold"
    yield "two populations", chain(lif(), linear(), lif()), r"one population .* got 'n0' \(LIF\), 'n2' \(LIF\)"
    yield "no units", chain(linear()), "must have a population of units, .* got only Input, Linear, Output"
    yield "only a leaky integrator", chain(nir.LI(tau=ONES, r=ONES, v_leak=ONES)), "got only Input, LI, Output"
    yield "a readout", chain(lif(), linear()), "must end with its units; got node 'n1', Linear"
    yield (
        "no input",
        nir.NIRGraph({"lif": lif(), "output": nir.Output({"output": ONES})}, [("lif", "output")], type_check=False),
        "one input",
    )
    yield "a cycle", chain(linear(), linear(), lif(), loop=[("n1", "n0")]), "no cycles but those through the units"
    yield (
        "two synaptic currents in a row",
        chain(nir.LI(tau=ONES, r=ONES, v_leak=0 * ONES), cuba()),
        "one synaptic current",
    )
    yield "a current that leaks to another value", chain(nir.LI(tau=ONES, r=ONES, v_leak=ONES), lif()), "fade to 0"
    yield "two delays", chain(linear(), cuba(), loop=[("n1", "d"), ("d", "n1"), ("n1", "n1")]), "'d'"
    yield "delayed currents", chain(nir.Delay(0.001 * ONES), lif()), "must not delay currents"
    yield "bias of a synapse", chain(nir.Affine(np.eye(2), ONES), cuba()), r"pass allow=\('bias',\)"
    yield "reset", chain(lif(v_reset=1.0)), "v_reset below v_threshold"
    yield "time constant", chain(lif(tau=0.0)), "time constants above 0"
    yield "not finite", chain(lif(tau=np.inf)), "finite numbers; got tau=inf in a node LIF"
    yield "weights that are not finite", chain(linear([np.nan, 0], [0, 1]), lif()), "finite numbers; got weight=nan"
    yield "delay", chain(nir.Delay(-ONES), cuba()), "delays of at least 0"
    yield "sizes", chain(linear([1, 1]), lif(2)), "one tau or 1|one r or 1"
    yield "inputs", chain(linear([1, 1, 1], [1, 1, 1]), lif()), r"nodes that fit each other; got weights \(2, 3\)"
    yield "delays", chain(nir.Delay(ONES), linear([1], [1]), cuba()), "nodes that fit each other; 'n1' is for 1 entries"
    yield "resistance", chain(nir.IF(r=-ONES, v_threshold=ONES, v_reset=0 * ONES)), "r above 0"


@pytest.mark.parametrize(("graph", "message"), [pytest.param(*rest, id=name) for name, *rest in refused()])
def test_what_is_no_liquid_is_refused_by_name(graph, message):
    with pytest.raises(ValueError, match=message):
        from_nir(graph, dt=1.0)


def test_units_can_be_taken_out_of_a_larger_graph():
    graph = chain(linear(), lif(r=3.0), linear(), lif())
    liquid = from_nir(graph, dt=1.0, units="n1")
    np.testing.assert_array_equal(
        liquid.transform(np.ones((30, 2))), from_nir(chain(linear(), lif(r=3.0)), dt=1.0).transform(np.ones((30, 2)))
    )
    with pytest.raises(ValueError, match="'units' must name a node .* n1, n3; got 'n0'"):
        from_nir(graph, dt=1.0, units="n0")
    with pytest.raises(ValueError, match="got node 'n1', LIF"):
        from_nir(graph, dt=1.0, units="n3")


def test_a_bias_charges_synapses_only_in_the_beginning():
    graph = chain(nir.Affine(np.eye(2), 0.3 * ONES), cuba(r=1.0, tau_mem=0.03))
    spikes = spikes_of(graph, np.zeros((300, 2)), dt=1.0, allow=["bias"])
    expected = Interpreter(graph, 0.001, "exact").spikes(np.zeros((300, 2)))
    interval = np.diff(np.flatnonzero(expected[:, 0]))[-1]
    assert np.diff(np.flatnonzero(spikes[:, 0]))[-1] == interval
    assert 0 < expected[:, 0].argmax() - spikes[:, 0].argmax() <= 10  # ms, two time constants of the synapse


def test_a_graph_does_not_hold_the_time_step():
    with pytest.raises(ValueError, match="'dt' must be the time step in ms .* It is 0.1 for snnTorch"):
        from_nir(chain(lif()))
    graph = to_nir(fitted("default")[0])
    assert from_nir(graph).dt_ == 1.0
    assert from_nir(graph, dt=0.5).input_period_ == 0.5


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"dt": 0.0}, ValueError, "'dt' must be a number above 0"),
        ({"integrator": "heun"}, ValueError, "'integrator' must be one of"),
        ({"units": 3}, TypeError, "'units' must be a string"),
        ({"allow": ["refractory"]}, ValueError, "'allow' must name what may be approximate, bias"),
        ({"input_period": 1.5}, ValueError, "'input_period' must be a whole number"),
        ({"refractory": -1.0}, ValueError, "'refractory' must be"),
        ({"output": "spikes"}, ValueError, "'output' must be one of"),
        ({"dtype": "float16"}, ValueError, "'dtype' must be"),
    ],
)
def test_settings_are_checked(settings, error, message):
    with pytest.raises(error, match=message):
        from_nir(chain(lif()), **{"dt": 1.0, **settings})


@pytest.mark.parametrize("graph", ["liquid.nir", None, lif(), {}])
def test_only_graphs_are_read(graph):
    with pytest.raises(TypeError, match=r"'graph' must be a nir.NIRGraph, such as nir.read\(path\)"):
        from_nir(graph, dt=1.0)


def test_a_graph_is_left_as_it_was():
    graph, X, _ = stored("snntorch_rsynaptic")
    before = graph.nodes["1.lif"].tau_mem.copy()
    from_nir(graph, dt=0.1).transform(X)
    np.testing.assert_array_equal(graph.nodes["1.lif"].tau_mem, before)
