"""Series as a few points: polynomials are kept, lines are drawn, short series are no trouble."""

import numpy as np
import pytest

from reservoir.sequence_models.resampling import resample, resampling

RANDOM = np.random.RandomState(0)


def test_it_is_a_least_squares_polynomial():
    series = RANDOM.standard_normal((17, 3))
    times, places = np.arange(17.0), np.linspace(0, 16, 5)
    expected = [np.polyval(np.polyfit(times, column, 3), places) for column in series.T]
    np.testing.assert_allclose(resample(series, 5, 3).T, expected, atol=1e-11)


def test_lines_are_those_of_numpy():
    series = RANDOM.standard_normal((11, 2))
    for n_points in (2, 4, 11, 40):
        places = np.linspace(0, 10, n_points)
        expected = [np.interp(places, np.arange(11), column) for column in series.T]
        np.testing.assert_allclose(resample(series, n_points, None).T, expected, atol=1e-13)


@pytest.mark.parametrize("degree", [None, 0, 3, 50])
def test_short_series(degree):
    np.testing.assert_allclose(resample(np.full((1, 2), 7.0), 4, degree), np.full((4, 2), 7.0))
    two = resample(np.array([[1.0], [3.0]]), 3, degree)
    np.testing.assert_allclose(two[:, 0], [2, 2, 2] if degree == 0 else [1, 2, 3], atol=1e-12)


def test_a_full_degree_keeps_every_row():
    series = RANDOM.standard_normal((8, 1))
    np.testing.assert_allclose(resample(series, 8, 7), series, atol=1e-10)


def test_long_series_of_high_degree_stay_accurate():
    assert np.abs(resampling(2000, 50, 30).sum(axis=1) - 1).max() < 1e-10  # constants are kept
