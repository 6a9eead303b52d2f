import numpy as np
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import Ridge

from readouts import RidgeReadout
from reservoir.forecaster.next_rows import NextRows
from reservoir.local_forecaster.readout_rows import (
    default_readout,
    holds_rows,
    in_order_of_time,
    with_larger_penalties,
)


def test_rows_are_held_while_they_are_few_or_a_readout_needs_them():
    rows = NextRows(100, 8, 1, True, False)
    assert holds_rows(default_readout(), rows, 20, 1000)
    assert not holds_rows(default_readout(), rows, 20, 10**6)
    assert not holds_rows(default_readout(), rows, 20, 1000, in_memory=False)
    assert holds_rows(Ridge(), rows, 20, 1000, in_memory=False)
    assert holds_rows(Ridge(), rows, 20, 10**6)
    assert holds_rows(RidgeReadout(alphas=[1.0, 2.0]), rows, 20, 10**6)  # leaves out every row


def test_rows_of_groups_are_joined_step_by_step_and_field_by_field():
    def rows(field, patch, n_steps):
        return 100.0 * field + 10 * np.arange(n_steps)[:, None] + patch, np.zeros((n_steps, 1))

    groups = [[rows(field, patch, 3 - field) for field in (0, 1) for patch in group] for group in ((0, 1), (2,))]
    features, targets = in_order_of_time(groups, 2)
    assert features.ravel().tolist() == [0, 1, 2, 10, 11, 12, 20, 21, 22, 100, 101, 102, 110, 111, 112]
    assert targets.shape == (15, 1)


def test_larger_penalties_are_those_of_a_fit_with_a_smaller_grid():
    random = np.random.RandomState(0)
    X, y = random.standard_normal((100, 5)), random.standard_normal((100, 2))
    y += X[:, :2]
    first = RidgeReadout(alphas=[0.1, 1.0, 10.0, 100.0], cv=5).fit(X, y)
    larger = with_larger_penalties(first)
    expected = RidgeReadout(alphas=[one for one in (0.1, 1.0, 10.0, 100.0) if one > first.alpha_], cv=5).fit(X, y)
    assert larger.alpha_ == expected.alpha_ > first.alpha_
    assert_allclose(larger.coef_, expected.coef_, atol=1e-12)
    assert_array_equal(first.alphas, [0.1, 1.0, 10.0, 100.0])
    assert with_larger_penalties(RidgeReadout(alphas=[1e9], cv=5).fit(X, y)) is None
