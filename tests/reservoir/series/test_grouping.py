from itertools import product

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from sklearn.preprocessing import StandardScaler

from readouts import RidgeReadoutClassifier
from reservoir import (
    CTRNNLiquid,
    EchoStateReservoir,
    PerSequence,
    ReservoirRegressor,
    from_multiindex,
    join_by_group,
    split_by_group,
)


def numbers(*shape):
    return np.random.RandomState(0).standard_normal(shape)


# By group


def test_groups_keep_order_of_appearance_and_of_rows():
    X = np.arange(12).reshape(6, 2)
    series = split_by_group(X, ["late", "a", "late", "b", "a", "late"])
    assert [x[:, 0].tolist() for x in series] == [[0, 4, 10], [2, 8], [6]]
    assert_array_equal(split_by_group(pd.DataFrame(X), pd.Series([1] * 6))[0], X)
    assert [len(x) for x in split_by_group(X, np.array([2.5, -1.0, 2.5, -1.0, 1.0, 1.0]))] == [2, 2, 2]


@pytest.mark.parametrize("groups", [[1, 2], [[1]] * 6, 1, [], None, [(1, 2)]], ids=str)
def test_groups_of_another_shape_are_refused(groups):
    with pytest.raises(ValueError, match=r"'groups' must hold one entry per row of 'X'.*\(6,\)"):
        split_by_group(numbers(6, 2), groups)


def test_groups_need_rows():
    with pytest.raises(ValueError, match="'X' must be made of 2-D"):
        split_by_group(numbers(6, 2, 2), [1] * 6)


@pytest.mark.parametrize("container", [list, lambda groups: np.array(groups, dtype=object), pd.Series])
def test_groups_of_several_types_are_distinguished(container):
    groups = container([1, "a", 1, "1"])
    series = split_by_group([[0], [1], [2], [3]], groups)
    assert [x.tolist() for x in series] == [[[0], [2]], [[1]], [[3]]]
    assert join_by_group(series, groups).ravel().tolist() == [0, 1, 2, 3]


def test_series_are_distinguished_by_levels_of_several_types():
    index = pd.MultiIndex.from_arrays([["a", "a", 1, "1"], [0, 1, 0, 0]])
    assert [len(x) for x in from_multiindex(pd.DataFrame(numbers(4, 1), index))] == [2, 1, 1]


def test_groups_are_labels():
    with pytest.raises(TypeError, match="'groups' must hold labels, such as numbers or strings; got an unhashable"):
        split_by_group(numbers(3, 1), pd.Series([[1], [1, 2], [1]]))


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT])
@pytest.mark.parametrize("container", [list, lambda groups: np.array(groups, dtype=object), pd.Series])
def test_a_missing_group_is_refused(container, missing):
    for split in (split_by_group, lambda X, groups: join_by_group([X], groups)):
        with pytest.raises(ValueError, match="'groups' must hold a label for every row; got .* in row 2"):
            split(numbers(4, 1), container(["a", "b", missing, "a"]))
    with pytest.raises(ValueError, match="'groups' must hold a label for every row; got nan in row 1"):
        split_by_group(numbers(3, 1), np.array([1.0, np.nan, 1.0]))
    with pytest.raises(ValueError, match="'groups' must hold a label for every row; got NaT in row 1"):
        split_by_group(numbers(3, 1), np.array(["2020", "NaT", "2020"], dtype="datetime64[Y]"))


def long_table(library):
    """Rows of three patients, one after the other in time."""
    module = pytest.importorskip(library, reason="makes tables")
    return module.DataFrame({"id": list("pqrpqqp"), "dt": np.ones(7), "pulse": np.arange(7.0) + 60})


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_long_table_is_split_by_a_column_and_joined_again(library):
    table = long_table(library)
    values = table.drop(columns="id") if library == "pandas" else table.drop("id")
    for series in (split_by_group(table, "id"), split_by_group(values, table["id"])):
        assert [x["pulse"].to_numpy().tolist() for x in series] == [[60, 63, 66], [61, 64, 65], [62]]
        assert all(type(x) is type(table) and list(x.columns) == ["dt", "pulse"] for x in series)
        joined = join_by_group(series, table["id"])
        assert joined.equals(values)
        states = CTRNNLiquid(5, elapsed_column="dt", random_state=0).fit_transform(series)
        joined = join_by_group(states, table["id"])
        assert_array_equal(joined[[1, 4, 5]], states[1], strict=True)
    assert join_by_group(split_by_group(values["pulse"], table["id"]), table["id"]).equals(values["pulse"])


