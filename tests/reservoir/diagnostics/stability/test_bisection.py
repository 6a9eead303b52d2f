"""Halving, against functions whose crossings are known."""

import numpy as np
import pytest

from reservoir.diagnostics.stability.bisection import Bisection, spaced


def searched(function, points, level=0.0, tolerance=1e-6, logarithmic=False):
    search, n_measured = Bisection(level, tolerance, logarithmic), 0
    for point in points:
        search.add(point, function(point))
    while (point := search.next()) is not None:
        search.add(point, function(point))
        n_measured += 1
    return search, n_measured


@pytest.mark.parametrize("logarithmic", [False, True])
def test_it_halves_down_to_the_tolerance(logarithmic):
    search, n_measured = searched(lambda x: x**3, [1.0, 9.0], level=20.0, tolerance=1e-4, logarithmic=logarithmic)
    low, high = search.bracket
    assert low <= 20 ** (1 / 3) <= high and high - low <= 1e-4 * high
    assert abs(search.edge - 20 ** (1 / 3)) < 1e-7  # a straight line is better than the middle
    assert n_measured < 18


def test_of_several_crossings_it_takes_the_lowest_and_counts_all():
    search, _ = searched(np.sin, np.linspace(1, 12, 12))
    assert search.edge == pytest.approx(np.pi) and search.n_crossings == 3


def test_what_falls_is_crossed_too():
    assert searched(lambda x: 1 - x, [0.0, 5.0])[0].edge == pytest.approx(1)


def test_without_a_crossing_there_is_nothing_to_measure():
    search, n_measured = searched(lambda x: x, [1.0, 2.0])
    assert n_measured == 0 and search.bracket is None and np.isnan(search.edge) and search.n_crossings == 0
    assert np.isnan(search.bracket_or_nan).all()
    assert searched(lambda x: np.nan, [1.0, 2.0])[0].points.size == 0


def test_a_value_at_the_level_is_the_edge():
    assert searched(lambda x: x - 1, [0.0, 1.0, 3.0])[0].edge == pytest.approx(1, abs=1e-12)


def test_infinite_values_have_the_middle_between_them():
    search, _ = searched(lambda x: np.inf if x > 2 else -np.inf, [0.5, 8.0], tolerance=1e-3, logarithmic=True)
    assert search.edge == pytest.approx(2, rel=1e-3)


def test_an_undefined_point_ends_the_search():
    search, n_measured = searched(lambda x: np.nan if 1 < x < 3 else x - 2, [0.0, 1.0, 3.0, 4.0])
    assert n_measured == 1 and search.bracket == (1.0, 3.0) and search.edge == 2 and search.undefined == 2


def test_an_undefined_point_outside_of_the_bracket_does_not():
    search, _ = searched(lambda x: np.nan if x > 3 else x - 1.3, [0.0, 1.0, 2.0, 4.0, 5.0], tolerance=1e-6)
    assert search.edge == pytest.approx(1.3, abs=1e-5) and search.bracket[1] - search.bracket[0] < 1e-5
    assert search.undefined is None


def test_a_crossing_at_zero_is_no_endless_search():
    search, n_measured = searched(lambda x: x, [-1.0, 2.0])
    assert abs(search.edge) < 1e-15 and n_measured <= 60


@pytest.mark.parametrize(("low", "high"), [(1e-300, 1e300), (1.0, np.nextafter(1.0, 2)), (-1e300, 1e300)])
def test_any_two_ends_have_points_between_them(low, high):
    points = spaced(low, high, 5)
    assert points[0] == low and points[-1] == high and np.isfinite(points).all() and 2 <= len(points) <= 5
    searched(lambda x: x - (low / 2 + high / 2), points, logarithmic=low > 0)
