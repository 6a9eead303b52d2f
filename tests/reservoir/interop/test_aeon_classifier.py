"""The adapter passes aeon's own checks, and classifies as the classifier itself does."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import cross_val_predict, cross_val_score
from tones import LABELS, OF_A_FOLD, SETTINGS, channels_first, ragged_channels_first

from reservoir import ReservoirClassifier, from_channels_first
from reservoir.interop import AeonClassifier

pytest.importorskip("aeon", reason='needs aeon: pip install "liquid-reservoir[aeon]"')
both_shapes = pytest.mark.parametrize("series", [channels_first, ragged_channels_first], ids=["equal", "ragged"])


def own():
    return ReservoirClassifier(**SETTINGS)


def adapter(**settings):
    return AeonClassifier(**SETTINGS, **settings)


def test_every_check_of_aeon_is_passed():
    from aeon.testing.estimator_checking import check_estimator

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(AeonClassifier, verbose=False)
    assert len(results) > 20
    assert {name: result for name, result in results.items() if result != "PASSED"} == {}


@both_shapes
def test_predictions_are_those_of_the_classifier(series):
    X = series()
    expected = own().fit(from_channels_first(X)[:16], LABELS[:16])
    for n_jobs in (1, 2):
        classifier = adapter(n_jobs=n_jobs).fit(X[:16], LABELS[:16])
        assert_array_equal(classifier.classes_, ["quick", "slow"])
        assert_array_equal(classifier.predict(X[16:]), expected.predict(from_channels_first(X)[16:]))
        assert_array_equal(classifier.predict_proba(X[16:]), expected.predict_proba(from_channels_first(X)[16:]))
    assert classifier.score(X[16:], LABELS[16:]) == 1


@pytest.mark.parametrize("kind", ["np-list", "df-list", "pd-multiindex"])
@both_shapes
def test_every_collection_of_aeon_is_taken(series, kind):
    from aeon.utils.conversion import convert_collection

    X = series()
    expected = adapter().fit(X, LABELS).predict_proba(X)
    collection = convert_collection(X, kind)
    assert_array_equal(adapter().fit(collection, LABELS).predict_proba(collection), expected)


@both_shapes
def test_predictions_for_the_training_series_are_cross_validated(series):
    X = series()
    steps, one = from_channels_first(X), ReservoirClassifier(**OF_A_FOLD)
    assert_array_equal(adapter().fit_predict(X, LABELS, cv_size=3), cross_val_predict(one, steps, LABELS, cv=3))
    expected = cross_val_predict(one, steps, LABELS, cv=3, method="predict_proba")
    assert_array_equal(adapter().fit_predict_proba(X, LABELS, cv_size=3), expected)


@both_shapes
def test_scikit_learn_cross_validates_it(series):
    X = series()
    for scoring in ("accuracy", "neg_log_loss"):
        expected = cross_val_score(own(), from_channels_first(X), LABELS, cv=3, scoring=scoring)
        assert_array_equal(cross_val_score(adapter(), X, LABELS, cv=3, scoring=scoring), expected)


@both_shapes
def test_it_ends_a_pipeline_and_joins_an_ensemble(series):
    from aeon.classification.compose import ClassifierEnsemble, ClassifierPipeline
    from aeon.transformations.collection import Normalizer

    X = series()
    normalised = Normalizer().fit_transform(X)
    pipeline = ClassifierPipeline([Normalizer()], adapter(), random_state=None)
    expected = adapter().fit(normalised, LABELS).predict_proba(normalised)
    assert_array_equal(pipeline.fit(X, LABELS).predict_proba(X), expected)
    ensemble = ClassifierEnsemble([("one", adapter()), ("other", adapter())])
    assert ensemble.fit(X, LABELS).score(X, LABELS) == 1


def test_a_readout_without_probabilities_is_sure_of_its_class():
    X = channels_first()
    classifier = adapter(readout=RidgeClassifier()).fit(X, LABELS)
    assert_array_equal(classifier.predict_proba(X), classifier.predict(X)[:, None] == classifier.classes_)


def test_what_it_cannot_take_is_refused():
    X = channels_first()
    gap = X.copy()
    gap[3, 0, 5] = np.nan
    with pytest.raises(ValueError, match="missing values"):
        adapter().fit(gap, LABELS)
    with pytest.raises(ValueError, match="number of channels"):
        adapter().fit(X, LABELS).predict(X[:, :1])
    with pytest.raises(ValueError, match="'n_units' must be an integer of at least 1; got 0"):
        AeonClassifier(n_units=0).fit(X, LABELS)