def test_what_has_a_row_per_step_is_joined():
    groups = ["b", "a", "b", "a", "c"]
    for X in (numbers(5), numbers(5, 2), numbers(5, 2, 3)):
        series = [X[[0, 2]], X[[1, 3]], X[4:]]
        assert_array_equal(join_by_group(series, groups), X, strict=True)
    assert_array_equal(
        join_by_group(numbers(2, 3, 1), [0, 1, 0, 1, 0, 1]), numbers(2, 3, 1).transpose(1, 0, 2).reshape(6, 1)
    )
    assert join_by_group(split_by_group([1, 2, 3], [0, 1, 0]), [0, 1, 0]).tolist() == [[1], [2], [3]]


def test_groups_of_several_levels_are_tuples():
    X, groups = numbers(4, 1), [("p", 1), ("p", 2), ("p", 1), ("q", 1)]
    series = split_by_group(X, groups)
    assert [len(x) for x in series] == [2, 1, 1]
    assert_array_equal(join_by_group(series, pd.MultiIndex.from_tuples(groups)), X)


@pytest.mark.parametrize(
    ("series", "groups", "message"),
    [
        ([numbers(2, 1), numbers(2, 1)], ["a", "b", "b", "b"], r"\[1, 3\] rows of each; got \[2, 2\] rows"),
        ([numbers(4, 1)], ["a", "b", "b", "b"], r"one entry for each of the 2 labels of 'groups'"),
        ([numbers(2, 1)], ["a", "b", "b"], r"'groups' must hold one entry per row of all 'series', shape \(2,\)"),
        ([numbers(2, 1), numbers(2, 2)], list("aabb"), "'series' must be of one kind and have the same col"),
        ([pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]})], list("ab"), "'series' must be of one kind"),
        ([pd.DataFrame({"a": [1]}), np.ones((1, 1))], list("ab"), "'series' must be of one kind"),
        ([1.0, 2.0], list("ab"), "'groups' must hold one entry"),
    ],
)
def test_series_that_do_not_fit_the_groups_are_refused(series, groups, message):
    with pytest.raises(ValueError, match=message):
        join_by_group(series, groups)


@pytest.mark.parametrize("series", [None, 1, "ab", {"a": 1}, pd.DataFrame({"a": [1.0]})])
def test_what_is_no_list_of_series_is_refused(series):
    with pytest.raises(TypeError, match="'series' must be a list of arrays, one for each group"):
        join_by_group(series, ["a"])


@pytest.mark.parametrize(
    ("X", "groups"),
    [(numbers(3, 1), "id"), (pd.DataFrame({"a": [1.0]}), "id"), (pd.DataFrame([[1, 2]], columns=["id"] * 2), "id")],
)
def test_a_name_that_is_not_that_of_one_column_is_refused(X, groups):
    with pytest.raises(ValueError, match="'groups' as a string must be the name of one column of 'X'.*'id'"):
        split_by_group(X, groups)


def test_a_table_with_an_index_may_be_split_by_it():
    frame = indexed(["p", "q"])
    for series in (split_by_group(frame, frame.index.get_level_values("i")), from_multiindex(frame)):
        assert [x["a"].tolist() for x in series] == [[0, 1, 2, 3], [4, 5, 6, 7]]
        EchoStateReservoir(5).fit(series)


# By index


def indexed(*levels, n_steps=4):
    """Two columns, whose first counts rows, under an index of these levels and time."""
    index = pd.MultiIndex.from_product([*levels, range(n_steps)], names=[*"ijk"[: len(levels)], "time"])
    return pd.DataFrame({"a": np.arange(float(len(index))), "dt": 1.0}, index)


@pytest.mark.parametrize("levels", [[["p", "q"]], [["q", "p"]], [["p", "q"], [2, 1]]], ids=str)
def test_every_series_keeps_its_columns_and_its_part_of_the_index(levels):
    frame = indexed(*levels)
    series = from_multiindex(frame)
    assert [x.index[0][:-1] for x in series] == list(product(*levels))
    assert [x["a"].tolist() for x in series] == frame["a"].to_numpy().reshape(-1, 4).tolist()
    pd.testing.assert_frame_equal(pd.concat(series), frame)
    for x, column in zip(series, from_multiindex(frame["a"]), strict=True):
        pd.testing.assert_series_equal(column, x["a"])


def test_rows_of_several_series_may_be_mixed():
    frame = indexed(["p", "q"])
    mixed = frame.sort_index(level="time")
    assert not mixed.index.equals(frame.index)
    series = from_multiindex(mixed)
    pd.testing.assert_frame_equal(pd.concat(series), frame)
    pd.testing.assert_frame_equal(join_by_group(series, mixed.index.droplevel(-1)), mixed)


