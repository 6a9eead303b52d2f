import pickle
from functools import cache

import numpy as np
import pytest
from naive_ridge import exact_ridge, exact_wide_ridge, exact_wide_row_errors, left_out_errors
from sklearn.linear_model import RidgeClassifierCV, RidgeCV

from readouts import RidgeReadout, RidgeReadoutClassifier
from readouts.single_thread import blas_controller
from readouts.statistics import statistics_of
from readouts.wide import WideRows

rng = np.random.RandomState(0)
N, P = 7, 16
X, Y = rng.standard_normal((N, P)), rng.standard_normal((N, 2))
WEIGHT = rng.uniform(0.5, 2, N)
ALPHAS = [1e-9, 1e-4, 1.0, 1e9]
EACH = list(np.arange(N)[:, None])


def with_near_copy(distance):
    rows = X.copy()
    rows[4] = rows[3] + distance * rng.standard_normal(P)
    return rows


def with_constants():
    rows = X.copy()
    rows[:, [3, 7]] = 0.1, 1e9 / 3
    return rows


def collinear():
    # Of few digits, so that the columns are collinear to the last one; they fit four of the six directions.
    few = np.round(64 * X[:, :4]) / 64
    return np.hstack([few, few @ rng.randint(-2, 3, (4, P - 4))])


# With the condition number of the centred rows, or what the smallest penalty leaves of it.
HARD = {
    "plain": (X, 10.0),
    "features of scales from 1e-8 to 1e8": (X * 10.0 ** rng.permutation(np.linspace(-8, 8, P)), 1e2),
    "collinear features": (collinear(), 1e6),
    "constant features": (with_constants(), 10.0),
    "rows far from zero": (X + 1e4, 10.0),
    "one large direction": (X + 1e3 * rng.standard_normal((N, 1)), 1e4),
    "rows that nearly agree": (with_near_copy(1e-3), 1e4),
    "rows that agree in five digits": (with_near_copy(1e-5), 1e6),
    "rows that agree in eight digits": (with_near_copy(1e-8), 1e8),
}


@cache
def exact(name, alpha):
    rows = HARD[name][0]
    coefficients, _ = exact_wide_ridge(rows, Y, alpha)
    return exact_wide_row_errors(rows, Y, alpha) / N, np.array(coefficients.tolist(), dtype=float)


@pytest.mark.parametrize("solver", ["auto", "qr"])
@pytest.mark.parametrize("name", HARD)
def test_errors_and_coefficients_of_hard_rows_for_every_penalty(name, solver):
    rows, condition = HARD[name]
    lengths = np.sqrt(N) * rows.std(axis=0)
    for alpha in ALPHAS:
        errors, coefficients = exact(name, alpha)
        readout = RidgeReadout(alphas=[alpha], solver=solver).fit(rows, Y)
        found = readout.cv_results_["mean_squared_error"][0]
        # Products of rows, where they are used, square the condition number, up to half of the digits.
        products = min(1e-15 * condition**2, 1e-8) if solver == "auto" else 0.0
        np.testing.assert_allclose(found, errors, rtol=max(1e-14 * condition, products))
        contributions = coefficients.T * lengths
        atol = 1e-14 * condition * np.abs(contributions).max()
        np.testing.assert_allclose(readout.coef_ * lengths, contributions, rtol=0, atol=atol)
        np.testing.assert_array_equal(RidgeReadout(alpha, solver=solver).fit(rows, Y).coef_, readout.coef_)


def test_equal_rows_with_different_targets():
    # The errors of the other rows are differences of the huge weights of these two, which cost as many digits as alpha.
    rows = with_near_copy(0.0)
    for alpha in ALPHAS:
        found = RidgeReadout(alphas=[alpha]).fit(rows, Y).cv_results_["mean_squared_error"][0]
        np.testing.assert_allclose(found, exact_wide_row_errors(rows, Y, alpha) / N, rtol=1e-14 + 1e-13 / alpha)


