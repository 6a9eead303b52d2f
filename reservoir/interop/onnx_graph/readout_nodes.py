"""Linear readouts as nodes: a product and a sum, and for classifiers the label of the largest score."""

from typing import Any, NoReturn

import numpy as np
from sklearn.base import is_classifier

from reservoir.interop.onnx_graph.graph import Graph
from reservoir.interop.onnx_graph.network import Value
from reservoir.kernels.closed_loop import find_affine

N_PROBES = 8  # rows on which a readout is compared with its coefficients


def linear_form(readout: Any, n_features: int) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the weights (n_features, n_outputs) and the intercept of a fitted readout, None if it is not linear.

    The outputs of a classifier are its decision values. Predictions are compared, because those of some models are
    more than their coefficients.
    """
    probes = np.random.RandomState(0).standard_normal((N_PROBES, n_features))
    if not is_classifier(readout):
        affine = find_affine(readout, probes)
        return None if affine is None else (np.ascontiguousarray(affine.weights.T), affine.intercept)
    weights, intercept = (getattr(readout, name, None) for name in ("coef_", "intercept_"))
    if weights is None or intercept is None or not hasattr(readout, "decision_function"):
        return None
    weights, intercept = np.atleast_2d(np.asarray(weights, np.float64)), np.atleast_1d(intercept).astype(np.float64)
    scores = probes @ weights.T + intercept
    decisions = readout.decision_function(probes).reshape(N_PROBES, -1)
    if decisions.shape != scores.shape or not np.allclose(decisions, scores, rtol=1e-9, atol=1e-9):
        return None
    best = (scores[:, 0] > 0).astype(int) if scores.shape[1] == 1 else scores.argmax(axis=1)
    same = np.array_equal(readout.predict(probes), readout.classes_[best])
    return (np.ascontiguousarray(weights.T), np.broadcast_to(intercept, scores.shape[1:])) if same else None


def refuse_nonlinear(readout: Any) -> NoReturn:
    """Raise ValueError: a readout is not linear."""
    raise ValueError(
        f"'model' must have a readout that is linear, whose coef_ and intercept_ predict as it does; got {readout!r}. "
        "Fit a linear one such as RidgeReadout(), or export the reservoir by itself."
    )


def add_readout(graph: Graph, readout: Any, features: Value) -> dict[str, Value] | None:
    """Return what a linear readout makes of rows of features, None if it is not linear.

    That is "predictions" of a regressor, with the axes that ``predict`` returns, or "label" and "scores" of a
    classifier, those of its ``decision_function``.
    """
    form = linear_form(readout, features.n_columns)
    if form is None:
        return None
    weights, intercept = form
    probe = np.zeros((1, features.n_columns), features.dtype)
    shown = readout.decision_function(probe) if is_classifier(readout) else readout.predict(probe)
    dtype = np.dtype(shown.dtype if shown.dtype.kind == "f" else np.float64)
    rows = graph.cast(features.name, features.dtype, dtype)
    scores = graph.affine(rows, weights.astype(dtype), intercept.astype(dtype))
    flat = shown.ndim == 1
    shape = features.shape[:-1] if flat else (*features.shape[:-1], len(intercept))
    value = Value(graph.add("Squeeze", scores, np.array([-1])) if flat else scores, dtype, shape)
    if not is_classifier(readout):
        return {"predictions": value}
    return {"label": add_label(graph, readout.classes_, value), "scores": value}


def add_label(graph: Graph, classes: np.ndarray, scores: Value) -> Value:
    """Return the class of the largest score; of two classes, the second one where the only score is above 0."""
    if len(classes) == 2:
        above = graph.add("Greater", scores.name, scores.dtype.type(0))
        best, shape = graph.cast(above, bool, np.int64), scores.shape
    else:
        best, shape = graph.add("ArgMax", scores.name, axis=-1, keepdims=0), scores.shape[:-1]
    labels = as_labels(classes)
    return Value(graph.add("Gather", labels, best, axis=0), labels.dtype, shape)


def as_labels(classes: np.ndarray) -> np.ndarray:
    """Return classes as ONNX has them: text, 64-bit integers, numbers or truth values.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.interop.onnx_graph.readout_nodes import as_labels
    >>> as_labels(np.array([1, 2], np.int8)).dtype, as_labels(np.array(["a", "b"], object)).dtype
    (dtype('int64'), dtype('<U1'))
    """
    classes = np.asarray(classes)
    if classes.dtype.kind in "iu":
        return classes.astype(np.int64)
    return classes.astype(str) if classes.dtype.kind in "OU" else classes
