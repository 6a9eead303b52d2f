import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from reservoir.forecaster.exogenous import lay_beside, read_exogenous


def read(value, lengths=(4,), **settings):
    return read_exogenous("calendar", value, lengths, np.float64, **({"alone": len(lengths) == 1} | settings))


def test_none_is_no_columns():
    assert [part.shape for part in read(None, (4, 2))] == [(4, 0), (2, 0)]


def test_one_array_for_every_series():
    first, second = read([np.ones((4, 2)), np.zeros((3, 2), dtype=int)], (4, 3))
    assert first.dtype == second.dtype == np.float64
    assert_array_equal(read(np.ones((2, 4, 1)), (4, 4))[1], np.ones((4, 1)))


@pytest.mark.parametrize(
    ("value", "settings", "message"),
    [
        (None, {"n_columns": 2}, "'calendar' must hold the 2 columns that fit saw; got None"),
        (np.ones((4, 1)), {"n_columns": 0}, "'calendar' must be None, as fit saw no such columns"),
        (np.ones((4, 1)), {"n_columns": 2}, r"'calendar' must have a row .* shape \(4, 2\); got \(4, 1\)"),
        (np.ones((3, 1)), {}, r"shape \(4, 1\); got \(3, 1\)"),
        ([np.ones((4, 1))], {"lengths": (4, 3)}, "one array for each of the 2 series; got 1"),
        (np.full((4, 1), np.nan), {}, "calendar contains NaN"),
        (np.ones(3), {}, "2D array"),
        (
            pd.DataFrame({"a": [0.0] * 4}, pd.MultiIndex.from_product([[1, 2], [1, 2]])),
            {},
            r"from_multiindex\(calendar\)",
        ),
        (pd.DataFrame({"a": [[0.0, 1.0]] * 4}), {}, "'calendar' is a nested data frame"),
    ],
)
def test_what_does_not_fit_is_refused(value, settings, message):
    with pytest.raises(ValueError, match=message):
        read(value, **settings)


@pytest.mark.parametrize("column", [np.arange(4), pd.Series(range(4)), "polars"], ids=["array", "pandas", "polars"])
def test_one_dimension_is_a_single_column(column):
    if isinstance(column, str):
        column = pytest.importorskip("polars", reason="makes Series").Series(range(4))
    assert_array_equal(read(column)[0], np.arange(4.0)[:, None])
    assert_array_equal(read([column, column], (4, 4))[1], np.arange(4.0)[:, None])


def test_the_known_row_is_the_one_to_be_predicted():
    series, known = np.arange(3.0)[:, None], 10 + np.arange(3.0)[:, None]
    assert_array_equal(lay_beside(series, known), [[0, 11], [1, 12]])


def test_what_is_no_array_is_named():
    for value in ("abc", 1j, 10**400, [[1, 2], [3]], np.array([None])):
        with pytest.raises((ValueError, TypeError), match="exogenous"):
            read_exogenous("exogenous", value, [2], np.float64, alone=True)
