"""What tests of ONNX graphs share: runs of them in onnxruntime, whole, split, and many series at once."""

import numpy as np
import pytest

from reservoir.interop.onnx_graph.graph import Graph
from reservoir.interop.onnx_graph.network import Network, Value
from reservoir.interop.to_onnx import to_onnx

WHY = 'pip install "liquid-reservoir[onnx]"'
pytest.importorskip("onnx", reason=WHY)
onnxruntime = pytest.importorskip("onnxruntime", reason=WHY)

# Rounding in double precision; in single precision the tanh and the sigmoid of onnxruntime are off by some 3e-7, of
# which a state holds the sum over its past.
TOLERANCE = {"float64": 1e-12, "float32": 5e-6}


def session(graph):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # else it says of every state that it is an input with a default value
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(graph.SerializeToString(), options, providers=["CPUExecutionProvider"])


def run(graph, **inputs):
    """The outputs by their names; graph is a model of onnx, or a session."""
    running = graph if hasattr(graph, "run") else session(graph)
    return dict(zip([one.name for one in running.get_outputs()], running.run(None, inputs), strict=True))


def states_after(outputs):
    """The states that go out, by the names under which they go in."""
    return {name.removeprefix("next_"): value for name, value in outputs.items() if name.startswith("next_")}


def computed(build, **inputs):
    """What nodes make of inputs: ``build(graph, *names)`` returns the names of their outputs."""
    network = Network(Graph(), batch=False)
    for name, array in inputs.items():
        network.take(Value(name, array.dtype, (None,) * array.ndim))
    names = build(network.graph, *inputs)
    names = [names] if isinstance(names, str) else names
    outputs = {f"output{number}": name for number, name in enumerate(names)}
    return list(run(unchecked(network, outputs), **inputs).values())


def unchecked(network, outputs):
    from onnx import TypeProto, ValueInfoProto, helper
    from onnx.shape_inference import infer_shapes

    graph = network.graph
    graph.nodes += [helper.make_node("Identity", [name], [output]) for output, name in outputs.items()]
    inputs = [
        helper.make_tensor_value_info(v.name, helper.np_dtype_to_tensor_dtype(v.dtype), v.shape) for v in network.inputs
    ]
    ends = [ValueInfoProto(name=name, type=TypeProto()) for name in outputs]
    made = helper.make_graph(graph.nodes, "test", inputs, ends, [*graph.constants.values()])
    return infer_shapes(helper.make_model(made, ir_version=8, opset_imports=[helper.make_opsetid("", 18)]))


def assert_same_states(model, X, tolerance=None):
    """A graph gives the states of ``run``: of a whole series, of a split one, row by row, and of a batch."""
    X = X.astype(model.dtype_)
    tolerance = TOLERANCE[model.dtype_.name] if tolerance is None else tolerance
    expected, graph = model.transform(X), session(to_onnx(model))
    whole = run(graph, X=X)
    assert whole["states"].dtype == expected.dtype
    np.testing.assert_allclose(whole["states"], expected, rtol=0, atol=tolerance)
    half, pieces, going = len(X) // 2, [], {}
    for rows in (X[:half], *X[half : half + 3, None], X[half + 3 :]):
        outputs = run(graph, X=rows, **going)
        pieces.append(outputs["states"])
        going = states_after(outputs)
    np.testing.assert_allclose(np.concatenate(pieces), expected, rtol=0, atol=tolerance)
    assert going.keys() == states_after(whole).keys()
    both = np.stack([X, X[::-1]])
    np.testing.assert_allclose(
        run(to_onnx(model, batch=True), X=both)["states"], model.transform(both), rtol=0, atol=tolerance
    )
