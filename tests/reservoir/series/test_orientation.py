import warnings

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from reservoir import EchoStateReservoir, from_channels_first
from reservoir.series.orientation import hint_if_transposed, transposed


def numbers(*shape):
    return np.random.RandomState(0).standard_normal(shape)


def frames(library, *shapes):
    module = pytest.importorskip(library, reason="makes tables")
    return [module.DataFrame(numbers(*shape)) for shape in shapes]


def follow(advice, X):
    """Return what an expression in a message makes of X."""
    return eval(advice, {"X": X, "reservoir": __import__("reservoir")})


LYING = {
    "array": numbers(2, 200),
    "stack": numbers(3, 2, 30),
    "list": [numbers(2, 30), numbers(2, 30)],
    "pandas": pd.DataFrame(numbers(2, 200)),
    "list of pandas": [pd.DataFrame(numbers(2, 30))] * 2,
}


@pytest.mark.parametrize("kind", LYING)
def test_what_looks_transposed_in_fit_stands_after_following_the_advice(kind):
    X = LYING[kind]
    with pytest.warns(UserWarning, match="more features than steps.*Time must run along rows") as caught:
        EchoStateReservoir(5).fit(X)
    advice = str(caught[0].message).split("pass ")[1].split(". If")[0].rstrip(".")
    standing = follow(advice, X)
    assert EchoStateReservoir(5).fit(standing).n_features_in_ == 2  # without a warning, which would be an error here
    assert_array_equal(np.asarray(standing[0] if kind != "array" and kind != "pandas" else standing).shape[1], 2)


@pytest.mark.parametrize("kind", ["series", "list"])
def test_frames_of_polars_are_turned_without_names(kind):
    X = frames("polars", (2, 30), (2, 30))
    given = X[0] if kind == "series" else X
    advice = transposed(given, kind)
    assert advice == ("X.to_numpy().T" if kind == "series" else "[x.to_numpy().T for x in X]")
    EchoStateReservoir(5).fit(follow(advice, given))


def test_the_warning_after_from_channels_first_advises_to_leave_the_call_out():
    steps_first = [numbers(30, 2), numbers(30, 2)]
    with pytest.warns(
        UserWarning, match="If X came from that function, it was steps first before: then leave the call"
    ):
        EchoStateReservoir(5).fit(from_channels_first(steps_first))
    EchoStateReservoir(5).fit(steps_first)


@pytest.mark.parametrize(
    "X", [numbers(1, 500), numbers(2, 39), numbers(10, 64), [numbers(2, 60)], [numbers(2, 60), numbers(3, 60)]]
)
def test_few_rows_are_no_reason_to_warn(X):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        EchoStateReservoir(5).fit(X)
    assert not caught


@pytest.mark.parametrize("kind", LYING)
def test_a_fitted_reservoir_recognizes_transposed_series(kind):
    X = LYING[kind]
    fitted = EchoStateReservoir(5, random_state=0).fit(numbers(9, 2))
    with pytest.raises(ValueError, match="X has (200|30) features, but EchoStateReservoir is expecting 2") as raised:
        fitted.transform(X)
    assert "X looks transposed, as it has 2 rows: pass " in str(raised.value)
    standing = follow(str(raised.value).split("pass ")[1].rstrip("."), X)
    fitted.transform(standing)
    if kind in ("array", "pandas"):
        with pytest.raises(ValueError, match="X looks transposed"):
            fitted.run(X)


def test_other_numbers_of_features_do_not_look_transposed():
    assert hint_if_transposed(numbers(3, 200), [(3, 200)], "series", 2) == ""
    assert hint_if_transposed(numbers(2, 2), [(2, 2)], "series", 2) == ""
    assert hint_if_transposed([numbers(2, 3), numbers(4, 3)], [(2, 3), (4, 3)], "list", 2) == ""


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_row_of_a_frame_is_turned_as_the_message_says(library):
    fitted = EchoStateReservoir(5, random_state=0).fit(numbers(9, 2))
    row = pytest.importorskip(library, reason="makes Series").Series([1.0, 2.0])
    for X, drive in ((row, fitted.run), (row, fitted.transform), ([row, row], fitted.transform)):
        with pytest.raises(ValueError, match="X looks transposed, as it has 2 rows: pass ") as raised:
            drive(X)
        drive(follow(str(raised.value).split("pass ")[1].rstrip("."), X))


@pytest.mark.parametrize("library", [None, "pandas", "polars"])
@pytest.mark.parametrize(
    ("shapes", "hinted"),
    [
        ([(2, 30), (2, 40)], True),
        ([(12, 20), (12, 26), (12, 7)], True),  # Japanese vowels, of 7 steps or more and 12 channels
        ([(30, 2), (30, 3)], True),
        ([(30, 2), (40, 3)], False),
        ([(3, 9), (2, 8)], False),
    ],
)
def test_ragged_channels_first_stand_after_following_the_advice(shapes, hinted, library):
    X = frames(library, *shapes) if library else [numbers(*shape) for shape in shapes]
    fitted = EchoStateReservoir(5, degree=2, random_state=0).fit(numbers(99, shapes[0][0]))
    for call in (EchoStateReservoir(5, degree=2).fit, fitted.transform):
        with pytest.raises(ValueError, match="the same (number of features|columns)") as caught:
            call(X)
        _, _, advice = str(caught.value).partition(f"channels first, as all have {shapes[0][0]} rows, pass ")
        assert bool(advice) is hinted
        if hinted:
            call(follow(advice.rstrip("."), X))
