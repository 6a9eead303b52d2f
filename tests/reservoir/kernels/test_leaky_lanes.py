import naive
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array

from reservoir.kernels.functions import ACTIVATIONS, smallest
from reservoir.kernels.leaky import EULER, EXPONENTIAL, UNDAMPED, LeakyProgram, irregular_pace, regular_pace, run_leaky
from reservoir.kernels.leaky_lanes import MOST_GENERAL, MOST_SHIFTED, activate, leaky_lanes
from reservoir.kernels.recurrence import arrange
from reservoir.topology import Random, ScaleFree, Shift

N, N_LANES, LENGTHS = 19, 16, np.array([12, 12, 9, 5, 5, 1])
ACTIVE = (np.arange(12)[:, None] < LENGTHS).sum(axis=1)
GRAPHS = {"shift": Shift().draw(N, 4, 0), "random": Random().draw(N, 5, 0), "hubs": ScaleFree().draw(N, 4, 0)}
PACES = {"exponential": EXPONENTIAL, "euler": EULER, "undamped": UNDAMPED}


@pytest.fixture(params=[np.float64, np.float32])
def dtype(request):
    return request.param


def program(graph, activation, dtype, rule=None):
    matrix, rate = csr_array(GRAPHS[graph] * 0.3).astype(dtype), np.linspace(0.1, 1, N).astype(dtype)
    random = np.random.RandomState(0)
    weights = random.uniform(-1, 1, (3, N)).astype(dtype), random.uniform(-1, 1, N).astype(dtype)
    pace = regular_pace(1 - rate, rate) if rule is None else irregular_pace(rule, rate, np.ones_like(rate))
    return LeakyProgram(arrange(matrix), *weights, ACTIVATIONS[activation], pace)


def drive(given, X, elapsed_column=None):
    """States of every lane, and the state after each, from a state of its own."""
    state = np.random.RandomState(5).standard_normal((N, N_LANES)).astype(X.dtype)
    start, states = state.copy(), np.full((len(X), N, N_LANES), np.nan, X.dtype)
    leaky_lanes(given, elapsed_column, pieces=False)(X, ACTIVE, state, states)
    return start, states, state


def inputs(dtype, n_features=3):
    return np.abs(np.random.RandomState(7).standard_normal((12, n_features, N_LANES))).astype(dtype)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("graph", GRAPHS)
def test_lanes_agree_with_the_plain_twin(graph, activation):
    given, X = program(graph, activation, np.float64), inputs(np.float64)
    start, states, _ = drive(given, X)
    for lane, length in enumerate(LENGTHS):
        expected = naive.run_echo_state(
            0.3 * GRAPHS[graph].toarray(), given.input_weights.T, given.bias, given.pace.gain, activation,
            X[:length, :, lane], start[:, lane],
        )  # fmt: skip
        assert_allclose(states[:length, :, lane], expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("rule", ["exponential", "euler"])
def test_lanes_with_times_of_their_own_agree_with_the_plain_twin(rule):
    given, X = program("random", "tanh", np.float64, PACES[rule]), inputs(np.float64, 4)
    start, states, _ = drive(given, X, elapsed_column=1)
    tau = 1 / given.pace.rate
    for lane, length in enumerate(LENGTHS):
        u = np.delete(X[:length, :, lane], 1, axis=1)
        expected = naive.run_ctrnn(
            "normalized", rule, 0.3 * GRAPHS["random"].toarray(), given.input_weights.T, given.bias, tau, "tanh", u,
            X[:length, 1, lane], start[:, lane],
        )  # fmt: skip
        assert_allclose(states[:length, :, lane], expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("rule", [None, *PACES])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("graph", GRAPHS)
def test_lanes_have_the_bits_of_one_series(graph, activation, rule, dtype):
    given = program(graph, activation, dtype, None if rule is None else PACES[rule])
    X = inputs(dtype, 3 if rule is None else 4)
    start, states, state = drive(given, X, None if rule is None else 3)
    for lane, length in enumerate(LENGTHS):
        alone = np.empty((length, N), dtype)
        times = np.empty(0, dtype) if rule is None else X[:length, 3, lane].copy()
        u, begin = X[:length, :3, lane].copy(), start[:, lane].copy()
        run_leaky(*given, u, times, begin, alone)
        assert_array_equal(states[:length, :, lane], alone)
        assert_array_equal(state[:, lane], alone[-1])
    assert_array_equal(state[:, len(LENGTHS) :], start[:, len(LENGTHS) :])


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_activations_are_applied_to_every_number(activation, dtype):
    sums = np.array([[-3, -0.0, 0.5, np.nan], [np.inf, -np.inf, 40, 1e-5]], dtype)
    with np.errstate(all="ignore"):
        expected = naive.ACTIVATIONS[activation](sums.astype(np.float64))
    activate(ACTIVATIONS[activation], sums)
    limits = np.finfo(dtype)  # a sigmoid does not fall below the smallest numbers
    assert_allclose(sums, expected, rtol=4 * limits.eps, atol=2 * limits.tiny)


def test_what_has_decayed_is_flushed(dtype):
    matrix = csr_array((N, N), dtype=dtype)
    half, nothing = np.full(N, 0.5, dtype), np.zeros(N, dtype)
    given = LeakyProgram(arrange(matrix), np.zeros((3, N), dtype), nothing, 0, regular_pace(half, half))
    start = dtype(3 * smallest(half))
    state, states = np.full((N, N_LANES), start), np.empty((12, N, N_LANES), dtype)
    leaky_lanes(given, None, pieces=False)(inputs(dtype), ACTIVE, state, states)
    assert_array_equal(states[0, :, :6], start / 2)
    assert not states[1, :, :5].any()


def test_what_states_of_inactive_lanes_hold_does_no_harm(dtype):
    given, X = program("random", "relu", dtype), inputs(dtype)
    _, expected, ends = drive(given, X)
    for t, n_active in enumerate(ACTIVE):
        X[t, :, n_active:] = np.nan
    _, states, state = drive(given, X)
    for lane, length in enumerate(LENGTHS):
        assert_array_equal(states[:length, :, lane], expected[:length, :, lane])
    assert_array_equal(state, ends)


def test_lanes_are_left_where_writing_their_pieces_takes_longer():
    for family, most in ((Shift(), MOST_SHIFTED), (Random(), MOST_GENERAL)):
        for n_units in (most, most + 1):
            nothing, one = np.zeros(n_units), np.ones(n_units)
            recurrence = arrange(csr_array(family.draw(n_units, 2, 0)))
            given = LeakyProgram(recurrence, np.zeros((1, n_units)), nothing, 0, regular_pace(nothing, one))
            assert leaky_lanes(given, None, pieces=False) is not None
            assert (leaky_lanes(given, None, pieces=True) is None) == (n_units > most)
