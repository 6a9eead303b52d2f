import pickle
from math import exp, tanh

import naive
import numpy as np
import pytest
from builders import ltc_load
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import CfCLiquid, LTCLiquid, MemoryCell
from reservoir.kernels.memory_cell import memory_arguments, resolve_memory, step_memory_cell, update_memory

N, U = 7, np.random.RandomState(0).standard_normal((25, 3))
CELL = MemoryCell.draw(N, 3, np.random.RandomState(1))


def drive(cell, inputs, h, c, dtype=np.float64):
    """One row of h and c for every row of inputs, by the kernel."""
    weights, bias = memory_arguments(cell, dtype)
    state, rows = np.array([h, c], dtype), []
    for u in inputs.astype(dtype):
        step_memory_cell(weights, bias, u, np.empty(len(weights), dtype), np.empty(bias.size, dtype), state)
        rows.append(state.copy())
    return np.array(rows)


@pytest.mark.parametrize(("dtype", "atol"), [(np.float64, 1e-14), (np.float32, 1e-5)])
def test_kernel_agrees_with_its_plain_twin(dtype, atol):
    h, c = np.random.RandomState(2).uniform(-1, 1, (2, N))
    rows = drive(CELL, U, h, c, dtype)
    for u, row in zip(U, rows, strict=True):
        h, c = naive.step_memory_cell(CELL, u, h, c)
        assert_allclose(row, [h, c], rtol=0, atol=atol)


def test_one_step_by_hand():
    def squash(x):
        return 1 / (1 + exp(-x))

    cell = MemoryCell([[1.0], [2.0], [-1.0], [0.5]], [[0.3], [-0.2], [0.1], [0.4]], [0.1, 0.2, -0.3, 0.4])
    u, h, c = 0.6, 0.7, -0.8
    candidate, enter = tanh(1.0 * u + 0.3 * h + 0.1), squash(2.0 * u - 0.2 * h + 0.2)
    keep, show = squash(-1.0 * u + 0.1 * h - 0.3 + 1), squash(0.5 * u + 0.4 * h + 0.4)
    c = keep * c + enter * candidate
    assert_allclose(drive(cell, np.array([[u]]), [h], [-0.8])[0, :, 0], [show * tanh(c), c], rtol=1e-14)


def biased(candidate=0.0, enter=0.0, keep=0.0, show=0.0):
    """A cell without input, its gates where their biases hold them."""
    return MemoryCell(np.zeros((4 * N, 3)), np.zeros((4 * N, N)), np.repeat([candidate, enter, keep, show], N))


def test_gates_do_what_they_are_called():
    h, c = np.random.RandomState(2).uniform(-1, 1, (2, N))
    held = drive(biased(candidate=9, enter=-800, keep=800, show=800), U, h, c)
    assert_array_equal(held[:, 1], np.tile(c, (25, 1)))
    assert_allclose(held[:, 0], np.tanh(held[:, 1]), rtol=1e-14)
    replaced = drive(biased(candidate=0.5, enter=800, keep=-800, show=800), U, h, c)
    assert_allclose(replaced[:, 1], np.tanh(0.5), rtol=1e-14)
    hidden = drive(biased(candidate=9, enter=9, keep=9, show=-800), U, h, c)
    assert np.abs(hidden[:, 0]).max() < 1e-300
    summed = drive(biased(candidate=0.5, enter=800, keep=800), U, h, c)
    assert_allclose(summed[:, 1], c + np.tanh(0.5) * np.arange(1, 26)[:, None], rtol=1e-13)


@pytest.mark.parametrize("bias", [-1.0, 0.0, 2.0])
def test_the_forget_gate_sets_the_length_of_memory(bias):
    c = np.linspace(-1, 1, N)
    faded = drive(biased(enter=-800, keep=bias), U, np.zeros(N), c)
    factor = 1 / (1 + np.exp(-bias - 1))
    assert_allclose(faded[:, 1], c * factor ** np.arange(1, 26)[:, None], rtol=1e-12)


