import numpy as np
import pytest
from sklearn.linear_model import Ridge
from sklearn.model_selection import LeaveOneOut, cross_val_predict

from readouts import folds
from readouts.folds import check_continues, fit_chunk, fit_rows, join, left_out_predictions
from readouts.ridge_fit import Penalty
from readouts.statistics import statistics_of

rng = np.random.RandomState(0)
X, Y = rng.standard_normal((40, 3)), rng.standard_normal((40, 1))
GRID = Penalty(np.ones(1), np.array([0.1, 1.0, 10.0]), False)


def test_blocks_of_one_chunk_are_those_of_fit():
    whole, chunk = (f(X, Y, None, None, GRID, 4, False) for f in (fit_rows, lambda *a: fit_chunk(None, *a)))
    assert list(whole.folds) == list(chunk.folds) == [0, 1, 2, 3]
    np.testing.assert_allclose(whole.results["mean_squared_error"], chunk.results["mean_squared_error"], rtol=1e-10)


def test_single_rows_are_dealt_out():
    fit = None
    for k in range(6):
        fit = fit_chunk(fit, X[k : k + 1], Y[k : k + 1], None, None, GRID, 3, False)
    assert [fold.n_rows for fold in fit.folds.values()] == [2, 2, 2]


def test_closed_form_and_statistics_agree(monkeypatch):
    groups = np.repeat(np.arange(10), 4)
    found = []
    for cheaper in (True, False):
        monkeypatch.setattr(folds, "_closed_form_is_cheaper", lambda *_, answer=cheaper: answer)
        found.append(fit_rows(X, Y, None, groups, GRID, None, False).results["fold_mean_squared_error"])
    np.testing.assert_allclose(*found, rtol=1e-10)


def test_nearly_collinear_rows_are_factorised():
    nearly = np.hstack([X, X[:, :1] + 1e-8 * Y])
    penalty = Penalty(np.full(1, 1e-14), None, False)
    assert fit_rows(nearly, Y, None, None, penalty, None, False).total.gram is None


def test_kinds_must_agree():
    check_continues("one", "one")
    with pytest.raises(ValueError, match="'cv' must be an integer, or 'groups' be given"):
        check_continues("rows", "rows")
    with pytest.raises(ValueError, match="folds of kind 'groups' after '3 blocks'"):
        check_continues("3 blocks", "groups")


def test_join_orders_labels():
    a, b = statistics_of(X[:9], Y[:9]), statistics_of(X[9:], Y[9:])
    assert list(join({"b": a}, {"a": b, "b": b})) == ["a", "b"]
    assert join({"b": a}, {"a": b, "b": b})["b"].n_rows == 40


def test_leaving_out_needs_two_rows():
    with pytest.raises(ValueError, match="at least 2 rows"):
        fit_rows(X[:1], Y[:1], None, None, GRID, None, False)


@pytest.mark.parametrize("n_features", [4, 50])
def test_predictions_of_rows_left_out_are_those_of_fits_without_them(n_features):
    random = np.random.RandomState(0)
    X, y = random.standard_normal((20, n_features)), random.standard_normal((20, 2))
    alphas = np.array([1e-3, 1.0, 1e3])
    for alpha, found in zip(alphas, left_out_predictions(X, y, alphas), strict=True):
        expected = cross_val_predict(Ridge(alpha, solver="cholesky"), X, y, cv=LeaveOneOut())
        np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-10)
