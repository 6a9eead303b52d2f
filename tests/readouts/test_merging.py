import numpy as np
import pandas as pd
import pytest

from readouts import RidgeReadout, RLSReadout
from readouts.merging import check_same_parameters

rng = np.random.RandomState(0)
X, Y = rng.standard_normal((40, 3)), rng.standard_normal((40, 2))


def fitted(X=X, y=Y, **parameters):
    return RidgeReadout(**parameters).fit(X, y)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (fitted(X[:, :2]), "'other' must have 3 features; got 2"),
        (fitted(y=Y[:, 0]), r"'other' must have targets of shape \(n, 2\); got \(n,\)"),
        (fitted(y=Y[:, :1]), r"'other' must have targets of shape \(n, 2\); got \(n, 1\)"),
        (fitted(alpha=2.0), "'other' must have the same parameters; got alpha=2.0 instead of 1e-06"),
        (fitted(pd.DataFrame(X, columns=list("abc"))), "'other' must have the same feature names"),
    ],
)
def test_strangers_are_refused(other, message):
    with pytest.raises(ValueError, match=message):
        fitted().merge(other)


def test_another_class_is_refused():
    with pytest.raises(TypeError, match="'other' must be a RidgeReadout; got RLSReadout"):
        fitted().merge(RLSReadout())


def test_leave_one_out_cannot_be_merged():
    readout = fitted(alphas=[0.1, 1.0])
    with pytest.raises(ValueError, match="needs all rows in one fit"):
        readout.merge(readout)


def test_equal_arrays_are_equal_parameters():
    check_same_parameters(RidgeReadout(alphas=np.ones(2)), RidgeReadout(alphas=[1.0, 1.0]))


def test_a_readout_never_fitted_adds_nothing():
    expected = fitted().coef_
    for one, other in ((fitted(), RidgeReadout()), (RidgeReadout(), fitted())):
        np.testing.assert_array_equal(one.merge(other).coef_, expected)
    assert not hasattr(RidgeReadout().merge(RidgeReadout()), "coef_")
