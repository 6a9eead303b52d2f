"""Views of a batch of sequences as nodes: scaled, standardised, differences, reversed; each sequence to its length."""

from typing import Any

import numpy as np

from reservoir.encoder.column_scales import FEWEST_ERRORS
from reservoir.encoder.views import VIEWS
from reservoir.interop.onnx_graph.graph import Graph


def add_view(graph: Graph, view: Any, rows: str, lengths: str) -> tuple[str, str]:
    """Return a `FittedView` of sequences in double precision, and its lengths.

    Parameters
    ----------
    graph : Graph
    view : FittedView
    rows : name of (n_sequences, n_steps, n_features), in double precision
    lengths : name of integers (n_sequences,)
    """
    kind, levels, of_levels = VIEWS[view.name], rows, lengths
    if kind.differences:
        rows, lengths = add_differences(graph, rows, lengths)
    if kind.scaling == "standardized":
        rows = add_standardized(graph, rows, lengths, levels, of_levels)
    elif kind.scaling == "scaled":
        rows = graph.add("Div", graph.add("Sub", rows, view.mean), view.scale)
    if kind.reversed:
        rows = graph.add("ReverseSequence", rows, lengths, batch_axis=0, time_axis=1)
    return rows, lengths


def add_steps_before(graph: Graph, rows: str, lengths: str) -> str:
    """Return which steps of sequences come before their lengths, (n_sequences, n_steps, 1)."""
    n_steps = graph.add("Squeeze", graph.add("Shape", rows, start=1, end=2))
    steps = graph.add("Range", np.int64(0), n_steps, np.int64(1))
    within = graph.add("Less", steps, graph.add("Unsqueeze", lengths, np.array([1])))
    return graph.add("Unsqueeze", within, np.array([2]))


def add_differences(graph: Graph, rows: str, lengths: str) -> tuple[str, str]:
    """Return the differences between steps, 0 after the last, and how many each sequence has, at least 1."""
    following = graph.add("Slice", rows, np.array([1]), np.array([np.iinfo(np.int64).max]), np.array([1]))
    last = graph.add("Slice", rows, np.array([-1]), np.array([np.iinfo(np.int64).max]), np.array([1]))
    changes = graph.add("Sub", graph.join([following, last], axis=1), rows)
    fewer = graph.add("Sub", lengths, np.array([1]))
    changes = graph.add("Where", add_steps_before(graph, rows, fewer), changes, np.float64(0))
    return changes, graph.add("Max", fewer, np.array([1]))


def add_mean(graph: Graph, values: str, within: str, lengths: str) -> str:
    """Return the mean over the steps of every sequence that are within, (n_sequences, 1, n_columns)."""
    total = graph.reduce("ReduceSum", graph.add("Where", within, values, np.float64(0)), 1, keep=True)
    counts = graph.add("Unsqueeze", lengths, np.array([1, 2]))
    return graph.add("Div", total, graph.cast(counts, np.int64, np.float64))


def add_moments(graph: Graph, values: str, within: str, lengths: str) -> tuple[str, str]:
    """Return values less their mean over the steps within, and their standard deviation."""
    centred = graph.add("Sub", values, add_mean(graph, values, within, lengths))
    variance = add_mean(graph, graph.add("Mul", centred, centred), within, lengths)
    return centred, graph.add("Sqrt", variance)


def add_standardized(graph: Graph, rows: str, lengths: str, levels: str, of_levels: str) -> str:
    """Return each column less its mean, over its deviation, 0 where it does not vary beyond rounding."""
    centred, scale = add_moments(graph, rows, add_steps_before(graph, rows, lengths), lengths)
    sizes = graph.add("Where", add_steps_before(graph, levels, of_levels), graph.add("Abs", levels), np.float64(0))
    error = graph.add("Mul", graph.reduce("ReduceMax", sizes, 1, keep=True), FEWEST_ERRORS * np.finfo(np.float64).eps)
    varies = graph.add("Greater", scale, error)
    return graph.add("Div", centred, graph.add("Where", varies, scale, np.float64(np.inf)))
