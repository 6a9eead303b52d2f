from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from reservoir import (
    EchoStateReservoir,
)
from reservoir.series.sequences import read_sequences, read_series


def numbers(*shape):
    return np.random.RandomState(0).standard_normal(shape)


def read(X, *, rows="steps"):
    return read_sequences(EchoStateReservoir(), X, reset=True, dtype=np.float64, rows=rows)


# Containers


@pytest.mark.parametrize(
    "X, container, expected",
    [
        (numbers(4, 2), "series", [(4, 2)]),
        (numbers(4, 2).tolist(), "series", [(4, 2)]),
        (((1.0, 2.0), (3.0, 4.0)), "series", [(2, 2)]),
        (pd.DataFrame(numbers(4, 2)), "series", [(4, 2)]),
        (numbers(3, 4, 2), "array", [(4, 2)] * 3),
        (numbers(1, 4, 2), "array", [(4, 2)]),
        ([numbers(4, 2), numbers(5, 2)], "list", [(4, 2), (5, 2)]),
        ((numbers(4, 2), numbers(5, 2)), "list", [(4, 2), (5, 2)]),
        ([numbers(4, 2)], "list", [(4, 2)]),
        (numbers(3, 4, 2).tolist(), "list", [(4, 2)] * 3),
        ([[[1.0], [2.0]], [[3.0]]], "list", [(2, 1), (1, 1)]),
        ([[np.ones(2), np.zeros(2)], [np.ones(2)]], "list", [(2, 2), (1, 2)]),
        ([numbers(4, 2), [[1.0, 2.0]]], "list", [(4, 2), (1, 2)]),
        ([pd.DataFrame(numbers(4, 2)), pd.DataFrame(numbers(5, 2))], "list", [(4, 2), (5, 2)]),
    ],
)
def test_the_container_is_recognised(X, container, expected):
    sequences = read(X)
    assert sequences.container == container
    assert [x.shape for x in sequences.series] == expected
    assert all(x.dtype == np.float64 and x.flags.c_contiguous and x.flags.writeable for x in sequences.series)


def test_an_object_array_is_a_list_or_a_stack():
    ragged = np.array([numbers(4, 2), numbers(5, 2)], dtype=object)
    assert read(ragged).container == "list"
    assert read(numbers(3, 4, 2).astype(object)).container == "array"
    assert read(numbers(4, 2).astype(object)).container == "series"


@pytest.mark.parametrize("X", [numbers(4, 2), numbers(3, 4, 2), [numbers(4, 2), numbers(5, 2)]])
def test_restore_gives_back_the_container(X):
    sequences = read(X)
    restored = sequences.restore(sequences.series)
    assert type(restored) is type(X)
    for x, y in zip(X, restored, strict=True):
        assert_array_equal(x, y)


def test_the_input_is_never_written_to():
    locked = numbers(3, 4, 2)
    locked.setflags(write=False)
    assert not np.shares_memory(read(locked).series[0], locked)
    assert not locked.flags.writeable


def test_unaligned_input_is_copied():
    # Kernels are compiled for aligned arrays; any other would compile them anew.
    x = numbers(4, 2)
    unaligned = np.frombuffer(bytearray(b"-" + x.tobytes()), dtype=np.float64, offset=1).reshape(x.shape)
    assert not unaligned.flags.aligned
    for X in (unaligned, [unaligned]):
        assert read(X).series[0].flags.aligned
        assert_array_equal(read(X).series[0], x)


def test_rows_as_cases_of_a_single_feature():
    sequences = read(numbers(3, 4), rows="cases")
    assert sequences.container == "list" and [x.shape for x in sequences.series] == [(4, 1)] * 3
    assert_array_equal(np.hstack(sequences.series).T, numbers(3, 4))
    assert read(numbers(3, 4, 2), rows="cases").container == "array"


ONE_DIMENSIONAL = [pd.Series([1.0, 2.0]), np.array([1.0, 2.0])]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (np.array([1.0, 2.0]), np.array([3.0, 4.0])),
        *(
            (first, second)
            for first in ONE_DIMENSIONAL
            for second in ONE_DIMENSIONAL
            if type(first) is not type(second)
        ),
        *((numbers(2, 2), second) for second in ONE_DIMENSIONAL),
        *((first, numbers(2, 2)) for first in ONE_DIMENSIONAL),
    ],
)
def test_a_list_with_rows_or_columns_is_refused(first, second):
    with pytest.raises(ValueError, match="(?s)X.*1-D.*[Rr]eshape"):
        read([first, second])


# One dimension


