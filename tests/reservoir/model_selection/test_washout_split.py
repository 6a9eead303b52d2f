import pickle
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import config_context
from sklearn.base import clone
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
from sklearn.model_selection import (
    BaseCrossValidator,
    GridSearchCV,
    GroupKFold,
    KFold,
    LeaveOneGroupOut,
    ShuffleSplit,
    TimeSeriesSplit,
    cross_validate,
)

from reservoir.model_selection import WashoutSplit, sequence_scorer

ROWS = np.zeros((20, 1))


# WashoutSplit


@pytest.mark.parametrize("cv", [TimeSeriesSplit(3), TimeSeriesSplit(3, gap=2, max_train_size=4), KFold(4)])
@pytest.mark.parametrize("washout", [0, 1, 4, 100])
def test_test_folds_begin_earlier_and_training_folds_stay(cv, washout):
    splitter = WashoutSplit(cv, washout)
    assert splitter.get_n_splits(ROWS) == cv.get_n_splits(ROWS) == len(list(splitter.split(ROWS)))
    for (train, test), (inner_train, inner_test) in zip(splitter.split(ROWS), cv.split(ROWS), strict=True):
        assert_array_equal(train, inner_train)
        first = max(inner_test[0] - washout, 0)
        assert_array_equal(test, np.arange(first, inner_test[-1] + 1))


def test_an_integer_is_a_time_series_split():
    for (train, test), (expected, _) in zip(
        WashoutSplit(3, 2).split(ROWS), TimeSeriesSplit(3).split(ROWS), strict=True
    ):
        assert_array_equal(train, expected)
        assert_array_equal(test[:2], train[-2:])
    assert WashoutSplit().get_n_splits() == 5


def test_it_is_a_splitter_to_scikit_learn():
    splitter = WashoutSplit(TimeSeriesSplit(3), washout=7)
    assert isinstance(splitter, BaseCrossValidator)
    assert repr(splitter).startswith("WashoutSplit(") and "washout=7" in repr(splitter)
    assert clone(splitter, safe=False).washout == pickle.loads(pickle.dumps(splitter)).washout == 7


@pytest.mark.parametrize(
    "cv, washout, error, message",
    [
        (3, -1, ValueError, "'washout' must be an integer of at least 0; got -1"),
        (3, 2.0, ValueError, "'washout'"),
        (3, None, ValueError, "'washout'"),
        (1, 2, ValueError, "'cv' must be an integer of at least 2; got 1"),
        (True, 2, TypeError, "'cv' must be an integer or a splitter"),
        ("kfold", 2, TypeError, "'cv'"),
        (KFold, 2, TypeError, "'cv'"),
        (KFold(4, shuffle=True, random_state=0), 2, ValueError, "'cv' must give test folds of consecutive rows"),
        (ShuffleSplit(2, random_state=0), 2, ValueError, "'cv' must give test folds of consecutive rows"),
    ],
)
def test_a_bad_split_is_named(cv, washout, error, message):
    with pytest.raises(error, match=message):
        list(WashoutSplit(cv, washout).split(ROWS))


@pytest.mark.parametrize("X", [np.zeros((8, 5, 1)), [np.zeros((5, 1))] * 8, (np.zeros((5, 1)),) * 8])
def test_many_series_need_no_washout_split(X):
    with pytest.raises(ValueError, match="one 2-D series.*got many series.*sequence_scorer"):
        next(WashoutSplit(3, 2).split(X))
    boxed = np.empty(len(X), dtype=object)
    boxed[:] = list(X)
    with pytest.raises(ValueError, match="got many series"):
        next(WashoutSplit(3, 2).split(boxed))


# sequence_scorer


@pytest.mark.parametrize("washout", [10**400, 2**63])
def test_a_washout_beyond_all_rows_takes_all_there_are(washout):
    folds = list(WashoutSplit(TimeSeriesSplit(2), washout=washout).split(np.zeros((12, 1))))
    assert [test[0] for _, test in folds] == [0, 0]


def test_an_error_of_the_inner_splitter_names_cv():
    with pytest.raises(
        ValueError, match="'cv' must be able to split the 12 rows of 'X'.*greater than the number of samples"
    ):
        list(WashoutSplit(20, washout=0).split(np.zeros((12, 1))))
    with pytest.raises(ValueError, match="'cv' must be able to split.*KFold.*says.*splits=5 greater"):
        list(WashoutSplit(KFold(5)).split([[1.0], [2.0]]))


NO_ROWS = [3, 2.5, "a" * 20, b"a" * 20, dict.fromkeys(range(20)), set(range(20)), len, object(), iter([1] * 20), KFold]


