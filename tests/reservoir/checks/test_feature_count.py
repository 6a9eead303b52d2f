import warnings

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression, Ridge, RidgeClassifier
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from readouts import RidgeReadout, RidgeReadoutClassifier, RLSReadout
from reservoir import EchoStateReservoir, ReservoirRegressor
from reservoir.checks.feature_count import warn_of_few_rows

X = np.random.RandomState(0).standard_normal((15, 20))
Y = X[:, 0]
RESERVOIR = EchoStateReservoir(18, random_state=0)  # with its input of two columns, 20 features


def caught(call, *arguments, **keywords):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        call(*arguments, **keywords)
    return [warning for warning in seen if "features and only" in str(warning.message)]


@pytest.mark.parametrize(
    "readout", [RidgeReadout(), Ridge(), RLSReadout(), make_pipeline(StandardScaler(), LinearRegression())], ids=str
)
def test_linear_readouts_of_few_rows_are_warned_of(readout):
    (warning,) = caught(warn_of_few_rows, readout.fit(X, Y), 15)
    assert warning.category is UserWarning
    for part in ("'readout' has 20 features and only 15 rows", "fewer units, or more rows", "alphas"):
        assert part in str(warning.message)
    assert not caught(warn_of_few_rows, readout, 20)


def test_a_penalty_that_is_chosen_is_warned_of_in_other_words():
    for readout, y in ((RidgeReadout(alphas=[1.0, 2.0], cv=3), Y), (RidgeReadoutClassifier(alphas=[1.0]), Y > 0)):
        (warning,) = caught(warn_of_few_rows, readout.fit(X, y), 15)
        assert "nothing but its penalty" in str(warning.message) and "cv=5" not in str(warning.message)


def test_a_classifier_is_advised_to_be_replaced_by_one():
    (warning,) = caught(warn_of_few_rows, RidgeClassifier().fit(X, Y > 0), 15)
    assert "such as RidgeReadoutClassifier(alphas=[...], cv=5)" in str(warning.message)


def test_readouts_without_coefficients_and_of_reduced_features_are_passed_over():
    for readout in (KNeighborsRegressor(3), make_pipeline(PCA(5), Ridge())):
        assert not caught(warn_of_few_rows, readout.fit(X, Y), 15)


@pytest.mark.parametrize("readout", [None, Ridge(), RidgeReadout()], ids=str)
def test_fit_counts_rows_with_a_target_after_the_washout_and_warns_once_at_the_line_that_called_it(readout):
    u, v = np.ones((40, 2)), np.arange(40.0)
    v[[30, 35]] = np.nan  # leaves 38 rows
    for X, y, washout in ((u, v, 18), ([u[:20], u[20:]] * 2, [v[:20], v[20:]] * 2, 14)):
        assert not caught(ReservoirRegressor(RESERVOIR, readout, washout=washout).fit, X, y)
        (warning,) = caught(ReservoirRegressor(RESERVOIR, readout, washout=washout + 2).fit, X, y)
        assert warning.filename == __file__
        assert f"20 features and only {18 if X is u else 16} rows" in str(warning.message)


def test_a_stream_is_not_warned_of():
    model = ReservoirRegressor(RESERVOIR)
    for _ in range(3):
        assert not caught(model.partial_fit, np.ones((1, 2)), np.ones(1))
