import numpy as np
import pytest
from builders import series
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from reservoir import EchoStateReservoir
from reservoir.plots import LyapunovDisplay

U = series(60, 2)


def test_a_linear_leaky_ring_is_known_in_closed_form():
    # Eigenvalues of (1 - a) I + a W, W a cycle of gain r: the largest is 1 - a + a r.
    radii = np.array([0.2, 0.6, 1.2])

    def make(radius):
        return EchoStateReservoir(
            recurrent_weights=radius * np.roll(np.eye(8), 1, axis=0), leak_rate=0.5, activation="identity"
        )

    X = np.zeros((600, 1))
    display = LyapunovDisplay.from_estimator(make, X, "radius", radii, n_exponents=2)
    assert_allclose(display.lines_[0].get_ydata(), np.log(0.5 + 0.5 * radii), atol=2e-3)
    assert_array_equal(display.lines_[0].get_xdata(), radii)
    assert len(display.lines_) == 2 and display.exponents.shape == (3, 2)
    assert display.ax_.get_xlabel() == "radius" and "nats per step" in display.ax_.get_ylabel()


def test_values_are_sorted_and_overflows_shaded():
    # relu units without an input that could tame them
    relu = EchoStateReservoir(20, activation="relu", leak_rate=1.0, random_state=0)
    X = np.ones((400, 1))
    display = LyapunovDisplay.from_estimator(relu, X, "spectral_radius", [30.0, 0.5, 1.0])
    assert_array_equal(display.exponents.mask[:, 0], [True, False, False])
    assert_array_equal(display.lines_[0].get_ydata().mask, [False, False, True])
    labels = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert labels == ["exponent 1", "state overflows"]
    shaded = display.ax_.patches[0].get_path().get_extents().transformed(display.ax_.patches[0].get_patch_transform())
    assert 1 < shaded.x0 < 30 < shaded.x1


def test_exponents_of_what_forgets_all_at_once_are_marked():
    display = LyapunovDisplay(np.array([[-np.inf], [-1.0]]), param_range=[1, 2], param_name="delay").plot()
    assert_array_equal(display.lines_[0].get_ydata().mask, [True, False])
    assert display.ax_.lines[-1].get_marker() == "v" and display.ax_.lines[-1].get_xdata() == [1]
    assert display.ax_.get_legend().get_texts()[-1].get_text() == "-inf: all is forgotten"


def test_names_stand_side_by_side_without_a_line():
    display = LyapunovDisplay.from_estimator(EchoStateReservoir(8, random_state=0), U, "topology", ["ring", "shift"])
    assert display.lines_[0].get_linestyle() == "None"
    assert [label.get_text() for label in display.ax_.get_xticklabels()] == ["ring", "shift"]


def test_every_reservoir(every, X):
    name, values = ("delay", [1, 2]) if "delay" in every.get_params() else ("random_state", [0, 1])
    display = LyapunovDisplay.from_estimator(clone(every), X, name, values)
    assert display.exponents.shape == (2, 1) and not np.isnan(display.exponents).any()


def test_bad_arguments_are_named():
    reservoir = EchoStateReservoir(8, random_state=0)
    with pytest.raises(ValueError, match="'param_range' must hold at least 2 values of 'leak_rate'; got 1"):
        LyapunovDisplay.from_estimator(reservoir, U, "leak_rate", [0.5])
    with pytest.raises(ValueError, match="'n_exponents' must be an integer of at least 1; got 0"):
        LyapunovDisplay.from_estimator(reservoir, U, "leak_rate", [0.5, 1], n_exponents=0)
    with pytest.raises(ValueError, match="'param_name' must be a parameter of EchoStateReservoir; got 'leak'"):
        LyapunovDisplay.from_estimator(reservoir, U, "leak", [0.5, 1])