def test_what_the_cell_shows_is_bounded():
    h, c = np.zeros(4), np.array([1e300, -1e300, 5, 0])
    update_memory(np.ones(4), np.ones(4), np.ones(4), np.full(4, 800.0), h, c)
    assert np.all(np.abs(h) <= 1)


def test_draws_follow_the_reference():
    cell = MemoryCell.draw(100, 30, np.random.RandomState(0))
    bound = np.sqrt(6 / (30 + 400))
    assert cell.input_weights.shape == (400, 30) and cell.bias.shape == (400,)
    assert 0.99 * bound < np.abs(cell.input_weights).max() <= bound
    assert_allclose(cell.recurrent_weights.T @ cell.recurrent_weights, np.eye(100), atol=1e-13)
    assert 0.099 < np.abs(cell.bias).max() <= 0.1
    # The decomposition alone would make the whole diagonal negative, about -0.04.
    assert abs(np.diag(cell.recurrent_weights).mean()) < 0.02


def test_arrays_are_copies_and_read_only():
    inputs, recurrent, bias = np.ones((8, 3)), np.ones((8, 2)), np.ones(8)
    cell = MemoryCell(inputs, recurrent, bias)
    inputs[0], recurrent[0], bias[0] = 9, 9, 9
    for own in (cell, pickle.loads(pickle.dumps(cell))):
        for array in (own.input_weights, own.recurrent_weights, own.bias):
            assert not array.flags.writeable and np.all(array == 1)
    cell.arguments(np.float64)  # adds the offset of the forget gate to a copy
    assert np.all(cell.bias == 1)
    assert MemoryCell(inputs, recurrent, 0.5).bias.shape == (8,)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("times", ["regular", "irregular"])
@pytest.mark.parametrize("cls", [LTCLiquid, CfCLiquid])
def test_a_liquid_starts_every_row_from_what_the_cell_leaves(cls, times, dtype):
    gaps = np.ones(25) if times == "regular" else np.random.RandomState(4).exponential(size=25)
    X, column = (U, None) if times == "regular" else (np.column_stack([U, gaps]), 3)
    liquid = cls(N, mixed_memory=True, elapsed_column=column, dtype=dtype, random_state=0).fit(X)
    start = np.random.RandomState(5).uniform(-0.5, 0.5, (2, N))
    states, end = liquid.run(X, start)
    assert states.shape == (25, N) and end.shape == (2, N) and states.dtype == end.dtype == dtype
    assert_array_equal(end[0], states[-1])
    if cls is LTCLiquid:
        capacitance = liquid.capacitance_.astype(float)
        expected = naive.run_ltc("fused", ltc_load(liquid), capacitance, 3, U, gaps, start, liquid.memory_)
    else:
        expected = naive.run_cfc(liquid.weights_, "default", "lecun_tanh", U, gaps, start, liquid.memory_)
    assert_allclose(states, expected, rtol=0, atol=1e-12 if dtype == "float64" else 1e-5)


@pytest.mark.parametrize("cls", [LTCLiquid, CfCLiquid])
def test_a_cell_given_back_gives_the_same_states(cls):
    drawn = cls(N, mixed_memory=True, random_state=0).fit(U)
    given = cls(N, mixed_memory=drawn.memory_, random_state=0).fit(U)
    assert given.memory_ is drawn.memory_
    assert_array_equal(given.transform(U), drawn.transform(U), strict=True)
    without = cls(N, random_state=0).fit(U)
    assert without.memory_ is None
    assert np.any(without.transform(U) != drawn.transform(U))


