import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone

from reservoir import EchoStateReservoir
from reservoir.diagnostics import information_processing_capacity, memory_function
from reservoir.plots import MemoryDisplay


def test_a_delay_line_remembers_as_many_steps_as_it_has_units():
    line = EchoStateReservoir(
        recurrent_weights=np.eye(5, k=-1),
        input_weights=np.eye(5)[:, :1],
        bias=0.0,
        leak_rate=1.0,
        activation="identity",
    ).fit([[0.0]])
    display = MemoryDisplay.from_estimator(line, max_degree=None, max_delay=9)
    np.testing.assert_allclose(display.line_.get_ydata(), [1] * 5 + [0] * 5, atol=1e-9)
    assert display.axes_[0].get_title(loc="left") == "memory capacity 5.0"
    assert len(display.axes_) == 1 and display.bars_ is None


def test_panels_show_what_the_diagnostics_say():
    fitted = EchoStateReservoir(8, leak_rate=1.0, random_state=0).fit([[0.0]])
    settings = {"n_steps": 2000, "max_delay": 8, "random_state": 0}
    display = MemoryDisplay.from_estimator(fitted, max_degree=3, **settings)
    memory = memory_function(fitted, **settings)
    found = information_processing_capacity(fitted, max_degree=3, **settings)
    assert_array_equal(display.line_.get_ydata(), memory.capacity)
    assert_array_equal(display.line_.get_xdata(), memory.delays)
    assert_array_equal([bar.get_height() for bar in display.bars_], found.by_degree)
    left, right = display.axes_
    assert (left.get_xlabel(), right.get_xlabel()) == ("delay in steps", "degree of the function")
    assert right.get_title(loc="left").endswith(f"of {found.rank}")
    again = MemoryDisplay(memory, found).plot(list(display.axes_))
    assert again.axes_[0] is left


@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
def test_every_reservoir(every, X):
    display = MemoryDisplay.from_estimator(
        clone(every).fit(X), max_degree=2, max_delay=3, n_steps=400, washout=50, input_range=(-2, 2), random_state=0
    )
    assert len(display.bars_) == 2 and np.isfinite(display.line_.get_ydata()).all()
