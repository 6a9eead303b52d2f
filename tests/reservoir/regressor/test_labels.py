import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from sklearn.base import is_classifier, is_regressor
from sklearn.linear_model import RidgeClassifier, SGDClassifier
from tasks import numbers, small, task

from readouts import RidgeReadoutClassifier, RLSReadoutClassifier
from reservoir.regressor.labels import check_stream_classes, labels_of, labels_of_targets


def test_labels_are_sorted_and_those_that_are_missing_left_out():
    assert labels_of("classes", [3, 1, 1]).tolist() == [1, 3]
    assert labels_of_targets([np.array([2.0, np.nan]), np.array([0.0])]).tolist() == [0, 2]


@pytest.mark.parametrize("bad", [0.5, [0.5, 1.5], "ab", [1, "a"], [np.nan], None], ids=str)
def test_what_are_no_labels_is_named(bad):
    with pytest.raises(ValueError, match="'classes' must"):
        labels_of("classes", bad)


def test_labels_of_two_types_are_refused():
    with pytest.raises(ValueError, match="'y' must hold labels of one type; got text in some series and numbers"):
        labels_of_targets([np.array([1, 2]), np.array(["1", "2"])])


def test_classes_are_given_at_first_and_stay():
    first = check_stream_classes(["b", "a"], None, classifies=True)
    assert first.tolist() == ["a", "b"]
    assert check_stream_classes(None, first, classifies=True) is first
    assert check_stream_classes(["a", "b"], first, classifies=True) is first
    assert check_stream_classes(None, None, classifies=False) is None
    for classes, known, classifies, message in [
        (None, None, True, "'classes' must list all labels in the first call of partial_fit; got None"),
        (["a"], first, True, r"'classes' must be those of the first call, \['a', 'b'\]; got \['a'\]"),
        (["a"], None, False, "'classes' must be None, as the readout is no classifier"),
    ]:
        with pytest.raises(ValueError, match=message):
            check_stream_classes(classes, known, classifies=classifies)


@pytest.mark.parametrize(
    "readout",
    [RidgeClassifier(1e-3), RidgeReadoutClassifier(1e-3), RLSReadoutClassifier()],
    ids=str,
)  # fmt: skip
def test_a_classifier_labels_every_step(readout):
    X = numbers(400, 1)
    y = np.where(X[:, 0] + np.append(0, X[:-1, 0]) > 0, "up", "down")
    model = small(readout, washout=5)
    assert is_classifier(model) and not is_regressor(model) and is_regressor(small())
    assert model.fit(X, y).classes_.tolist() == ["down", "up"]
    assert model.score(X, y) > 0.8
    assert model.score(X, y) == np.mean(model.predict(X)[5:] == y[5:])
    assert model.decision_function([X[:5], X[:9]])[1].shape == (9,)
    missing = y.astype(object)
    missing[::3] = None
    assert model.fit(X, missing).score(X, missing) > 0.75
    assert not hasattr(model, "predict_proba")


def test_classes_are_named_in_the_first_chunk():
    X = numbers(100, 1)
    y = (X[:, 0] > 0).astype(int)
    model = small(SGDClassifier(random_state=0))
    with pytest.raises(ValueError, match="'classes' must list all labels in the first call"):
        model.partial_fit(X, y)
    assert model.partial_fit(X, y, classes=[0, 1, 2]).partial_fit(X, y).classes_.tolist() == [0, 1, 2]
    with pytest.raises(ValueError, match="'feedback' must be False with a classifier"):
        small(SGDClassifier(), feedback=True).fit(X, y)


def test_labels_are_of_one_type_and_may_be_missing_in_any_way():
    X, _ = task(26)
    model = small(RidgeReadoutClassifier())
    known = model.fit(X[:25], ["a", "b", "a", "b", "a"] * 5)
    some = small(RidgeReadoutClassifier()).fit(X, pd.array(["a", "b", "a", "b", "a"] * 5 + [pd.NA], dtype="string"))
    assert_allclose(some.readout_.coef_, known.readout_.coef_)
    X = X[:6]
    with pytest.raises(ValueError, match="'y' must hold labels of one type"):
        model.fit([X, X], [[1, 2, 1, 2, 1, 2], ["1", "2", "1", "2", "1", "2"]])
    with pytest.raises(ValueError, match=r"'y\[0\]' must hold a label for every step .* use SequenceEncoder"):
        model.fit([X, X], ["a", "b"])


@pytest.mark.parametrize(
    "classes", [True, 0, "ab", b"ab", None, [], [None], [1, "a"], np.ones((2, 2, 2)), [0.0, np.nan], {1, 2}]
)
def test_what_lists_no_labels_is_named(classes):
    X, y = task()
    with pytest.raises(ValueError, match="'classes' must"):
        small(RidgeReadoutClassifier()).partial_fit(X, np.arange(len(X)) % 3, classes=classes)


@pytest.mark.parametrize("bad", [1e300, 0.5, "a", 1j])
def test_what_is_no_label_is_named(bad):
    X, _ = task()
    y = np.array([*(np.arange(len(X) - 1) % 3), bad], dtype=object if bad == "a" else type(bad))
    with pytest.raises((ValueError, TypeError), match="'y'|in y"):
        small(RidgeReadoutClassifier()).fit(X, y)
