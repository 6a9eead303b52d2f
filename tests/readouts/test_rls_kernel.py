import math

import numpy as np
import pytest

from readouts.rls_kernel import run_rls


def naive_rls(X, y, weight, forgetting, excitation, visits, alpha):
    """The recursion on P itself, with Potter's formulas written out: no triangle, no square root of a matrix kept."""
    n_features, n_targets = X.shape[1], y.shape[1]
    P, coefficients, turn = np.eye(n_features) / alpha, np.zeros((n_targets, n_features)), 0
    mean_x, mean_y, total = np.zeros(n_features), np.zeros(n_targets), 0.0
    predictions = np.empty(y.shape)
    for t in range(len(X)):
        x = X[t] - mean_x
        predictions[t] = mean_y + coefficients @ x
        if weight[t] == 0:
            continue
        error = y[t] - predictions[t]
        before, total = forgetting * total, forgetting * total + weight[t]
        scale = before * weight[t] / total
        gain = P @ x
        a = forgetting + scale * x @ gain
        P = (P - scale * np.outer(gain, gain) / a) / forgetting
        coefficients = coefficients + scale * np.outer(error, gain) / a
        mean_x = mean_x + weight[t] / total * (X[t] - mean_x)
        mean_y = mean_y + weight[t] / total * (y[t] - mean_y)
        for _ in range(visits):
            pseudo = excitation * P[turn]
            P = P - np.outer(pseudo, pseudo) / (1 + excitation * pseudo[turn])
            turn = (turn + 1) % n_features
    return P, coefficients, mean_x, mean_y, predictions


def start(n_features, n_targets, alpha):
    root = np.eye(n_features) / math.sqrt(alpha)
    progress = np.array([0.0, n_features / alpha, 0.0])
    return root, np.zeros((n_targets, n_features)), np.zeros(n_features), np.zeros(n_targets), progress


@pytest.mark.parametrize(("forgetting", "visits"), [(1.0, 0), (0.9, 1), (0.7, 3)])
def test_agrees_with_the_plain_recursion(forgetting, visits):
    random_state = np.random.RandomState(0)
    X, y = random_state.standard_normal((80, 7)) + 3, random_state.standard_normal((80, 2))
    weight = random_state.randint(0, 3, 80) * random_state.uniform(size=80)
    state, predictions = start(7, 2, 0.1), np.empty((80, 2))
    assert run_rls(X, y, weight, forgetting, 0.4, visits, *state, predictions) == 80
    root, coefficients, mean_x, mean_y, _ = state
    expected = naive_rls(X, y, weight, forgetting, 0.4, visits, 0.1)
    got = (root.T @ root, coefficients, mean_x, mean_y, predictions)
    for ours, theirs in zip(got, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-10)


def test_root_stays_triangular_with_a_positive_diagonal_and_its_norm_below_the_bound():
    random_state = np.random.RandomState(0)
    X, y = random_state.standard_normal((500, 9)), random_state.standard_normal((500, 1))
    state = start(9, 1, 1e-3)
    run_rls(X, y, np.ones(500), 0.9, 0.01, 2, *state, np.empty((500, 1)))
    root, progress = state[0], state[-1]
    np.testing.assert_array_equal(root, np.tril(root))
    assert root.diagonal().min() > 0
    assert (root**2).sum() <= progress[1] * (1 + 1e-10)


def test_pseudo_samples_alone_bring_the_penalty_back():
    # Silence: P^-1 is diagonal and follows p <- forgetting p, and p + excitation^2 when it is a feature's turn.
    state, excitation, forgetting = start(3, 1, 0.5), 0.3, 0.8
    run_rls(
        np.zeros((3000, 3)), np.zeros((3000, 1)), np.ones(3000), forgetting, excitation, 1, *state, np.empty((3000, 1))
    )
    information = 1 / np.square(state[0].diagonal())
    expected = excitation**2 / (1 - forgetting**3) * forgetting ** np.array([2, 1, 0])
    np.testing.assert_allclose(information, expected, rtol=1e-12)


def test_long_silence_leaves_no_denormal_numbers():
    random_state = np.random.RandomState(0)
    X = np.vstack([random_state.standard_normal((50, 4)), np.zeros((5000, 4))])
    state = start(4, 1, 1e-2)
    run_rls(X, X[:, :1].copy(), np.ones(len(X)), 0.8, 0.05, 1, *state, np.empty((len(X), 1)))
    for array in (state[0], state[2]):
        assert np.all((array == 0) | (np.abs(array) > 1e-200))


@pytest.mark.parametrize("value", [1e76, 1e160, -1.7e308, np.nan, np.inf])
@pytest.mark.parametrize("where", ["X", "y"])
@pytest.mark.parametrize("forgetting", [1.0, 0.5])
def test_a_row_that_would_overflow_is_refused_and_changes_nothing(value, where, forgetting):
    random_state = np.random.RandomState(0)
    X, y = random_state.standard_normal((20, 3)), random_state.standard_normal((20, 1))
    state, short = start(3, 1, 0.1), start(3, 1, 0.1)
    run_rls(X[:12], y[:12], np.ones(12), forgetting, 0.1, 1, *short, np.empty((12, 1)))
    (X if where == "X" else y)[12, 0] = value
    assert run_rls(X, y, np.ones(20), forgetting, 0.1, 1, *state, np.empty((20, 1))) == 12
    short[-1][1] = state[-1][1]  # the bound of the norm may have been measured anew
    for array, expected in zip(state, short, strict=True):
        np.testing.assert_array_equal(array, expected)


@pytest.mark.parametrize("forgetting", [1e-300, 1e-100, 1e-10])
def test_absurd_forgetting_never_gives_nan(forgetting):
    X = np.random.RandomState(0).standard_normal((30, 3))
    state, predictions = start(3, 1, 1.0), np.zeros((30, 1))
    run_rls(X, X[:, :1].copy(), np.ones(30), forgetting, 1.0, 3, *state, predictions)
    assert all(np.isfinite(array).all() for array in (*state, predictions))


def test_a_spoilt_root_is_noticed_before_the_coefficients_change():
    X = np.random.RandomState(0).standard_normal((30, 3))
    state = start(3, 1, 1.0)
    run_rls(X, X[:, :1].copy(), np.ones(30), 1.0, 0.0, 0, *state, np.empty((30, 1)))
    coefficients = state[1].copy()
    state[0][2, 1] = np.nan
    assert run_rls(X, X[:, :1].copy(), np.ones(30), 1.0, 0.0, 0, *state, np.empty((30, 1))) == 0
    np.testing.assert_array_equal(state[1], coefficients)
