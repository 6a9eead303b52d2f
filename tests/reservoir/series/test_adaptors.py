import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from reservoir import (
    CTRNNLiquid,
    EchoStateReservoir,
    from_channels_first,
    from_lengths,
    from_nan_padded,
    split_by_group,
)


def numbers(*shape):
    return np.random.RandomState(0).standard_normal(shape)


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


def test_lengths_need_rows():
    with pytest.raises(ValueError, match="'X' must be made of 2-D"):
        from_lengths(numbers(3, 3, 2), [3])


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


@pytest.mark.parametrize("X", [None, 1, 10**400, "abc", 1j, [[1, 2], [3]], np.array(1.0), len], ids=str)
@pytest.mark.parametrize(
    "adapt", [from_channels_first, from_nan_padded, lambda X: from_lengths(X, [2]), lambda X: split_by_group(X, [1, 2])]
)
def test_what_an_adaptor_cannot_read_is_named(adapt, X):
    with pytest.raises((ValueError, TypeError), match="'X'"):
        adapt(X)


def test_padded_series_are_real():
    with pytest.raises(ValueError, match="'X' must hold real numbers; got complex ones"):
        from_nan_padded(np.ones((2, 3, 1), complex))


# Tables


def table(library, rows=9):
    return pytest.importorskip(library, reason="makes tables").DataFrame({"dt": np.ones(rows), "a": np.arange(rows)})


@pytest.mark.parametrize("library", ["pandas", "polars"])
@pytest.mark.parametrize(
    "container", [lambda x: x, lambda x: [x, x], lambda x: [x["a"]], lambda x: [np.ones((2, 3)), x]]
)
def test_tables_are_no_channels_first(container, library):
    with pytest.raises(TypeError, match="'X' must .*(steps in its rows|rows are steps).* as it is"):
        from_channels_first(container(table(library)))


def test_frames_whose_rows_are_channels_are_turned_as_the_message_says():
    X = [table("pandas").T, table("pandas").T]
    with pytest.raises(TypeError, match=r"\[x.to_numpy\(\).T for x in X\]"):
        from_channels_first(X)
    assert_array_equal(np.stack([x.to_numpy().T for x in X]), np.stack([table("pandas").to_numpy()] * 2))


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_lengths_cut_tables_into_tables(library):
    frame = table(library)
    pieces = from_lengths(frame, [4, 5])
    assert [type(x) for x in pieces] == [type(frame)] * 2 and list(pieces[1].columns) == ["dt", "a"]
    assert_array_equal(pieces[1]["a"].to_numpy(), np.arange(4, 9))
    CTRNNLiquid(5, elapsed_column="dt", random_state=0).fit_transform(pieces)
    columns = from_lengths(frame["a"], [4, 5])
    assert [type(x) for x in columns] == [type(frame["a"])] * 2
    assert [len(x) for x in EchoStateReservoir(5).fit_transform(columns)] == [4, 5]


def test_numbers_in_one_dimension_are_a_single_feature():
    assert [x.tolist() for x in from_lengths(np.arange(4.0), [2, 2])] == [[[0.0], [1.0]], [[2.0], [3.0]]]


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_padded_frames_keep_their_names(library):
    frame = table(library)
    padded = table(library) if library == "polars" else frame.astype(float)
    if library == "polars":
        padded = frame.with_columns(*(frame[name].cast(float).scatter([7, 8], [np.nan] * 2) for name in frame.columns))
    else:
        padded.iloc[7:] = np.nan
    series = from_nan_padded([padded, frame])
    assert [(type(x), len(x), list(x.columns)) for x in series] == [(type(frame), n, ["dt", "a"]) for n in (7, 9)]
    with pytest.raises(ValueError, match=r"X\[1\] has NaN inside"):
        from_nan_padded([frame, padded[::-1]])
