import itertools

import naive
import numpy as np
import pytest
from builders import dense, ltc_load
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import LTCLiquid, Synapses
from reservoir.ltc.conductance import (
    add_shifted_synapses,
    arrange_sensory,
    open_synapses,
    sum_synapses,
)
from reservoir.topology import NCP, AutoNCP, FullyConnected, RandomWiring

U = np.random.RandomState(0).standard_normal((20, 5))
GAPS = np.random.RandomState(1).exponential(size=20)
GAPS[[3, 4]] = 0, 5
N = 31
GRAPHS = {
    "shift": "shift",
    "random": "random",
    "small_world": "small_world",
    "orthogonal": "orthogonal",
    "NCP": NCP(14, 10, 7, sensory_fanout=3, inter_fanout=4, recurrent_command_synapses=9, motor_fanin=5),
    "AutoNCP": AutoNCP(N, 5),
    "FullyConnected": FullyConnected(N),
    "RandomWiring": RandomWiring(N, sparsity_level=0.6),
}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("solver", "n_substeps"), [("fused", 1), ("fused", 3), ("euler", 2), ("rk4", 2)])
@pytest.mark.parametrize("graph", GRAPHS)
def test_kernel_agrees_with_its_plain_twin(graph, solver, n_substeps, dtype):
    settings = {
        "topology": GRAPHS[graph],
        "solver": solver,
        "n_substeps": n_substeps,
        "dtype": dtype,
        "capacitance": (2.0, 9.0),
    }
    start = np.random.RandomState(1).uniform(-0.5, 0.5, N)
    for column, X, times in [(None, U, np.ones(20)), (5, np.column_stack([U, GAPS]), GAPS)]:
        liquid = LTCLiquid(N, **settings, elapsed_column=column, random_state=2).fit(X)
        states, _ = liquid.run(X, start)
        capacitance, stiffness = liquid.capacitance_.astype(float), liquid.program_.solving.stiffness
        circuit = (ltc_load(liquid), capacitance, n_substeps, U, times, start)
        assert states.dtype == dtype
        expected = naive.run_ltc(solver, *circuit, stiffness=stiffness)
        assert_allclose(states, expected, rtol=0, atol=1e-12 if dtype == "float64" else 1e-5)


@pytest.mark.parametrize("shape", [(1, 1), (2, 1), (3, 4), (4, 9)])
def test_small_circuits_of_any_shape_agree(shape):
    n_units, n_inputs = shape
    u = np.random.RandomState(0).standard_normal((10, n_inputs))
    for density in (0.0, 0.5, 1.0):
        masks = [np.random.RandomState(3).uniform(size=(n_units, size)) < density for size in (n_units, n_inputs)]
        liquid = LTCLiquid(recurrent_weights=1.0 * masks[0], input_weights=-1.0 * masks[1], random_state=0).fit(u)
        expected = naive.run_ltc("fused", ltc_load(liquid), liquid.capacitance_, 3, u, np.ones(10), np.zeros(n_units))
        assert_allclose(liquid.transform(u), expected, rtol=0, atol=1e-13)


def test_an_uncoupled_unit_relaxes_as_its_closed_form():
    capacitance, start = np.array([2.0, 5.0]), np.array([1.0, -1.0])
    alone = LTCLiquid(
        recurrent_weights=np.zeros((2, 2)), input_weights=np.zeros((2, 1)), capacitance=capacitance,
        leak_conductance=0.5, leak_potential=0.3, n_substeps=4,
    ).fit(np.zeros((1, 1)))  # fmt: skip
    states, _ = alone.run(np.zeros((20, 1)), start)
    factor = (capacitance / (capacitance + 0.5 / 4)) ** (4 * np.arange(1, 21)[:, None])
    assert_allclose(states, 0.3 + (start - 0.3) * factor, rtol=1e-13)


def test_one_open_synapse_pulls_towards_its_potential():
    synapse = Synapses([[3.0]], slope=1e4, midpoint=0.0, reversal=0.7)
    liquid = LTCLiquid(
        recurrent_weights=[[0.0]], input_weights=synapse, capacitance=1.0, leak_potential=-0.2, elapsed_column=1
    ).fit([[0.0, 1.0]])
    closed, opened = liquid.transform([[-1.0, 1e9]])[0, 0], liquid.transform([[1.0, 1e9]])[0, 0]
    assert_allclose([closed, opened], [-0.2, (-0.2 + 3 * 0.7) / 4], rtol=1e-8)


def load_of(synapses, potential):
    """Current and conductance of every unit by its synapses in a CSR structure."""
    indptr, indices, values = arrange_sensory(synapses, potential.dtype)
    current, conductance = np.zeros((2, len(indptr) - 1), potential.dtype)
    opened = np.empty(len(indices), potential.dtype)
    open_synapses(indices, values, potential, opened)
    sum_synapses(indptr, opened, values, current, conductance)
    return current, conductance


