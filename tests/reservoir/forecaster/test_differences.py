import naive
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir.forecaster.differences import Differences

ROWS = np.random.RandomState(0).standard_normal((60, 2))
WHOLE = np.random.RandomState(1).randint(-1000, 1000, (400, 3)).astype(np.float64)
LAGS = [(), (1,), (1, 1), (7,), (7, 1), (24, 168), (24, 168, 1), (5, 5, 1, 1)]


def plain(lags):
    return Differences(lags, (1.0,) * len(lags))


@pytest.mark.parametrize("order", [1, 2])
def test_ordinary_differences_are_those_of_numpy(order):
    assert_array_equal(plain((1,) * order).apply(ROWS), np.diff(ROWS, n=order, axis=0))


def test_every_difference_equals_its_plain_twin():
    expected = naive.difference(naive.difference(ROWS, 12), 1, 0.9)
    assert_allclose(Differences((12, 1), (1.0, 0.9)).apply(ROWS), expected, rtol=1e-14)


@pytest.mark.parametrize("lags", LAGS, ids=str)
def test_whole_numbers_come_back_exactly(lags):
    differences = plain(lags)
    assert differences.n_lost == sum(lags)
    n_lost = differences.n_lost
    ahead = differences.apply(WHOLE)
    assert len(ahead) == len(WHOLE) - n_lost
    assert_array_equal(differences.integrate(WHOLE[:n_lost], ahead), WHOLE[n_lost:])


def test_integration_equals_its_plain_twin():
    # (1 - B^4)(1 - 0.9 B) = 1 - 0.9 B - B^4 + 0.9 B^5
    expected = naive.integrate(ROWS[:5], ROWS[20:40], {1: 0.9, 4: 1.0, 5: -0.9})
    assert_allclose(Differences((4, 1), (1.0, 0.9)).integrate(ROWS[:5], ROWS[20:40]), expected, rtol=1e-12, atol=1e-12)


def test_many_pasts_are_continued_at_once():
    differences = plain((3, 1))
    pasts, ahead = ROWS[:20].reshape(5, 4, 2), ROWS[20:50].reshape(5, 6, 2)
    one_by_one = [differences.integrate(p, a) for p, a in zip(pasts, ahead, strict=True)]
    assert_array_equal(differences.integrate(pasts, ahead), one_by_one)
    assert_array_equal(differences.apply(ahead), [differences.apply(a) for a in ahead])
    assert_array_equal(differences.accumulate(ahead), [differences.accumulate(a) for a in ahead])


@pytest.mark.parametrize("lags", LAGS, ids=str)
@pytest.mark.parametrize("n_ahead", [1, 3, 30])
def test_accumulated_differences_are_what_is_integrated_from_nothing(lags, n_ahead):
    differences, ahead = plain(lags), WHOLE[:n_ahead]
    total = differences.accumulate(ahead)
    assert_array_equal(total, differences.integrate(np.zeros((differences.n_lost, 3)), ahead))
    assert_array_equal(differences.separate(total), ahead)
    assert_array_equal(ahead, WHOLE[:n_ahead])


@pytest.mark.parametrize("lags", LAGS, ids=str)
def test_the_known_part_is_the_row_less_its_difference(lags):
    differences = plain(lags)
    known, n_lost = differences.known_part(WHOLE), differences.n_lost
    assert_array_equal(known[:-1], WHOLE[n_lost:] - differences.apply(WHOLE))
    following = differences.integrate(WHOLE[len(WHOLE) - n_lost :], np.zeros((1, 3)))
    assert_array_equal(known[-1:], following)
