import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.linear_model import RidgeClassifier

from readouts import ReadoutDivergedError, RLSReadoutClassifier

X, DIGITS = load_digits(return_X_y=True)
X = X[:600] / 16
LABELS = np.array(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])[DIGITS[:600]]
EVEN = DIGITS[:600] % 2 == 0


@pytest.mark.parametrize("y", [LABELS, EVEN])
@pytest.mark.parametrize("sample_weight", [None, 1.0 + EVEN])
def test_without_forgetting_it_is_ridge_classification(y, sample_weight):
    ours = RLSReadoutClassifier(alpha=1.0).fit(X[:400], y[:400], None if sample_weight is None else sample_weight[:400])
    theirs = RidgeClassifier(1.0, solver="svd")
    theirs.fit(X[:400], y[:400], None if sample_weight is None else sample_weight[:400])
    np.testing.assert_allclose(ours.decision_function(X), theirs.decision_function(X), rtol=0, atol=1e-8)
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
    np.testing.assert_array_equal(ours.classes_, theirs.classes_)
    n_targets = 1 if y is EVEN else 10
    assert ours.coef_.shape == (n_targets, 64) and ours.intercept_.shape == (n_targets,)


def test_rows_in_any_chunks_give_the_same_bits():
    whole = RLSReadoutClassifier(forgetting=0.99).fit(X[:200], LABELS[:200])
    parts = RLSReadoutClassifier(forgetting=0.99)
    for rows in np.split(np.arange(200), [1, 2, 77]):
        parts.partial_fit(X[rows], LABELS[rows], classes=LABELS)
    np.testing.assert_array_equal(parts.coef_, whole.coef_)


def test_predictions_before_the_label_is_seen():
    readout = RLSReadoutClassifier(alpha=1.0)
    predicted = readout.partial_fit_predict(X, LABELS, classes=np.unique(LABELS))
    assert predicted[0] == "eight"  # before any update: the first of the sorted labels
    earlier = RLSReadoutClassifier(alpha=1.0).fit(X[:300], LABELS[:300])
    assert predicted[300] == earlier.predict(X[300:301])[0]
    assert np.mean(predicted[300:] == LABELS[300:]) > 0.85


def test_forgetting_follows_labels_that_change_their_meaning():
    changed = np.where(np.arange(600) < 300, EVEN, ~EVEN)
    follows = RLSReadoutClassifier(alpha=1.0, forgetting=0.98).fit(X, changed)
    remembers = RLSReadoutClassifier(alpha=1.0).fit(X, changed)
    assert follows.score(X[400:], changed[400:]) > 0.85 > remembers.score(X[400:], changed[400:])


def test_classes_are_needed_once_and_kept():
    readout = RLSReadoutClassifier()
    with pytest.raises(ValueError, match="'classes' must name all labels in the first call of partial_fit; got None"):
        readout.partial_fit(X, LABELS)
    with pytest.raises(ValueError, match="'y' must hold labels of 'classes'"):
        readout.partial_fit(X, LABELS, classes=["one", "two"])
    assert vars(readout) == {"alpha": 1e-6, "forgetting": 1.0}
    readout.partial_fit(X[:1], LABELS[:1], classes=LABELS)
    coefficients = readout.coef_.copy()
    with pytest.raises(ValueError, match="'classes' must be those of the first call"):
        readout.partial_fit(X, LABELS, classes=["one", "two"])
    with pytest.raises(ValueError, match="'y' must hold labels of 'classes'.*got 'ten'"):
        readout.partial_fit(X[:1], ["ten"])
    np.testing.assert_array_equal(readout.coef_, coefficients)
    readout.partial_fit(X, LABELS).partial_fit(X, LABELS, classes=LABELS)
    assert readout.score(X, LABELS) > 0.9
    np.testing.assert_array_equal(readout.fit(X, EVEN).classes_, [False, True])


def test_one_class_is_refused():
    with pytest.raises(ValueError, match="at least 2 classes; got 1 class"):
        RLSReadoutClassifier().fit(X, np.zeros(600))


@pytest.mark.parametrize("absent", ["aleph", "zeta"])
def test_rows_without_weight_are_absent_with_their_labels(absent):
    labels, weight = LABELS[:100].copy(), np.ones(100)
    labels[40], weight[40] = absent, 0
    ours = RLSReadoutClassifier(forgetting=0.99).fit(X[:100], labels, weight)
    without = RLSReadoutClassifier(forgetting=0.99).fit(np.delete(X[:100], 40, axis=0), np.delete(labels, 40))
    np.testing.assert_array_equal(ours.classes_, without.classes_)
    np.testing.assert_array_equal(ours.coef_, without.coef_)


def test_non_finite_data_change_nothing():
    readout = RLSReadoutClassifier(forgetting=0.99).fit(X[:300], LABELS[:300])
    before = readout.decision_function(X)
    bad = X.copy()
    bad[303, 5] = np.nan
    with pytest.raises(ReadoutDivergedError, match="'X' must be finite, .* got nan in row 3"):
        readout.partial_fit(bad[300:], LABELS[300:])
    np.testing.assert_array_equal(readout.decision_function(X), before)


@pytest.mark.parametrize(
    "name, parameters",
    [("alpha", {"alpha": -1}), ("forgetting", {"alpha": 0.5, "forgetting": 2}), ("sample_weight", {"alpha": 0.5})],
)
def test_a_refused_call_changes_nothing_inside(name, parameters):
    readout = RLSReadoutClassifier().fit(X[:300], LABELS[:300])
    inside = dict(vars(readout._readout))
    with pytest.raises(ValueError, match=f"'{name}'"):
        readout.set_params(**parameters).partial_fit(X, LABELS, sample_weight="heavy")
    assert vars(readout._readout) == inside


def test_bits_do_not_depend_on_where_the_rows_lie():
    expected = RLSReadoutClassifier().fit(X[:100], LABELS[:100])
    for x in (np.asfortranarray(X[:100]), np.repeat(X[:100], 2, axis=0)[::2], X[:100][::-1].copy()[::-1]):
        ours = RLSReadoutClassifier().fit(x, np.repeat(LABELS[:100], 2)[::2])
        np.testing.assert_array_equal(ours.decision_function(x), expected.decision_function(X[:100]))
