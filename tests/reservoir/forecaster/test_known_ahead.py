import numpy as np
import pytest
from numpy.testing import assert_array_equal

from reservoir.forecaster.known_ahead import known_ahead, last_season
from reservoir.series.lazy_series import lazily

SERIES = np.arange(1.0, 41).reshape(20, 2)
KNOWN = 100 + np.arange(20.0)[:, None]


def by_hand(t, periods, n_ahead):
    """What is known beside row t, row by row: as many seasons back as it takes to be at t or before."""
    parts = []
    for period in periods:
        for h in range(1, n_ahead + 1):
            row = t + h
            while row > t:
                row -= period
            parts.append(SERIES[row] if row >= 0 else np.zeros(2))
    parts += [KNOWN[min(t + h, len(KNOWN) - 1)] for h in range(2, n_ahead + 1)]
    return np.concatenate(parts)


@pytest.mark.parametrize("periods", [(), (2,), (7,), (3, 25)])
@pytest.mark.parametrize("n_ahead", [2, 5, 9])
def test_it_is_what_is_known_by_hand(periods, n_ahead):
    rows = known_ahead(SERIES, KNOWN, periods, n_ahead)
    expected = np.array([by_hand(t, periods, n_ahead) for t in range(20)])
    assert_array_equal(rows[:], expected)
    for part in (slice(0, 1), slice(6, 11), slice(19, 20)):
        assert_array_equal(rows[part], expected[part])


def test_a_series_that_is_read_where_it_is_indexed_is_the_same():
    lazy = known_ahead(lazily(SERIES, np.dtype("float32")), lazily(KNOWN, np.dtype("float32")), (3,), 4)
    assert lazy.dtype == np.float32
    assert_array_equal(lazy[5:9], known_ahead(SERIES, KNOWN, (3,), 4)[5:9])


@pytest.mark.parametrize(("exogenous", "n_ahead"), [(np.empty((20, 0)), 3), (KNOWN, 1)])
def test_nothing_known_is_none(exogenous, n_ahead):
    assert known_ahead(SERIES, exogenous, (), n_ahead) is None


def test_the_last_season_alone():
    assert_array_equal(last_season(SERIES, 4, 3, 19, 20), [SERIES[16:19].ravel()])
