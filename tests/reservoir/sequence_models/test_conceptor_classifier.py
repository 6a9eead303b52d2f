"""Sequences classified by conceptors: the formulas of the report, its benchmark, and what is refused."""

import numpy as np
import pytest

from reservoir import ConceptorClassifier, CTRNNLiquid, EchoStateReservoir, load, save
from reservoir.datasets import load_japanese_vowels
from reservoir.sequence_models.resampling import resample

TRAIN, TEST = load_japanese_vowels("train"), load_japanese_vowels("test")


def vectors(classifier, X):
    """States and scaled points of each sequence side by side, step by step."""
    low, high = classifier.range_
    found = []
    for x in X:
        points = resample((x - low) / (high - low), 4, 3)
        states = classifier.reservoir_.run(points)[0]
        found.append(np.hstack([states, points]).ravel())
    return np.array(found)


def conceptor(correlation, aperture):
    return correlation @ np.linalg.inv(correlation + aperture**-2 * np.eye(len(correlation)))


def evidences(classifier, X, y, x, include):
    """The positive and negative evidence of a sequence, by explicit conceptors with the vector among all others."""
    z, own = vectors(classifier, [x])[0], vectors(classifier, X)
    means = []
    for label in classifier.classes_:
        rows = own[y == label]
        rows = np.vstack([rows, z]) if include else rows
        means.append(rows.T @ rows / len(rows))
    positive, negative = [], []
    for k, mean in enumerate(means):
        others = np.mean([one for j, one in enumerate(means) if j != k], axis=0)
        positive.append(z @ conceptor(mean, classifier.apertures_[0]) @ z / (z @ z))
        negative.append(1 - z @ conceptor(others, classifier.apertures_[1]) @ z / (z @ z))
    return np.array(positive), np.array(negative)


def scaled(values):
    return (values - values.min()) / (values.max() - values.min())


@pytest.mark.parametrize("include", [True, False])
def test_evidences_are_those_of_explicit_conceptors(include):
    X, y = TRAIN
    found = {
        name: ConceptorClassifier(evidence=name, include_query=include, random_state=0).fit(X, y)
        for name in ("positive", "negative", "combined")
    }
    for x in TEST[0][:3]:
        positive, negative = evidences(found["positive"], X, y, x, include)
        np.testing.assert_allclose(found["positive"].decision_function([x])[0], positive, atol=1e-9)
        np.testing.assert_allclose(found["negative"].decision_function([x])[0], negative, atol=1e-9)
        combined = scaled(positive) + scaled(negative)
        np.testing.assert_allclose(found["combined"].decision_function([x])[0], combined, atol=1e-6)


def test_or_of_the_others_is_the_negative_evidence():
    """N = not (C_1 or C_2 ...), with the aperture that the sum of means has instead of their mean."""
    X, y = [x[:8] for x in TRAIN[0]], TRAIN[1]
    classifier = ConceptorClassifier(
        n_units=3, aperture=5.0, evidence="negative", include_query=False, random_state=0
    ).fit(X, y)
    joined = classifier.conceptors_[1]
    for one in classifier.conceptors_[2:]:
        joined |= one
    negative = ~joined.scale_aperture((len(classifier.classes_) - 1) ** -0.5)
    expected = negative.evidence(vectors(classifier, TEST[0][:20]))
    np.testing.assert_allclose(classifier.decision_function(TEST[0][:20])[:, 0], expected, atol=1e-6)


def test_japanese_vowels_of_the_report():
    """The recipe of the report's section 3.12, in a plain NumPy program, errs 3.5 +- 0.9 times of 370 (50 draws)."""
    found = [ConceptorClassifier(random_state=seed).fit(*TRAIN) for seed in range(10)]
    errors = [(one.predict(TEST[0]) != TEST[1]).sum() for one in found]
    assert abs(np.mean(errors) - 3.5) < 3 * 0.9 / 10**0.5
    assert all(one.score(*TRAIN) == 1 for one in found[:3])


def test_a_reservoir_of_ones_own_and_its_precision():
    reservoir = EchoStateReservoir(15, dtype="float32", random_state=1)
    classifier = ConceptorClassifier(reservoir, n_points=5, degree=None).fit(*TRAIN)
    assert classifier.reservoir_ is not reservoir and not hasattr(reservoir, "n_units_")
    assert classifier.conceptors_[0].n_features_in_ == 5 * (15 + 12)
    assert classifier.score(*TEST) > 0.95


@pytest.mark.parametrize(("dtype", "factor"), [("float64", 1e300), ("float32", 1e39)])
def test_values_far_beyond_the_training_data_are_refused(dtype, factor):
    classifier = ConceptorClassifier(EchoStateReservoir(5, dtype=dtype, random_state=0)).fit(*TRAIN)
    with pytest.raises(ValueError, match="widths of the range of the training data; got some"):
        classifier.predict([TEST[0][0], factor * TEST[0][1]])


def test_two_classes():
    X, y = TRAIN[0][:60], np.where(TRAIN[1][:60] == 1, "first", "second")
    classifier = ConceptorClassifier(random_state=0).fit(X, y)
    decisions = classifier.decision_function(X)
    assert decisions.shape == (60,)
    np.testing.assert_array_equal(classifier.predict(X), np.where(decisions > 0, "second", "first"))
    assert classifier.score(X, y) == 1


def test_unequal_classes_count_alike():
    keep = np.flatnonzero((TRAIN[1] > 1) | (np.arange(270) < 8))
    classifier = ConceptorClassifier(random_state=0).fit([TRAIN[0][k] for k in keep], TRAIN[1][keep])
    x = TEST[0][0]
    positive, negative = evidences(classifier, [TRAIN[0][k] for k in keep], TRAIN[1][keep], x, True)
    np.testing.assert_allclose(classifier.decision_function([x])[0], scaled(positive) + scaled(negative), atol=1e-6)


def test_files(tmp_path):
    classifier = ConceptorClassifier(n_units=3, random_state=0).fit(*TRAIN)
    save(classifier, tmp_path / "vowels.skops")
    again = load(tmp_path / "vowels.skops")
    np.testing.assert_array_equal(again.decision_function(TEST[0]), classifier.decision_function(TEST[0]))


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"n_points": 0}, "'n_points'"),
        ({"degree": -1}, "'degree'"),
        ({"aperture": 0.0}, "'aperture'"),
        ({"aperture": "wide"}, "'aperture' must be a number above 0, or 'steepest'"),
        ({"evidence": "both"}, "'evidence' must be one of"),
        ({"include_query": 1}, "'include_query'"),
        ({"n_units": 0}, "'n_units'"),
        ({"reservoir": 3}, "'reservoir'"),
        ({"reservoir": CTRNNLiquid(5, elapsed_column=0)}, "'reservoir' must have no elapsed_column"),
        ({"n_points": 10**7}, "'n_points'"),
    ],
)
def test_bad_parameters(parameters, words):
    with pytest.raises(ValueError, match=words):
        ConceptorClassifier(**parameters).fit(*TRAIN)


def test_bad_targets():
    with pytest.raises(ValueError, match="'y' must hold at least 2 classes"):
        ConceptorClassifier().fit(TRAIN[0], np.ones(270))
    with pytest.raises(ValueError, match="'y' must have one entry for each of the 270"):
        ConceptorClassifier().fit(TRAIN[0], TRAIN[1][::50])
    fitted = ConceptorClassifier(random_state=0).fit(*TRAIN)
    with pytest.raises(ValueError, match="11 features"):
        fitted.predict([x[:, :11] for x in TEST[0]])
