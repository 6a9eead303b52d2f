"""Times in seconds and thresholds are those of the library, to the last bit wherever there is one."""

import numpy as np

from reservoir.interop.nir_graph.conversions import largest_below, milliseconds, seconds, smallest_above

TIMES = np.concatenate([np.arange(1, 5001) / 100, [0.1 + 0.2, 1e-9, 1e9]])


def test_times_come_back_from_seconds():
    np.testing.assert_array_equal(seconds([20.0, 0.1]), [0.02, 0.0001])
    back = milliseconds(seconds(TIMES))
    np.testing.assert_array_equal(seconds(back), seconds(TIMES))
    np.testing.assert_array_max_ulp(back, TIMES, 1)
    assert np.mean(back == TIMES) > 0.95  # two neighbours may be one time in seconds
    assert float(milliseconds(0.1e-3)) == 0.1


def test_thresholds_that_are_reached_are_exceeded_below():
    for dtype in ("float32", "float64"):
        values = np.array([15.0, 0.0, -50.0, 1.1], dtype)
        below = largest_below(values)
        assert below.dtype == np.float64
        assert np.all(below < values)
        np.testing.assert_array_equal(smallest_above(below, dtype), values.astype(float))


def test_a_threshold_of_another_precision_is_rounded_up():
    tenth = np.array([0.1])
    above = smallest_above(tenth, "float32")
    assert above > tenth
    assert np.nextafter(np.float32(above), np.float32(0)) <= tenth
