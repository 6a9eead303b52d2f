import numpy as np
import pytest
from numpy.testing import assert_allclose

from reservoir.encoder.column_scales import mean_and_scale

EPS = np.finfo(np.float64).eps


def blocks_of(x, cuts):
    return [(part, EPS * np.abs(part).max(axis=0)) for part in np.split(x, list(cuts))]


@pytest.mark.parametrize("cuts", [(), (1,), (7, 8, 299), range(1, 300)], ids=str)
@pytest.mark.parametrize("offset", [0.0, 1e8])
def test_any_blocks_give_mean_and_deviation(cuts, offset):
    x = np.round(np.random.RandomState(0).standard_normal((300, 3)) * 2**10) / 2**10  # exact beside the offset
    mean, scale = mean_and_scale(blocks_of(x + offset, cuts))
    assert_allclose(mean - offset, x.mean(axis=0), atol=4 * EPS * max(offset, 1))
    # The mean of the rows so far is rounded for every block, to eps times the offset.
    assert_allclose(scale, x.std(axis=0), rtol=EPS * offset if offset else 1e-13)


def test_the_deviation_of_a_column_that_is_constant_up_to_rounding_is_infinite():
    t = np.arange(1000.0)
    columns = [np.full(1000, 7.3), np.zeros(1000), np.where(t % 2, 0.3, 0.1 + 0.2), 1e-9 * np.sin(t)]
    _, scale = mean_and_scale(blocks_of(np.stack(columns, axis=1), [400]))
    assert list(np.isinf(scale)) == [True, True, True, False]


@pytest.mark.parametrize("exponent", [-1000, -600, 600, 1000])
def test_numbers_whose_squares_are_no_numbers_are_scaled_as_others_are(exponent):
    x = np.random.RandomState(0).standard_normal((300, 3)) + (0, 1, 100)
    mean, scale = mean_and_scale(blocks_of(np.ldexp(x, exponent), [7, 8]))
    assert_allclose(np.ldexp(mean, -exponent), x.mean(axis=0), rtol=1e-13, atol=1e-14)
    assert_allclose(np.ldexp(scale, -exponent), x.std(axis=0), rtol=1e-13)


def test_numbers_whose_sums_overflow_are_refused():
    with pytest.raises(ValueError, match="'X' must hold numbers whose sums are finite"):
        mean_and_scale(blocks_of(np.array([[1e308], [-1e308]]), []))
