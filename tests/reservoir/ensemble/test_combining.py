import numpy as np
import pandas as pd
from numpy.testing import assert_allclose, assert_array_equal

from reservoir.ensemble.combining import across, bounds, combined

ROWS = np.random.RandomState(0).standard_normal((9, 4, 2))


def test_mean_and_median():
    assert_allclose(combined(list(ROWS), "mean"), ROWS.sum(axis=0) / 9)
    assert_array_equal(combined(list(ROWS), "median"), np.sort(ROWS, axis=0)[4])
    assert across(ROWS.astype(np.float32), "mean").dtype == np.float32


def test_containers_come_back():
    index = pd.period_range("2024-01", periods=4, freq="M")
    frames = [pd.DataFrame(rows, index, ["a", "b"]) for rows in ROWS]
    frame = combined(frames, "mean")
    assert frame.index.equals(index) and list(frame.columns) == ["a", "b"]
    assert_allclose(frame, ROWS.mean(axis=0))
    first, second = combined([[rows, rows[:2]] for rows in ROWS], "mean")
    assert_allclose(first, ROWS.mean(axis=0))
    assert_allclose(second, first[:2])


def test_bounds_hold_the_middle_share():
    lower, upper = bounds(np.arange(101.0)[:, None], 0.9)
    assert_allclose([lower[0], upper[0]], [5, 95])
