import numpy as np
import pytest
from builders import dense
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import LTCLiquid
from reservoir.ltc.conductance import in_powers_of_two
from reservoir.ltc.conductance_lanes import conductance_lanes, load_lanes, rows_by_offsets, rows_of
from reservoir.topology import AutoNCP, FullyConnected

N = 21
GRAPHS = {"shift": "shift", "random": "random", "AutoNCP": AutoNCP(N, 5), "FullyConnected": FullyConnected(N)}
DTYPES = pytest.mark.parametrize("dtype", ["float64", "float32"])


@DTYPES
@pytest.mark.parametrize("n_lanes", [1, 5, 16, 33])
@pytest.mark.parametrize("graph", GRAPHS)
def test_every_lane_has_the_bits_of_one_series(graph, n_lanes, dtype, assert_lanes_are_series):
    liquid = LTCLiquid(N, topology=GRAPHS[graph], dtype=dtype, random_state=0).fit(np.zeros((1, 3)))
    assert_lanes_are_series(liquid, n_lanes, 3)


@DTYPES
@pytest.mark.parametrize("solver", ["fused", "euler", "rk4"])
@pytest.mark.parametrize("mixed_memory", [False, True])
def test_lanes_have_elapsed_times_solvers_and_memories_of_their_own(
    solver, mixed_memory, dtype, assert_lanes_are_series
):
    settings = {"solver": solver, "mixed_memory": mixed_memory, "n_substeps": 2, "elapsed_column": 1, "dtype": dtype}
    liquid = LTCLiquid(N, topology="random", **settings, random_state=0).fit(np.ones((1, 4)))
    assert_lanes_are_series(liquid, 11, 4, column=1)


def test_synapses_in_rows_are_those_of_the_circuit():
    liquid = LTCLiquid(9, random_state=0).fit(np.zeros((1, 3)))
    synapses, circuit = liquid.recurrent_synapses_, liquid.program_.circuit
    matrix = synapses.conductance
    by_offsets = rows_by_offsets(circuit.offsets, circuit.shifted)
    by_column = rows_of(matrix.indptr, matrix.indices, in_powers_of_two(synapses, np.float64))
    assert_array_equal(by_offsets.indptr, by_column.indptr)
    for i in range(9):
        unit = slice(*by_offsets.indptr[i : i + 2])
        order = np.argsort(by_offsets.sources[unit])
        assert_array_equal(by_offsets.sources[unit][order], by_column.sources[unit])
        assert_array_equal(by_offsets.values[unit][order], by_column.values[unit])


@DTYPES
def test_loads_agree_with_their_plain_twin(dtype):
    synapses, random = LTCLiquid(9, random_state=0).fit(np.zeros((1, 3))).recurrent_synapses_, np.random.RandomState(0)
    matrix, (w, slope, midpoint, reversal) = synapses.conductance, dense(synapses)
    rows = rows_of(matrix.indptr, matrix.indices, in_powers_of_two(synapses, np.dtype(dtype)))
    v, first_current, first_conductance = random.uniform(-1, 1, (3, 9, 16)).astype(dtype)
    current, conductance = np.zeros((2, 9, 16), dtype)
    load_lanes(rows, v, first_current, first_conductance, current, conductance, 16)
    opened = w[..., None] / (1 + np.exp(-slope[..., None] * (v[None].astype(float) - midpoint[..., None])))
    rtol = 1e-13 if dtype == "float64" else 1e-5
    assert_allclose(current, first_current + (opened * reversal[..., None]).sum(axis=1), rtol=rtol, atol=rtol)
    assert_allclose(conductance, first_conductance + opened.sum(axis=1), rtol=rtol, atol=rtol)


@pytest.mark.parametrize("topology", ["shift", "random"])
def test_large_regular_circuits_are_driven_one_by_one_where_pieces_are_asked_for(topology):
    liquid = LTCLiquid(800, topology=topology, random_state=0).fit(np.zeros((1, 3)))
    assert conductance_lanes(liquid.program_, None, pieces=False) is not None
    assert (conductance_lanes(liquid.program_, None, pieces=True) is None) == (topology == "shift")
