"""The ways that signals take through linear nodes of a graph, from its input or its units to the units."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from readouts.types import Array
from reservoir.interop.nir_graph.flat_graph import FlatGraph, kind

INPUT, UNITS, CONSTANT = "input", "units", "constant"
HANDED_ON = ("Input", "Output", "Flatten")


class Filter(NamedTuple):
    """A synaptic current, ``tau dI/dt = gain S - I`` for the signal S: arrays (1,) or (n_targets,), tau in seconds."""

    tau: Array
    gain: Array


class SignalPath(NamedTuple):
    """A linear way from a source, one of `INPUT`, `UNITS` and `CONSTANT`, to the units.

    ``weights`` (n_targets, n_sources) are None where the signal is handed on as it is. The delay in seconds of an entry
    is ``before[source] + after[target]``. ``synapse`` is the current by which the signal is filtered, or None.
    """

    source: str
    weights: Array | None = None
    before: Array | float = 0.0
    after: Array | float = 0.0
    synapse: Filter | None = None


def numbers(node: Any, field: str) -> Array:
    """Return a field of a node in double precision, whether it is an array, a number or a tensor of torch."""
    value = getattr(node, field)
    values = np.asarray(value.detach().cpu() if hasattr(value, "detach") else value, np.float64)
    if np.any(wrong := ~np.isfinite(values)):
        raise ValueError(f"'graph' must hold finite numbers; got {field}={values[wrong][0]} in a node {kind(node)}.")
    return values


def signal_paths(graph: FlatGraph, units: str) -> tuple[list[SignalPath], set[str]]:
    """Return all ways that lead to the node of the units, and the names of the nodes on them."""
    seen: set[str] = set()

    def leading_to(name: str, until: tuple[str, ...]) -> list[SignalPath]:
        return [path for source in graph.sources[name] for path in coming_from(source, until)]

    def coming_from(name: str, until: tuple[str, ...]) -> list[SignalPath]:
        node = graph.nodes[name]
        if name == units:
            return [SignalPath(UNITS)]
        seen.add(name)
        if name in until:
            raise ValueError(f"'graph' must have no cycles but those through the units; got one through node {name!r}.")
        if kind(node) == "Input" and not graph.sources[name]:
            return [SignalPath(INPUT)]
        if kind(node) not in (*HANDED_ON, *_PASSED):
            raise ValueError(
                f"'graph' must lead to its units by Linear, Affine, Scale, Delay and LI; got node {name!r}, "
                f"{kind(node)}. Take out what stands before the units, or pass the name of other units as 'units'."
            )
        paths = leading_to(name, (*until, name))
        if kind(node) in _PASSED:
            paths = [_PASSED[kind(node)](path, node, name) for path in paths]
        if kind(node) == "Affine" and np.any(bias := numbers(node, "bias")):
            paths.append(SignalPath(CONSTANT, bias.reshape(-1, 1)))
        return paths

    return leading_to(units, ()), seen


def _through_matrix(path, node, name):
    weight = numbers(node, "weight")
    if weight.ndim != 2:
        raise ValueError(f"'graph' must have matrices as weights; node {name!r} has shape {weight.shape}.")
    if np.ptp(path.after) > 0:
        raise ValueError(f"'graph' must not sum what has different delays; node {name!r} does.")
    if path.synapse is not None and any(np.ptp(one) for one in path.synapse):
        raise ValueError(f"'graph' must not sum what has different time constants; node {name!r} does.")
    _check_width(path, weight.shape[1], name, exactly=True)
    weights = weight if path.weights is None else weight @ path.weights
    synapse = None if path.synapse is None else Filter(*(one[:1] for one in path.synapse))
    return path._replace(weights=weights, after=float(np.max(path.after)), synapse=synapse)


def _through_scale(path, node, name):
    scale = numbers(node, "scale").ravel()
    width = _check_width(path, scale.size, name)
    weights = np.eye(width) if path.weights is None else path.weights
    return path._replace(weights=scale[:, None] * weights)


def _through_delay(path, node, name):
    delay = numbers(node, "delay").ravel()
    _check_width(path, delay.size, name)
    if np.any(delay < 0):
        raise ValueError(f"'graph' must have delays of at least 0; got {delay.min():g} s in node {name!r}.")
    if path.weights is None:
        return path._replace(before=path.before + delay)
    return path._replace(after=path.after + delay)


def _through_synapse(path, node, name):
    if path.synapse is not None:
        raise ValueError(f"'graph' must have at most one synaptic current, LI, on a way; node {name!r} is a second.")
    if np.any(numbers(node, "v_leak")):
        raise ValueError(f"'graph' must have synaptic currents that fade to 0; node {name!r} has another v_leak.")
    synapse = Filter(numbers(node, "tau").ravel(), numbers(node, "r").ravel())
    _check_width(path, synapse.tau.size, name)
    return path._replace(synapse=synapse)


def _check_width(path, size, name, exactly=False):
    """Return of how many entries a signal is that enters a node, which has one constant for each or one for all."""
    known = np.size(path.before) if path.synapse is None else max(np.size(path.before), path.synapse.tau.size)
    width = known if path.weights is None else len(path.weights)
    if size != width and (exactly or size != 1) and (path.weights is not None or width != 1):
        raise ValueError(f"'graph' must have nodes that fit each other; {name!r} is for {size} entries, not {width}.")
    return max(width, size)


_PASSED: dict[str, Callable[..., SignalPath]] = {
    "Linear": _through_matrix,
    "Affine": _through_matrix,
    "Scale": _through_scale,
    "Delay": _through_delay,
    "LI": _through_synapse,
}
