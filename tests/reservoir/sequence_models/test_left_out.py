"""Decisions on rows left out, against fits of scikit-learn's classifier without them."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge, RidgeClassifier
from sklearn.model_selection import LeaveOneGroupOut, LeaveOneOut, cross_val_predict

from readouts import RidgeReadoutClassifier
from reservoir.sequence_models.left_out import by_class, left_out_decisions

rng = np.random.default_rng(0)
X = rng.standard_normal((24, 40))
Y = np.arange(24) % 3
GROUPS = np.arange(24) // 6


def expected(readout, y, cv, groups=None):
    theirs = RidgeClassifier(readout.alpha_)
    return by_class(cross_val_predict(theirs, X, y, cv=cv, groups=groups, method="decision_function"))


@pytest.mark.parametrize("y", [Y, Y > 0, np.array(["b", "a", "c"])[Y]], ids=["three", "two", "text"])
@pytest.mark.parametrize("parameters", [{"alphas": [0.1, 10.0]}, {"alpha": 0.3}, {"alphas": [0.1, 10.0], "cv": 4}])
def test_every_row_in_turn(y, parameters):
    readout = RidgeReadoutClassifier(**parameters).fit(X, y)
    found = left_out_decisions(readout, X, y)
    np.testing.assert_allclose(found, expected(readout, y, LeaveOneOut()), rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("y", [Y, Y > 0], ids=["three", "two"])
def test_every_group_in_turn(y):
    readout = RidgeReadoutClassifier(alphas=[0.1, 10.0]).fit(X, y, groups=GROUPS)
    found = left_out_decisions(readout, X, y, GROUPS)
    np.testing.assert_allclose(found, expected(readout, y, LeaveOneGroupOut(), GROUPS), rtol=1e-8, atol=1e-12)


def test_a_class_that_is_left_out_as_a_whole_is_decided_against():
    y = np.repeat([0, 1, 2], 8)
    readout = RidgeReadoutClassifier(0.1).fit(X, y)
    found = left_out_decisions(readout, X, y, groups=y)
    assert np.all(found[np.arange(24), y] == -1)
    two = RidgeReadoutClassifier(0.1).fit(X[:16], y[:16])
    np.testing.assert_array_equal(left_out_decisions(two, X[:16], y[:16], groups=y[:16]), np.eye(2)[1 - y[:16]] * 2 - 1)


PARAMETERS = [
    {"alpha": [0.1, 1.0, 10.0]},
    {"alphas": [0.1, 10.0], "alpha_per_target": True},
    {"alphas": [0.1, 10.0], "class_weight": {2: 3.0}},
    {"alpha": 0.1, "class_weight": {0: 0.0}},
    {"alphas": [0.1, 10.0], "class_weight": {0: 0.0, 1: 2.0}},
]


@pytest.mark.parametrize("groups", [None, np.arange(24), GROUPS, Y], ids=["rows", "each", "groups", "classes"])
@pytest.mark.parametrize("parameters", PARAMETERS, ids=str)
def test_penalties_and_weights_of_classes_stay_as_they_are(parameters, groups):
    readout = RidgeReadoutClassifier(**parameters).fit(X, Y, groups=groups)
    weight = np.array([parameters.get("class_weight", {}).get(label, 1.0) for label in Y])
    folds = np.arange(24) if groups is None else groups
    expected = np.empty((24, 3))
    for fold in np.unique(folds):
        rest = folds != fold
        theirs = Ridge(np.broadcast_to(readout.alpha_, 3), solver="cholesky")
        theirs.fit(X[rest], np.where(Y[rest, None] == np.arange(3), 1.0, -1.0), sample_weight=weight[rest])
        expected[~rest] = theirs.predict(X[~rest])
    np.testing.assert_allclose(left_out_decisions(readout, X, Y, groups), expected, rtol=1e-8, atol=1e-10)
