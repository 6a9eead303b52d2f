import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from scipy.sparse import dok_array
from sklearn.preprocessing import StandardScaler

from reservoir import (
    EchoStateReservoir,
    Forecaster,
    PerSequence,
    ReservoirRegressor,
    SequenceEncoder,
    from_channels_first,
    from_lengths,
    from_nan_padded,
    split_by_group,
)
from reservoir.plasticity import IntrinsicPlasticity
from reservoir.series.tables import (
    as_single_feature,
    hint_at_text,
    is_column,
    is_frame,
    join_rows,
    library_of,
    mark_absent,
    names_of,
    read_table,
    refuse_nested,
    take_rows,
)

LIBRARIES = ["pandas", "polars"]


def module(library):
    return pytest.importorskip(library, reason="makes tables")


class Derived(pd.DataFrame):
    """What libraries on top of pandas make."""


@pytest.mark.parametrize("library", LIBRARIES)
def test_tables_are_distinguished_from_arrays(library):
    frame = module(library).DataFrame({"a": [1, 2], "b": [3, 4]})
    assert is_frame(frame) and not is_column(frame) and library_of(frame) == library
    assert is_column(frame["a"]) and not is_frame(frame["a"]) and library_of(frame["a"]) == library
    for other in (np.ones((2, 2)), [[1, 2]], {"a": [1]}, None, "text", np.ma.ones(3)):
        assert not is_frame(other) and not is_column(other) and library_of(other) is None
    assert library_of(Derived({"a": [1]})) == "pandas"


@pytest.mark.parametrize("library", LIBRARIES)
def test_names_and_rows_of_tables(library):
    frame = module(library).DataFrame({"a": [1, 2, 3], "b": [4, 5, 6]})
    assert names_of(frame) == ["a", "b"] and names_of(frame["a"]) is None
    for rows in (slice(1, 3), np.array([2, 0])):
        assert take_rows(frame, rows)["b"].to_numpy().tolist() == np.array([4, 5, 6])[rows].tolist()
        assert take_rows(frame["b"], rows).to_numpy().tolist() == np.array([4, 5, 6])[rows].tolist()
    joined = join_rows([take_rows(frame, slice(2, 3)), take_rows(frame, slice(0, 1))])
    assert type(joined) is type(frame) and joined["a"].to_numpy().tolist() == [3, 1]
    assert_array_equal(as_single_feature(frame["a"]), [[1], [2], [3]])


def test_names_are_strings():
    assert names_of(pd.DataFrame(np.ones((2, 2)))) is None
    assert names_of(pd.DataFrame(np.ones((2, 2)), columns=["a", 1])) is None


def test_arrays_are_read_as_tables():
    assert read_table([1, 2], "(n, 1)").tolist() == [[1], [2]]
    with pytest.raises(ValueError, match=r"'X' must be made of 2-D arrays \(n, 1\); got 3-D"):
        read_table(np.ones((1, 1, 1)), "(n, 1)")


@pytest.mark.parametrize("library", LIBRARIES)
def test_columns_of_text_are_found(library):
    table = module(library).DataFrame({"a": [1.0, 2.0], "id": ["p", "q"]})
    assert hint_at_text(table, "X").startswith("Column 'id' holds text")
    assert hint_at_text(table[["a"]], "X") == hint_at_text(np.array([["p"]]), "X") == ""


# Nested frames


def cells(cell):
    return [cell([0.0, 1.0, 2.0]), cell([3.0, 4.0])]


NESTED = {
    "series": pd.DataFrame({"a": cells(pd.Series), "b": cells(pd.Series)}),
    "arrays": pd.DataFrame({"a": cells(np.array), "b": cells(np.array)}),
    "lists": pd.DataFrame({"a": cells(list), "b": cells(list)}),
    "objects": pd.DataFrame({"a": cells(np.array), "b": cells(np.array)}).to_numpy(),
    "beside numbers": pd.DataFrame({"a": [1.0, 2.0], "b": cells(np.array)}),
}
ESN = EchoStateReservoir(5, random_state=0)


def fitted():
    return EchoStateReservoir(5, random_state=0).fit(np.ones((4, 2)))


