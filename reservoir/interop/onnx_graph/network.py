"""A whole model as one graph: its inputs and outputs, the states that go in and come out, and what describes it."""

import json
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from reservoir.interop.onnx_graph.graph import Graph, described
from reservoir.interop.onnx_graph.step_rule import StepRule

# Runs on onnxruntime 1.14 and later. It is the first opset in which all reductions take their axes as an input.
OPSET, IR_VERSION = 18, 8
LIBRARY = "liquid-reservoir"


def library_version() -> str:
    """Return the version of this library."""
    return sys.modules["reservoir"].__version__  # it stands above all layers, and is there by now


class Value(NamedTuple):
    """A value of a graph: rows of series, or a row for each sequence.

    Parameters
    ----------
    name : str
    dtype : dtype
    shape : tuple of int and str
        Sizes; a string names one that is not fixed.
    """

    name: str
    dtype: np.dtype
    shape: tuple[Any, ...]

    @property
    def n_columns(self) -> int:
        """Number of columns of rows."""
        return self.shape[-1]


class Network:
    """A model that is being put together: values that follow from X, and states with a value for every stream.

    Parameters
    ----------
    graph : Graph
    batch : bool
        Whether X is a batch of series.
    prefix : str, default=""
        What the names of all states begin with.

    Attributes
    ----------
    inputs : list of Value
        Beside X, all of them have default values, which are constants of the graph.
    defaults : dict of str to array
        Those values.
    ends : dict of str to Value
        The states that go out.
    domains : dict of str to int
        The versions of the sets of operators that are used.
    """

    def __init__(self, graph: Graph, batch: bool, prefix: str = "") -> None:
        self.graph, self.batch, self.prefix = graph, batch, prefix
        self.inputs: list[Value] = []
        self.defaults: dict[str, np.ndarray] = {}
        self.ends: dict[str, Value] = {}
        self.domains = {"": OPSET}

    @property
    def time_axis(self) -> int:
        """The axis of rows of series that counts steps."""
        return 1 if self.batch else 0

    def series(self, name: str, n_features: int, dtype: Any) -> Value:
        """Add the input of a series, or a batch of series."""
        shape = ("n_sequences", "n_steps", n_features) if self.batch else ("n_steps", n_features)
        return self.take(Value(name, np.dtype(dtype), shape))

    def take(self, value: Value, default: np.ndarray | None = None) -> Value:
        """Add an input, with a value that it has if none is given."""
        self.inputs.append(value)
        if default is not None:
            self.defaults[value.name] = default
        return value

    def start(self, rest: dict[str, np.ndarray], X: Value) -> dict[str, str]:
        """Add an input for every state, at rest where none is given, and return their names in the graph."""
        states = {}
        for name, array in rest.items():
            shape = ("n_sequences", *array.shape) if self.batch else array.shape
            default = array[None] if self.batch else array
            taken = self.take(Value(self.prefix + name, array.dtype, shape), default).name
            states[name] = self.for_every_sequence(taken, X, array.shape) if self.batch else taken
        return states

    def for_every_sequence(self, value: str, X: Value, shape: Sequence[int]) -> str:
        """Return an array (1 or n_sequences, ...) as one with an entry for every sequence of a batch X."""
        n_sequences = self.graph.add("Shape", X.name, start=0, end=1)
        return self.graph.add("Expand", value, self.graph.add("Concat", n_sequences, np.array(shape, np.int64), axis=0))

    def end(self, states: dict[str, str], rest: dict[str, np.ndarray]) -> None:
        """Add an output for every state after the last step, named ``next_`` and the name of the state."""
        for name, array in rest.items():
            shape = ("n_sequences", *array.shape) if self.batch else array.shape
            self.ends[f"next_{self.prefix}{name}"] = Value(states[name], array.dtype, shape)

    def drive(self, rule: StepRule, X: Value, n_outputs: int) -> Value:
        """Return the states of a reservoir along X, from states that come in to states that go out."""
        rows = self.graph.cast(X.name, X.dtype, rule.dtype)
        before = self.start(rule.rest, X)
        after, states = rule.all_rows(self.graph, before, rows, self.time_axis)
        self.end(after, rule.rest)
        return Value(states, rule.dtype, (*X.shape[:-1], n_outputs))

    def model(self, outputs: dict[str, Value], described_as: dict[str, Any]) -> Any:
        """Return the `onnx.ModelProto`, checked."""
        from onnx import checker, helper, numpy_helper

        outputs = outputs | self.ends
        for name, value in outputs.items():
            self.graph.nodes.append(helper.make_node("Identity", [value.name], [name], f"output_{name}"))
        constants = [*self.graph.constants.values()]
        constants += [numpy_helper.from_array(array, name) for name, array in self.defaults.items()]
        inputs = [described(*value) for value in self.inputs]
        ends = [described(name, value.dtype, value.shape) for name, value in outputs.items()]
        graph = helper.make_graph(self.graph.nodes, "liquid_reservoir", inputs, ends, constants)
        versions = [helper.make_opsetid(domain, version) for domain, version in self.domains.items()]
        model = helper.make_model(graph, ir_version=IR_VERSION, opset_imports=versions)
        model.producer_name, model.producer_version = LIBRARY, library_version()
        model.doc_string = "X must have at least one step: onnxruntime fails where a Scan has none."
        texts = {key: text if isinstance(text, str) else json.dumps(text) for key, text in described_as.items()}
        helper.set_model_props(model, texts)
        checker.check_model(model, full_check=True)
        return model
