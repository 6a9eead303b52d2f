"""Rows that are remembered: differences as those of a forecaster, and rows of seasons ago."""

import numpy as np
import pytest
from c_programs import needs_gcc, outputs_of_rule
from numpy.testing import assert_allclose, assert_array_equal

from reservoir.forecaster.differences import Differences
from reservoir.interop.c99.memory import differences_ahead_rule, differences_rule, lags_rule, seasons_rule

ROWS = np.random.RandomState(0).standard_normal((40, 3))
DIFFERENCES = [
    Differences((1,), (1.0,)),
    Differences((1, 1), (1.0, 1.0)),
    Differences((7,), (1.0,)),
    Differences((4, 7, 1), (1.0, 1.0, 0.9)),
]


@needs_gcc
@pytest.mark.parametrize("differences", DIFFERENCES)
def test_differences_and_what_is_known_of_the_next_row(tmp_path, differences):
    plain = np.array([False, True, False])
    outputs = outputs_of_rule(tmp_path, differences_rule(differences, plain, np.dtype("float64")), ROWS)
    n_lost = differences.n_lost
    expected = np.where(plain, ROWS[n_lost:], differences.apply(ROWS))
    assert_allclose(outputs[n_lost:, :3], expected, rtol=0, atol=1e-14)
    known = np.where(plain, 0.0, differences.known_part(ROWS))
    assert_allclose(outputs[n_lost - 1 :, 3:], known, rtol=0, atol=1e-14)


@needs_gcc
@pytest.mark.parametrize("differences", DIFFERENCES)
def test_rows_ahead_whose_differences_are_zero(tmp_path, differences):
    rule = differences_rule(differences, np.zeros(3, bool), np.dtype("float64"), n_ahead=9)
    outputs, n_lost = outputs_of_rule(tmp_path, rule, ROWS), differences.n_lost
    for t in range(n_lost - 1, len(ROWS)):
        ahead = differences.integrate(ROWS[t + 1 - n_lost : t + 1], np.zeros((9, 3)))
        assert_allclose(outputs[t, 3:].reshape(9, 3), ahead, rtol=0, atol=1e-12)


@needs_gcc
@pytest.mark.parametrize("differences", DIFFERENCES)
def test_differences_of_rows_that_are_known_in_advance(tmp_path, differences):
    plain, n_lost = np.array([True, False, False]), differences.n_lost
    rule = differences_ahead_rule(differences, plain, 9, np.dtype("float64"))
    ahead = np.lib.stride_tricks.sliding_window_view(ROWS, 9, axis=0).swapaxes(1, 2)
    outputs = outputs_of_rule(tmp_path, rule, ahead.reshape(len(ahead), -1)).reshape(ahead.shape)
    expected = np.where(plain, ROWS[n_lost:], differences.apply(ROWS))
    for t in range(n_lost, len(ahead)):
        assert_allclose(outputs[t], expected[t - n_lost :][:9], rtol=0, atol=1e-12)


@needs_gcc
def test_rows_of_seasons_ago(tmp_path):
    outputs = outputs_of_rule(tmp_path, seasons_rule((2, 5), 3, np.dtype("float64")), ROWS)
    before = np.concatenate([np.zeros((5, 3)), ROWS])
    # Beside row t stands what was a period before row t + 1.
    assert_array_equal(outputs, np.hstack([before[4:-1], before[1:-4]]))


@needs_gcc
def test_rows_of_some_steps_ago(tmp_path):
    outputs = outputs_of_rule(tmp_path, lags_rule((1, 4), 3, np.dtype("float64")), ROWS)
    before = np.concatenate([np.zeros((4, 3)), ROWS])
    assert_array_equal(outputs, np.hstack([before[3:-1], before[:-4]]))
