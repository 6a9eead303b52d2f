"""A graph of NIR without graphs inside it, as plain names, nodes and edges."""

from typing import Any, NamedTuple

Nodes = dict[str, Any]


class FlatGraph(NamedTuple):
    """Nodes by name, and for every name the sources of its edges. A node of a graph inside is called ``graph.node``.

    Inputs and outputs of graphs inside remain as nodes that hand on their signal.
    """

    nodes: Nodes
    sources: dict[str, list[str]]


def flat_graph(graph: Any) -> FlatGraph:
    """Return a NIRGraph as a `FlatGraph`; an edge that is listed twice counts once."""
    nodes, edges = _inlined(graph, "")
    sources: dict[str, list[str]] = {name: [] for name in nodes}
    for source, target in dict.fromkeys(edges):
        for name in (source, target):
            if name not in nodes:
                raise ValueError(f"'graph' must have a node for both ends of an edge; got an edge with {name!r}.")
        sources[target].append(source)
    return FlatGraph(nodes, sources)


def kind(node: Any) -> str:
    """Return the name of the class of a node, such as "LIF"."""
    return type(node).__name__


def _inlined(graph, prefix):
    nodes, edges, entries, exits = {}, [], {}, {}
    for name, node in graph.nodes.items():
        full = f"{prefix}{name}"
        entries[name], exits[name] = [full], [full]
        if kind(node) != "NIRGraph":
            nodes[full] = node
            continue
        inner, more = _inlined(node, f"{full}.")
        nodes |= inner
        edges += more
        entries[name] = [f"{full}.{one}" for one, inside in node.nodes.items() if kind(inside) == "Input"]
        exits[name] = [f"{full}.{one}" for one, inside in node.nodes.items() if kind(inside) == "Output"]
    for source, target in graph.edges:
        edges += [
            (out, into)
            for out in exits.get(source, [prefix + source])
            for into in entries.get(target, [prefix + target])
        ]
    return nodes, edges