@pytest.mark.parametrize("levels", [[["p", "q"]], [["p", "q"], [1, 2]]], ids=str)
def test_series_of_an_index_are_driven_there_and_back(levels):
    frame = indexed(*levels)
    series = from_multiindex(frame)
    scaled = PerSequence(StandardScaler(), exclude="dt").fit_transform(series)
    pd.testing.assert_index_equal(pd.concat(scaled).index, frame.index)
    liquid = CTRNNLiquid(5, elapsed_column="dt", random_state=0)
    states = pd.concat(liquid.set_output(transform="pandas").fit_transform(series))
    assert states.index.equals(frame.index)
    plain = liquid.set_output(transform="default").transform(series)
    assert_array_equal(states.to_numpy(), join_by_group(plain, frame.index.droplevel(-1)))


def test_targets_and_labels_of_an_index_are_learnt():
    frame = indexed(["p", "q"], n_steps=30)
    X, y = from_multiindex(frame), from_multiindex(frame["a"] / 10)
    model = ReservoirRegressor(EchoStateReservoir(5, random_state=0))
    assert [len(p) for p in model.fit(X, y).predict(X)] == [30, 30]
    labels = pd.Series(np.where(frame["a"] % 2, "odd", "even"), frame.index)
    classifier = ReservoirRegressor(EchoStateReservoir(5, random_state=0), RidgeReadoutClassifier())
    assert set(classifier.fit(X, from_multiindex(labels)).predict(X)[1]) <= {"odd", "even"}


@pytest.mark.parametrize("X", [numbers(4, 2), pd.DataFrame(numbers(4, 2)), pd.Series([1.0]), [1], None, "ab"], ids=str)
def test_what_has_no_multiindex_is_refused(X):
    with pytest.raises(TypeError, match="'X' must be a pandas DataFrame or Series with a row MultiIndex.*got "):
        from_multiindex(X)


def test_an_index_with_holes_or_out_of_time_is_refused():
    frame = indexed(["p", "q"])
    for index in ([("p", 0), (None, 1)], [("p", 0), ("p", np.nan)], [(np.nan, 0), ("p", 0)]):
        with pytest.raises(ValueError, match="'X' must have a full MultiIndex; got a missing value in row"):
            from_multiindex(frame[:2].set_index(pd.MultiIndex.from_tuples(index)))
    with pytest.raises(
        ValueError, match=r"in the order of the last level .* 'time'; the rows of \('q',\) are not.*sort"
    ):
        from_multiindex(frame.iloc[[0, 1, 2, 3, 5, 4]])
    with pytest.raises(ValueError, match="'X' must have at least one row"):
        from_multiindex(frame[:0])


# A long table of what follows


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_long_table_to_series_and_back(library):
    frames = pytest.importorskip(library, reason="makes tables")
    table = frames.DataFrame({"id": ["q", "p", "q", "p"], "pulse": [1.0, 2.0, 3.0, 4.0]})
    series = split_by_group(table, "id")
    assert join_by_group(series, table["id"], name="id").equals(table)
    ahead = join_by_group([x[:1] for x in series], ["q", "p"], name="id")
    assert ahead.to_numpy().tolist() == [["q", 1.0], ["p", 2.0]]
    assert list(ahead.columns) == ["id", "pulse"]
    assert list(series[0].columns) == ["pulse"]


def test_times_of_a_long_table_stay_in_its_index():
    days = pd.date_range("2024", periods=2, freq="D", name="day").repeat(2)
    table = pd.DataFrame({"id": ["p", "q"] * 2, "pulse": np.arange(4.0)}, days)
    assert [list(x.index) for x in split_by_group(table, "id")] == [list(days[::2])] * 2
    pd.testing.assert_frame_equal(join_by_group(split_by_group(table, "id"), table["id"], name="id"), table)
    column = join_by_group([x["pulse"] for x in split_by_group(table, "id")], table["id"], name="id")
    pd.testing.assert_frame_equal(column, table)


def test_a_column_of_groups_needs_a_name_of_its_own():
    with pytest.raises(ValueError, match="'name' is for data frames"):
        join_by_group([[[1.0]]], ["p"], name="id")
    for name in ("pulse", 3):
        with pytest.raises(ValueError, match=r"'name' must be a string other than the columns \['pulse'\]"):
            join_by_group([pd.DataFrame({"pulse": [1.0]})], ["p"], name=name)
