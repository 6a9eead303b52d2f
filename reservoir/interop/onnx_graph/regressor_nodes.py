"""A target for every step as nodes: a reservoir, its readout, and with feedback the output that goes back in."""

from typing import Any

import numpy as np

from reservoir.interop.onnx_graph.graph import Graph
from reservoir.interop.onnx_graph.model_nodes import add_model, check_itself
from reservoir.interop.onnx_graph.network import Network, Value
from reservoir.interop.onnx_graph.readout_nodes import add_readout, linear_form, refuse_nonlinear
from reservoir.interop.onnx_graph.step_rule import rule_of
from reservoir.regressor import ReservoirRegressor


@add_model.register
def add_regressor(model: ReservoirRegressor, network: Network, X: Value) -> dict[str, Value]:
    """Add a reservoir, and a readout of its states, with passthrough of the input beside them."""
    check_itself(model, ReservoirRegressor)
    graph, reservoir = network.graph, model.reservoir_
    rows = Value(graph.cast(X.name, X.dtype, reservoir.dtype_), reservoir.dtype_, X.shape)
    n_fed = reservoir.n_features_in_ - X.n_columns
    if n_fed:
        return {"predictions": add_feedback(model, network, rows, n_fed)}
    states = network.drive(rule_of(reservoir), rows, reservoir.n_features_out_)
    width = states.n_columns + (rows.n_columns if model.passthrough_ else 0)
    name = graph.join([states.name, rows.name]) if model.passthrough_ else states.name
    outputs = add_readout(graph, model.readout_, Value(name, states.dtype, (*X.shape[:-1], width)))
    return outputs or refuse_nonlinear(model.readout_)


def add_feedback(model: Any, network: Network, X: Value, n_fed: int) -> Value:
    """Add a free run: the last output, which is a state, is input of the reservoir, in front of X."""
    reservoir, axis = model.reservoir_, network.time_axis
    rule, rest = rule_of(reservoir), {"output": np.zeros(n_fed)}
    rest = rule.rest | rest
    width = reservoir.n_features_out_ + (reservoir.n_features_in_ if model.passthrough_ else 0)
    weights, intercept = linear_form(model.readout_, width) or refuse_nonlinear(model.readout_)

    def step(graph: Graph, states: dict[str, str], scanned: list[str]) -> tuple[dict[str, str], str]:
        row = graph.join([graph.cast(states["output"], np.float64, rule.dtype), *scanned])
        after, features = rule.one_row(graph, {name: states[name] for name in rule.rest}, row)
        features = graph.join([features, row]) if model.passthrough_ else features
        output = graph.affine(graph.cast(features, rule.dtype, np.float64), weights, intercept)
        return {**after, "output": output}, output

    before = network.start(rest, X)
    after, outputs = network.graph.scan(step, rest, before, [X.name], axis, (rule.dtype, np.float64))
    network.end(after, rest)
    if model.readout_.predict(np.zeros((1, width))).ndim == 1:
        return Value(network.graph.add("Squeeze", outputs, np.array([-1])), np.dtype(np.float64), X.shape[:-1])
    return Value(outputs, np.dtype(np.float64), (*X.shape[:-1], n_fed))
