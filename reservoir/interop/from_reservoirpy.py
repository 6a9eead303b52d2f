"""Nodes and models of reservoirpy as estimators of this library, with the same outputs."""

from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_array, issparse
from sklearn.base import BaseEstimator
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import Ridge

from reservoir.base import BaseReservoir
from reservoir.echo_state import EchoStateReservoir
from reservoir.nvar import NVAR
from reservoir.regressor import ReservoirRegressor
from reservoir.residual import ResidualReservoir
from reservoir.stack import StackedReservoir

# What is translated, by the place of its class in reservoirpy 0.4.
KINDS = {
    "reservoirpy.nodes.reservoir.Reservoir": "Reservoir",
    "reservoirpy.nodes.es2n.ES2N": "ES2N",
    "reservoirpy.nodes.nvar.NVAR": "NVAR",
    "reservoirpy.nodes.ridge.Ridge": "Ridge",
    "reservoirpy.nodes.io.Input": "Input",
    "reservoirpy.nodes.io.Output": "Output",
    "reservoirpy.model.Model": "Model",
    "reservoirpy.esn.ESN": "Model",
}
LAYERS = ("Reservoir", "ES2N", "NVAR")
ACTIVATIONS = ("tanh", "identity", "relu", "sigmoid")
REMEDIES = {
    "IPReservoir": "Adapt an EchoStateReservoir by AdaptiveReservoir(reservoir, IntrinsicPlasticity()).",
    "LIF": "LIFLiquid is another model, with physical time: fit one anew.",
    "LMS": "Fit ReservoirRegressor(reservoir, RLSReadout()) anew.",
    "RLS": "Fit ReservoirRegressor(reservoir, RLSReadout()) anew.",
    "ScikitLearnNode": "Fit ReservoirRegressor(reservoir, estimator) with its estimator anew.",
}


def from_reservoirpy(node: Any) -> BaseEstimator:
    """Return a node or model of reservoirpy 0.4 as a fitted estimator with its weights, settings and outputs.

    ===========================================  ==================================================================
    There                                        Here
    ===========================================  ==================================================================
    ``Reservoir``                                fitted `EchoStateReservoir`
    ``ES2N``                                     fitted `ResidualReservoir`
    ``NVAR(delay, order=p, strides)``            fitted `NVAR`, ``order=(1, p)``
    ``Ridge``                                    fitted ``sklearn.linear_model.Ridge``
    ``reservoir >> reservoir``                   fitted `StackedReservoir`; input to every layer, too
    ``... >> Ridge``, ``ESN``                    fitted `ReservoirRegressor`; the input to the readout, too
    ``reservoir << readout``                     the same with ``feedback=True``
    ===========================================  ==================================================================

    Outputs agree to rounding, about 1e-15 of a stable reservoir. Where the ``proximity`` of an ``ES2N`` is an array, it
    scales the columns of O there, not the rows, and so does ``skip`` here, with a ``skip_gain`` of 1. A ``dtype`` of
    single precision is that of drawn weights there, and states are in double precision all the same, as they are here.

    Parameters
    ----------
    node : Reservoir, ES2N, NVAR, Ridge, Model or ESN
        Whose weights are drawn: it has run, been fitted, or been initialized. A model is one chain of reservoirs, with
        at most one readout, a ``Ridge``, at its end; ``Output`` nodes are left out. Not changed.

    Returns
    -------
    estimator
        Each call starts at rest, where reservoirpy goes on from its last call. Where a model stands stands in
        ``state_``: ``model.predict(X, state=model.state_)`` is its next ``run(X)``, and ``model.predict(X)`` that after
        ``reset()``, which leaves the past rows of an ``NVAR`` there as they are. For a reservoir, it is
        ``estimator.run(X, node.state["out"])``. A model whose readout is not fitted is returned unfitted, with the
        weights of its reservoir. ``fit(X, y)`` fits the readout anew, with the same penalty; the rows that
        ``fit(..., warmup=)`` leaves out there are those of the parameter ``washout`` here. Where a model has feedback
        and its input goes to the readout, a readout that is fitted here is given what is fed back, too.

    Raises
    ------
    TypeError
        If it, or a node of it, is of another class: an online readout, intrinsic plasticity, a node of a user's own.
    ValueError
        If its weights are not drawn, its activation is none of tanh, identity, relu and sigmoid, or its graph is none
        of the above: reservoirs side by side, several inputs or readouts, delays, feedback to another layer.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoirpy.nodes import Reservoir, Ridge  # doctest: +SKIP
    >>> from reservoir.interop import from_reservoirpy
    >>> series = np.sin(0.2 * np.arange(301.0))[:, None]
    >>> there = Reservoir(100, lr=0.5, sr=0.9, seed=0) >> Ridge(ridge=1e-6)  # doctest: +SKIP
    >>> there = there.fit(series[:200], series[1:201], warmup=50)  # doctest: +SKIP
    >>> here = from_reservoirpy(there)  # doctest: +SKIP
    >>> ahead = here.predict(series[200:300], state=here.state_)  # doctest: +SKIP
    >>> bool(np.abs(ahead - there.run(series[200:300])).max() < 1e-10)  # doctest: +SKIP
    True
    """
    kind = _kind_of(node)
    if kind == "Ridge":
        return _readout_of(node, slice(None))
    if kind == "Model":
        return _from_graph(_read_graph(node))
    if kind in LAYERS:
        return _layer_of(node).fit(np.zeros((1, node.input_dim)))
    raise TypeError(f"'node' must be a Reservoir, ES2N, NVAR, Ridge or model of reservoirpy; got {kind} alone.")


