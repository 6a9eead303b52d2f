import numpy as np
import pandas as pd
import pytest

from readouts import RidgeReadout, RidgeReadoutClassifier, RLSReadout, RLSReadoutClassifier
from readouts.validation import (
    check_alpha,
    check_alphas,
    check_choices,
    check_classes,
    check_cv,
    check_groups,
    check_sample_weight,
    in_rows,
    naming,
)


def test_alpha_is_a_number_or_one_per_target():
    assert check_alpha(2, 3).tolist() == [2.0] * 3
    assert check_alpha([1, 0.5], 2).tolist() == [1.0, 0.5]


@pytest.mark.parametrize("alpha", [[1.0, 2.0, 3.0], [1.0, -1.0], [[1.0, 2.0]], "12", [1.0, "a"], [[1], [1, 2]]])
def test_bad_alpha_per_target_is_refused(alpha):
    with pytest.raises(ValueError, match="'alpha' must be .* one for each of the 2 targets"):
        check_alpha(alpha, 2)


@pytest.mark.parametrize("alphas", [[], [0.0], [1.0, np.nan], 1.0, "1", [[1.0]], [True]])
def test_bad_alphas_are_refused(alphas):
    with pytest.raises(ValueError, match="'alphas' must be None or a sequence of finite positive numbers; got"):
        check_alphas(alphas)


@pytest.mark.parametrize("cv", [1, 2.5, True, "loo", [1, 2], [(0, 1)]])
def test_bad_cv_is_refused(cv):
    with pytest.raises(ValueError, match="'cv' must be None, an integer of at least 2 or a list of splits; got"):
        check_cv(cv, None, 4, False)


def test_splits_become_groups_if_they_leave_out_every_row_once():
    splits = [([0, 1], [2, 3]), ([2, 3], [0, 1])]
    assert check_cv(splits, None, 4, False)[1].tolist() == [1, 1, 0, 0]
    for bad in ([], splits[:1], [splits[0], ([2], [0, 1])]):
        with pytest.raises(ValueError, match="'cv' must leave out each of the 4 rows once"):
            check_cv(bad, None, 4, False)
    with pytest.raises(ValueError, match="in chunks; got a list of splits"):
        check_cv(splits, None, 4, True)


@pytest.mark.parametrize("choices", [("svd", True), (None, True), ("auto", "yes")])
def test_bad_choices_are_refused(choices):
    with pytest.raises(ValueError, match="'solver' must be|'alpha_per_target' must be"):
        check_choices(*choices)


def test_classes_are_those_among_labels():
    assert check_classes("y", ["b", "a", "b"]).tolist() == ["a", "b"]


@pytest.mark.parametrize("labels", [[], [1, 1], [None], None, 3, "abc", b"abc", {1, 2}, iter([1, 2]), [1, "a", None],
                                    [[1, 2], [3, 4]], [[1], [2, 3]], object()])  # fmt: skip
def test_too_few_classes_are_refused(labels):
    with pytest.raises((TypeError, ValueError), match="'classes'"):
        check_classes("classes", labels)


@pytest.mark.parametrize("groups", [[1], [[1, 2]], [1.0, np.nan], np.array([1, "a"], dtype=object), [[1], [1, 2]]])
def test_bad_groups_are_refused(groups):
    with pytest.raises(ValueError, match="'groups' must"):
        check_groups(groups, 2)


def test_all_zero_weights_are_for_chunks_only():
    assert check_sample_weight(0, 2, all_zero=True).tolist() == [0.0, 0.0]
    with pytest.raises(ValueError, match="positive sum"):
        check_sample_weight(0, 2)


def test_rows_are_copied_only_if_they_lie_otherwise():
    plain = np.ones((3, 2))
    assert in_rows(plain) is plain
    for other in (np.asfortranarray(plain), plain[:, ::-1], plain.astype(np.float32), plain.astype(">f8")):
        assert in_rows(other).flags.c_contiguous and in_rows(other).dtype == np.float64


@pytest.mark.parametrize("readout", [RidgeReadout(), RidgeReadoutClassifier(), RLSReadoutClassifier()])
def test_rows_that_are_known_to_be_sound_are_read_as_others_are(readout):
    X = np.random.RandomState(0).standard_normal((20, 2))
    readout.fit(X, X[:, 0] > 0)
    for rows in (X, X[:1], X.astype(np.float32), X[::-1], np.full((1, 2), 1e200)):  # the squares of these are infinite
        np.testing.assert_array_equal(readout.predict(rows), readout.predict(rows.tolist()))
    for rows, message in ((X[:0], "0 sample"), (X[:, :1], "2 features"), (X[0], "1D array"), (X * np.nan, "NaN")):
        with pytest.raises(ValueError, match=message):
            readout.predict(rows)
    readout.fit(pd.DataFrame(X, columns=["a", "b"]), X[:, 0] > 0)
    with pytest.warns(UserWarning, match="feature names"):
        readout.predict(X)


def test_an_error_names_what_it_is_about():
    with pytest.raises(ValueError, match="'groups' cannot be used: too large"), naming("groups"):
        raise OverflowError("too large")
    with pytest.raises(TypeError, match="'groups' cannot be used: too odd"), naming("groups"):
        raise TypeError("too odd")
    with pytest.raises(ValueError, match="^groups are odd"), naming("groups"):
        raise ValueError("groups are odd")


