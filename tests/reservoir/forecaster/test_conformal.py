import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir.forecaster.conformal import IntervalForecast, conformal_bounds, draw_residuals

RESIDUALS = np.random.RandomState(0).standard_normal((99, 4, 2))
FORECAST = np.arange(8.0).reshape(4, 2)


def unchanged(rows):
    return rows


def test_bounds_are_order_statistics_of_each_step_and_column():
    lower, upper = conformal_bounds(FORECAST, RESIDUALS, 0.9, unchanged)
    ordered = np.sort(RESIDUALS, axis=0)  # (99 + 1) * 0.05 = 5
    assert_array_equal(lower, FORECAST + ordered[4])
    assert_array_equal(upper, FORECAST + ordered[-5])


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9])
def test_the_next_residual_is_inside_as_often_as_asked(level):
    # Of exchangeable residuals exactly 2 k / (n + 1) are outside, k the rank of the bounds.
    random, n = np.random.RandomState(1), 39
    drawn = random.exponential(size=(4000, n + 1))
    inside = []
    for *known, new in drawn:
        lower, upper = conformal_bounds(np.zeros((1, 1)), np.array(known)[:, None, None], level, unchanged)
        inside.append(lower.item() <= new <= upper.item())
    expected = 1 - 2 * int((n + 1) * (1 - level) / 2 + 1e-9) / (n + 1)
    assert abs(np.mean(inside) - expected) < 4 * np.sqrt(expected * (1 - expected) / 4000)


def test_steps_with_few_residuals_take_those_of_their_neighbours():
    few = RESIDUALS[:10]  # 20 residuals allow .9, and 19 of them are enough
    lower, upper = conformal_bounds(FORECAST, few, 0.9, unchanged)
    assert_array_equal(upper[0], FORECAST[0] + few[:, :2].max(axis=(0, 1)))
    assert_array_equal(lower[2], FORECAST[2] + np.sort(few[:, 1:4].reshape(-1, 2), axis=0)[0])
    with pytest.raises(ValueError, match="'interval' must be at most 0.951 where fit leaves 40 residuals; got 0.96"):
        conformal_bounds(FORECAST, few, 0.96, unchanged)


def test_a_transformer_may_turn_the_order_around():
    lower, upper = conformal_bounds(FORECAST, RESIDUALS, 0.9, lambda rows: -np.exp(rows))
    straight = conformal_bounds(FORECAST, RESIDUALS, 0.9, unchanged)
    assert_allclose([lower, upper], -np.exp(straight[::-1]))


def test_whole_residuals_are_drawn():
    drawn = draw_residuals(RESIDUALS, 5, 3, np.random.RandomState(0))
    assert drawn.shape == (5, 3, 4, 2)
    assert all(any(np.array_equal(one, known) for known in RESIDUALS) for one in drawn.reshape(-1, 4, 2))


@pytest.mark.parametrize("take", [lambda one: one[:, 0], lambda one: one[1, 0], lambda one: one])
def test_what_is_taken_out_of_bounds_can_be_printed_too(take):
    whole = IntervalForecast(np.array([[5.0], [1.0]]), np.array([[4.0], [0.5]]), np.array([[6.0], [1.5]]))
    assert "1 (0.5 to 1.5)" in repr(IntervalForecast(*map(take, whole)))
