import numpy as np
import pytest
from naive_ridge import exact_left_out_errors, left_out_errors

from readouts.cross_validation import choose, fold_errors
from readouts.statistics import statistics_of

rng = np.random.RandomState(0)
X = rng.standard_normal((90, 8)) + 2
Y = X[:, :2] + rng.standard_normal((90, 2))
WEIGHT = rng.uniform(0.5, 2, 90)
ALPHAS = np.logspace(-3, 3, 5)


@pytest.mark.parametrize("n_folds", [2, 9, 30])
@pytest.mark.parametrize("precise", [False, True])
def test_equals_refitting(n_folds, precise):
    blocks = np.array_split(np.arange(90), n_folds)
    found = fold_errors([statistics_of(X[b], Y[b], WEIGHT[b], precise) for b in blocks], ALPHAS)
    np.testing.assert_allclose(found, left_out_errors(X, Y, blocks, ALPHAS, WEIGHT), rtol=1e-9)


def test_more_features_than_rows():
    wide = rng.standard_normal((12, 30))
    blocks = np.array_split(np.arange(12), 4)
    found = fold_errors([statistics_of(wide[b], Y[b]) for b in blocks], ALPHAS)
    np.testing.assert_allclose(found, left_out_errors(wide, Y, blocks, ALPHAS), rtol=1e-8)


def test_choice_for_all_targets_or_for_each():
    errors = np.array([[1.0, 9.0], [2.0, 3.0], [7.0, 2.0]])
    alphas = np.array([1.0, 2.0, 3.0])
    assert choose(errors, alphas, False).tolist() == [2.0, 2.0]
    assert choose(errors, alphas, True).tolist() == [1.0, 3.0]
    with pytest.raises(ValueError, match="'alphas' must leave a finite cross-validated error"):
        choose(np.full((3, 2), np.inf), alphas, False)


@pytest.mark.parametrize("precise", [False, True])
def test_scales_of_features_cost_no_digits(precise):
    x, blocks = X[:40, :4] * np.array([1e-8, 1.0, 1e8, 1e3]), np.array_split(np.arange(40), 3)
    found = fold_errors([statistics_of(x[b], Y[b], None, precise) for b in blocks], ALPHAS[[0, 2]])
    np.testing.assert_allclose(found, exact_left_out_errors(x, Y[:40], blocks, ALPHAS[[0, 2]]), rtol=1e-9)


def test_a_feature_constant_outside_of_a_fold_gets_nothing():
    blocks = np.array_split(np.arange(90), 3)
    dummy = np.hstack([X, np.where(np.arange(90) < 30, 0.1 + np.arange(90), 0.1)[:, None]])
    found = fold_errors([statistics_of(dummy[b], Y[b]) for b in blocks], np.array([1e-9]))[0]
    np.testing.assert_allclose(found, left_out_errors(X, Y, blocks[:1], [1e-9])[0], rtol=1e-9)