def column(library, values):
    return pytest.importorskip(library, reason="makes Series").Series(values)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_series_of_a_table_is_one_feature(library):
    sequences = read(column(library, [1.0, 2.0, 3.0]))
    assert sequences.container == "series"
    assert_array_equal(sequences.series[0], [[1.0], [2.0], [3.0]])
    for other in ([3.0, 4.0], [3.0, 4.0, 5.0]):  # of equal length too: a table's Series is no row
        sequences = read([column(library, [1.0, 2.0]), column(library, other)])
        assert sequences.container == "list"
        assert_array_equal(sequences.series[1], np.array(other)[:, None])
        assert_array_equal(read([column(library, other)], rows="cases").series[0], np.array(other)[:, None])
    with pytest.raises(ValueError, match=r"'X' as a Series may be one case .*\[X\]"):
        read(column(library, [1.0, 2.0]), rows="cases")
    fitted = EchoStateReservoir(5, random_state=0).fit(column(library, [1.0, 2.0]))
    expected = fitted.transform(np.array([[1.0], [2.0]]))
    assert_array_equal(fitted.transform(column(library, [1.0, 2.0])), expected)
    assert_array_equal(fitted.run(column(library, [1.0, 2.0]))[0], expected)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_series_of_a_table_has_the_name_of_its_column(library):
    frame = pytest.importorskip(library, reason="makes data frames").DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]})
    fitted = EchoStateReservoir(5, random_state=0).fit(frame[["a"]])
    expected = fitted.transform(frame[["a"]])
    assert_array_equal(fitted.transform(frame["a"]), expected)
    assert_array_equal(fitted.run(frame["a"])[0], expected)
    for call in (fitted.transform, fitted.run):
        with pytest.raises(ValueError, match="feature names should match"):
            call(frame["b"])
        with pytest.warns(UserWarning, match="X does not have valid feature names"):
            call(frame["a"].rename("" if library == "polars" else None))


def test_a_single_step_is_distinguished_from_a_single_feature():
    fitted = EchoStateReservoir(5, random_state=0).fit(numbers(10, 3))
    for call in (fitted.run, fitted.transform):
        with pytest.raises(ValueError, match=r"X.reshape\(1, -1\) if it is a single step"):
            call(np.zeros(3))
    assert_array_equal(fitted.run(np.zeros(3).reshape(1, -1))[0], fitted.transform(np.zeros((1, 3))))


@pytest.mark.parametrize("values", [["a", "b"], [[1.0], [2.0]], [1.0, float("nan")], [1.0, None]], ids=str)
@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_series_of_no_numbers_is_refused_by_name(library, values):
    for X in (column(library, values), [column(library, values)]):
        with pytest.raises((ValueError, TypeError), match=r"\bX\b"):
            read(X)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_dates_and_durations_are_no_numbers(library):
    dates = np.array(["2020-01-01", "2020-01-02"], dtype="datetime64[us]")
    for values in (dates, dates - dates[0]):
        for X in (column(library, values), [column(library, values)]):
            with pytest.raises(TypeError, match=r"'X(\[0\])?' must hold numbers; got (date|time|Date|Dur)"):
                read(X)


def test_arrays_of_other_lengths_are_features():
    # They could not be the rows of one array.
    for X in ([np.ones(3), np.zeros(5)], np.array([np.ones(3), np.zeros(5)], dtype=object), (np.ones(3), np.zeros(5))):
        sequences = read(X)
        assert sequences.container == "list" and [x.shape for x in sequences.series] == [(3, 1), (5, 1)]
    assert [x.shape for x in read([np.ones(3), np.zeros(3)], rows="cases").series] == [(3, 1)] * 2


def test_an_array_is_a_feature_where_only_one_is_known():
    one, two = (EchoStateReservoir(5, random_state=0).fit(numbers(4, n)) for n in (1, 2))
    flat = numbers(6)
    assert_array_equal(one.transform(flat), one.transform(flat[:, None]))
    assert_array_equal(one.run(flat)[0], one.transform(flat[:, None]))
    assert_array_equal(np.stack(one.transform([flat, flat])), np.stack([one.transform(flat)] * 2))
    for X in (flat, [flat, flat], flat[:2]):
        with pytest.raises(ValueError, match="(?s)'X'.*1-D.*[Rr]eshape"):
            two.transform(X)
    with pytest.raises(ValueError, match="(?s)'X'.*1-D.*[Rr]eshape"):
        one.fit(flat)


# Tables of several series


def of_two():
    return pd.DataFrame({"a": np.arange(6.0), "b": 1.0}, pd.MultiIndex.from_product([["p", "q"], range(3)]))


