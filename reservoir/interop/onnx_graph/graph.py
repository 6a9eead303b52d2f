"""An ONNX graph that is being built: nodes in the order of their computation, and constants that are written once."""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import numpy as np

MOST_UNROLLED = 16  # repetitions that are written one after the other, which saves the time that a loop costs


class Graph:
    """Nodes of an ONNX graph, or of the body of one of its loops, which may name values of the graph around it.

    A value is named by a string. An array or a number in place of a name is a constant, kept by the outermost graph.

    Parameters
    ----------
    outer : Graph or None, default=None
        The graph around this one.
    prefix : str, default=""
        What all names begin with, for a graph whose nodes are put into another one.

    Attributes
    ----------
    nodes : list of onnx.NodeProto
    constants : dict
        Of the outermost graph: the `onnx.TensorProto` of every constant, by its type, shape and bytes.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.interop.onnx_graph.graph import Graph
    >>> graph = Graph()
    >>> graph.add("Tanh", graph.add("Add", "x", np.ones(3)))  # doctest: +SKIP
    'tanh_2'
    """

    def __init__(self, outer: "Graph | None" = None, prefix: str = "") -> None:
        self.nodes: list[Any] = []
        self.root: Graph = self if outer is None else outer.root
        self.constants: dict[Any, Any] = {}
        self.prefix, self.numbers = prefix, count()

    def name(self, kind: str) -> str:
        """Return a name that no other value of the graph, its outer graphs and their loops has."""
        return f"{self.root.prefix}{kind.lower()}_{next(self.root.numbers)}"

    def add(self, kind: str, *inputs: Any, **attributes: Any) -> str:
        """Add a node of an operator, and return the name of its one output."""
        return self.add_many(kind, inputs, 1, **attributes)[0]

    def add_many(self, kind: str, inputs: Sequence[Any], n_outputs: int, **attributes: Any) -> list[str]:
        """Add a node of an operator, and return the names of its outputs."""
        from onnx.helper import make_node

        names = [value if isinstance(value, str) else self.constant(value) for value in inputs]
        outputs = [self.name(kind) for _ in range(n_outputs)]
        self.nodes.append(make_node(kind, names, outputs, outputs[0], **attributes))
        return outputs

    def constant(self, value: Any) -> str:
        """Return the name of a constant; one of the same type, shape and bytes is written once."""
        from onnx.numpy_helper import from_array

        array = np.ascontiguousarray(value).reshape(np.shape(value))
        key = array.dtype.str, array.shape, tuple(array.ravel()) if array.dtype.kind in "OU" else array.tobytes()
        constants = self.root.constants
        if key not in constants:
            text = array.astype(object) if array.dtype.kind == "U" else array
            constants[key] = from_array(text, self.name("constant"))
        return constants[key].name

    def cast(self, value: str, before: Any, after: Any) -> str:
        """Return a value of one NumPy type in another."""
        from onnx.helper import np_dtype_to_tensor_dtype

        if np.dtype(before) == np.dtype(after):
            return value
        return self.add("Cast", value, to=np_dtype_to_tensor_dtype(np.dtype(after)))

    def columns(self, rows: str, which: Sequence[int], n_columns: int) -> str:
        """Return some columns of rows, in the order in which they are named."""
        if list(which) == list(range(n_columns)):
            return rows
        return self.add("Gather", rows, np.array(which, np.int64), axis=-1)

    def join(self, parts: Sequence[str], axis: int = -1) -> str:
        """Return values side by side."""
        return parts[0] if len(parts) == 1 else self.add("Concat", *parts, axis=axis)

    def affine(self, rows: str, weights: np.ndarray, bias: np.ndarray | None = None) -> str:
        """Return ``rows @ weights + bias``, for one row or many."""
        product = self.add("MatMul", rows, weights)
        return product if bias is None else self.add("Add", product, bias)

    def reduce(self, kind: str, value: str, axis: int, *, keep: bool = False) -> str:
        """Return what a reduction such as ``"ReduceSum"`` makes of an axis."""
        return self.add(kind, value, np.array([axis], np.int64), keepdims=int(keep))

    def scan(
        self, body: Callable, rest: dict[str, np.ndarray], states: dict[str, str], scanned: Sequence[str],
        axis: int, dtypes: tuple[Any, Any],
    ) -> tuple[dict[str, str], str]:  # fmt: skip
        """Return the states after a loop over the steps of an axis, and the rows of its outputs.

        Parameters
        ----------
        body : callable
            ``body(graph, states, scanned)`` adds a step to the graph, and returns the states after it and an output.
        rest : dict of str to array
            What a state of one series is like.
        states : dict of str to str
            The name of each state before the first step.
        scanned : sequence of str
            Values of which the body is given the part of its step.
        axis : int
            The axis of the steps, of all that is scanned and of the outputs: 0 for one series, 1 for a batch.
        dtypes : tuple of the NumPy types of all that is scanned, and of the output
        """
        inner = Graph(self)
        before = {name: inner.name("state") for name in rest}
        parts = [inner.name("row") for _ in scanned]
        after, output = body(inner, before, parts)
        inputs = [described(before[name], array.dtype) for name, array in rest.items()]
        inputs += [described(part, dtypes[0]) for part in parts]
        # onnxruntime wants to know how many axes the outputs have, which it loses sight of in a loop inside.
        kinds = [(array.dtype, array.ndim) for array in rest.values()] + [(dtypes[1], 1)]
        names = self.add_many(
            "Scan",
            [*(states[name] for name in rest), *(self._swapped(rows, axis) for rows in scanned)],
            len(kinds),
            body=inner.as_body(
                inputs,
                [*(after[name] for name in rest), output],
                [(dtype, [None] * (n_axes + axis)) for dtype, n_axes in kinds],
            ),
            num_scan_inputs=len(scanned),
        )
        return dict(zip(rest, names, strict=False)), self._swapped(names[-1], axis)

    def _swapped(self, rows: str, axis: int) -> str:
        """Return rows with the steps, which an axis counts, in front, or such rows with the steps at that axis again.

        A Scan could do so itself, but that of onnxruntime 1.32 ends the process where a batch has no series or steps;
        and a Transpose in front of a product of single numbers ends it when the session is made.
        """
        return rows if axis == 0 else self.add("Einsum", rows, equation="abc->bac")

    def repeat(self, times: int | str, body: Callable, value: str, dtype: Any) -> str:
        """Return what a number of repetitions of ``body(graph, value)`` makes of a value.

        Parameters
        ----------
        times : int, or name of integers (..., 1), one for each series of a batch
        body : callable
            Adds one repetition to a graph, and returns the value after it.
        value : str
        dtype : NumPy type of the value
        """
        if isinstance(times, str):

            def one_round(inner: Graph, states: list[str], number: str) -> tuple[list[str], list[str]]:
                goes_on = inner.add("Less", number, times)
                return [inner.add("Where", goes_on, body(inner, *states), *states)], []

            return self.loop(self.add("ReduceMax", times, keepdims=0), one_round, [value], [dtype], [])[0]
        if times > MOST_UNROLLED:
            return self.loop(times, lambda inner, states, _: ([body(inner, *states)], []), [value], [dtype], [])[0]
        for _ in range(times):
            value = body(self, value)
        return value

    def loop(
        self, times: int | str, body: Callable, states: Sequence[str], dtypes: Sequence[Any], outputs: Sequence[Any]
    ) -> list[str]:
        """Return the states after a loop, and its outputs of every round one after the other.

        Parameters
        ----------
        times : int, or name of an integer
        body : callable
            ``body(graph, states, number)`` returns lists of the states after a round and of its outputs.
        states, dtypes : sequences
            Names before the first round, and NumPy types.
        outputs : sequence of NumPy types of the outputs
        """
        inner = Graph(self)
        number, goes_on = inner.name("number"), inner.name("goes_on")
        before = [inner.name("state") for _ in states]
        after, rows = body(inner, before, number)
        inputs = [described(number, np.int64, []), described(goes_on, bool, [])]
        inputs += map(described, before, dtypes)
        ends, kinds = [goes_on, *after, *rows], [(dtype, None) for dtype in (bool, *dtypes, *outputs)]
        given = [times if isinstance(times, str) else np.int64(times), np.array(True), *states]
        return self.add_many("Loop", given, len(ends) - 1, body=inner.as_body(inputs, ends, kinds))

    def as_body(self, inputs: Sequence[Any], ends: Sequence[str], kinds: Sequence[tuple[Any, Any]]) -> Any:
        """Return the nodes as the body of a loop of the graph around.

        Parameters
        ----------
        inputs : sequence of onnx.ValueInfoProto
        ends : sequence of str
            The names of the outputs.
        kinds : sequence of pairs
            NumPy type and shape of every output.
        """
        from onnx.helper import make_graph

        outputs = [self.add("Identity", name) for name in ends]  # an input must not be an output
        infos = [described(name, *kind) for name, kind in zip(outputs, kinds, strict=True)]
        return make_graph(self.nodes, self.name("body"), inputs, infos)


def described(name: str, dtype: Any, shape: Sequence[Any] | None = None) -> Any:
    """Return the `onnx.ValueInfoProto` of a value; a shape of None is not said."""
    from onnx import TensorProto
    from onnx.helper import make_tensor_value_info, np_dtype_to_tensor_dtype

    dtype = np.dtype(dtype)
    kind = TensorProto.STRING if dtype.kind in "OU" else np_dtype_to_tensor_dtype(dtype)
    return make_tensor_value_info(name, kind, shape)
