"""The adapter passes sktime's own checks, and classifies as the classifier itself does."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score
from tones import CHANNELS, LABELS, SETTINGS, channels_first, ragged_channels_first

from reservoir import ReservoirClassifier, from_channels_first
from reservoir.interop import SktimeClassifier

pytest.importorskip("sktime", reason='needs sktime: pip install "liquid-reservoir[sktime]"')
# Those of sktime itself, of pandas and of NumPy, whatever their versions.
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
both_shapes = pytest.mark.parametrize("series", [channels_first, ragged_channels_first], ids=["equal", "ragged"])


def own():
    return ReservoirClassifier(**SETTINGS)


def adapter(**settings):
    return SktimeClassifier(**SETTINGS, **settings)


def panel(X):
    """The series as sktime takes them: a 3-D array, or a list of frames, with a step in each row."""
    return X if isinstance(X, np.ndarray) else [pd.DataFrame(x.T, columns=CHANNELS) for x in X]


def test_every_check_of_sktime_is_passed():
    from sktime.utils.estimator_checks import check_estimator

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(SktimeClassifier, verbose=False)
    assert len(results) > 200
    assert {name: result for name, result in results.items() if result != "PASSED"} == {}


@both_shapes
def test_predictions_are_those_of_the_classifier(series):
    X = series()
    expected = own().fit(from_channels_first(X)[:16], LABELS[:16])
    for n_jobs in (1, 2):
        classifier = adapter(n_jobs=n_jobs).fit(panel(X[:16]), LABELS[:16])
        assert_array_equal(classifier.classes_, ["quick", "slow"])
        assert_array_equal(classifier.predict(panel(X[16:])), expected.predict(from_channels_first(X)[16:]))
        probabilities = classifier.predict_proba(panel(X[16:]))
        assert_array_equal(probabilities, expected.predict_proba(from_channels_first(X)[16:]))
    assert classifier.score(panel(X[16:]), LABELS[16:]) == 1


@pytest.mark.parametrize("kind", ["df-list", "nested_univ", "pd-multiindex"])
@both_shapes
def test_every_panel_of_sktime_is_taken(series, kind):
    from sktime.datatypes import convert_to

    X = panel(series())
    expected = adapter().fit(X, LABELS).predict_proba(X)
    converted = convert_to(X, kind)
    assert_array_equal(adapter().fit(converted, LABELS).predict_proba(converted), expected)


def test_channels_in_another_order_are_refused():
    frames = panel(ragged_channels_first())
    classifier = adapter().fit(frames, LABELS)
    with pytest.raises(ValueError, match="^The columns of every series of X must be those of fit"):
        classifier.predict([frame[CHANNELS[::-1]] for frame in frames])


@both_shapes
def test_fit_and_predict_in_one_call(series):
    X = panel(series())
    expected = adapter().fit(X, LABELS)
    assert_array_equal(adapter().fit_predict(X, LABELS), expected.predict(X))
    assert_array_equal(adapter().fit_predict_proba(X, LABELS), expected.predict_proba(X))


def test_sktime_cross_validates_it():
    from sktime.classification.model_evaluation import evaluate

    results = evaluate(adapter(), KFold(3, shuffle=True, random_state=0), channels_first(), LABELS)
    assert results["test_accuracy_score"].tolist() == [1, 1, 1]


@both_shapes
def test_scikit_learn_cross_validates_and_tunes_it(series):
    X = series()
    for scoring in ("accuracy", "neg_log_loss"):
        expected = cross_val_score(own(), from_channels_first(X), LABELS, cv=3, scoring=scoring)
        assert_array_equal(cross_val_score(adapter(), panel(X), LABELS, cv=3, scoring=scoring), expected)
    search = GridSearchCV(adapter(), {"n_units": [2, 10]}, cv=3, scoring="neg_log_loss").fit(panel(X), LABELS)
    assert search.cv_results_["mean_test_score"][1] == expected.mean()


@both_shapes
def test_it_ends_a_pipeline(series):
    from sktime.transformations.series.exponent import ExponentTransformer

    X = series()
    squared = panel(X**2 if isinstance(X, np.ndarray) else [x**2 for x in X])
    pipeline = ExponentTransformer(2, offset=0) * adapter()
    expected = adapter().fit(squared, LABELS).predict_proba(squared)
    assert_array_equal(pipeline.fit(panel(X), LABELS).predict_proba(panel(X)), expected)


def test_it_joins_an_ensemble():
    from sktime.classification.ensemble import WeightedEnsembleClassifier

    X = channels_first()  # the ensembles of sktime take no series of several lengths
    ensemble = WeightedEnsembleClassifier([("one", adapter()), ("other", adapter())])
    assert ensemble.fit(X, LABELS).score(X, LABELS) == 1


def test_it_is_cloned_and_pickled():
    X = channels_first()
    classifier = adapter().fit(X, LABELS)
    copy = pickle.loads(pickle.dumps(classifier))
    assert_array_equal(copy.predict_proba(X), classifier.predict_proba(X))
    assert classifier.clone().set_params(n_units=3).get_params()["n_units"] == 3


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
    with pytest.raises(ValueError, match="expecting 2 features"):
        adapter().fit(X, LABELS).predict(X[:, :1])
    with pytest.raises(ValueError, match="'n_units' must be an integer of at least 1; got 0"):
        SktimeClassifier(n_units=0).fit(X, LABELS)