class Graph(NamedTuple):
    """A model as a chain.

    Parameters
    ----------
    layers : list of nodes
        Reservoirs, from the first.
    readout : node or None
    sources : dict of node to list
        What each is given, in the order of its columns: layers, ``"X"``, and last of all the readout whose output is
        fed back.
    n_inputs : int
    fed_back : array (n_targets,) or None
        The last output, if it is fed back.
    """

    layers: list[Any]
    readout: Any
    sources: dict[Any, list[Any]]
    n_inputs: int
    fed_back: Any


def _kind_of(node):
    name = f"{type(node).__module__}.{type(node).__name__}"
    if name in KINDS:
        return KINDS[name]
    remedy = REMEDIES.get(type(node).__name__, "Translate the nodes around it one by one.")
    raise TypeError(
        "'node' must be a Reservoir, ES2N, NVAR, Ridge or ESN of reservoirpy 0.4, or a model of these; got "
        f"{name}. {remedy}"
    )


def _read_graph(model):
    """Return a model as a `Graph`, or raise ValueError."""
    kinds = {node: _kind_of(node) for node in model.nodes}
    edges = [edge for edge in model.edges if kinds[edge[2]] != "Output"]
    readouts = [node for node, kind in kinds.items() if kind == "Ridge"]
    layers = [node for node, kind in kinds.items() if kind in LAYERS]
    if len(readouts) > 1 or not layers:
        raise _no_chain(f"{len(layers)} reservoirs and {len(readouts)} readouts")
    delayed = [edge for edge in edges if edge[1] > 0]
    if any(delay != 1 or p not in readouts or c not in layers for p, delay, c in delayed):
        raise _no_chain("a delay that is not the feedback of the readout to the first reservoir, one step later")
    parents = {node: [p for p, delay, child in edges if child is node and delay == 0] for node in kinds}
    roots = [node for node, kind in kinds.items() if not parents[node] and kind != "Output"]
    if len(roots) != 1:
        beside = sum(node in layers for node in roots) > 1
        raise _no_chain("reservoirs side by side" if beside else f"{len(roots)} nodes that X goes to, in place of one")
    sources = {node: ["X" if kinds[one] == "Input" else one for one in parents[node]] for node in kinds}
    if kinds[roots[0]] != "Input":
        sources[roots[0]] = ["X"]
    layers, readout = _in_order(layers, sources), readouts[0] if readouts else None
    if delayed and delayed != [(readout, 1, layers[0])]:
        raise _no_chain("feedback to another reservoir than the first")
    _require_drawn([*layers, *([readout] if delayed else [])])
    if delayed:
        sources[layers[0]].append(readout)
    n_inputs = layers[0].input_dim - (readout.output_dim if delayed else 0)
    # A model of nodes that ran in another one has nothing fed back before it runs.
    buffers = model.feedback_buffers or {edge: np.zeros((1, readout.output_dim)) for edge in delayed}
    fed_back = buffers[delayed[0]][-1] if delayed else None
    return Graph(layers, readout, sources, n_inputs, fed_back)


