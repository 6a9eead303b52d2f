"""Estimators of scikit-learn as nodes, by way of skl2onnx."""

import warnings
from typing import Any

import numpy as np
from sklearn.base import is_classifier

from reservoir.interop.onnx_graph.network import OPSET, Network, Value

ML_OPSET = 3  # of the operators of trees and of others that only machine learning has
N_PROBES = 16  # rows on which what is converted is tried


def add_estimator(network: Network, estimator: Any, X: Value) -> dict[str, Value]:
    """Return what a fitted estimator of scikit-learn makes of rows, each by itself.

    That is "transformed", or "predictions" with the axes that ``predict`` returns, or what skl2onnx makes of a
    classifier, "label" and "probabilities".

    Raises
    ------
    ValueError
        If skl2onnx cannot convert it, or what it makes gives other results.
    """
    graph = network.graph
    converted = convert(estimator, X)
    nested = len(X.shape) > 2
    flat = graph.add("Reshape", X.name, np.array([-1, X.n_columns])) if nested else X.name
    names, outputs = inlined(network, converted, flat), {}
    for info in converted.graph.output:
        dtype, n_columns = dtype_and_width(info)
        value, columns = names[info.name], () if n_columns is None else (n_columns,)
        if not is_classifier(estimator) and hasattr(estimator, "predict") and estimator.predict(probes(X)).ndim == 1:
            value, columns = graph.add("Reshape", value, np.array([-1])), ()
        if nested:
            leading = graph.add("Shape", X.name, start=0, end=-1)
            value = graph.add("Reshape", value, graph.add("Concat", leading, np.array(columns, np.int64), axis=0))
        outputs[info.name] = Value(value, dtype, (*X.shape[:-1], *columns))
    if is_classifier(estimator):
        return outputs
    return {"predictions" if hasattr(estimator, "predict") else "transformed": next(iter(outputs.values()))}


def convert(estimator: Any, X: Value) -> Any:
    """Return the `onnx.ModelProto` of a fitted estimator for rows such as those of X."""
    try:
        from onnx import checker
        from skl2onnx import convert_sklearn
        from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType
    except ImportError:
        raise ImportError(f'to_onnx needs skl2onnx for {estimator!r}: pip install "liquid-reservoir[onnx]".') from None
    kind = DoubleTensorType if X.dtype == np.float64 else FloatTensorType
    given = {"initial_types": [("X", kind([None, X.n_columns]))], "target_opset": {"": OPSET, "ai.onnx.ml": ML_OPSET}}
    options = {id(estimator): {"zipmap": False}} if is_classifier(estimator) else None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of versions, and of what scikit-learn is about to change
            converted = convert_sklearn(estimator, options=options, **given)
        checker.check_model(converted, full_check=True)  # skl2onnx may mix types
        try_out(estimator, converted, X)
    except Exception as error:  # skl2onnx and onnxruntime have no base class of their errors
        raise ValueError(
            f"'model' must have steps that skl2onnx can convert in {X.dtype} precision; got {estimator!r}: "
            f"{type(error).__name__}, {str(error)[:200]!r}. Take another step, or export the reservoir by itself."
        ) from error
    return converted


def probes(X: Value) -> np.ndarray:
    """Return some rows, above 0 as some transformers want them, such as those of X."""
    return np.abs(np.random.RandomState(0).standard_normal((N_PROBES, X.n_columns))).astype(X.dtype)


def try_out(estimator: Any, converted: Any, X: Value) -> None:
    """Raise an error if what was converted does not run, or gives other results, where onnxruntime is installed.

    Some operators have no double precision, and some conversions, as that of a multi-layer perceptron of several
    outputs in skl2onnx 1.20, are wrong.
    """
    try:
        import onnxruntime
    except ImportError:
        return
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # what fails is raised
    session = onnxruntime.InferenceSession(converted.SerializeToString(), options, providers=["CPUExecutionProvider"])
    rows = probes(X)
    made = session.run(None, {"X": rows})[0]
    expected = np.asarray(estimator.predict(rows) if hasattr(estimator, "predict") else estimator.transform(rows))
    same = made.shape == expected.shape or made.shape == (*expected.shape, 1)
    if same and expected.dtype.kind == "f":
        same = np.allclose(made.reshape(expected.shape), expected, rtol=1e-4, atol=1e-4)
    elif same:
        same = np.array_equal(made.reshape(expected.shape), expected)
    if not same:
        raise ValueError(f"it gives other results, of shape {made.shape} instead of {expected.shape}")


def inlined(network: Network, converted: Any, rows: str) -> dict[str, str]:
    """Put the nodes of another model into a graph, and return the names of its outputs there."""
    from onnx.compose import add_prefix
    from onnx.helper import make_node

    graph = network.graph
    prefix = graph.name("step") + "_"
    renamed = add_prefix(converted, prefix).graph
    (given,) = renamed.input
    graph.nodes += [make_node("Identity", [rows], [given.name], f"rename_{given.name}"), *renamed.node]
    graph.root.constants |= {tensor.name: tensor for tensor in renamed.initializer}
    for one in converted.opset_import:
        network.domains.setdefault(one.domain, one.version)
    return {info.name: other.name for info, other in zip(converted.graph.output, renamed.output, strict=True)}


def dtype_and_width(info: Any) -> tuple[np.dtype, int | None]:
    """Return the NumPy type of an output, and its number of columns, None for one number or text in each row."""
    from onnx.helper import tensor_dtype_to_np_dtype

    kind = info.type.tensor_type
    sizes = [one.dim_value for one in kind.shape.dim]
    return np.dtype(tensor_dtype_to_np_dtype(kind.elem_type)), sizes[1] if len(sizes) > 1 else None
