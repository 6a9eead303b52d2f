from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from reservoir import (
    EchoStateReservoir,
    StateOverflowError,
    from_channels_first,
    from_lengths,
    from_nan_padded,
    split_by_group,
)
from reservoir.sequences import called, read_sequences, read_series


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


@pytest.mark.parametrize("second", [pd.Series([1.0, 2.0]), np.array([1.0, 2.0])])
@pytest.mark.parametrize("first", [pd.Series([1.0, 2.0]), np.array([1.0, 2.0]), numbers(2, 2)])
def test_a_list_with_anything_one_dimensional_is_refused(first, second):
    with pytest.raises(ValueError, match="(?s)X.*1-D.*[Rr]eshape"):
        read([first, second])


@pytest.mark.parametrize("X", [[1.0, 2.0], [], [[], []], [[[1.0]], []], ["a", "b"], [None], [[["a"]]], {}, "X"])
def test_what_is_no_series_is_refused(X):
    with pytest.raises((ValueError, TypeError)):
        read(X)


# Adaptors


def test_channels_first_stack():
    X = numbers(3, 2, 5)
    turned = from_channels_first(X)
    assert turned.shape == (3, 5, 2) and turned.flags.c_contiguous
    assert turned[1, 4, 0] == X[1, 0, 4]
    assert_array_equal(from_channels_first(turned), X)


@pytest.mark.parametrize("container", [list, tuple, lambda X: np.array(X, dtype=object)])
def test_channels_first_list(container):
    X = [numbers(2, 5), numbers(3, 7)]
    turned = from_channels_first(container(X))
    assert type(turned) is list
    for x, y in zip(X, turned, strict=True):
        assert_array_equal(x.T, y)


@pytest.mark.parametrize("X", [numbers(3, 4), numbers(5), [numbers(5)], [numbers(2, 5), numbers(5)]])
def test_channels_first_refuses_other_dimensions(X):
    with pytest.raises(ValueError, match="'X' must be.*D"):
        from_channels_first(X)


def test_lengths_cut_where_they_say():
    X = numbers(9, 2)
    pieces = from_lengths(X, [4, 1, 4])
    assert [len(x) for x in pieces] == [4, 1, 4]
    assert_array_equal(np.vstack(pieces), X)
    assert_array_equal(from_lengths(X.tolist(), (9,))[0], X)
    assert_array_equal(from_lengths(pd.DataFrame(X), np.array([4, 5], dtype=np.uint8))[1], X[4:])


@pytest.mark.parametrize(
    "lengths", [[4, 4], [4, 6], [9, 0], [10, -1], [4.5, 4.5], [[4, 5]], [], 9, [True] * 9, None, ["9"]], ids=str
)
def test_lengths_that_do_not_fit_are_refused(lengths):
    with pytest.raises(ValueError, match="'lengths' must"):
        from_lengths(numbers(9, 2), lengths)


@pytest.mark.parametrize("X", [numbers(9), numbers(3, 3, 2)])
def test_lengths_need_rows(X):
    with pytest.raises(ValueError, match="'X' must be made of 2-D"):
        from_lengths(X, [len(X)])


def test_nan_padding_is_dropped_at_the_end_only():
    X = numbers(3, 6, 2)
    X[0, 4:], X[2, 1:] = np.nan, np.nan
    kept = X.copy()
    series = from_nan_padded(X)
    assert [len(x) for x in series] == [4, 6, 1]
    for x, padded in zip(series, X, strict=True):
        assert_array_equal(x, padded[: len(x)])
        x[:] = 0
    assert_array_equal(X, kept)
    assert_array_equal(from_nan_padded([[[1], [2]]])[0], [[1.0], [2.0]])


@pytest.mark.parametrize(
    "x, found",
    [
        ([[np.nan], [1.0]], "NaN inside"),
        ([[1.0], [np.nan], [1.0]], "NaN inside"),
        ([[1.0, 2.0], [1.0, np.nan]], "NaN inside"),
        ([[np.nan], [np.nan]], "no value"),
    ],
)
def test_nan_inside_a_series_is_refused(x, found):
    with pytest.raises(ValueError, match=rf"'X' must.*X\[1\] has {found}"):
        from_nan_padded([np.ones_like(x), x])


