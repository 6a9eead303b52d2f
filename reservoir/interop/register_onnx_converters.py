"""Converters for skl2onnx, with which it converts pipelines that hold reservoirs and readouts of this library."""

from typing import Any

import numpy as np
from sklearn.base import is_classifier

from readouts import RidgeReadout, RidgeReadoutClassifier, RLSReadout, RLSReadoutClassifier
from reservoir.cfc import CfCLiquid
from reservoir.ctrnn import CTRNNLiquid
from reservoir.echo_state import EchoStateReservoir
from reservoir.encoder import SequenceEncoder
from reservoir.interop.onnx_graph.every_rule import add_model
from reservoir.interop.onnx_graph.graph import Graph
from reservoir.interop.onnx_graph.network import OPSET, Network, Value
from reservoir.interop.to_onnx import n_inputs, takes_sequences
from reservoir.legendre_memory import LegendreMemory
from reservoir.ltc import LTCLiquid
from reservoir.nvar import NVAR
from reservoir.per_sequence import PerSequence
from reservoir.regressor import ReservoirRegressor
from reservoir.residual import ResidualReservoir
from reservoir.sequence_models import ReservoirClassifier, SequenceRegressor
from reservoir.stack import StackedReservoir

READOUTS = (RidgeReadout, RidgeReadoutClassifier, RLSReadout, RLSReadoutClassifier)
RESERVOIRS = (
    EchoStateReservoir, ResidualReservoir, CTRNNLiquid, LTCLiquid, CfCLiquid, LegendreMemory, NVAR, StackedReservoir,
)  # fmt: skip
MODELS = (ReservoirRegressor, ReservoirClassifier, SequenceRegressor, SequenceEncoder, PerSequence)


def register_onnx_converters() -> None:
    """Let skl2onnx convert readouts, reservoirs, and models of these, in pipelines too.

    After this call ``skl2onnx.to_onnx(pipeline, X)`` works, in double precision as well, with `readouts.RidgeReadout`,
    `readouts.RidgeReadoutClassifier`, `readouts.RLSReadout` and `readouts.RLSReadoutClassifier` anywhere in it.
    So it does with reservoirs, `ReservoirRegressor`, `SequenceEncoder`, `ReservoirClassifier`, `SequenceRegressor` and
    `PerSequence`. Classifiers have the outputs "label" and "scores", the values of ``decision_function``, and no
    dictionaries. Reservoirs start at rest in every run, and all sequences are as long as X: skl2onnx knows no further
    inputs, which `reservoir.interop.to_onnx` has. To call it twice does no harm.

    Needs skl2onnx: ``pip install "liquid-reservoir[onnx]"``.

    Raises
    ------
    ImportError
        If skl2onnx is not installed.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from readouts import RidgeReadoutClassifier
    >>> from reservoir.interop import register_onnx_converters
    >>> X = np.random.RandomState(0).standard_normal((100, 3))
    >>> pipeline = make_pipeline(StandardScaler(), RidgeReadoutClassifier()).fit(X, X[:, 0] > 0)
    >>> register_onnx_converters()  # doctest: +SKIP
    >>> import skl2onnx  # doctest: +SKIP
    >>> [value.name for value in skl2onnx.to_onnx(pipeline, X).graph.output]  # doctest: +SKIP
    ['label', 'scores']
    """
    try:
        from skl2onnx import update_registered_converter
    except ImportError:
        raise ImportError('register_onnx_converters needs skl2onnx: pip install "liquid-reservoir[onnx]".') from None

    for kind in (*READOUTS, *RESERVOIRS, *MODELS):
        functions = {"shape_fct": infer_outputs, "convert_fct": add_operator, "parser": declare_outputs}
        update_registered_converter(kind, alias_of(kind), overwrite=True, **functions)


def declare_outputs(scope: Any, model: Any, inputs: list[Any], custom_parsers: Any = None) -> list[Any]:
    """Return the outputs of a new operator of skl2onnx, whose types `infer_outputs` finds when those before are known.

    Without a parser of its own, a classifier would be given a dictionary of probabilities.
    """
    operator = scope.declare_local_operator(alias_of(type(model)), model)
    operator.inputs = inputs
    names = ["label", "scores"] if is_classifier(model) else ["variable"]
    names += ["probabilities"] if getattr(model, "temperature_", None) is not None else []
    for name in names:
        operator.outputs.append(scope.declare_local_variable(name, inputs[0].type))
    return operator.outputs


def infer_outputs(operator: Any) -> None:
    """Write the types and shapes of an operator's outputs."""
    from skl2onnx.common import data_types

    kinds = {"f8": "Double", "f4": "Float", "i8": "Int64", "b1": "Boolean"}
    network = Network(Graph(), takes_batch(operator))
    outputs = add_model(operator.raw_operator, network, input_of(operator))
    for variable, value in zip(operator.outputs, outputs.values(), strict=True):
        kind = kinds.get(value.dtype.str[1:], "String")
        shape = [size if isinstance(size, int) else None for size in value.shape]
        variable.set_type(getattr(data_types, f"{kind}TensorType")(shape))


def add_operator(scope: Any, operator: Any, container: Any) -> None:
    """Add the nodes of an operator to a graph of skl2onnx: its converter."""
    from onnx.helper import make_node
    from onnx.numpy_helper import from_array

    if container.target_opset < OPSET:
        raise ValueError(
            f"'target_opset' must be at least {OPSET} for {type(operator.raw_operator).__name__}; got "
            f"{container.target_opset}. Pass target_opset={OPSET} to skl2onnx."
        )
    prefix = scope.get_unique_variable_name("liquid") + "_"
    graph = Graph(prefix=prefix)
    network = Network(graph, takes_batch(operator), prefix)
    X = input_of(operator)
    # Under a name of its own, because skl2onnx cannot give another name to what a Scan is given.
    outputs = add_model(operator.raw_operator, network, X._replace(name=graph.add("Identity", X.name)))
    for variable, value in zip(operator.outputs, outputs.values(), strict=True):
        name = variable.full_name
        graph.nodes.append(make_node("Identity", [value.name], [name], f"{prefix}output_{name}"))
    container.nodes += graph.nodes
    container.initializers += graph.constants.values()
    container.initializers += [from_array(array, name) for name, array in network.defaults.items()]
    container.node_domain_version_pair_sets |= set(network.domains.items())


def input_of(operator: Any) -> Value:
    """Return the one input of an operator of skl2onnx."""
    variable = operator.inputs[0]
    dtype = np.dtype(np.float32 if type(variable.type).__name__ == "FloatTensorType" else np.float64)
    sizes = [f"size_{axis}" if size is None else size for axis, size in enumerate(variable.type.shape)]
    return Value(variable.full_name, dtype, (*sizes[:-1], n_inputs(operator.raw_operator)))


def takes_batch(operator: Any) -> bool:
    """Whether the input of an operator is a batch of series, of three axes."""
    return takes_sequences(operator.raw_operator) or len(operator.inputs[0].type.shape) > 2


def alias_of(kind: type) -> str:
    """Return the name of a class among the operators of skl2onnx."""
    return f"LiquidReservoir{kind.__name__}"
