"""Signals are followed back from the units through linear nodes."""

import nir
import numpy as np
import pytest

from reservoir.interop.nir_graph.flat_graph import FlatGraph
from reservoir.interop.nir_graph.signal_paths import CONSTANT, INPUT, UNITS, numbers, signal_paths

ONES = np.ones(2)
UNIT = nir.IF(r=ONES, v_threshold=ONES)


def paths_of(*chain, source="input"):
    """Return the ways through a chain of nodes, from the input or from the units."""
    nodes = {"input": nir.Input({"input": np.array([2])}), "units": UNIT}
    sources = {"input": [], "units": ["input"] if not chain else []}
    before = source
    for number, node in enumerate(chain):
        nodes[f"n{number}"], sources[f"n{number}"] = node, [before]
        before = f"n{number}"
    sources["units"] = [before]
    return signal_paths(FlatGraph(nodes, sources), "units")


def test_matrices_multiply_along_a_way():
    first, second = nir.Linear(np.array([[1.0, 2], [3, 4], [5, 6]])), nir.Linear(np.array([[1.0, 0, 1], [0, 2, 0]]))
    (path,), seen = paths_of(first, nir.Scale(np.array([1.0, 1, 2])), second)
    assert path.source == INPUT
    np.testing.assert_array_equal(path.weights, second.weight @ np.diag([1, 1, 2]) @ first.weight)
    assert seen == {"input", "n0", "n1", "n2"}


def test_a_way_from_the_units_is_recurrent():
    (path,), _ = paths_of(nir.Linear(np.eye(2)), source="units")
    assert path.source == UNITS
    (path,), _ = paths_of(source="units")
    assert path.weights is None


def test_a_bias_is_a_way_of_its_own():
    affine = nir.Affine(np.eye(2), np.array([1.0, -1.0]))
    (signal, constant), _ = paths_of(affine, nir.Linear(np.array([[2.0, 0], [0, 3]])))
    assert (signal.source, constant.source) == (INPUT, CONSTANT)
    np.testing.assert_array_equal(constant.weights, [[2.0], [-3.0]])


def test_parallel_ways_are_all_followed():
    nodes = {
        "input": nir.Input({"input": ONES}),
        "a": nir.Linear(np.eye(2)),
        "b": nir.Linear(2 * np.eye(2)),
        "units": UNIT,
    }
    paths, _ = signal_paths(
        FlatGraph(nodes, {"input": [], "a": ["input"], "b": ["input"], "units": ["a", "b"]}), "units"
    )
    assert [path.weights[0, 0] for path in paths] == [1.0, 2.0]


def test_delays_add_before_and_after_a_matrix():
    delay = nir.Delay(np.array([0.001, 0.002]))
    (path,), _ = paths_of(delay, delay, nir.Linear(np.eye(2)), delay)
    np.testing.assert_array_equal(path.before, [0.002, 0.004])
    np.testing.assert_array_equal(path.after, [0.001, 0.002])
    (path,), _ = paths_of(nir.Linear(np.eye(2)), nir.Delay(0.003 * ONES), nir.Linear(np.eye(2)))
    assert path.after == 0.003


def leaky(tau=0.005, v_leak=0.0):
    return nir.LI(tau=np.broadcast_to(tau, 2).copy(), r=ONES, v_leak=v_leak * ONES)


@pytest.mark.parametrize(
    ("chain", "message"),
    [
        (
            [nir.Linear(np.eye(2)), nir.Delay(np.array([0.0, 1.0])), nir.Linear(np.eye(2))],
            "different delays; node 'n2'",
        ),
        ([leaky(np.array([0.1, 0.2])), nir.Linear(np.eye(2))], "different time constants; node 'n1'"),
        ([leaky(), leaky()], "at most one synaptic current, LI, on a way; node 'n1'"),
        ([leaky(v_leak=1.0)], "fade to 0; node 'n0'"),
        ([nir.Linear(np.eye(3)), nir.Linear(np.eye(2))], "nodes that fit each other; 'n1' is for 2 entries, not 3"),
        ([nir.Linear(np.eye(2)), nir.Scale(np.ones(3))], "nodes that fit each other; 'n1' is for 3 entries, not 2"),
        ([nir.Delay(ONES), nir.Scale(np.ones(3))], "nodes that fit each other; 'n1' is for 3 entries, not 2"),
        (
            [nir.Linear(np.ones((1, 2))), nir.Scale(np.ones(3))],
            "nodes that fit each other; 'n1' is for 3 entries, not 1",
        ),
        ([nir.Linear(np.ones((2, 2, 2)))], "matrices as weights; node 'n0' has shape"),
        ([nir.Delay(-ONES)], "delays of at least 0; got -1 s in node 'n0'"),
        ([UNIT], "by Linear, Affine, Scale, Delay and LI; got node 'n0', IF"),
    ],
)
def test_ways_that_are_not_linear_are_refused(chain, message):
    with pytest.raises(ValueError, match=message):
        paths_of(*chain)


def test_cycles_are_refused():
    nodes = {"input": nir.Input({"input": ONES}), "a": leaky(), "units": UNIT}
    with pytest.raises(ValueError, match="no cycles but those through the units; got one through node 'a'"):
        signal_paths(FlatGraph(nodes, {"input": [], "a": ["input", "a"], "units": ["a"]}), "units")


def test_numbers_are_finite():
    with pytest.raises(ValueError, match="'graph' must hold finite numbers; got scale=nan in a node Scale"):
        numbers(nir.Scale(np.array([1.0, np.nan])), "scale")
