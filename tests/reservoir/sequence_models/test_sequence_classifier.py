import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.linear_model import LogisticRegression, RidgeClassifier

from readouts import RidgeReadoutClassifier
from reservoir import ReservoirClassifier, SequenceEncoder

N_CASES = 30


def waves(n_classes=2):
    random = np.random.RandomState(0)
    labels = np.arange(N_CASES) % n_classes
    steps = [np.arange(random.randint(20, 40)) for _ in labels]
    return [
        np.sin((0.3 + 0.4 * label) * t + random.uniform(0, 6))[:, None] for t, label in zip(steps, labels, strict=True)
    ], labels


def small(**parameters):
    return ReservoirClassifier(n_units=20, random_state=0, **parameters)


@pytest.mark.parametrize("names", [np.array(["low", "middle", "high"]), np.array([7, -1, 3])], ids=str)
@pytest.mark.parametrize("n_classes", [2, 3])
def test_classes_are_told_apart_by_their_labels(names, n_classes):
    X, y = waves(n_classes)
    model = small().fit(X[:20], names[y[:20]])
    assert_array_equal(model.classes_, np.unique(names[:n_classes]))
    assert model.score(X[20:], names[y[20:]]) >= 0.9
    decisions = model.decision_function(X[20:])
    assert decisions.shape == ((10,) if n_classes == 2 else (10, 3))
    chosen = (decisions > 0).astype(int) if n_classes == 2 else decisions.argmax(axis=1)
    assert_array_equal(model.predict(X[20:]), model.classes_[chosen])


def test_rows_of_a_matrix_are_cases():
    X = np.stack([x[:20, 0] for x in waves()[0]])
    y = waves()[1]
    assert_array_equal(small().fit(X, y).predict(X), small().fit(X[:, :, None], y).predict(list(X[:, :, None])))


def test_any_classifier_reads():
    X, y = waves()
    model = small(readout=LogisticRegression()).fit(X[:20], y[:20])
    assert isinstance(model.readout_, LogisticRegression) and model.score(X[20:], y[20:]) >= 0.9


def test_groups_are_left_out_together():
    X, y = waves()
    groups = np.arange(N_CASES) // 10
    apart, alone = small().fit(X, y, groups=groups), small().fit(X, y)
    assert apart.readout_.alpha_ is not None and alone.readout_.alpha_ is not None
    with pytest.raises(ValueError, match="'groups'"):
        small().fit(X, y, groups=groups[1:])


NO_CLASSES = [np.zeros(N_CASES), np.linspace(0, 1, N_CASES), None, np.full(N_CASES, np.nan), np.full(N_CASES, np.inf)]


@pytest.mark.parametrize("y", NO_CLASSES, ids=["one", "numbers", "None", "NaN", "infinite"])
def test_targets_that_are_no_classes_are_refused_before_anything_is_driven(y, monkeypatch):
    monkeypatch.delattr(SequenceEncoder, "fit")
    with pytest.raises(ValueError, match=r"\by\b"):
        small().fit(waves()[0], y)


def test_probabilities_need_no_weight_of_a_class():
    X, y = waves(3)
    readout = RidgeReadoutClassifier(alphas=[1.0, 10.0], class_weight={0: 0.0})
    model = small(readout=readout).fit(X, y)
    probabilities = model.predict_proba(X)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-15)
    assert_array_equal(probabilities.argmax(axis=1), model.predict(X))
    assert np.all(model.predict(X) != 0)


def test_a_readout_without_probabilities_is_named_with_what_has_some():
    X, y = waves()
    for model in (small(readout=RidgeClassifier()), small(readout=RidgeClassifier()).fit(X, y)):
        assert not hasattr(model, "predict_proba")
        with pytest.raises(AttributeError) as caught:
            model.predict_proba(X)
        assert "RidgeClassifier has none. Take None or a RidgeReadoutClassifier" in str(caught.value.__cause__)
    assert small(readout=RidgeReadoutClassifier()).fit(X, y).predict_proba(X).shape == (N_CASES, 2)
