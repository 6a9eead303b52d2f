"""Estimators of scikit-learn as nodes, by way of skl2onnx."""

import warnings
from typing import Any

import numpy as np
from sklearn.base import is_classifier

from reservoir.interop.onnx_graph.network import OPSET, Network, Value

ML_OPSET = 3  # of the operators of trees and of others that only machine learning has


def add_estimator(network: Network, estimator: Any, X: Value) -> dict[str, Value]:
    """Return what a fitted estimator of scikit-learn makes of rows, each by itself.

    Raises
    ------
    ValueError
        If skl2onnx cannot convert it.
    """
    graph = network.graph
    converted = convert(estimator, X)
    nested = len(X.shape) > 2
    flat = graph.add("Reshape", X.name, np.array([-1, X.n_columns])) if nested else X.name
    names, outputs = inlined(network, converted, flat), {}
    for info in converted.graph.output:
        dtype, n_columns = dtype_and_width(info)
        value, shape = names[info.name], (X.shape[0], *([] if n_columns is None else [n_columns]))
        if nested:
            shape = (*X.shape[:-1], *shape[1:])
            leading = graph.add("Shape", X.name, start=0, end=-1)
            value = graph.add("Reshape", value, graph.join([leading, graph.constant(np.array(shape[2:], np.int64))], 0))
        outputs[info.name] = Value(value, dtype, shape)
    return outputs


def convert(estimator: Any, X: Value) -> Any:
    """Return the `onnx.ModelProto` of a fitted estimator for rows such as those of X."""
    from skl2onnx import convert_sklearn
    from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType

    kind = DoubleTensorType if X.dtype == np.float64 else FloatTensorType
    given = {"initial_types": [("X", kind([None, X.n_columns]))], "target_opset": {"": OPSET, "ai.onnx.ml": ML_OPSET}}
    options = {id(estimator): {"zipmap": False}} if is_classifier(estimator) else None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of versions, and of what scikit-learn is about to change
            return convert_sklearn(estimator, options=options, **given)
    except Exception as error:  # skl2onnx has no base class of its errors
        raise ValueError(
            f"'model' must have steps that skl2onnx can convert in {X.dtype} precision; got {estimator!r}: "
            f"{type(error).__name__}, {str(error)[:200]!r}. Take another step, or export the reservoir by itself."
        ) from error


def inlined(network: Network, converted: Any, rows: str) -> dict[str, str]:
    """Put the nodes of another model into a graph, and return the names of its outputs there."""
    from onnx.compose import add_prefix

    graph = network.graph
    prefix = graph.name("step") + "_"
    renamed = add_prefix(converted, prefix).graph
    (given,) = renamed.input
    graph.nodes += [_identity(rows, given.name), *renamed.node]
    graph.root.constants |= {tensor.name: tensor for tensor in renamed.initializer}
    for one in converted.opset_import:
        network.domains.setdefault(one.domain, one.version)
    return {info.name: other.name for info, other in zip(converted.graph.output, renamed.output, strict=True)}


def _identity(before, after):
    from onnx.helper import make_node

    return make_node("Identity", [before], [after], f"rename_{after}")


def dtype_and_width(info: Any) -> tuple[np.dtype, int | None]:
    """Return the NumPy type of an output, and its number of columns, None for one number or text in each row."""
    from onnx.helper import tensor_dtype_to_np_dtype

    kind = info.type.tensor_type
    sizes = [one.dim_value for one in kind.shape.dim]
    return np.dtype(tensor_dtype_to_np_dtype(kind.elem_type)), sizes[1] if len(sizes) > 1 else None