@pytest.mark.parametrize("value", [*NO_ROWS, np.array(3.0)], ids=lambda value: type(value).__name__)
def test_what_has_no_rows_is_refused_by_name(value):
    for name in ("X", "y", "groups"):
        data = {"X": ROWS} | {name: value}
        for use in (
            lambda data: list(WashoutSplit(2).split(**data)),
            lambda data: WashoutSplit(2).get_n_splits(**data),
        ):
            with pytest.raises(TypeError, match=f"'{name}' must be an array or a list with one entry for each row"):
                use(data)
    with pytest.raises(TypeError, match="'X' must be"):
        list(WashoutSplit(2).split(None))


def test_targets_and_groups_go_with_the_rows():
    for name in ("y", "groups"):
        for use in (WashoutSplit(2).split, WashoutSplit(2).get_n_splits):
            with pytest.raises(
                ValueError, match=f"'{name}' must have one entry for each of the 20 rows of 'X'; got 19"
            ):
                list(use(ROWS, **{name: np.zeros(19)}))
    groups = np.repeat([0, 1], 10)
    assert WashoutSplit(LeaveOneGroupOut()).get_n_splits(groups=groups) == 2
    (_, first), (_, second) = WashoutSplit(LeaveOneGroupOut(), 3).split(ROWS, groups=groups)
    assert_array_equal(first, np.arange(10))
    assert_array_equal(second, np.arange(7, 20))


@pytest.mark.parametrize("routing", [False, True])
def test_groups_reach_the_inner_splitter_with_and_without_metadata_routing(routing):
    groups, random = np.repeat([3, 1, 2, 0], 15), np.random.RandomState(0)
    X = random.standard_normal((60, 2))
    y, model, inner = X[:, 0] + 0.3 * random.standard_normal(60), Ridge(), GroupKFold(4)

    def scores(cv, groups=groups, **options):
        with config_context(enable_metadata_routing=routing):
            given = {"params": {"groups": groups}} if routing else {"groups": groups}
            return cross_validate(model, X, y, cv=cv, **given, **options)["test_score"]

    assert_array_equal(scores(WashoutSplit(inner, washout=0)), scores(inner))
    scored = scores(WashoutSplit(inner, washout=5), scoring=sequence_scorer(r2_score, washout=5))
    first = int(groups[0])  # its fold has no rows before it
    plain = scores(inner)
    order = [fold for fold, (_, test) in enumerate(inner.split(X, groups=groups)) if groups[test[0]] != first]
    assert_allclose(scored[order], plain[order], rtol=1e-12)
    with config_context(enable_metadata_routing=routing):
        search = GridSearchCV(model, {"alpha": [0.1, 10.0]}, cv=WashoutSplit(inner, washout=0)).fit(X, y, groups=groups)
        expected = GridSearchCV(model, {"alpha": [0.1, 10.0]}, cv=inner).fit(X, y, groups=groups)
        assert_array_equal(search.cv_results_["mean_test_score"], expected.cv_results_["mean_test_score"])
        with pytest.raises(ValueError, match="'groups' must have one entry for each of the 60 rows"):
            GridSearchCV(model, {"alpha": [1.0]}, cv=WashoutSplit(inner)).fit(X, y, groups=groups[:-1])


def test_clones_route_groups_too():
    with config_context(enable_metadata_routing=True):
        for splitter in (WashoutSplit(), clone(WashoutSplit(), safe=False), pickle.loads(pickle.dumps(WashoutSplit()))):
            assert splitter.get_metadata_routing().split.requests == {"groups": True}
            assert splitter.set_split_request(groups="runs").get_metadata_routing().split.requests == {"groups": "runs"}


class Splitter:
    """Gives the same folds for any arguments."""

    def __init__(self, folds):
        self.folds = folds

    def split(self, X, y=None, groups=None):
        return self.folds

    def get_n_splits(self, X=None, y=None, groups=None):
        return 1


@pytest.mark.parametrize(
    "folds",
    [
        3, [3], [([0], 1)], [([0], [])], [([0], [True, True])], [([0], [[1, 2]])], [([0], [1.0, 2.0])],
        [([0], ["a"])], [([0], [1], [2])], [([0], [2, 1])], [([0], [-2, -1])], [([0], [19, 20])],
    ],
    ids=repr,
)  # fmt: skip
def test_a_splitter_without_folds_of_consecutive_rows_is_refused(folds):
    with pytest.raises((TypeError, ValueError), match="'cv' must"):
        list(WashoutSplit(Splitter(folds)).split(ROWS))
    with pytest.raises(TypeError, match="'cv' must be an integer or a splitter"):
        WashoutSplit(SimpleNamespace(split=folds, get_n_splits=folds)).get_n_splits()
