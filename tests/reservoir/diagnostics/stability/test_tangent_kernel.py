import numpy as np
import pytest
from scipy.sparse import random_array

from reservoir.diagnostics.stability.tangent_kernel import linearize_rows, run_loop_tangents, run_tangents
from reservoir.kernels.functions import ACTIVATIONS
from reservoir.kernels.leaky import irregular_pace, regular_pace
from reservoir.kernels.program import arguments
from reservoir.kernels.recurrence import arrange
from reservoir.topology import Shift

N_ROWS, N_UNITS, N_FEATURES = 37, 11, 3  # two whole blocks of rows, and a part of one
GRAPHS = {
    "shift": Shift().draw(N_UNITS, 4, random_state=0),
    "general": random_array((N_UNITS, N_UNITS), density=0.3, format="csr", random_state=np.random.default_rng(0)),
    "empty": random_array((N_UNITS, N_UNITS), density=0.0, format="csr"),
}
SLOPES = {
    "tanh": lambda h: 1 / np.cosh(h) ** 2,
    "identity": np.ones_like,
    "relu": lambda h: (h > 0) * 1.0,
    "sigmoid": lambda h: np.exp(-h) / (1 + np.exp(-h)) ** 2,
}
RNG = np.random.default_rng(1)
W_IN, BIAS = RNG.standard_normal((N_UNITS, N_FEATURES)), RNG.standard_normal(N_UNITS)
INPUTS, ELAPSED = RNG.standard_normal((N_ROWS, N_FEATURES)), RNG.uniform(0, 2, N_ROWS)
STATE, STATES = RNG.standard_normal(N_UNITS), RNG.standard_normal((N_ROWS, N_UNITS))
KEEP, RATE = RNG.uniform(size=N_UNITS), RNG.uniform(size=N_UNITS)


def equations(graph, activation, pace):
    matrix = GRAPHS[graph]
    csr = matrix.indptr.astype(np.uint32), matrix.indices.astype(np.uint32), matrix.data
    return csr, W_IN, BIAS, ACTIVATIONS[activation], tuple(pace)


def naive_maps(graph, activation):
    before = np.vstack([STATE, STATES[:-1]])
    return SLOPES[activation](before @ GRAPHS[graph].toarray().T + INPUTS @ W_IN.T + BIAS)


@pytest.mark.parametrize("graph", GRAPHS)
@pytest.mark.parametrize("activation", SLOPES)
@pytest.mark.parametrize("timed", [False, True])
def test_linear_maps_are_those_of_the_plain_twin(graph, activation, timed):
    pace = irregular_pace(2, RATE, np.full(N_UNITS, 0.5)) if timed else regular_pace(KEEP, 1 - KEEP)
    keep, gain = np.empty((2, N_ROWS, N_UNITS))
    linearize_rows(*equations(graph, activation, pace), INPUTS, ELAPSED, STATE, STATES, keep, gain)
    step = np.minimum(ELAPSED[:, None] * RATE, 1)
    expected = (1 - step, 0.5 * step) if timed else (np.tile(KEEP, (N_ROWS, 1)), np.tile(1 - KEEP, (N_ROWS, 1)))
    np.testing.assert_allclose(keep, expected[0], rtol=1e-14)
    np.testing.assert_allclose(gain, expected[1] * naive_maps(graph, activation), rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("graph", GRAPHS)
@pytest.mark.parametrize("activation", ["tanh", "identity"])
@pytest.mark.parametrize("n_vectors", [0, 1, 3])
def test_small_differences_are_carried_as_the_plain_twin_carries_them(graph, activation, n_vectors):
    vectors = np.random.default_rng(2).standard_normal((n_vectors, N_UNITS))
    carried, recurrent = vectors.copy(), arguments(arrange(GRAPHS[graph]))
    rows = INPUTS, ELAPSED, STATE, STATES
    run_tangents(*equations(graph, activation, regular_pace(KEEP, 1 - KEEP)), *rows, recurrent, carried)
    for slopes in naive_maps(graph, activation):
        vectors = KEEP * vectors + (1 - KEEP) * slopes * (vectors @ GRAPHS[graph].toarray().T)
    np.testing.assert_allclose(carried, vectors, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("graph", GRAPHS)
def test_differences_of_state_and_row_go_around_the_loop_as_in_the_plain_twin(graph):
    rng = np.random.default_rng(3)
    keep, gain = rng.uniform(size=(2, 5, N_UNITS))
    from_state, from_row = rng.standard_normal((N_FEATURES, N_UNITS)), rng.standard_normal((N_FEATURES, N_FEATURES))
    d, e = rng.standard_normal((2, N_UNITS)), rng.standard_normal((2, N_FEATURES))
    carried, rows, recurrent = d.copy(), e.copy(), arguments(arrange(GRAPHS[graph]))
    run_loop_tangents(recurrent, W_IN, from_state, from_row, keep, gain, carried, rows)
    for k, g in zip(keep, gain, strict=True):
        d = k * d + g * (d @ GRAPHS[graph].toarray().T + e @ W_IN.T)
        e = d @ from_state.T + e @ from_row.T
    np.testing.assert_allclose(carried, d, rtol=1e-11)
    np.testing.assert_allclose(rows, e, rtol=1e-11)