def _in_order(layers, sources):
    """Return reservoirs from the first to the last, of which each is driven by the one before."""
    chain = []
    while len(chain) < len(layers):
        below = chain[-1:]
        above = [node for node in layers if [one for one in sources[node] if one != "X"] == below and node not in chain]
        if len(above) != 1:
            raise _no_chain("reservoirs side by side, or one that several others drive")
        chain += above
    to_all = {"X" in sources[node] for node in chain[1:]}
    if len(to_all) > 1 or "X" not in sources[chain[0]]:
        raise _no_chain("an input to some of the upper reservoirs only")
    return chain


def _no_chain(found):
    return ValueError(
        "'node' must be one chain of reservoirs, with a Ridge at its end or none, that one input drives; got a model "
        f"with {found}. Translate its nodes one by one."
    )


def _require_drawn(nodes):
    for node in nodes:
        if not node.initialized:
            raise ValueError(
                f"'node' must have its weights drawn; those of {node.name or type(node).__name__} are not. Run the "
                "model on a row of the series, or fit it, before it is translated."
            )


def _from_graph(graph):
    reservoir = _reservoir_of(graph)
    if graph.readout is None:
        return reservoir.fit(np.zeros((1, graph.n_inputs)))
    feedback, passthrough = graph.fed_back is not None, "X" in graph.sources[graph.readout]
    options = {"passthrough": passthrough, "feedback": feedback}
    if not _is_matrix(graph.readout.Wout):
        return ReservoirRegressor(reservoir, _penalty_of(graph.readout), **options)
    fitted = _readout_of(graph.readout, _columns_of_readout(graph))
    targets = np.zeros((2, len(fitted.coef_)))
    # Fitted to nothing, to draw the reservoir and to know all shapes; then the readout is put in its place.
    model = ReservoirRegressor(reservoir, DummyRegressor(), **options).fit(np.zeros((2, graph.n_inputs)), targets)
    states = tuple(map(_state_of, graph.layers))
    state = states if len(states) > 1 else states[0]
    model.state_ = (state, graph.fed_back.copy()) if feedback else state
    model.readout, model.readout_ = _penalty_of(graph.readout), fitted
    return model


def _reservoir_of(graph) -> BaseReservoir:
    layers = [_layer_of(node, _columns_of_layer(graph, node)) for node in graph.layers]
    if len(layers) == 1:
        return layers[0]
    shown = [one for one in graph.sources.get(graph.readout, graph.layers[-1:]) if one != "X"]
    if shown != graph.layers[-1:] and set(shown) != set(graph.layers):
        raise _no_chain("a readout that some of the lower reservoirs go to")
    to_all = "X" in graph.sources[graph.layers[-1]]
    return StackedReservoir(layers, output="last" if len(shown) == 1 else "all", input_to_all=to_all)


def _columns_of_layer(graph, node):
    """Return which of the columns that drive a reservoir there is each of those here, -1 for none."""
    fed_back = [graph.readout] * (graph.fed_back is not None)
    position = graph.layers.index(node)
    wanted = [*graph.layers[position - 1 : position]]
    if "X" in graph.sources[node]:
        wanted += [*fed_back, "X"]
    return _columns(graph, graph.sources[node], wanted)