def test_nan_padding_needs_three_dimensions():
    with pytest.raises(ValueError, match="'X' must be 3-D.*got 2-D"):
        from_nan_padded(numbers(3, 4))


def test_groups_keep_order_of_appearance_and_of_rows():
    X = np.arange(12).reshape(6, 2)
    series = split_by_group(X, ["late", "a", "late", "b", "a", "late"])
    assert [x[:, 0].tolist() for x in series] == [[0, 4, 10], [2, 8], [6]]
    assert_array_equal(split_by_group(pd.DataFrame(X), pd.Series([1] * 6))[0], X)
    assert [len(x) for x in split_by_group(X, np.array([2.5, np.nan, 2.5, np.nan, 1.0, 1.0]))] == [2, 2, 2]


@pytest.mark.parametrize("groups", [[1, 2], [[1]] * 6, 1, [], None], ids=str)
def test_groups_of_another_shape_are_refused(groups):
    with pytest.raises(ValueError, match=r"'groups' must hold one entry per row.*\(6,\)"):
        split_by_group(numbers(6, 2), groups)


def test_groups_need_rows():
    with pytest.raises(ValueError, match="'X' must be made of 2-D"):
        split_by_group(numbers(6), [1] * 6)


@pytest.mark.parametrize(
    "adapted",
    [
        from_channels_first(numbers(3, 2, 5)),
        from_lengths(numbers(9, 2), [4, 5]),
        from_nan_padded(numbers(3, 4, 2)),
        split_by_group(numbers(9, 2), np.arange(9) % 2),
    ],
)
def test_what_an_adaptor_returns_can_be_driven(adapted):
    states = EchoStateReservoir(5, random_state=0).fit_transform(adapted)
    assert [len(x) for x in states] == [len(x) for x in adapted]


def test_columns_of_frames_in_a_list_are_matched_with_those_of_fit():
    frame = pd.DataFrame(np.random.RandomState(0).standard_normal((8, 3)), columns=list("abc"))
    swapped = frame[["c", "a", "b"]]
    for X in (frame, [frame]):
        fitted = EchoStateReservoir(5, random_state=0).fit(X)
        with pytest.raises(ValueError, match="columns of every series must be those of fit"):
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


def test_errors_of_a_kind_of_their_own_stay_what_they_are():
    with pytest.raises(StateOverflowError, match="^overflow$"), called("context"):
        raise StateOverflowError("overflow")


@pytest.mark.parametrize("X", [None, 1, 10**400, "abc", 1j, [[1, 2], [3]], np.array(1.0), len], ids=str)
@pytest.mark.parametrize(
    "adapt", [from_channels_first, from_nan_padded, lambda X: from_lengths(X, [2]), lambda X: split_by_group(X, [1, 2])]
)
def test_what_an_adaptor_cannot_read_is_named(adapt, X):
    with pytest.raises((ValueError, TypeError), match="'X'"):
        adapt(X)


def test_messages_call_a_series_what_its_caller_does():
    fitted = EchoStateReservoir(5).fit(numbers(4, 2))
    for X in (numbers(4, 3), numbers(4), [numbers(4, 2), numbers(4, 3)], np.full((4, 2), np.nan), "abc"):
        with pytest.raises(ValueError, match="drive") as raised:
            read_sequences(fitted, X, reset=False, dtype=np.float64, name="drive")
        assert "X" not in str(raised.value)


def test_groups_of_several_types_are_refused():
    with pytest.raises(TypeError, match="'groups' must hold values of one type"):
        split_by_group(numbers(3, 1), np.array([1.0, "a", 1.0], dtype=object))


def test_padded_series_are_real():
    with pytest.raises(ValueError, match="'X' must hold real numbers; got complex ones"):
        from_nan_padded(np.ones((2, 3, 1), complex))