DOORS = {
    "fit": ESN.fit,
    "transform": lambda X: fitted().transform(X),
    "run": lambda X: fitted().run(X),
    "encode": SequenceEncoder(ESN).fit,
    "per sequence": PerSequence(StandardScaler()).fit,
    "regress": lambda X: ReservoirRegressor(ESN).fit(X, np.zeros(2)),
    "forecast": Forecaster(ESN).fit,
    "context": lambda X: Forecaster(ESN, washout=0).fit(np.ones((9, 2))).forecast(2, context=X),
    "adapt": lambda X: IntrinsicPlasticity().adapt(fitted(), X),
    "channels first": from_channels_first,
    "lengths": lambda X: from_lengths(X, [1, 1]),
    "padded": from_nan_padded,
    "groups": lambda X: split_by_group(X, [1, 2]),
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("nested", NESTED)
def test_nested_frames_are_refused_by_name(nested, door):
    name = "context" if door == "context" else "X"
    for X in (NESTED[nested], [NESTED[nested]]):
        if isinstance(X, list) and door in ("lengths", "groups"):
            continue
        with pytest.raises(
            ValueError, match=rf"'{name}(\[0\])?' is a nested (data frame|array): its cells hold series"
        ):
            DOORS[door](X)


@pytest.mark.parametrize("nested", list(NESTED)[:4])
def test_the_advice_on_nested_frames_works(nested):
    X = NESTED[nested]
    with pytest.raises(ValueError) as raised:
        refuse_nested(X, "X")
    series = eval(str(raised.value).split(": ")[-1].rstrip("."), {"pd": pd, "np": np, "X": X})
    assert [len(x) for x in ESN.fit_transform(series)] == [3, 2]
    assert_array_equal(np.asarray(series[1], dtype=float), [[3.0, 3.0], [4.0, 4.0]])


@pytest.mark.parametrize("cell", [pd.Series, np.array, list])
def test_the_advice_on_nested_columns_works(cell):
    X = pd.Series(cells(cell))
    with pytest.raises(ValueError, match="'X' is a nested column: its cells hold series") as raised:
        ESN.fit(X)
    series = eval(str(raised.value).split(": ")[-1].rstrip("."), {"np": np, "X": X})
    assert [x.tolist() for x in series] == [[[0.0], [1.0], [2.0]], [[3.0], [4.0]]]


def test_nested_frames_of_polars_are_refused_and_mended():
    pl = pytest.importorskip("polars", reason="makes tables")
    X = pl.DataFrame({"a": cells(list), "b": cells(list)})
    for boxed in (X, pl.DataFrame({"a": pl.Series(cells(np.array), dtype=pl.Object)}), X["a"], [X["a"]]):
        with pytest.raises(ValueError, match=r"'X(\[0\])?' is a nested (data frame|column)"):
            ESN.fit(boxed)
    with pytest.raises(ValueError) as raised:
        refuse_nested(X, "X")
    series = eval(str(raised.value).split(": ")[-1].rstrip("."), {"pl": pl, "X": X})
    assert [len(x) for x in ESN.fit_transform(series)] == [3, 2]


def test_objects_that_are_numbers_are_no_nested_frame():
    from decimal import Decimal

    for value in (1, 1.0, None, Decimal(1), "1", np.float64(1), np.array(1.0)):
        refuse_nested(pd.DataFrame({"a": np.array([value, value], dtype=object)}), "X")


def long_table():
    return pd.DataFrame({"id": [1, 1, 1, 2, 2, 2], "u": np.arange(6.0), "v": 1.0})


@pytest.mark.parametrize("door", [EchoStateReservoir(3).fit, SequenceEncoder(EchoStateReservoir(3)).fit])
def test_groups_are_refused_with_what_makes_series_of_them(door):
    table = long_table()
    polars = pytest.importorskip("polars", reason="polars is not installed")
    for X in (
        table.groupby("id"),
        table.groupby("id")["u"],
        list(table.groupby("id")),
        polars.DataFrame(table.to_dict("list")).group_by("id"),
    ):
        with pytest.raises(ValueError, match=r"'X.*' must be series; got .*: reservoir.split_by_group\(X, name\)."):
            door(X)
    door(split_by_group(table, "id"))
    series = dict(enumerate(split_by_group(table, "id")))
    with pytest.raises(ValueError, match=r"'X' must be a list .*; got a dict: pass list\(X.values\(\)\)."):
        door(series)
    door(list(series.values()))


def test_a_sparse_array_by_keys_is_refused_as_sparse():
    with pytest.raises(TypeError, match="Sparse data was passed for X"):
        EchoStateReservoir(3).fit(dok_array((4, 2)))


def test_groups_are_refused_beside_series_too():
    table = long_table()
    X = [x[["u"]] for x in split_by_group(table, "id")]
    for y in (table.groupby("id")["v"], dict(enumerate(X))):
        with pytest.raises(ValueError, match="'y' must be"):
            ReservoirRegressor(EchoStateReservoir(3)).fit(X, y)
    with pytest.raises(ValueError, match="'exogenous' must be a list"):
        Forecaster(EchoStateReservoir(3), washout=0).fit(X, exogenous=dict(enumerate(X)))
    with pytest.raises(ValueError, match="'X' must be series; got DataFrameGroupBy"):
        from_lengths(table.groupby("id"), [3, 3])


def test_what_is_absent_among_objects_becomes_nan():
    objects = np.array([[1, pd.NA], [None, "text"]], dtype=object)
    marked = mark_absent(objects)
    assert np.isnan(marked[0, 1]) and np.isnan(marked[1, 0]) and marked[0, 0] == 1 and marked[1, 1] == "text"
    frame = pd.DataFrame({"a": objects[:, 0], "b": pd.array([1, None], dtype="Int64")})
    assert_array_equal(mark_absent(frame).to_numpy().astype(float), [[1, 1], [np.nan, np.nan]])
    assert_array_equal(mark_absent(frame["a"]).astype(float), [1, np.nan])
    plain = [np.ones((2, 1)), pd.DataFrame({"b": [1.0, np.nan]})]
    assert mark_absent(plain) is plain
    assert objects[0, 1] is pd.NA and frame["b"].dtype == "Int64"
