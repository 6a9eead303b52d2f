"""Models of whole sequences as nodes: views drive reservoirs, whose states are summarised, scaled and read."""

from typing import Any

import numpy as np

from reservoir.encoder import SequenceEncoder
from reservoir.interop.onnx_graph.model_nodes import add_model, check_itself
from reservoir.interop.onnx_graph.network import Network, Value
from reservoir.interop.onnx_graph.readout_nodes import add_readout, refuse_nonlinear
from reservoir.interop.onnx_graph.step_rule import rule_of
from reservoir.interop.onnx_graph.summary_nodes import add_summaries
from reservoir.interop.onnx_graph.view_nodes import add_view
from reservoir.sequence_models import ReservoirClassifier, SequenceRegressor


@add_model.register
def add_encoder(model: SequenceEncoder, network: Network, X: Value) -> dict[str, Value]:
    """Add a row of features for every sequence of a batch, which ends before the length that is given for it."""
    check_itself(model, SequenceEncoder)
    graph, parts = network.graph, []
    lengths = add_lengths(network, X)
    for reservoir, view, thresholds in zip(model.reservoirs_, model.views_, model.thresholds_, strict=True):
        rule, rows, ends, dtype = rule_of(reservoir), X.name, lengths, X.dtype
        if view is not None:
            rows, ends = add_view(graph, view, graph.cast(rows, dtype, np.float64), ends)
            dtype = np.dtype(np.float64)
        rest = {
            name: network.for_every_sequence(graph.constant(array[None]), X, array.shape)
            for name, array in rule.rest.items()
        }
        _, states = rule.all_rows(graph, rest, graph.cast(rows, dtype, rule.dtype), 1)
        seen = Value(states, rule.dtype, (*X.shape[:-1], reservoir.n_features_out_))
        parts.append(add_summaries(graph, seen, ends, model.summaries_, thresholds))
    name, width = graph.join([part.name for part in parts]), sum(part.n_columns for part in parts)
    return {"features": Value(name, parts[0].dtype, ("n_sequences", width))}


def add_lengths(network: Network, X: Value) -> str:
    """Add the input "lengths", by default and at most the number of steps of the batch."""
    given = Value("lengths", np.dtype(np.int64), ("n_sequences",))
    given = network.take(given, np.array([np.iinfo(np.int64).max]))
    n_steps = network.graph.add("Shape", X.name, start=1, end=2)
    return network.for_every_sequence(network.graph.add("Min", given.name, n_steps), X, ())


@add_model.register
def add_sequence_model(model: ReservoirClassifier | SequenceRegressor, network: Network, X: Value) -> dict[str, Value]:
    """Add an encoder, the scaler of its features, a readout, and probabilities of a classifier that has its own."""
    check_itself(model, ReservoirClassifier, SequenceRegressor)
    graph, features = network.graph, add_encoder(model.encoder_, network, X)["features"]
    mean, scale = (part.astype(features.dtype) for part in (model.scaler_.mean_, model.scaler_.scale_))
    scaled = graph.add("Div", graph.add("Sub", features.name, mean), scale)
    outputs = add_readout(graph, model.readout_, Value(scaled, features.dtype, features.shape))
    outputs = outputs or refuse_nonlinear(model.readout_)
    temperature = getattr(model, "temperature_", None)
    if temperature is None:
        return outputs
    return {**outputs, "probabilities": add_probabilities(network, outputs["scores"], len(model.classes_), temperature)}


def add_probabilities(network: Network, scores: Value, n_classes: int, temperature: Any) -> Value:
    """Return ``softmax(scores / temperature)``; the scores of two classes, a single number, are opposite."""
    graph, name = network.graph, scores.name
    if n_classes == 2:
        second = graph.add("Unsqueeze", name, np.array([-1]))
        name = graph.join([graph.add("Neg", second), second])
    colder = graph.add("Div", name, scores.dtype.type(temperature))
    return Value(graph.add("Softmax", colder, axis=-1), scores.dtype, ("n_sequences", n_classes))
