import numpy as np
import pytest
from builders import series
from numpy.testing import assert_allclose
from sklearn.base import clone

from reservoir import EchoStateReservoir, StackedReservoir
from reservoir.diagnostics import effective_spectral_radius
from reservoir.plots import SpectrumDisplay

U = series(5, 2)


def points(line):
    return np.sort_complex(line.get_xdata() + 1j * line.get_ydata())


def test_a_ring_has_roots_of_unity_that_the_leak_moves():
    # W = 0.8 times a cyclic shift: eigenvalues 0.8 exp(2 pi i k / n); (1 - a) I + a W has 1 - a + a times them.
    n_units, leak = 6, 0.25
    ring = 0.8 * np.roll(np.eye(n_units), 1, axis=0)
    fitted = EchoStateReservoir(recurrent_weights=ring, leak_rate=leak, bias=0.0).fit(U)
    display = SpectrumDisplay.from_estimator(fitted)
    roots = 0.8 * np.exp(2j * np.pi * np.arange(n_units) / n_units)
    drawn = points(display.recurrent_points_[0])
    assert_allclose(np.abs(drawn[:, None] - roots[None]).min(axis=0), 0, atol=1e-12)
    drawn = points(display.effective_points_[0])
    assert_allclose(np.abs(drawn[:, None] - (1 - leak + leak * roots)[None]).min(axis=0), 0, atol=1e-12)
    labels = [text.get_text() for text in display.axes_[0].get_legend().get_texts()]
    assert labels == ["W, radius 0.8", "effective map, radius 0.95"]
    assert display.axes_[0].get_aspect() == 1


def test_layers_have_axes_of_their_own():
    inner = StackedReservoir([EchoStateReservoir(4), EchoStateReservoir(5)], random_state=1)
    stack = StackedReservoir([EchoStateReservoir(6), inner], random_state=0).fit(U)
    display = SpectrumDisplay.from_estimator(stack)
    assert [len(values) for values in display.effective] == [6, 4, 5]
    assert display.names == ["layer 1", "layer 2, layer 1", "layer 2, layer 2"]
    assert [panel.get_title(loc="left") for panel in display.axes_] == display.names
    four = StackedReservoir([EchoStateReservoir(4)] * 4, random_state=0).fit(U)
    assert len(SpectrumDisplay.from_estimator(four).axes_) == 4


def test_every_reservoir(every, X):
    fitted = clone(every).fit(X)
    display = SpectrumDisplay.from_estimator(fitted)
    largest = max(np.abs(values).max() for values in display.effective)
    if not hasattr(fitted, "layers_"):
        assert largest == pytest.approx(effective_spectral_radius(fitted), rel=1e-6, abs=1e-9)
        assert (display.recurrent_points_[0] is None) == (not hasattr(fitted, "recurrent_weights_"))
