import numpy as np
import pytest
from numpy.testing import assert_allclose

from reservoir.diagnostics.memory.state_basis import (
    N_BLOCKS,
    jackknife_error,
    precise_directions,
    recall_of,
    state_basis,
)


def rows_of(targets):
    return lambda start, stop: targets[start:stop]


def naive_r_squared(states, target):
    """Ordinary least squares with an intercept, by the book."""
    design = np.column_stack([np.ones(len(states)), states])
    left = target - design @ np.linalg.lstsq(design, target, rcond=None)[0]
    return 1 - (left**2).sum() / ((target - target.mean()) ** 2).sum()


def noisy_targets(n_steps=403, n_columns=7, seed=0):
    rng = np.random.RandomState(seed)
    states = 5 + rng.standard_normal((n_steps, n_columns)) @ rng.standard_normal((n_columns, n_columns))
    return states, np.column_stack(
        [states @ np.ones(7), states[:, 0] + rng.standard_normal(n_steps), rng.rand(n_steps)]
    )


@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-10), (np.float32, 1e-4)])
def test_agrees_with_least_squares_and_with_leaving_out_each_block(dtype, rtol):
    states, targets = noisy_targets()
    found = recall_of(state_basis(states, dtype), rows_of(targets.astype(dtype)))
    expected = [naive_r_squared(states, target) for target in targets.T]
    np.testing.assert_allclose(found.raw, expected, rtol=rtol)
    edges = np.linspace(0, len(states), N_BLOCKS + 1).astype(int)
    for k in range(N_BLOCKS):
        kept = np.r_[0 : edges[k], edges[k + 1] : len(states)]
        expected = [naive_r_squared(states[kept], target[kept]) for target in targets.T]
        np.testing.assert_allclose(found.left_out[k], expected, rtol=rtol)
    np.testing.assert_allclose(found.corrected, 20 * found.raw - 19 * found.left_out.mean(axis=0), rtol=1e-9)


def test_bias_and_error_are_those_of_repetition():
    # R^2 of a readout of 10 columns from 500 rows of noise, and of noise of as much variance as the signal.
    raw, corrected, error = [], [], []
    for seed in range(60):
        rng = np.random.RandomState(seed)
        states = rng.standard_normal((500, 10))
        targets = rng.standard_normal((500, 2)) + [[0.0, 1.0]] * states[:, :1]
        found = recall_of(state_basis(states), rows_of(targets))
        raw.append(found.raw), corrected.append(found.corrected), error.append(found.standard_error)
    np.testing.assert_allclose(np.mean(raw, axis=0), [0.02, 0.51], atol=0.015)
    np.testing.assert_allclose(np.mean(corrected, axis=0), [0, 0.5], atol=0.015)
    ratio = np.mean(error, axis=0) / np.std(corrected, axis=0)
    assert 1 < ratio[0] < 1.7  # on the safe side where there is nothing to recall
    assert ratio[1] == pytest.approx(1, abs=0.3)


def test_perfect_recall_has_neither_bias_nor_error():
    states, _ = noisy_targets()
    found = recall_of(state_basis(states), rows_of(states @ np.ones((7, 1)) - 3))
    np.testing.assert_allclose(found.corrected, 1, atol=1e-9)
    np.testing.assert_allclose(found.standard_error, 0, atol=1e-9)
    np.testing.assert_allclose(found.bias, 0, atol=1e-9)


def test_columns_that_are_constant_or_copies_add_nothing():
    states, targets = noisy_targets()
    padded = np.column_stack(
        [states, np.full(403, 3.7), np.zeros(403), 1e-9 * states[:, 2], states[:, 0] - states[:, 1]]
    )
    basis = state_basis(padded)
    assert basis.rank == 7
    np.testing.assert_allclose(
        recall_of(basis, rows_of(targets)).raw, recall_of(state_basis(states), rows_of(targets)).raw
    )


def test_basis_is_orthonormal_for_badly_conditioned_states():
    rng = np.random.RandomState(0)
    mixed = rng.standard_normal((2000, 8)) * 10.0 ** -np.arange(8) @ np.linalg.qr(rng.standard_normal((8, 8)))[0]
    basis = state_basis(mixed)
    assert basis.rank == 8
    whole = np.vstack(basis.blocks)
    np.testing.assert_allclose(whole.T @ whole / 2000, np.eye(9), atol=1e-8)


def test_rounding_errors_are_no_direction():
    assert precise_directions(np.array([1.0, 1e-12, 1e-13, 0.0]), np.finfo(float).eps) == 2
    assert precise_directions(np.array([1.0, 1e-3, 1e-5]), np.finfo(np.float32).eps) == 2
    u = np.random.RandomState(0).standard_normal((1000, 1)).astype(np.float32)
    almost = np.hstack([u, u + np.float32(1e-6) * np.random.RandomState(1).standard_normal((1000, 1)).astype("f4")])
    assert state_basis(almost).rank == 1


def test_direction_that_only_one_block_knows_is_harmless():
    states, targets = noisy_targets()
    lone = np.zeros(403)
    lone[3] = 1.0
    found = recall_of(state_basis(np.column_stack([states, lone])), rows_of(targets))
    assert np.isfinite(found.left_out).all()
    without = recall_of(state_basis(states), rows_of(targets))
    np.testing.assert_allclose(found.left_out[0], without.left_out[0], rtol=1e-6)


def test_states_that_do_not_vary_are_refused():
    for constant in (np.zeros((100, 3)), np.full((100, 3), 0.1)):
        with pytest.raises(ValueError, match="The states must vary with the input to remember it.*'input_range'"):
            state_basis(constant)


def test_jackknife_error_of_a_mean_is_the_textbook_one():
    x = np.random.RandomState(0).standard_normal(50)
    without = (x.sum() - x) / 49
    assert jackknife_error(without) == pytest.approx(x.std(ddof=1) / np.sqrt(50))


@pytest.mark.parametrize("scale", [2.0**900, 2.0**-900])
def test_states_whose_squares_leave_the_numbers_have_the_basis_of_others(scale):
    states = np.random.RandomState(0).standard_normal((400, 3)) * [1, 1, 0]
    for ours, expected in zip(state_basis(scale * states).blocks, state_basis(states).blocks, strict=True):
        assert_allclose(ours, expected, atol=1e-9)
