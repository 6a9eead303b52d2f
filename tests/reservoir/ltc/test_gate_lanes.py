import numpy as np
import pytest
from numpy.testing import assert_allclose

from reservoir import LTCLiquid
from reservoir.ltc.gate_lanes import gate_lanes, open_gates_lanes
from reservoir.topology import AutoNCP, FullyConnected

N = 21
GRAPHS = {"shift": "shift", "random": "random", "AutoNCP": AutoNCP(N, 5), "FullyConnected": FullyConnected(N)}
DTYPES = pytest.mark.parametrize("dtype", ["float64", "float32"])


@DTYPES
@pytest.mark.parametrize("n_lanes", [1, 5, 16, 33])
@pytest.mark.parametrize("graph", GRAPHS)
def test_every_lane_has_the_bits_of_one_series(graph, n_lanes, dtype, assert_lanes_are_series):
    liquid = LTCLiquid(N, synapse="gate", topology=GRAPHS[graph], dtype=dtype, random_state=0).fit(np.zeros((1, 3)))
    assert_lanes_are_series(liquid, n_lanes, 3)


@DTYPES
@pytest.mark.parametrize("solver", ["fused", "euler", "rk4"])
@pytest.mark.parametrize("mixed_memory", [False, True])
def test_lanes_have_elapsed_times_solvers_and_memories_of_their_own(
    solver, mixed_memory, dtype, assert_lanes_are_series
):
    settings = {"solver": solver, "mixed_memory": mixed_memory, "n_substeps": 2, "elapsed_column": 1, "dtype": dtype}
    liquid = LTCLiquid(N, synapse="gate", **settings, coupling=3.0, random_state=0).fit(np.ones((1, 4)))
    assert_lanes_are_series(liquid, 11, 4, column=1)


def test_gates_open_with_the_drive_of_their_lane():
    units = np.array([[9.0, 9, 9], [1, 2, 3], [0.1, 0.2, 0.3], [4, 5, 6], [-1, 1, 0.5]])
    current, conductance = np.full((2, 3, 4), 9.0)
    open_gates_lanes(units, np.tile([-800.0, 0.0, 800.0, 0.0], (3, 1)), current, conductance, 3)
    _, leak, leak_current, gate, reversal = units[..., None]
    assert_allclose(conductance, np.hstack([leak, leak + gate / 2, leak + gate, np.full((3, 1), 9)]), rtol=1e-15)
    opened = np.hstack([0 * gate, gate / 2, gate])
    assert_allclose(current, np.hstack([leak_current + opened * reversal, np.full((3, 1), 9)]), rtol=1e-15)


@pytest.mark.parametrize(("topology", "n_units", "in_lockstep"), [
    ("shift", 150, (True, True)), ("shift", 160, (False, False)), ("random", 600, (True, True)),
    ("random", 800, (False, True)), ("random", 1100, (False, False)),
])  # fmt: skip
def test_liquids_too_large_for_the_caches_are_driven_one_by_one(topology, n_units, in_lockstep):
    program = LTCLiquid(n_units, synapse="gate", topology=topology, random_state=0).fit(np.zeros((1, 3))).program_
    assert tuple(gate_lanes(program, None, pieces) is not None for pieces in (True, False)) == in_lockstep