def test_every_synapse_has_its_own_values_in_both_arrangements():
    liquid = LTCLiquid(9, random_state=0).fit(U)
    synapses, v = liquid.recurrent_synapses_, np.random.RandomState(0).uniform(-1, 1, 9)
    w, slope, midpoint, reversal = dense(synapses)
    opened = w / (1 + np.exp(-slope * (v - midpoint)))
    offsets, shifted = liquid.program_.circuit[:2]
    current, conductance, twice = np.zeros(9), np.zeros(9), np.tile(v, 2)
    add_shifted_synapses(offsets, shifted, twice, np.empty((4, 9)), current, conductance)
    assert_allclose([current, conductance], [(opened * reversal).sum(1), opened.sum(1)], rtol=1e-13)
    assert_allclose(load_of(synapses, v), [(opened * reversal).sum(1), opened.sum(1)], rtol=1e-13)


def test_only_a_regular_graph_is_arranged_by_offsets():
    shift, random = (
        LTCLiquid(9, topology=name, random_state=0).fit(U).program_.circuit for name in ("shift", "random")
    )
    assert shift[0].size == 6 and shift[1].shape == (6, 4, 9) and shift[4].shape == (4, 0)
    assert random[0].size == 0 and random[2].size == 10 and random[4].shape == (4, 56)  # 54 in whole vectors


def test_the_same_circuit_in_both_arrangements_gives_the_same_states():
    by_offsets = LTCLiquid(9, random_state=0).fit(U)
    synapses = by_offsets.recurrent_synapses_
    matrix = np.zeros((9, 9))  # one closed synapse more, and the graph is no longer regular
    matrix[:] = synapses.conductance.toarray()
    row, column = np.argwhere(matrix == 0)[0]
    values = dense(synapses)
    matrix[row, column] = 1e-300
    kept = matrix != 0
    more = Synapses(matrix, *(np.where(synapses.conductance.toarray() != 0, part, 0)[kept] for part in values[1:]))
    scattered = LTCLiquid(
        recurrent_weights=more, input_weights=by_offsets.input_synapses_, capacitance=by_offsets.capacitance_,
        leak_potential=by_offsets.leak_potential_,
    ).fit(U)  # fmt: skip
    assert scattered.program_.circuit.offsets.size == 0 < by_offsets.program_.circuit.offsets.size
    assert_allclose(scattered.transform(U), by_offsets.transform(U), rtol=0, atol=1e-13)


def test_negative_conductances_are_taken_as_they_are():
    synapses = Synapses([[-0.5, 0.2], [0.1, -0.3]], 3.0, 0.1, [1.0, -1, 1, 1], allow_negative=True)
    liquid = LTCLiquid(recurrent_weights=synapses, capacitance=5.0, random_state=0).fit(U)
    expected = naive.run_ltc("fused", ltc_load(liquid), liquid.capacitance_, 3, U, np.ones(20), np.zeros(2))
    assert_allclose(liquid.transform(U), expected, rtol=0, atol=1e-12)
    assert_array_equal(np.sign(liquid.recurrent_weights_.toarray()), [[-1, -1], [1, -1]])


def test_a_sum_over_synapses_is_rounded_in_the_order_that_it_says():
    one, degrees = np.float32, [0, 1, 3, 4, 5, 8, 13]
    indptr, random = np.cumsum([0, *degrees]).astype(np.uint32), np.random.RandomState(0)
    opened, reversal = random.uniform(-1, 1, (2, sum(degrees))).astype(one)
    current, conductance = random.uniform(-1, 1, (2, len(degrees))).astype(one)
    expected = current.copy(), conductance.copy()
    for i, (first, last) in enumerate(itertools.pairwise(indptr)):
        g, a, e = opened[first:last], opened[first:last].astype(float), reversal[first:last].astype(float)
        fours = len(a) // 4 * 4
        for k in range(0, fours, 4):  # a product of two of single precision is exact in double precision
            pairs = [one(a[j + 1] * e[j + 1] + float(one(a[j] * e[j]))) for j in (k, k + 2)]
            expected[0][i] += pairs[0] + pairs[1]
            expected[1][i] += (g[k] + g[k + 1]) + (g[k + 2] + g[k + 3])
        for k in range(fours, len(a)):
            expected[0][i] = one(a[k] * e[k] + float(expected[0][i]))
            expected[1][i] += g[k]
    synapses = np.stack([*np.empty((3, sum(degrees)), one), reversal])
    sum_synapses(indptr, opened, synapses, current, conductance)
    assert_array_equal([current, conductance], expected)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_synapses_as_steep_as_a_switch_open_at_their_midpoint(dtype):
    for slope, midpoint in [(1e37, 0.5), (1e38, 1e3), (-1e38, 1e3), (3e38, 0.0), (0.0, 3e38), (1e308, 40.0)]:
        synapse = Synapses([[3.0]], slope=slope, midpoint=midpoint, reversal=0.7)
        for side in (-0.1, 0.1):
            p = np.full(1, midpoint + side * max(abs(midpoint), 1) * (slope != 0), dtype)
            expected = 3 * (0.5 if slope == 0 else float(slope * side > 0))
            assert_allclose(load_of(synapse, p)[1], expected, atol=1e-30)