def test_several_series_in_one_table_are_refused_where_series_are_read():
    frame = of_two()
    for X in (frame, frame["a"], [frame], [frame["a"]]):
        for rows in ("steps", "cases"):
            with pytest.raises(ValueError, match=r"'X(\[0\])?' has the rows of 2 series.*from_multiindex\(X(\[0\])?\)"):
                read(X, rows=rows)
    fitted = EchoStateReservoir(5).fit(numbers(4, 2))
    with pytest.raises(ValueError, match=r"'drive' has the rows of 2 series.*from_multiindex\(drive\)"):
        read_series(fitted, frame, dtype=np.float64, name="drive")
    assert read(frame.loc[["q"]]).series[0].shape == (3, 2)  # one series of several, with its index
    assert read(frame.reset_index(drop=True)).series[0].shape == (6, 2)


def test_columns_of_text_are_named():
    named = EchoStateReservoir(5).fit(pd.DataFrame({"id": [1.0], "a": [1.0]}))
    for library in ("pandas", "polars"):
        frame = pytest.importorskip(library, reason="makes tables").DataFrame({"id": list("ppq"), "a": [1.0, 2.0, 3.0]})
        with pytest.raises(ValueError, match=r"^'X.*Column 'id' holds text.*split_by_group\(X, 'id'\)"):
            read(frame)
        with pytest.raises(ValueError, match=r"split_by_group\(context, 'id'\)"):
            read_series(named, frame, dtype=np.float64, name="context")


@pytest.mark.parametrize("X", [[1.0, 2.0], [], [[], []], [[[1.0]], []], ["a", "b"], [None], [[["a"]]], {}, "X"])
def test_what_is_no_series_is_refused(X):
    with pytest.raises((ValueError, TypeError)):
        read(X)


def test_columns_of_frames_in_a_list_are_matched_with_those_of_fit():
    frame = pd.DataFrame(np.random.RandomState(0).standard_normal((8, 3)), columns=list("abc"))
    swapped = frame[["c", "a", "b"]]
    for X in (frame, [frame]):
        fitted = EchoStateReservoir(5, random_state=0).fit(X)
        with pytest.raises(ValueError, match="^The columns of every series of X must be those of fit"):
            fitted.transform([swapped])
        with pytest.raises(ValueError, match="feature names"):
            fitted.transform(swapped)
        np.testing.assert_array_equal(fitted.transform([frame])[0], fitted.transform(frame))
    with pytest.raises(ValueError, match="same columns in the same order; those of X"):
        EchoStateReservoir(5).fit([frame, swapped])


@pytest.mark.parametrize("name", ["X", "context"])
@pytest.mark.parametrize(
    "bad", [None, 10**400, "text", [[1.0, 2.0], [3.0]], np.ones(3), np.ones((3, 2)) * 1j, object()]
)
def test_whatever_cannot_be_read_is_said_of_it_by_its_name(name, bad):
    fitted = EchoStateReservoir(3, degree=1, random_state=0).fit(np.ones((3, 2)))
    for read in (read_series, lambda *arguments, **settings: read_sequences(*arguments, reset=False, **settings)):
        with pytest.raises((ValueError, TypeError), match=rf"\b{name}\b"):
            read(fitted, bad, dtype=np.float64, name=name)


@pytest.mark.parametrize("name", ["X", "context"])
def test_tables_that_cannot_be_read_are_called_by_their_name(name):
    dates = pd.DataFrame({"a": pd.date_range("2020-01-01", periods=6), "b": 1.0})
    frames = [dates, pd.DataFrame({"a": ["x", "y"], "b": 1.0})]
    if find_spec("narwhals"):  # by which scikit-learn refuses equal names, as earlier versions of it do not
        frames.append(pd.DataFrame(np.ones((6, 2)), columns=["a", "a"]))
    for frame in frames:
        with pytest.raises((ValueError, TypeError), match=rf"\b{name}\b"):
            read_sequences(EchoStateReservoir(3), frame, reset=True, dtype=np.float64, name=name)


def test_messages_call_a_series_what_its_caller_does():
    fitted = EchoStateReservoir(5).fit(numbers(4, 2))
    for X in (numbers(4, 3), numbers(4), [numbers(4, 2), numbers(4, 3)], np.full((4, 2), np.nan), "abc"):
        with pytest.raises(ValueError, match="drive") as raised:
            read_sequences(fitted, X, reset=False, dtype=np.float64, name="drive")
        assert "X" not in str(raised.value)
