import json

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from onnx_runs import run, session

from reservoir import CfCLiquid, EchoStateReservoir, StackedReservoir
from reservoir.interop import to_onnx
from reservoir.interop.onnx_graph.graph import Graph
from reservoir.interop.onnx_graph.network import IR_VERSION, OPSET, Network, Value


def shapes(values):
    return {one.name: [size.dim_param or size.dim_value for size in one.type.tensor_type.shape.dim] for one in values}


def test_inputs_and_outputs_of_one_series_and_of_a_batch():
    liquid = CfCLiquid(5, mixed_memory=True, random_state=0).fit(np.zeros((1, 3)))
    one, batch = to_onnx(liquid).graph, to_onnx(liquid, batch=True).graph
    assert shapes(one.input) == {"X": ["n_steps", 3], "state": [5], "memory": [5]}
    assert shapes(one.output) == {"states": ["n_steps", 5], "next_state": [5], "next_memory": [5]}
    assert shapes(batch.input) == {
        "X": ["n_sequences", "n_steps", 3],
        "state": ["n_sequences", 5],
        "memory": ["n_sequences", 5],
    }
    assert shapes(batch.output) == {
        "states": ["n_sequences", "n_steps", 5],
        "next_state": ["n_sequences", 5],
        "next_memory": ["n_sequences", 5],
    }


def test_a_state_that_is_not_given_is_at_rest_in_every_series_of_a_batch():
    liquid = EchoStateReservoir(5, random_state=0).fit([[0.0]])
    running = session(to_onnx(liquid, batch=True))
    assert [one.name for one in running.get_inputs()] == ["X"]
    assert [one.name for one in running.get_overridable_initializers()] == ["state"]
    X = np.random.RandomState(0).standard_normal((3, 4, 1))
    assert_array_equal(run(running, X=X)["states"], run(running, X=X, state=np.zeros((3, 5)))["states"])


def test_every_series_of_a_batch_has_a_state_of_its_own():
    liquid = EchoStateReservoir(5, random_state=0).fit([[0.0]])
    state = np.random.RandomState(0).uniform(-1, 1, (3, 5))
    batch = run(to_onnx(liquid, batch=True), X=np.zeros((3, 2, 1)), state=state)
    for number in range(3):
        alone = run(to_onnx(liquid), X=np.zeros((2, 1)), state=state[number])
        np.testing.assert_allclose(batch["states"][number], alone["states"], rtol=0, atol=1e-15)
        np.testing.assert_allclose(batch["next_state"][number], alone["next_state"], rtol=0, atol=1e-15)


def test_a_graph_says_its_versions_and_what_is_written_about_it():
    network = Network(Graph(), batch=False)
    X = network.series("X", 2, np.float64)
    doubled = Value(network.graph.add("Add", X.name, X.name), X.dtype, X.shape)
    model = network.model({"doubled": doubled}, {"library": "liquid-reservoir", "classes": ["a", "b"]})
    assert (model.ir_version, model.opset_import[0].version) == (IR_VERSION, OPSET) == (8, 18)
    record = {entry.key: entry.value for entry in model.metadata_props}
    assert record == {"library": "liquid-reservoir", "classes": json.dumps(["a", "b"])}
    assert model.producer_name == "liquid-reservoir"
    assert_array_equal(run(model, X=np.ones((3, 2)))["doubled"], np.full((3, 2), 2.0))


def test_the_states_of_layers_are_named_after_them():
    stack = StackedReservoir([EchoStateReservoir(3, random_state=0), CfCLiquid(2, mixed_memory=True, random_state=0)])
    graph = to_onnx(stack.fit([[0.0]])).graph
    names = ["layer1__state", "layer2__state", "layer2__memory"]
    assert [value.name for value in graph.input] == ["X", *names]
    assert [value.name for value in graph.output] == ["states", *(f"next_{name}" for name in names)]


def test_onnx_refuses_a_graph_whose_output_is_not_computed():
    network = Network(Graph(), batch=False)
    X = network.series("X", 2, np.float64)
    with pytest.raises(Exception, match="nowhere"):
        network.model({"missing": X._replace(name="nowhere")}, {})
