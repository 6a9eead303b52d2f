import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone

from reservoir import EchoStateReservoir
from reservoir.plots import StateDisplay

U = np.random.RandomState(0).uniform(-1, 1, (60, 2))


@pytest.fixture
def fitted():
    return EchoStateReservoir(12, random_state=0).fit(U)


def test_lines_are_the_states_below_the_input(fitted):
    display = StateDisplay.from_estimator(fitted, U, washout=10, units=[3, 0], step=0.5, time_unit="s")
    states = fitted.transform(U)
    for line, unit in zip(display.lines_, [3, 0], strict=True):
        assert_array_equal(line.get_xdata(), 0.5 * np.arange(10, 60))
        assert_array_equal(line.get_ydata(), states[10:, unit])
        assert line.get_label() == f"unit {unit}"
    above, below = display.axes_
    assert_array_equal(above.lines[1].get_ydata(), U[10:, 1])
    assert below.get_xlabel() == "time in s" and below.get_ylabel() == "state" and above.get_ylabel() == "input"
    assert above.get_xlim() == below.get_xlim() == (4.75, 29.75)
    assert display.image_ is None and display.figure_ is above.figure


def test_image_holds_all_units(fitted):
    display = StateDisplay.from_estimator(fitted, U, kind="image")
    assert_array_equal(display.image_.get_array(), fitted.transform(U).T)
    assert display.image_.get_extent() == [-0.5, 59.5, 11.5, -0.5]
    assert display.lines_ == [] and display.axes_[1].get_ylabel() == "unit"
    low, high = display.image_.get_clim()
    assert low == -high < 0  # states of both signs: white is 0
    assert "state" in [axes.get_ylabel() for axes in display.figure_.axes]


def test_five_units_are_spread_over_all(fitted):
    labels = [line.get_label() for line in StateDisplay.from_estimator(fitted, U).lines_]
    assert labels == ["unit 0", "unit 3", "unit 6", "unit 8", "unit 11"]


def test_many_inputs_are_an_image():
    wide = np.random.RandomState(0).standard_normal((20, 9))
    fitted = EchoStateReservoir(5, random_state=0).fit(wide)
    display = StateDisplay.from_estimator(fitted, wide)
    assert_array_equal(display.axes_[0].images[0].get_array(), wide.T)
    assert display.axes_[0].get_ylabel() == "input channel"


def test_states_alone_take_one_axes(fitted):
    display = StateDisplay(fitted.transform(U)).plot(kind="image", units=[1, 2])
    assert len(display.axes_) == 1 and display.image_.get_array().shape == (2, 60)


def test_data_frames(fitted):
    frame = pd.DataFrame(U, columns=["a", "b"])
    display = StateDisplay.from_estimator(clone(fitted).fit(frame), frame)
    assert_array_equal(display.inputs, U)


def test_numbers_of_one_channel_need_no_second_axis():
    fitted = EchoStateReservoir(5, random_state=0).fit(U[:, :1])
    display = StateDisplay.from_estimator(fitted, U[:, 0])
    assert_array_equal(display.inputs, U[:, :1])
    assert_array_equal(display.states, fitted.transform(U[:, :1]))


def test_every_reservoir(every, X):
    fitted = clone(every).fit(X)
    display = StateDisplay.from_estimator(fitted, X, units=[2])
    assert_array_equal(display.lines_[0].get_ydata(), fitted.transform(X)[:, 2])


def test_a_single_row(fitted):
    assert StateDisplay.from_estimator(fitted, U[:1], kind="image").image_.get_extent() == [-0.5, 0.5, 11.5, -0.5]


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"washout": 60}, "'washout' must be smaller than the number of steps; got 60 with a series of 60 steps"),
        ({"kind": "bars"}, "'kind' must be one of 'lines', 'image'; got 'bars'"),
        ({"units": [12]}, r"'units' must hold numbers from 0 to 11, 7 of them at most; got \[12\]"),
        ({"units": range(8)}, "7 of them at most"),
        ({"units": []}, "'units' must hold numbers"),
        ({"step": 0}, "'step' must be a number above 0; got 0"),
    ],
)
def test_bad_arguments_are_named(fitted, arguments, message):
    with pytest.raises(ValueError, match=message):
        StateDisplay.from_estimator(fitted, U, **arguments)
