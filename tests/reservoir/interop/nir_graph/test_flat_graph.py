"""Graphs inside a graph are taken apart."""

import nir
import numpy as np
import pytest

from reservoir.interop.nir_graph.flat_graph import flat_graph, kind


def linear():
    return nir.Linear(np.eye(2))


def entry():
    return nir.Input({"input": np.array([2])})


def leave():
    return nir.Output({"output": np.array([2])})


def test_nodes_of_inner_graphs_have_full_names():
    core = nir.NIRGraph({"in": entry(), "w": linear(), "out": leave()}, [("in", "w"), ("w", "out")])
    middle = nir.NIRGraph({"a": entry(), "core": core, "z": leave()}, [("a", "core"), ("core", "z")])
    outer = nir.NIRGraph({"x": entry(), "middle": middle, "y": leave()}, [("x", "middle"), ("middle", "y")])
    flat = flat_graph(outer)
    assert flat.sources == {
        "x": [],
        "middle.a": ["x"],
        "middle.core.in": ["middle.a"],
        "middle.core.w": ["middle.core.in"],
        "middle.core.out": ["middle.core.w"],
        "middle.z": ["middle.core.out"],
        "y": ["middle.z"],
    }
    assert {kind(node) for node in flat.nodes.values()} == {"Input", "Linear", "Output"}


def test_an_edge_that_is_listed_twice_counts_once():
    graph = nir.NIRGraph({"x": entry(), "y": leave()}, [("x", "y"), ("x", "y")], type_check=False)
    assert flat_graph(graph).sources["y"] == ["x"]


def test_an_edge_to_nowhere_is_told():
    graph = nir.NIRGraph({"x": entry(), "y": leave()}, [("x", "y"), ("x", "lost")], type_check=False)
    with pytest.raises(ValueError, match="'graph' must have a node for both ends of an edge; got an edge with 'lost'"):
        flat_graph(graph)
