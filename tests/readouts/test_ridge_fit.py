import numpy as np
import pytest

from readouts.ridge_fit import Penalty, RidgeFit
from readouts.statistics import statistics_of

rng = np.random.RandomState(0)
X, Y = rng.standard_normal((40, 3)), rng.standard_normal((40, 2))


def test_least_penalty():
    assert Penalty(np.array([3.0, 2.0]), None, False).least == 2.0
    assert Penalty(np.array([3.0]), np.array([5.0, 0.5]), False).least == 0.5


def test_one_fold_is_not_enough_for_a_grid():
    fit = RidgeFit({0: statistics_of(X, Y)}, "groups", Penalty(np.ones(2), np.array([1.0, 2.0]), False))
    with pytest.raises(ValueError, match="at least 2 folds, of 'cv' or 'groups', to choose from; got 1"):
        _ = fit.coefficients


def test_a_single_row_is_its_own_prediction_under_every_penalty():
    fit = RidgeFit({3: statistics_of(X[:1], Y[:1])}, "5 blocks", Penalty(np.ones(2), np.array([1.0, 2.0]), False))
    assert not fit.coefficients.any()
    np.testing.assert_array_equal(fit.intercept, Y[0])
    with pytest.raises(ValueError, match="at least 2 folds"):
        _ = fit.results


def test_overflowing_coefficients_are_refused():
    fit = RidgeFit({0: statistics_of(1e-160 * X, 1e150 * Y)}, "one", Penalty(np.zeros(2), None, False))
    with pytest.raises(ValueError, match="coefficients overflow"), np.errstate(all="ignore"):
        _ = fit.coefficients


@pytest.mark.parametrize(("n_rows", "alpha", "message"), [(3, 0.0, "alpha > 0"), (4, 0.0, "more rows")])
def test_no_deviation_without_degrees_of_freedom(n_rows, alpha, message):
    fit = RidgeFit({0: statistics_of(X[:n_rows], Y[:n_rows])}, "one", Penalty(np.full(2, alpha), None, False))
    with pytest.raises(ValueError, match=message):
        fit.deviation(X)
