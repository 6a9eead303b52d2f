import numpy as np
import pytest
from builders import series
from numpy.testing import assert_array_equal
from sklearn.base import clone

from reservoir import EchoStateReservoir
from reservoir.diagnostics import Separation, separation
from reservoir.plots import SeparationDisplay

U, V = series(60, 2), series(60, 2, seed=1)


def test_lines_are_the_distances():
    fitted = EchoStateReservoir(12, random_state=0).fit(U)
    display = SeparationDisplay.from_estimator(
        fitted, U, V, n_starts=3, washout=20, random_state=0, step=2.0, time_unit="ms"
    )
    expected = separation(fitted, U, V, n_starts=3, washout=20, random_state=0)
    assert_array_equal(display.distance_line_.get_ydata(), expected.distance)
    assert_array_equal(display.floor_line_.get_ydata(), expected.floor)
    assert_array_equal(display.floor_line_.get_xdata(), 2 * np.arange(60))
    assert display.ax_.get_xlabel() == "time in ms" and display.ax_.get_ylabel() == "distance of the states"
    labels = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert labels == ["two inputs", "one input, two starts", "washout"]
    shaded = display.ax_.patches[0]
    assert shaded.get_path().get_extents().transformed(shaded.get_patch_transform()).x1 == 40


def test_zeros_are_left_out_of_a_logarithmic_scale():
    result = Separation(np.array([1.0, 1.0, 2.0]), np.array([1.0, 0.0, 0.0]), 1.0, washout=0)
    display = SeparationDisplay(result).plot(scale="log")
    assert_array_equal(display.floor_line_.get_ydata().mask, [False, True, True])
    merged = Separation(np.array([1.0, 1.0]), np.zeros(2), 1.0, washout=0)
    assert SeparationDisplay(merged).plot().ax_.get_title(loc="left") == "nothing left of the starts"


def test_every_reservoir(every, X):
    fitted = clone(every).fit(X)
    display = SeparationDisplay.from_estimator(fitted, X, -X, n_starts=2, random_state=0)
    assert (display.distance_line_.get_ydata() > 0).any()


def test_bad_arguments_are_named():
    result = Separation(np.ones(3), np.ones(3), 1.0, washout=0)
    with pytest.raises(ValueError, match="'scale' must be one of 'linear', 'log'; got 'dB'"):
        SeparationDisplay(result).plot(scale="dB")
    with pytest.raises(ValueError, match="'step' must be a number above 0; got 0"):
        SeparationDisplay(result, step=0).plot()
