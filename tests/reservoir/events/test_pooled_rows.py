import numpy as np
import pytest

from reservoir.events import pool_channels, pool_steps, signed_rows

X = np.random.RandomState(0).poisson(0.7, (11, 8)).astype(float)


@pytest.mark.parametrize("factor", [1, 2, 3, 4, 11, 50])
def test_sums_of_neighbours(factor):
    expected = [X[first : first + factor].sum(axis=0) for first in range(0, 11, factor)]
    np.testing.assert_array_equal(pool_steps(X, factor), expected)
    np.testing.assert_array_equal(pool_channels(X.T, factor), np.transpose(expected))


def test_numbers_are_kept_where_sizes_do_not_divide():
    assert pool_steps(X, 4).shape == (3, 8) and pool_steps(X, 4).sum() == X.sum()
    assert pool_channels(X, 3).shape == (11, 3) and pool_channels(X, 3).sum() == X.sum()


def test_every_container():
    several = [X, X[:5]]
    for got, x in zip(pool_steps(several, 2), several, strict=True):
        np.testing.assert_array_equal(got, pool_steps(x, 2))
    np.testing.assert_array_equal(pool_channels(np.stack([X, 2 * X]), 2)[1], 2 * pool_channels(X, 2))
    objects = np.empty(2, dtype=object)
    objects[:] = several
    for got, x in zip(pool_channels(objects, 2), several, strict=True):
        np.testing.assert_array_equal(got, pool_channels(x, 2))
    assert pool_steps([np.ones(3), np.ones(4)], 2)[1].tolist() == [[2.0], [2.0]]  # of one channel, as elsewhere
    wide = X[:2].repeat(30, axis=1)  # which warns of a transposed series elsewhere
    assert pool_channels(wide, 3).shape == (2, 80)


@pytest.mark.parametrize("row", [np.ones(6), [1, 0, 2]])
def test_a_single_axis_is_refused(row):
    with pytest.raises(ValueError, match=r"reshape\(-1, 1\)"):  # it may be a row as well as a column
        pool_channels(row, 2)


def test_on_minus_off():
    np.testing.assert_array_equal(signed_rows(X), X[:, 4:] - X[:, :4])
    with pytest.raises(ValueError, match="'X' must have a channel of each polarity.*; got 7"):
        signed_rows(X[:, :7])


@pytest.mark.parametrize("wrong", [-1, 0.5, np.nan, 2.0**60])
def test_what_is_no_number_of_events_is_refused(wrong):
    spoilt = X.copy()
    spoilt[3, 2] = wrong
    with pytest.raises(ValueError, match="X"):
        pool_steps(spoilt, 2)
    with pytest.raises(ValueError, match="X"):
        signed_rows([X, spoilt])


def test_factors_are_checked():
    for pool in (pool_steps, pool_channels):
        with pytest.raises(ValueError, match="'factor' must be an integer of at least 1; got 1.5"):
            pool(X, 1.5)
