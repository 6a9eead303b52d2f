import numpy as np
import pytest
from sklearn.base import clone

from reservoir import CTRNNLiquid, EchoStateReservoir, StackedReservoir
from reservoir.forecaster.settings import (
    check_differences,
    default_readout,
    find_washout,
    place_elapsed,
)
from reservoir.plasticity import AdaptiveReservoir, IntrinsicPlasticity


@pytest.mark.parametrize(
    ("period", "difference", "horizon", "periods", "lags", "coefficients"),
    [
        (None, None, None, (), (), ()),  # a dynamical system
        (None, None, 5, (), (1,), (1.0,)),
        (12, None, None, (12,), (12, 1), (1.0, 0.9)),
        (12, None, 5, (12,), (12, 1), (1.0, 0.9)),
        (12, 0, None, (12,), (12,), (1.0,)),
        (12, 2, None, (12,), (12, 1, 1), (1.0, 1.0, 1.0)),
        (None, "damped", None, (), (1,), (0.9,)),
        ((168, 24, 24), 0, None, (24, 168), (24, 168), (1.0, 1.0)),
        (np.array([24, 168]), np.int64(1), None, (24, 168), (24, 168, 1), (1.0, 1.0, 1.0)),
        (range(6, 8), 0, None, (6, 7), (6, 7), (1.0, 1.0)),
        (np.uint8(200), 0, None, (200,), (200,), (1.0,)),
        (1, None, None, (), (), ()),  # a season of one row is none
        ([1, 7], 0, None, (7,), (7,), (1.0,)),
    ],
)
def test_what_is_asked_for(period, difference, horizon, periods, lags, coefficients):
    found, differences = check_differences(period, difference, horizon)
    assert found == periods
    assert (differences.lags, differences.coefficients) == (lags, coefficients)
    assert all(type(lag) is int for lag in differences.lags)


@pytest.mark.parametrize("period", [0, -1, 2.5, "12", b"abc", True, [], [12, None], np.ones((2, 2)), {"a": 1}, 1j])
def test_what_is_no_period_is_named(period):
    with pytest.raises((ValueError, TypeError), match="'period' must be"):
        check_differences(period, None, None)


@pytest.mark.parametrize("difference", [3, -1, 1.0, True, "1", "seasonal", [1], np.ones(2), b"damped"])
def test_what_is_no_difference_is_named(difference):
    with pytest.raises(ValueError, match="'difference' must be None, 'damped', 0, 1 or 2; got"):
        check_differences(12, difference, None)


@pytest.mark.parametrize(
    ("shortest", "expected"), [(-5, 0), (0, 0), (9, 0), (10, 1), (55, 5), (1000, 100), (10**6, 100)]
)
def test_the_washout_adapts_to_short_series(shortest, expected):
    assert find_washout(None, shortest) == expected


def test_a_washout_that_is_given_is_taken():
    assert find_washout(500, 3) == 500
    with pytest.raises(ValueError, match="'washout' must be an integer of at least 0; got -1"):
        find_washout(-1, 100)


def test_the_default_readout_chooses_its_penalty_in_blocks_of_time():
    readout = default_readout()
    assert readout.cv == 5 and (min(readout.alphas), max(readout.alphas)) == (1e-9, 1e4)
    assert list(readout.alphas) == sorted(readout.alphas)


TIMED = CTRNNLiquid(5, elapsed_column=-1)


@pytest.mark.parametrize(
    "reservoir",
    [
        TIMED,
        StackedReservoir([EchoStateReservoir(5), CTRNNLiquid(5)], elapsed_column=-1),
        StackedReservoir([TIMED, EchoStateReservoir(5)]),
        AdaptiveReservoir(TIMED, IntrinsicPlasticity()),
    ],
    ids=str,
)
def test_elapsed_times_are_found_in_every_reservoir(reservoir):
    reservoir = clone(reservoir)
    assert place_elapsed(reservoir, 4) == 3
    assert place_elapsed(reservoir, 9) == 3  # counted from the front now
    assert place_elapsed(EchoStateReservoir(5), 4) is None