@pytest.mark.parametrize("cls", [LTCLiquid, CfCLiquid])
@pytest.mark.parametrize(
    "state", [np.zeros(N), np.zeros((2, N + 1)), np.zeros((1, N)), np.full((2, N), np.nan), ([1], [2])]
)
def test_the_state_has_a_row_for_the_cell(cls, state):
    liquid = cls(N, mixed_memory=True, random_state=0).fit(U)
    with pytest.raises(ValueError, match=rf"'state' must be a finite array of shape \(2, {N}\)"):
        liquid.run(U, state)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.ones((8, 3)), np.ones((7, 2)), 0), r"'recurrent_weights' .* shape \(4 n_units, n_units\); got \(7, 2\)"),
        ((np.ones((8, 3)), np.ones(8), 0), r"'recurrent_weights' of a MemoryCell must have shape .*; got \(8,\)"),
        ((np.ones((0, 3)), np.ones((0, 0)), 0), r"'recurrent_weights' .* got \(0, 0\)"),
        ((np.ones((7, 3)), np.ones((8, 2)), 0), r"'input_weights' must have shape \(8, 3\); got \(7, 3\)"),
        ((np.ones((8, 0)), np.ones((8, 2)), 0), r"'input_weights' of a MemoryCell .* got \(8, 0\)"),
        ((np.ones(8), np.ones((8, 2)), 0), r"'input_weights' of a MemoryCell must have shape .*; got \(8,\)"),
        ((np.ones((8, 3)) * np.nan, np.ones((8, 2)), 0), "'input_weights' must be finite"),
        ((np.ones((8, 3)), np.ones((8, 2)) * 1j, 0), "'recurrent_weights' must hold real numbers"),
        ((np.ones((8, 3)), np.ones((8, 2)), np.ones(2)), r"'bias' must be one number or one per unit, shape \(8,\)"),
        ((np.ones((8, 3)), np.ones((8, 2)), np.inf), "'bias' must be a finite number; got inf"),
    ],
)
def test_weights_that_do_not_fit_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        MemoryCell(*arguments)


@pytest.mark.parametrize("value", [1, 0, None, "yes", np.ones((28, 3)), 1.0])
@pytest.mark.parametrize("cls", [LTCLiquid, CfCLiquid])
def test_only_true_false_or_a_cell_are_taken(cls, value):
    with pytest.raises(ValueError, match="'mixed_memory' must be True, False or a MemoryCell; got"):
        cls(N, mixed_memory=value).fit(U)


@pytest.mark.parametrize("cls", [LTCLiquid, CfCLiquid])
def test_a_cell_of_another_size_is_refused(cls):
    for units, features in [(N + 1, 3), (N, 2)]:
        with pytest.raises(ValueError, match=r"'mixed_memory' must have input weights of shape \(28, 3\); got"):
            cls(N, mixed_memory=MemoryCell.draw(units, features, np.random.RandomState(0))).fit(U)


def test_no_memory_is_two_empty_arrays():
    random_state = np.random.RandomState(0)
    assert resolve_memory(False, N, 3, random_state) is None
    assert resolve_memory(np.False_, N, 3, random_state) is None
    assert isinstance(resolve_memory(np.True_, N, 3, random_state), MemoryCell)
    assert memory_arguments(None, np.float32) is None


@pytest.mark.parametrize("value", [None, 1.0, "abc", 1j, [[1, 2], [3]], np.ones(3), np.ones((2, 2, 2)), len])
def test_weights_are_matrices(value):
    with pytest.raises(ValueError, match="'input_weights'"):
        MemoryCell(value, np.ones((8, 2)), 0)
    with pytest.raises(ValueError, match="'recurrent_weights'"):
        MemoryCell(np.ones((8, 3)), value, 0)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"n_units": 0}, "'n_units' must be an integer of at least 1; got 0"),
        ({"n_units": 2**40}, "'n_units' must be small enough"),
        ({"n_units": 10**400}, "'n_units' must be small enough"),
        ({"n_inputs": 2**60}, "'n_inputs' must be small enough"),
        ({"random_state": "abc"}, "'random_state' must be None"),
    ],
    ids=str,
)
def test_what_cannot_be_drawn_is_named(bad, message):
    with pytest.raises(ValueError, match=message):
        MemoryCell.draw(**{"n_units": 2, "n_inputs": 3, "random_state": 0} | bad)


@pytest.mark.parametrize("dtype", [None, int, "abc", 1, [1], "float16"])
def test_kernels_are_of_two_precisions(dtype):
    with pytest.raises(ValueError, match="'dtype' must be float64 or float32"):
        MemoryCell.draw(2, 3, 0).arguments(dtype)