@pytest.mark.parametrize("mean", [0.0, 100.0, 1e4])
def test_without_a_penalty_the_mean_of_the_rows_is_no_direction(mean):
    # What rounding leaves of the mean grew into a solution that is wrong in the first digit.
    rows, chunks = X + mean, RidgeReadout(0.0)
    expected = np.array(exact_wide_ridge(rows, Y, 1e-30)[0].tolist(), dtype=float).T
    for readout in (RidgeReadout(0.0).fit(rows, Y), chunks.partial_fit(rows[:3], Y[:3]).partial_fit(rows[3:], Y[3:])):
        np.testing.assert_allclose(readout.coef_, expected, rtol=0, atol=1e-13 * (1 + mean))


@pytest.mark.parametrize("distance", [1.0, 1e-3, 1e-6])
def test_without_a_penalty_the_solution_of_smallest_norm(distance):
    rows = with_near_copy(distance)
    expected = exact_wide_ridge(rows, Y, 1e-30)[0]
    found = RidgeReadout(0.0).fit(rows, Y).coef_.T
    expected = np.array(expected.tolist(), dtype=float)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-14 / distance * np.abs(expected).max())


def test_products_are_used_where_they_keep_half_of_the_digits():
    near, lost = (WideRows(statistics_of(with_near_copy(distance), Y), None) for distance in (1e-2, 1e-8))
    for rows, alpha in ((near, 0.0), (lost, 1e-3)):
        assert rows.spectrum(alpha) is rows.spectrum(1e9)
    assert lost.spectrum(0.0) is not lost.spectrum(1e9)


@pytest.mark.parametrize("weight", [None, WEIGHT])
@pytest.mark.parametrize("precise", [False, True])
@pytest.mark.parametrize("alpha", [1e-12, 1.0])
def test_spectrum_makes_up_the_products_of_centred_rows(weight, precise, alpha):
    spectrum = WideRows(statistics_of(X, Y, weight, precise), weight).spectrum(alpha)
    root = np.ones(N) if weight is None else np.sqrt(weight)
    x = root[:, None] * (X - np.average(X, 0, weight))
    basis = spectrum.directions
    np.testing.assert_allclose((basis * spectrum.power) @ basis.T, x @ x.T, atol=1e-12)
    np.testing.assert_allclose(basis.T @ basis, np.eye(N - 1), atol=1e-14)
    np.testing.assert_allclose(root @ basis, 0, atol=1e-14)


@pytest.mark.parametrize("solver", ["auto", "qr"])
@pytest.mark.parametrize("weight", [None, WEIGHT])
@pytest.mark.parametrize("per_target", [False, True])
def test_blocks_and_groups_and_rows_equal_refitting(solver, weight, per_target):
    alphas, groups = np.logspace(-4, 3, 5), np.arange(N) % 4
    blocks, by_group = np.array_split(np.arange(N), 3), [np.flatnonzero(groups == g) for g in range(4)]
    total = N if weight is None else weight.sum()
    for cv, given, folds in ((None, None, EACH), (3, None, blocks), (None, groups, by_group)):
        ours = RidgeReadout(alphas=alphas, cv=cv, alpha_per_target=per_target, solver=solver)
        ours.fit(X, Y, weight, groups=given)
        expected = left_out_errors(X, Y, folds, alphas, weight).sum(axis=0) / total
        np.testing.assert_allclose(ours.cv_results_["mean_squared_error"], expected, rtol=1e-8)
        best = alphas[expected.argmin(axis=0)] if per_target else alphas[expected.mean(axis=1).argmin()]
        np.testing.assert_array_equal(ours.alpha_, best)
        for k, alpha in enumerate(np.broadcast_to(best, 2)):
            contributions = exact_ridge(X, Y[:, k], alpha, weight)[:, 0]
            np.testing.assert_allclose(ours.coef_[k], contributions, rtol=0, atol=1e-12)


