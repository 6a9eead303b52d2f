import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import LeaveOneOut, cross_val_predict

from readouts import RidgeReadoutClassifier

X, LABELS = load_iris(return_X_y=True)
NAMES = np.array(["setosa", "versicolor", "virginica"])[LABELS]
TWO = LABELS < 2


@pytest.mark.parametrize("rows", [slice(None), TWO])
@pytest.mark.parametrize("class_weight", [None, "balanced", {"setosa": 3.0}])
def test_equals_scikit_learn(rows, class_weight):
    ours = RidgeReadoutClassifier(1.0, class_weight=class_weight).fit(X[rows][20:], NAMES[rows][20:])
    weight = {"setosa": 3.0, "versicolor": 1.0, "virginica": 1.0} if isinstance(class_weight, dict) else class_weight
    theirs = RidgeClassifier(1.0, class_weight=weight).fit(X[rows][20:], NAMES[rows][20:])
    np.testing.assert_allclose(ours.decision_function(X), theirs.decision_function(X), rtol=1e-8, atol=1e-10)
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
    assert ours.coef_.shape == (len(ours.classes_) if len(ours.classes_) > 2 else 1, 4)
    np.testing.assert_array_equal(ours.to_sklearn().predict(X), ours.predict(X))


def test_chunks_and_merges_equal_fit():
    whole = RidgeReadoutClassifier(0.1).fit(X, NAMES)
    classes = np.unique(NAMES)
    chunks, parts = RidgeReadoutClassifier(0.1), []
    for rows in np.array_split(np.arange(150), 4):
        chunks.partial_fit(X[rows], NAMES[rows], classes)
        parts.append(RidgeReadoutClassifier(0.1).partial_fit(X[rows], NAMES[rows], classes))
    merged = RidgeReadoutClassifier(0.1)
    for part in parts[::-1]:
        merged = merged.merge(part)
    for ours in (chunks, merged):
        np.testing.assert_allclose(ours.decision_function(X), whole.decision_function(X), rtol=1e-9, atol=1e-10)
        np.testing.assert_array_equal(ours.classes_, classes)


def test_a_chunk_takes_the_parameters_as_they_are_now():
    chunks = RidgeReadoutClassifier(0.1).partial_fit(X[::2], NAMES[::2])
    chunks.set_params(alpha=100.0).partial_fit(X[1::2], NAMES[1::2])
    expected = RidgeReadoutClassifier(100.0).fit(X, NAMES)
    assert chunks.alpha_ == 100.0
    np.testing.assert_allclose(chunks.coef_, expected.coef_, rtol=1e-9)


def test_leaving_groups_out_prefers_a_larger_alpha_where_groups_differ():
    rng = np.random.RandomState(0)
    groups = np.repeat(np.arange(6), 40)
    labels = rng.randint(0, 2, 240)
    accent = rng.standard_normal((6, 30))[groups]
    features = 0.3 * labels[:, None] + accent + 0.3 * rng.standard_normal((240, 30))
    alphas = np.logspace(-3, 5, 17)
    by_row = RidgeReadoutClassifier(alphas=alphas).fit(features, labels)
    by_group = RidgeReadoutClassifier(alphas=alphas).fit(features, labels, groups=groups)
    assert by_group.alpha_ > by_row.alpha_
    assert by_group.cv_results_["fold_mean_squared_error"].shape == (6, 17, 1)


def test_weights_of_classes_are_weights_of_rows_and_zero_is_absent():
    weight = np.where(LABELS == 0, 2.0, 1.0)
    rows = RidgeReadoutClassifier(0.1).fit(X, NAMES, weight)
    named = RidgeReadoutClassifier(0.1, class_weight={"setosa": 2.0}).fit(X, NAMES)
    np.testing.assert_allclose(named.coef_, rows.coef_, rtol=1e-10)
    absent = RidgeReadoutClassifier(0.1, class_weight="balanced").fit(X, NAMES, TWO.astype(float))
    expected = RidgeReadoutClassifier(0.1, class_weight="balanced").fit(X[TWO], NAMES[TWO])
    np.testing.assert_allclose(absent.coef_, expected.coef_, rtol=1e-10)