ROWS, TARGETS = np.random.RandomState(0).standard_normal((12, 3)), np.arange(12) % 2
READOUTS = [RidgeReadout, RidgeReadoutClassifier, RLSReadout, RLSReadoutClassifier]
NO_NUMBERS = ["abc", b"x", object(), 1j, {}, [], len, 10**400, [10**400] * 12, [[1], [1, 2]], np.array(["a"] * 12), ...]


@pytest.mark.parametrize("readout", READOUTS)
@pytest.mark.parametrize(
    "value", [*NO_NUMBERS, None, np.nan, np.full((12, 3), np.inf), np.ones((2, 3, 4)), np.array(1.0)]
)
@pytest.mark.parametrize("name", ["X", "y", "sample_weight"])
def test_a_bad_argument_is_named_and_changes_nothing(readout, value, name):
    if name == "sample_weight" and value is None:
        return  # it is good
    fitted = readout().fit(ROWS, TARGETS)
    before, coefficients = dict(vars(fitted)), fitted.coef_.copy()
    calls = [fitted.fit, fitted.partial_fit]
    if name == "X":
        calls.append(lambda X, y, sample_weight: fitted.predict(X))
    for call in calls:
        with pytest.raises((ValueError, TypeError), match=rf"\b{name}\b"):
            call(**({"X": ROWS, "y": TARGETS, "sample_weight": None} | {name: value}))
    assert vars(fitted) == before
    np.testing.assert_array_equal(fitted.coef_, coefficients)


@pytest.mark.parametrize("readout", READOUTS)
@pytest.mark.parametrize("name", ["alpha", "alphas", "cv", "alpha_per_target", "solver", "class_weight", "forgetting"])
def test_a_bad_parameter_is_named(readout, name):
    for value in NO_NUMBERS:
        good = name == "class_weight" and isinstance(value, dict) or name == "cv" and isinstance(value, int)
        if name not in readout().get_params() or good:
            continue
        model = readout(**{name: value})
        if name in ("cv", "alpha_per_target"):
            model.set_params(alphas=[0.1, 1.0])
        with pytest.raises((ValueError, TypeError), match=rf"\b{name}\b"):
            model.fit(ROWS, TARGETS)
        assert not hasattr(model, "n_features_in_")


@pytest.mark.parametrize("readout", [RidgeReadoutClassifier, RLSReadoutClassifier])
@pytest.mark.parametrize("classes", [[], [1], "abc", [[1], [1, 2]], [1, "a"], [0, 2], len, 1.0])
def test_bad_classes_are_named(readout, classes):
    with pytest.raises((ValueError, TypeError), match=r"\bclasses\b"):
        readout().partial_fit(ROWS, TARGETS, classes=classes)


@pytest.mark.parametrize("return_std", [None, 1, "abc", np.nan, []])
def test_return_std_is_a_truth_value(return_std):
    with pytest.raises(ValueError, match="'return_std' must be True or False; got"):
        RidgeReadout().fit(ROWS, TARGETS).predict(ROWS, return_std=return_std)


MISSING = {"none": None, "nan": np.nan, "na": pd.NA, "nat": pd.NaT}


@pytest.mark.parametrize("kind", MISSING)
@pytest.mark.parametrize("container", [list, lambda labels: np.array(labels, dtype=object), pd.Series])
@pytest.mark.parametrize("cls", [RidgeReadoutClassifier, RLSReadoutClassifier])
def test_missing_labels_are_refused_by_name(cls, container, kind):
    X, y = np.arange(6.0).reshape(6, 1), container(["a", "b", MISSING[kind], "a", "b", "a"])
    fitted = cls().fit(X, list("ababab"))
    message = r"'y' must hold a label for every row; got .* in row 2"
    with pytest.raises(ValueError, match=message):
        cls().fit(X, y)
    for learner in (cls(), fitted):
        with pytest.raises(ValueError, match=message):
            learner.partial_fit(X, y, classes=["a", "b"])
    with pytest.raises(ValueError, match="'classes' must hold a label for every row"):
        cls().partial_fit(X, list("ababab"), classes=container(["a", MISSING[kind], "b"]))


@pytest.mark.parametrize("kind", MISSING)
def test_missing_groups_are_refused_by_name(kind):
    X, groups = np.arange(6.0).reshape(6, 1), np.array([1, 1, 2, 2, MISSING[kind], 3], dtype=object)
    with pytest.raises(ValueError, match="'groups' must hold a label for every row; got .* in row 4"):
        RidgeReadout(alphas=[0.1, 1.0]).fit(X, X[:, 0], groups=groups)


@pytest.mark.parametrize("unit", ["datetime64[s]", "timedelta64[s]"])
@pytest.mark.parametrize("container", [np.asarray, pd.Series], ids=["array", "Series"])
def test_times_are_no_weights(container, unit):
    weights = container(np.arange(4).astype(unit))
    for readout in (RidgeReadout(), RidgeReadoutClassifier()):
        with pytest.raises(TypeError, match="'sample_weight' must hold numbers; got"):
            readout.fit(np.eye(4), [0, 1, 0, 1], sample_weight=weights)
