"""Summaries of the states of sequences as nodes: each over the steps before the length of its sequence."""

from typing import Any

import numpy as np

from reservoir.interop.onnx_graph.graph import Graph
from reservoir.interop.onnx_graph.network import Value
from reservoir.interop.onnx_graph.view_nodes import add_mean, add_moments, add_steps_before

# By so many rounding errors of its precision, by its size in bytes, may a state be off.
N_ROUNDINGS = {8: 64, 4: 4}


def add_summaries(graph: Graph, states: Value, lengths: str, summaries: Any, thresholds: np.ndarray | None) -> Value:
    """Return features of sequences, (n_sequences, n_features), from states (n_sequences, n_steps, n_units)."""
    sequences, parts = Sequences(graph, states, lengths), []
    for name, setting in summaries:
        if name == "model":
            raise ValueError(
                "'representation' must not have 'model' in ONNX, which has no operator that solves the equations of a "
                "ridge. Use other summaries, or export reservoir_ and fit the ridge to its states."
            )
        parts += getattr(sequences, name)(thresholds if name == "ppv" else setting)
    width = sum(part.n_columns for part in parts)
    joined = graph.join([graph.cast(part.name, part.dtype, states.dtype) for part in parts])
    return Value(joined, states.dtype, ("n_sequences", width))


class Sequences:
    """States of sequences, and their summaries, each a list of features of every unit."""

    def __init__(self, graph: Graph, states: Value, lengths: str) -> None:
        self._graph, self._states, self._lengths = graph, states, lengths
        self._within = add_steps_before(graph, states.name, lengths)
        self._doubles = graph.cast(states.name, states.dtype, np.float64)

    def last(self, _: Any) -> list[Value]:
        """Return the last state."""
        at = self._graph.add("Unsqueeze", self._graph.add("Sub", self._lengths, np.array([1])), np.array([1]))
        return [self._feature(self._graph.add("GatherND", self._states.name, at, batch_dims=1), self._states.dtype)]

    def max(self, _: Any) -> list[Value]:
        """Return the largest state."""
        return self._extreme("ReduceMax", -np.inf)

    def min(self, _: Any) -> list[Value]:
        """Return the smallest state."""
        return self._extreme("ReduceMin", np.inf)

    def mean(self, _: Any) -> list[Value]:
        """Return the mean state."""
        return [self._mean_of(self._doubles, self._within, self._lengths)]

    def std(self, _: Any) -> list[Value]:
        """Return the standard deviation."""
        _, deviation = add_moments(self._graph, self._doubles, self._within, self._lengths)
        return [self._feature(self._graph.add("Squeeze", deviation, np.array([1])))]

    def ppv(self, thresholds: np.ndarray) -> list[Value]:
        """Return the share of steps above each threshold.

        Thresholds are states of training sequences. Those very states, which may be off by rounding, are not above.
        """
        graph, dtype, shares = self._graph, self._states.dtype, []
        margin = N_ROUNDINGS[dtype.itemsize] * np.finfo(dtype).eps * np.maximum(np.abs(thresholds), 1)
        for levels in (thresholds + margin).astype(dtype):
            above = graph.cast(graph.add("Greater", self._states.name, levels), bool, np.float64)
            shares.append(self._mean_of(above, self._within, self._lengths))
        return shares

    def segments(self, n_parts: int) -> list[Value]:
        """Return the means of equal parts."""
        graph = self._graph
        ends = [
            graph.add("Div", graph.add("Mul", self._lengths, np.array([part])), np.array([n_parts]))
            for part in range(n_parts + 1)
        ]
        means = []
        for start, stop in zip(ends[:-1], ends[1:], strict=True):
            stop = graph.add("Max", stop, graph.add("Add", start, np.array([1])))
            before, until = (add_steps_before(graph, self._states.name, end) for end in (start, stop))
            inside = graph.add("And", until, graph.add("Not", before))
            means.append(self._mean_of(self._doubles, inside, graph.add("Sub", stop, start)))
        return means

    def _extreme(self, kind, worst):
        dtype = self._states.dtype
        states = self._graph.add("Where", self._within, self._states.name, dtype.type(worst))
        return [self._feature(self._graph.reduce(kind, states, 1), dtype)]

    def _mean_of(self, values, within, lengths):
        mean = add_mean(self._graph, values, within, lengths)
        return self._feature(self._graph.add("Squeeze", mean, np.array([1])))

    def _feature(self, name, dtype=np.float64):
        return Value(name, np.dtype(dtype), ("n_sequences", self._states.n_columns))
