"""The adapter passes aeon's own checks, and predicts what the regressor itself does."""

import warnings

import pytest
from numpy.testing import assert_array_equal
from sklearn.model_selection import cross_val_predict, cross_val_score
from tones import FREQUENCY, OF_A_FOLD, SETTINGS, channels_first, ragged_channels_first

from reservoir import SequenceRegressor, from_channels_first
from reservoir.interop import AeonRegressor

pytest.importorskip("aeon", reason='needs aeon: pip install "liquid-reservoir[aeon]"')
both_shapes = pytest.mark.parametrize("series", [channels_first, ragged_channels_first], ids=["equal", "ragged"])


def test_every_check_of_aeon_is_passed():
    from aeon.testing.estimator_checking import check_estimator

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(AeonRegressor, verbose=False)
    assert len(results) > 20
    assert {name: result for name, result in results.items() if result != "PASSED"} == {}


@both_shapes
def test_predictions_are_those_of_the_regressor(series):
    X = series()
    steps = from_channels_first(X)
    expected = SequenceRegressor(**SETTINGS).fit(steps[:16], FREQUENCY[:16]).predict(steps[16:])
    for n_jobs in (1, 2):
        regressor = AeonRegressor(**SETTINGS, n_jobs=n_jobs).fit(X[:16], FREQUENCY[:16])
        assert_array_equal(regressor.predict(X[16:]), expected)


@both_shapes
def test_it_is_cross_validated_by_aeon_and_by_scikit_learn(series):
    X = series()
    steps, adapter = from_channels_first(X), AeonRegressor(**SETTINGS)
    expected = cross_val_predict(SequenceRegressor(**OF_A_FOLD), steps, FREQUENCY, cv=10)
    assert_array_equal(adapter.fit_predict(X, FREQUENCY), expected)
    expected = cross_val_score(SequenceRegressor(**SETTINGS), steps, FREQUENCY, cv=3)
    assert_array_equal(cross_val_score(adapter, X, FREQUENCY, cv=3), expected)


def test_it_ends_a_pipeline():
    from aeon.regression.compose import RegressorPipeline
    from aeon.transformations.collection import Normalizer

    X = channels_first()
    normalised = Normalizer().fit_transform(X)
    pipeline = RegressorPipeline([Normalizer()], AeonRegressor(**SETTINGS), random_state=None)
    expected = AeonRegressor(**SETTINGS).fit(normalised, FREQUENCY).predict(normalised)
    assert_array_equal(pipeline.fit(X, FREQUENCY).predict(X), expected)