@pytest.mark.parametrize(
    ("chunk", "message"),
    [
        ((X, np.where(TWO, NAMES, "rose")), "'y' must hold labels of 'classes'"),
        ((X, NAMES, ["setosa", "rose"]), "'classes' must be those of earlier calls"),
        ((X[:, :2], NAMES), "2 features"),
        ((X * np.nan, NAMES), "NaN"),
    ],
)
def test_a_bad_chunk_changes_nothing(chunk, message):
    classifier = RidgeReadoutClassifier().partial_fit(X, NAMES)
    before, coefficients = dict(vars(classifier)), classifier.coef_.copy()
    with pytest.raises(ValueError, match=message):
        classifier.partial_fit(*chunk)
    assert vars(classifier) == before
    np.testing.assert_array_equal(classifier.coef_, coefficients)


@pytest.mark.parametrize(
    ("class_weight", "message"),
    [
        ("even", "'class_weight' must be a dict, 'balanced' or None; got 'even'"),
        ({"rose": 1.0}, "'class_weight' must name classes of y"),
        ({"setosa": "twice"}, "'class_weight' must hold finite numbers of at least 0"),
        ({"setosa": -1.0}, "'class_weight' must hold finite numbers of at least 0"),
        ({"setosa": np.nan}, "'class_weight' must hold finite numbers of at least 0"),
    ],
)
def test_bad_class_weight_is_refused(class_weight, message):
    with pytest.raises(ValueError, match=message):
        RidgeReadoutClassifier(class_weight=class_weight).fit(X, NAMES)


def test_balance_needs_all_rows():
    balanced = RidgeReadoutClassifier(class_weight="balanced").fit(X, NAMES)
    with pytest.raises(ValueError, match="must not be 'balanced' in a merge"):
        balanced.merge(balanced)
    with pytest.raises(ValueError, match="must not be 'balanced' in chunks"):
        balanced.partial_fit(X, NAMES)


def test_other_classes_cannot_be_merged():
    with pytest.raises(ValueError, match="'other' must have the same classes"):
        RidgeReadoutClassifier().fit(X, NAMES).merge(RidgeReadoutClassifier().fit(X[TWO], NAMES[TWO]))


def test_one_class_is_refused():
    with pytest.raises(ValueError, match="at least 2 classes; got 1 class"):
        RidgeReadoutClassifier().fit(X, np.zeros(150))


@pytest.mark.parametrize("solver", ["auto", "qr"])
def test_scales_of_features_cost_no_digits_and_constants_nothing(solver):
    scales = 10.0 ** np.array([-8, 8, 0, 3])
    rows = np.hstack([X * scales, np.full((150, 1), 0.1)])
    plain = RidgeReadoutClassifier(0.0).fit(X, NAMES)
    whole, chunks = (RidgeReadoutClassifier(0.0, solver=solver) for _ in range(2))
    whole.fit(rows, NAMES)
    for part in np.array_split(np.random.RandomState(0).permutation(150), 4):
        chunks.partial_fit(rows[part], NAMES[part], np.unique(NAMES))
    for ours in (whole, chunks):
        np.testing.assert_allclose(ours.decision_function(rows), plain.decision_function(X), rtol=0, atol=1e-11)
        np.testing.assert_array_equal(ours.coef_[:, -1], 0)


@pytest.mark.parametrize("labels", [NAMES, LABELS > 1])
def test_bits_do_not_depend_on_where_the_rows_lie(labels):
    expected = RidgeReadoutClassifier().fit(X, labels)
    for x in (np.asfortranarray(X), np.repeat(X, 2, axis=0)[::2], X[::-1].copy()[::-1]):
        ours = RidgeReadoutClassifier().fit(x, np.repeat(labels, 2)[::2])
        np.testing.assert_array_equal(ours.decision_function(x), expected.decision_function(X))


@pytest.mark.parametrize("rows", [slice(None), TWO])
def test_decisions_on_rows_left_out_are_those_of_cross_validation(rows):
    ours = RidgeReadoutClassifier(alphas=[0.1, 10.0]).fit(X[rows], NAMES[rows])
    theirs = cross_val_predict(
        RidgeClassifier(ours.alpha_), X[rows], NAMES[rows], cv=LeaveOneOut(), method="decision_function"
    )
    np.testing.assert_allclose(ours.cv_decisions_, theirs, rtol=1e-8, atol=1e-12)