def _columns_of_readout(graph):
    given = graph.sources[graph.readout]
    wanted = [node for node in graph.layers if node in given]
    if "X" in given:
        wanted += [*[graph.readout] * (graph.fed_back is not None), "X"]
    return _columns(graph, given, wanted)


def _columns(graph, given, wanted):
    widths = {"X": graph.n_inputs} | {node: node.output_dim for node in [*graph.layers, graph.readout] if node}
    ends = np.cumsum([widths[one] for one in given])
    places = {one: np.arange(end - widths[one], end) for one, end in zip(given, ends, strict=True)}
    return np.concatenate([places.get(one, np.full(widths[one], -1)) for one in wanted])


def _layer_of(node, columns=slice(None)) -> BaseReservoir:
    """Return an unfitted reservoir with the weights of a node."""
    _require_drawn([node])
    if _kind_of(node) == "NVAR":
        if node.order < 2:
            raise ValueError(f"'node' must be an NVAR of order 2 or more; got {node.order}, which repeats columns.")
        return NVAR(delay=node.delay, order=(1, node.order), stride=node.strides)
    settings = {
        "recurrent_weights": csr_array(node.W, dtype=np.float64),
        "input_weights": _taken(_dense(node.Win), columns),
        "bias": _per_unit(node.bias),
        "activation": _activation_of(node),
    }
    if _kind_of(node) == "Reservoir":
        return EchoStateReservoir(leak_rate=_per_unit(node.lr), **settings)
    proximity = _per_unit(node.proximity)
    if np.min(proximity) <= 0:
        raise ValueError(f"'node' must have a proximity above 0; got {proximity}, with which no input arrives.")
    if np.ndim(proximity) == 0:
        return ResidualReservoir(proximity=proximity, skip=_dense(node.O), **settings)
    return ResidualReservoir(proximity=proximity, skip=(1 - proximity) * _dense(node.O), skip_gain=1.0, **settings)


def _per_unit(value):
    """Return one number, which may be the only one of an array, or an array of one for each unit."""
    values = _dense(value).ravel()
    return float(values[0]) if values.size == 1 else values


def _activation_of(node):
    function = node.activation
    name = getattr(function, "__name__", "")
    theirs = getattr(function, "__module__", "") == "reservoirpy.activationsfunc" or function is np.tanh
    if not theirs or name not in ACTIVATIONS:
        raise ValueError(
            f"'node' must have an activation among {', '.join(ACTIVATIONS)}; got {name or function!r}. Write a "
            "reservoir of your own, a subclass of BaseReservoir."
        )
    return name


def _state_of(node):
    if _kind_of(node) == "NVAR":  # rows of the past, the last one first
        return node.store[: (node.delay - 1) * node.strides][::-1].astype(np.float64)
    return np.array(node.state["out"], dtype=np.float64)


def _penalty_of(node):
    return Ridge(alpha=node.ridge, fit_intercept=node.fit_bias)


def _readout_of(node, columns):
    """Return the readout as one of scikit-learn with its coefficients."""
    if not _is_matrix(node.Wout):
        raise ValueError(f"'node' must be fitted; {node.name or 'the Ridge'} has no coefficients yet. Fit it before.")
    readout = _penalty_of(node)
    readout.coef_ = _taken(_dense(node.Wout).T, columns)
    bias = np.zeros(1) if node.bias is None else _dense(node.bias)
    readout.intercept_ = np.broadcast_to(bias.ravel(), len(readout.coef_)).copy()
    readout.n_features_in_ = readout.coef_.shape[1]
    return readout


def _is_matrix(value):
    return hasattr(value, "shape")


def _dense(matrix):
    return np.asarray(matrix.toarray() if issparse(matrix) else matrix, dtype=np.float64)


def _taken(matrix, columns):
    """Return columns of a matrix, zeros for those of number -1."""
    if isinstance(columns, slice):
        return matrix.copy()
    return np.where(columns >= 0, matrix[:, columns], 0.0)