def test_chunks_and_merges_go_on_from_a_wide_fit():
    rows, y = rng.standard_normal((40, P)), rng.standard_normal((40, 2))
    expected = RidgeReadout(0.1).fit(rows, y)
    for cv in (None, 2):
        arguments = {"alphas": [0.1], "cv": cv} if cv else {"alpha": 0.1}
        first, second = (RidgeReadout(**arguments).fit(rows[part], y[part]) for part in (slice(15), slice(15, 40)))
        for ours in (first.merge(second), first.partial_fit(rows[15:], y[15:])):
            np.testing.assert_allclose(ours.coef_, expected.coef_, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("n_classes", [2, 5])
def test_equals_the_classifier_of_scikit_learn(dtype, n_classes):
    labels = np.arange(60) % n_classes
    rows = (rng.standard_normal((60, 400)) + rng.standard_normal((n_classes, 400))[labels] / 3 + 1).astype(dtype)
    alphas = 10.0 ** np.arange(-3, 6)
    ours = RidgeReadoutClassifier(alphas=alphas).fit(rows, labels)
    theirs = RidgeClassifierCV(alphas, store_cv_results=True).fit(rows.astype(float), labels)
    errors = theirs.cv_results_.mean(axis=0).T
    np.testing.assert_allclose(ours.cv_results_["mean_squared_error"], errors, rtol=1e-9)
    assert ours.alpha_ == theirs.alpha_
    np.testing.assert_allclose(ours.coef_, np.atleast_2d(theirs.coef_), rtol=0, atol=1e-12)
    np.testing.assert_array_equal(ours.predict(rows), theirs.predict(rows))


@pytest.mark.parametrize("per_target", [False, True])
def test_equals_the_regressor_of_scikit_learn(per_target):
    rows, alphas = rng.standard_normal((50, 300)) + 2, np.logspace(-3, 5, 9)
    y = rows[:, :3] + rng.standard_normal((50, 3)) * [0.1, 1.0, 30.0]
    ours = RidgeReadout(alphas=alphas, alpha_per_target=per_target).fit(rows, y)
    theirs = RidgeCV(alphas, alpha_per_target=per_target).fit(rows, y)
    np.testing.assert_array_equal(ours.alpha_, theirs.alpha_)
    np.testing.assert_allclose(ours.predict(rows), theirs.predict(rows), rtol=1e-9, atol=1e-9)


def test_nothing_as_large_as_a_scatter_of_features_is_made():
    # 20,000 features by themselves would take 3.2 GB; of so many scales and so small a penalty, all digits are kept.
    scales = 10.0 ** rng.permutation(np.linspace(-6, 6, 20_000))
    rows, y = rng.standard_normal((12, 20_000)) * scales, rng.standard_normal((12, 1))
    for solver in ("auto", "qr"):
        readout = RidgeReadout(alphas=[1e-9, 1.0], solver=solver).fit(rows, y)
        np.testing.assert_allclose(readout.predict(rows), y, rtol=0, atol=1e-9)


def test_bits_do_not_depend_on_where_the_rows_lie():
    expected = RidgeReadout(alphas=[0.1, 1.0]).fit(X, Y)
    for rows in (np.asfortranarray(X), np.repeat(X, 2, axis=1)[:, ::2], X[::-1].copy()[::-1]):
        np.testing.assert_array_equal(RidgeReadout(alphas=[0.1, 1.0]).fit(rows, Y).coef_, expected.coef_)


def test_directions_are_found_in_one_thread(monkeypatch):
    def eigh(matrix):
        threads.extend(library["num_threads"] for library in blas_controller().info() if library["user_api"] == "blas")
        return found(matrix)

    threads, found = [], np.linalg.eigh
    monkeypatch.setattr("readouts.wide.np.linalg.eigh", eigh)
    with blas_controller().limit(limits=2, user_api="blas"):
        RidgeReadout(alphas=ALPHAS).fit(X, Y)
    assert set(threads) == {1}


def test_what_was_prepared_is_not_kept():
    rows = rng.standard_normal((60, 100))
    readout = RidgeReadout(alphas=ALPHAS).fit(rows, rows[:, :1])
    # The rows, their means, and what is as small; products of the rows would be 29 kB more.
    assert len(pickle.dumps(readout)) < 8 * 60 * 101 + 15_000
