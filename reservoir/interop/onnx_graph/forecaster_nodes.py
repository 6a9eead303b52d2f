"""Forecasts as nodes: the row after every known row, and from the last one on a loop of the model's own rows."""

from typing import Any

import numpy as np

from reservoir.forecaster import Forecaster
from reservoir.interop.onnx_graph.graph import Graph
from reservoir.interop.onnx_graph.model_nodes import add_model, check_itself
from reservoir.interop.onnx_graph.network import Network, Value
from reservoir.interop.onnx_graph.readout_nodes import linear_form, refuse_nonlinear
from reservoir.interop.onnx_graph.step_rule import rule_of


@add_model.register
def add_forecaster(model: Forecaster, network: Network, X: Value) -> dict[str, Value]:
    """Add "predictions", each of the row after a row of X, and "forecast", the ``n_steps`` rows after X."""
    check_itself(model, Forecaster)
    refuse_prepared(model)
    graph, rule, n_features = network.graph, rule_of(model.reservoir_), model.n_features_in_
    rows = Rows(model)
    inputs = rows.prepared(graph, X)
    before = network.start(rule.rest, X)
    after, states = rule.all_rows(graph, before, inputs, network.time_axis)
    network.end(after, rule.rest)
    following = rows.following(graph, states, inputs)
    last = graph.add("Gather", following, np.array(-1), axis=network.time_axis)
    n_steps = network.take(Value("n_steps", np.dtype(np.int64), ()), np.array(1)).name

    def one_round(inner: Graph, values: list[str], _: str) -> tuple[list[str], list[str]]:
        row = inner.cast(values[-1], np.float64, rule.dtype)
        states, output = rule.one_row(inner, dict(zip(rule.rest, values[:-1], strict=True)), row)
        return [*(states[name] for name in rule.rest), rows.following(inner, output, row)], [rows.restored(inner, row)]

    dtypes = [*(array.dtype for array in rule.rest.values()), np.dtype(np.float64)]
    starts = [*(after[name] for name in rule.rest), last]
    forecast = graph.loop(n_steps, one_round, starts, dtypes, [rule.dtype])[-1]
    if network.batch:
        forecast = graph.add("Transpose", forecast, perm=[1, 0, 2])
    predictions = rows.restored(graph, graph.cast(following, np.float64, rule.dtype))
    ahead = ("n_sequences",) if network.batch else ()
    return {
        "predictions": Value(predictions, rule.dtype, (*X.shape[:-1], n_features)),
        "forecast": Value(forecast, rule.dtype, (*ahead, "n_ahead", n_features)),
    }


class Rows:
    """What a forecaster does with rows: prepares them, predicts those that follow, and restores them."""

    def __init__(self, model: Any) -> None:
        self._model, self._dtype = model, model.reservoir_.dtype_
        n_states, n_inputs = model.reservoir_.n_features_out_, model.n_features_in_
        form = linear_form(model.readout_, n_states + (n_inputs if model.passthrough_ else 0))
        self._weights, self._intercept = form or refuse_nonlinear(model.readout_)
        self._scaler = model.preparation_.scaler
        self._squared = np.arange(n_states) % 2 == 1

    def prepared(self, graph: Graph, X: Value) -> str:
        """Return rows as the reservoir is driven by them."""
        if self._scaler is None:
            return graph.cast(X.name, X.dtype, self._dtype)
        centred = graph.add("Sub", graph.cast(X.name, X.dtype, np.float64), self._scaler.mean_)
        return graph.cast(graph.add("Div", centred, self._scaler.scale_), np.float64, self._dtype)

    def following(self, graph: Graph, states: str, inputs: str) -> str:
        """Return the prepared rows that follow, in double precision."""
        inputs, states = (graph.cast(rows, self._dtype, np.float64) for rows in (inputs, states))
        if self._model.squares_:
            states = graph.add("Mul", states, graph.add("Where", self._squared, states, np.float64(1.0)))
        features = graph.join([states, inputs]) if self._model.passthrough_ else states
        rows = graph.affine(features, self._weights, self._intercept)
        return graph.add("Add", rows, inputs) if self._model.target_ == "increment" else rows

    def restored(self, graph: Graph, prepared: str) -> str:
        """Return rows of data."""
        if self._scaler is None:
            return prepared
        rows = graph.add("Mul", graph.cast(prepared, self._dtype, np.float64), self._scaler.scale_)
        return graph.cast(graph.add("Add", rows, self._scaler.mean_), np.float64, self._dtype)


def refuse_prepared(model: Any) -> None:
    """Raise ValueError if a forecaster does more to its rows than to standardise them, or forecasts directly."""
    preparation = model.preparation_
    found = [
        ("horizon", model.horizon_, "None, a closed loop"),
        ("exogenous", model.n_exogenous_ or None, "left out of fit"),
        ("period", model.periods_ or None, "None"),
        ("difference", preparation.n_lost or None, "0 or None"),
        ("transformer", preparation.transformer, "'standardize' or None"),
    ]
    for name, value, expected in found:
        if value is not None:
            raise ValueError(
                f"'model' must be a Forecaster whose '{name}' is {expected}, to be an ONNX graph; got {value!r}. "
                "Export its reservoir_ by itself, and prepare the rows outside."
            )
