"""Everything public that refuses a series with NaN or infinity says what to do, and that helps."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from fuzz.calls import CALLS
from fuzz.judge import Trial

import reservoir
from reservoir import EchoStateReservoir, ReservoirRegressor

# Parameters that hold series, of which a row follows on the one before.
SERIES = ("X", "exogenous", "context", "context_exogenous", "background")
SOUND = ("speech.MFCC", "speech.LogMel", "speech.Gammatone", "speech.LyonEar")
# They hand numbers on as they are, or leave NaN to the next step.
CUTTERS = ("from_channels_first", "from_lengths", "split_by_group", "split")
TAKE_GAPS = ("PerSequence", "ForwardFill", *CUTTERS)
# What was recorded has no gaps, and a gap that is filled has not been recorded.
RECORDED = ("reservoir.MeasuredReservoir.transform", "reservoir.MeasuredReservoir.run")
OTHERS = {
    "reservoir.from_nan_padded": "must hold NaN only in the rows after a series ends",
}


def doors():
    """Every public callable, and each of its arguments that is a series or several, as arrays."""
    for name, call in CALLS.items():
        for parameter, value in call.arguments().items():
            first = value[0] if isinstance(value, list) and value else value
            if parameter in SERIES and isinstance(first, np.ndarray) and first.dtype.kind in "fiu":
                yield name, parameter


DOORS = list(doors())


def with_one(value, number):
    """The series, or the first of several, with one number in its last column but one row from the end."""
    if isinstance(value, list):
        return [with_one(value[0], number), *value[1:]]
    spoilt = value.astype(np.float64)
    spoilt[(len(value) // 2,) + (-1,) * (value.ndim - 1)] = number
    return spoilt


def message_of(name, arguments):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            Trial(name, CALLS[name], arguments).run()
        except ValueError as error:
            return str(error)
        except CALLS[name].expected:  # of what valid arguments may raise, such as that a simulator is not installed
            return ""
    return ""


@pytest.mark.parametrize(("name", "parameter"), DOORS)
def test_a_gap_is_filled_by_the_advice(name, parameter):
    arguments = CALLS[name].arguments()
    arguments[parameter] = with_one(arguments[parameter], np.nan)
    message = message_of(name, arguments)
    assert not re.search("scikit-learn|HistGradientBoosting|natively", message)
    expression = re.search(rf"reservoir\.ForwardFill\(\)\.fit_transform\({parameter}\)", message)
    if expression is None:
        assert_other_advice(name, message)
        return
    arguments[parameter] = eval(expression[0], {"reservoir": reservoir, parameter: arguments[parameter]})
    assert_filled(name, arguments)


@pytest.mark.parametrize("rows", [0, 7, slice(36, 40), slice(30, 36)])
@pytest.mark.parametrize("container", [np.asarray, lambda x: x[None], lambda x: [x], pd.DataFrame])
def test_gaps_of_any_shape_are_filled_by_the_advice(rows, container):
    x = np.random.RandomState(0).standard_normal((40, 2))
    x[rows] = np.nan
    given = container(x)
    model = EchoStateReservoir(5, random_state=0)
    with pytest.raises(ValueError, match=r"reservoir\.ForwardFill\(\)\.fit_transform\(X\)"):
        model.fit(given)
    assert np.isfinite(model.fit_transform(reservoir.ForwardFill().fit_transform(given))).all()
    with pytest.raises(ValueError, match=r"or by reservoir.ForwardFill\(\) if they are missing"):
        model.fit(np.ma.masked_invalid(x))
    model.fit(reservoir.ForwardFill().fit_transform(np.ma.masked_invalid(x)))


def test_a_row_of_a_stream_is_filled_by_a_filler_that_was_fitted_before():
    X = np.random.RandomState(0).standard_normal((40, 2))
    model, row = EchoStateReservoir(5, random_state=0).fit(X), np.array([[np.nan, 1.0]])
    with pytest.raises(ValueError, match=r"reservoir\.ForwardFill\(\)"):
        model.run(row)
    with pytest.raises(ValueError, match="column 0 has none. Fit series that have some and fill this one by .* or run"):
        reservoir.ForwardFill().fit_transform(row)
    filler = reservoir.ForwardFill().fit(X)
    rows, filled = filler.run(X)
    states, state = model.run(rows)
    assert np.isfinite(model.run(filler.run(row, filled)[0], state)[0]).all()


@pytest.mark.parametrize(("name", "parameter"), DOORS)
def test_infinity_is_a_gap_or_a_mistake(name, parameter):
    arguments = CALLS[name].arguments()
    arguments[parameter] = with_one(arguments[parameter], np.inf)
    message = message_of(name, arguments)
    expression = re.search(r"make it NaN, by (.*), and fill that, as reservoir.ForwardFill\(\)", message)
    if expression is None:
        assert_other_advice(name, message)
        return
    gappy = eval(expression[1], {"np": np, parameter: arguments[parameter]})
    arguments[parameter] = reservoir.ForwardFill().fit_transform(gappy)
    assert_filled(name, arguments)


def test_infinite_targets_may_be_missing():
    X = np.random.RandomState(0).standard_normal((40, 2))
    for y in (np.where(X[:, 0] > 1, np.inf, X[:, 0]), np.where(X > 1, np.inf, X)):
        model = ReservoirRegressor(EchoStateReservoir(5, random_state=0), washout=2)
        with pytest.raises(
            ValueError, match="Input y contains infinity .* make it NaN, by .*which a target may"
        ) as caught:
            model.fit(X, y)
        expression = re.search("make it NaN, by (.*), which", str(caught.value))[1]
        model.fit(X, eval(expression, {"np": np, "y": y}))


def assert_filled(name, arguments):
    message = message_of(name, arguments)
    assert "whose states were recorded" in message if name in RECORDED else message == ""


def assert_other_advice(name, message):
    """Readouts, sound and a few others have advice of their own."""
    owner, _, method = name.rpartition(".")
    if name in OTHERS:
        assert OTHERS[name] in message or not message
    elif name.startswith("readouts."):
        assert "Leave such rows out" in message
    elif owner in SOUND:
        assert "np.where(np.isfinite(x), x, 0)" in message
    elif method in TAKE_GAPS or owner.rpartition(".")[2] in TAKE_GAPS:
        assert message == "" or "infinity" in message or "'elapsed_column'" in message
    else:
        pytest.fail(f"no advice: {message}")


def test_these_are_most_of_what_takes_series():
    assert len(DOORS) > 100
