"""The adapter passes sktime's own checks, and predicts what the regressor itself does."""

import warnings

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from sklearn.model_selection import GridSearchCV, cross_val_score
from tones import FREQUENCY, SETTINGS, channels_first, ragged_channels_first

from reservoir import SequenceRegressor, from_channels_first
from reservoir.interop import SktimeRegressor

pytest.importorskip("sktime", reason='needs sktime: pip install "liquid-reservoir[sktime]"')
# Those of sktime itself, of pandas and of NumPy, whatever their versions.
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")


def test_every_check_of_sktime_is_passed():
    from sktime.utils.estimator_checks import check_estimator

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(SktimeRegressor, verbose=False)
    assert len(results) > 100
    assert {name: result for name, result in results.items() if result != "PASSED"} == {}


def test_predictions_are_those_of_the_regressor():
    for X in (channels_first(), ragged_channels_first()):
        steps = from_channels_first(X)
        panel = X if isinstance(X, np.ndarray) else [pd.DataFrame(x.T) for x in X]
        expected = SequenceRegressor(**SETTINGS).fit(steps[:16], FREQUENCY[:16]).predict(steps[16:])
        regressor = SktimeRegressor(**SETTINGS, n_jobs=2).fit(panel[:16], FREQUENCY[:16])
        assert_array_equal(regressor.predict(panel[16:]), expected)


def test_several_columns_of_targets_are_predicted():
    X = channels_first()
    targets = pd.DataFrame({"frequency": FREQUENCY, "period": 1 / FREQUENCY})
    predicted = SktimeRegressor(**SETTINGS).fit(X, targets).predict(X)
    assert list(predicted) == ["frequency", "period"]
    for name in predicted:
        assert_array_equal(predicted[name], SktimeRegressor(**SETTINGS).fit(X, targets[name]).predict(X))


def test_it_is_cross_validated_and_tuned_by_scikit_learn():
    X = channels_first()
    expected = cross_val_score(SequenceRegressor(**SETTINGS), from_channels_first(X), FREQUENCY, cv=3)
    assert_array_equal(cross_val_score(SktimeRegressor(**SETTINGS), X, FREQUENCY, cv=3), expected)
    search = GridSearchCV(SktimeRegressor(**SETTINGS), {"n_units": [2, 10]}, cv=3).fit(X, FREQUENCY)
    assert search.cv_results_["mean_test_score"][1] == expected.mean()


def test_it_ends_a_pipeline():
    from sktime.transformations.series.exponent import ExponentTransformer

    X = channels_first()
    pipeline = ExponentTransformer(2, offset=0) * SktimeRegressor(**SETTINGS)
    expected = SktimeRegressor(**SETTINGS).fit(X**2, FREQUENCY).predict(X**2)
    assert_array_equal(pipeline.fit(X, FREQUENCY).predict(X), expected)
