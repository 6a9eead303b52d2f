from pathlib import Path

import numpy as np
import pytest

from reservoir.speech.deltas import append_deltas

PEER = np.load(Path(__file__).parents[2] / "fixtures" / "python_speech_features.npz")


@pytest.mark.parametrize("width", [1, 2, 4])
def test_a_ramp_has_its_slope_and_a_parabola_its_curvature(width):
    t = np.arange(40.0)[:, None]
    ramps = append_deltas(np.hstack([3 * t, 5 - 2 * t]), 1, width)[width:-width]
    np.testing.assert_allclose(ramps[:, 2:], np.tile([3.0, -2.0], (len(ramps), 1)), atol=1e-12)
    parabola = append_deltas(t**2, 2, width)[2 * width : -2 * width]
    np.testing.assert_allclose(parabola[:, 1], 2 * t[2 * width : -2 * width, 0], atol=1e-10)
    np.testing.assert_allclose(parabola[:, 2], 2.0, atol=1e-10)


def test_slopes_are_those_of_fitted_lines():
    frames = np.random.RandomState(0).standard_normal((9, 1))
    slopes = append_deltas(frames, 1, 2)[:, 1]
    padded = np.pad(frames[:, 0], 2, mode="edge")
    expected = [np.polyfit(np.arange(5), padded[t : t + 5], 1)[0] for t in range(9)]
    np.testing.assert_allclose(slopes, expected, atol=1e-12)


def test_deltas_of_a_peer():
    expected = np.hstack([PEER["cepstra"], PEER["deltas"], PEER["delta_deltas"]])
    np.testing.assert_allclose(append_deltas(PEER["cepstra"], 2, 2), expected, atol=1e-12)


def test_one_frame_does_not_move_and_no_order_adds_nothing():
    frame = np.array([[1.0, 2.0]])
    np.testing.assert_array_equal(append_deltas(frame, 2, 2), [[1.0, 2.0, 0.0, 0.0, 0.0, 0.0]])
    np.testing.assert_array_equal(append_deltas(frame, 0, 2), frame)
