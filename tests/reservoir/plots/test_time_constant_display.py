import numpy as np
import pytest
from builders import series
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from reservoir import NVAR, CfCLiquid, EchoStateReservoir, LTCLiquid
from reservoir.diagnostics import time_constants
from reservoir.plots import TimeConstantDisplay

U = series(40, 2)


@pytest.fixture
def liquid():
    return LTCLiquid(12, random_state=0).fit(U)


def test_units_are_sorted_by_the_median_between_their_bounds(liquid):
    display = TimeConstantDisplay.from_estimator(liquid, U)
    tau = time_constants(liquid, U)
    medians = np.median(tau.values, axis=0)
    assert_allclose(display.lines_[0].get_ydata(), np.sort(medians))
    assert_array_equal(display.order_, np.argsort(medians))
    bars = display.ax_.patches
    assert_allclose([bar.get_y() for bar in bars], tau.lower[display.order_])
    assert_allclose([bar.get_y() + bar.get_height() for bar in bars], tau.upper[display.order_])
    assert display.ax_.get_yscale() == "log" and display.ax_.get_ylabel() == "time constant in steps"


def test_a_few_units_over_time(liquid):
    display = TimeConstantDisplay.from_estimator(liquid, U, kind="time", time_unit="ms")
    tau = time_constants(liquid, U)
    shown = display.order_[[0, 6, 11]]
    for line, unit in zip(display.lines_, shown, strict=True):
        assert_array_equal(line.get_ydata(), tau.values[:, unit])
    bounds = {
        line.get_ydata()[0] for line in display.ax_.lines if line.get_linestyle() == "--" and len(line.get_ydata())
    }
    assert bounds == {*tau.lower[shown], *tau.upper[shown]}
    assert display.ax_.get_ylabel() == "time constant in ms"


def test_memoryless_units_have_a_linear_scale():
    display = TimeConstantDisplay.from_estimator(EchoStateReservoir(5, leak_rate=1.0, random_state=0).fit(U), U)
    assert display.ax_.get_yscale() == "linear"


def test_infinite_bounds_are_not_drawn():
    values = np.array([[1.0, 2.0], [3.0, 2.0]])
    for kind in ("units", "time"):
        display = TimeConstantDisplay(values, np.array([-np.inf, 1.0]), np.array([np.inf, 4.0])).plot(kind=kind)
        display.figure_.canvas.draw()
        assert np.isfinite(display.ax_.get_ylim()).all()


def test_every_reservoir(every, X):
    fitted = clone(every).fit(X)
    if not isinstance(fitted, (CfCLiquid, NVAR)) and type(fitted).__name__ != "OwnReservoir":
        assert TimeConstantDisplay.from_estimator(fitted, X).percentiles_.shape == (3, fitted.n_units_)
    else:
        with pytest.raises(TypeError, match="'reservoir' must be of a class whose equations time_constants knows"):
            TimeConstantDisplay.from_estimator(fitted, X)


def test_bad_arguments_are_named(liquid):
    with pytest.raises(ValueError, match="'kind' must be one of 'units', 'time'; got 'bars'"):
        TimeConstantDisplay.from_estimator(liquid, U, kind="bars")
    with pytest.raises(ValueError, match="'units' must hold numbers from 0 to 11, 7 of them at most"):
        TimeConstantDisplay.from_estimator(liquid, U, kind="time", units=[12])
