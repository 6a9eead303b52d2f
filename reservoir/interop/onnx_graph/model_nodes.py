"""Models as nodes: what each kind makes of its input, one rule for each class."""

from functools import singledispatch
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from reservoir.base import BaseReservoir
from reservoir.interop.onnx_graph.network import Network, Value
from reservoir.interop.onnx_graph.readout_nodes import add_readout
from reservoir.interop.onnx_graph.sklearn_nodes import add_estimator
from reservoir.interop.onnx_graph.step_rule import rule_of
from reservoir.per_sequence import PerSequence


@singledispatch
def add_model(model: Any, network: Network, X: Value) -> dict[str, Value]:
    """Return what a fitted model makes of X, by the names of the outputs; those of a step in between come first.

    Parameters
    ----------
    model : fitted reservoir, model or estimator
    network : Network
    X : Value
    """
    raise TypeError(f"'model' must be a fitted reservoir, model, readout or pipeline of these; got {model!r}.")


@add_model.register
def add_any_estimator(model: BaseEstimator, network: Network, X: Value) -> dict[str, Value]:
    """Add an estimator of scikit-learn: as a product and a sum if it is linear, or else by skl2onnx."""
    check_is_fitted(model)
    refuse_own(model)
    if X.n_columns != getattr(model, "n_features_in_", X.n_columns):
        raise ValueError(f"'model' must have steps that fit; {model!r} was fitted to {model.n_features_in_} columns.")
    linear = add_readout(network.graph, model, X) if hasattr(model, "predict") else None
    return linear or add_estimator(network, model, X)


def check_itself(model: Any, *kinds: type) -> None:
    """Raise TypeError unless a model is of one of these classes itself, and NotFittedError unless it is fitted."""
    if type(model) not in kinds:
        raise TypeError(
            f"'model' must be of the library's own classes; got a {type(model).__name__}, which is derived from one "
            f"and may predict otherwise. Give a {kinds[0].__name__}."
        )
    check_is_fitted(model)


def refuse_own(model: Any) -> None:
    """Raise TypeError if an estimator of this library has no rule here."""
    if type(model).__module__.split(".")[0] == "reservoir":
        raise TypeError(
            f"'model' must be made of reservoirs, linear readouts and steps of scikit-learn; got a "
            f"{type(model).__name__}, which has no form in ONNX. Export the reservoir in it by itself."
        )


@add_model.register
def add_reservoir(model: BaseReservoir, network: Network, X: Value) -> dict[str, Value]:
    """Add a reservoir."""
    return {"states": network.drive(rule_of(model), X, model.n_features_out_)}


@add_model.register
def add_pipeline(model: Pipeline, network: Network, X: Value) -> dict[str, Value]:
    """Add the steps of a pipeline, each of which is given the first output of the one before."""
    check_is_fitted(model)
    outputs = {"transformed": X}
    for _, step in model.steps:
        if step is not None and not isinstance(step, str):
            outputs = add_model(step, network, next(iter(outputs.values())))
    return outputs


@add_model.register
def add_per_sequence(model: PerSequence, network: Network, X: Value) -> dict[str, Value]:
    """Add a transformer of rows, beside the columns that it is not given."""
    check_itself(model, PerSequence)
    graph, n_columns = network.graph, X.n_columns
    given = [column for column in range(n_columns) if column not in model.excluded_]
    part = Value(graph.columns(X.name, given, n_columns), X.dtype, (*X.shape[:-1], len(given)))
    made = next(iter(add_model(model.transformer_, network, part).values()))
    if not model.excluded_:
        return {"transformed": made}
    kept = graph.cast(graph.columns(X.name, list(model.excluded_), n_columns), X.dtype, made.dtype)
    joined, width = graph.join([made.name, kept]), made.n_columns + len(model.excluded_)
    if made.n_columns == len(given):
        joined = graph.columns(joined, np.argsort([*given, *model.excluded_]).tolist(), width)
    return {"transformed": Value(joined, made.dtype, (*X.shape[:-1], width))}
