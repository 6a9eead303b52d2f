import warnings

import numpy as np
import pytest

from readouts import RidgeReadout
from reservoir import Forecaster
from reservoir.base import StateOverflowError
from reservoir.forecaster.settings import default_readout
from reservoir.forecaster.steady_loop import stays_near, with_larger_penalties

MONTHS = np.arange(200)
DRIFT = 0.1 * np.random.default_rng(10).normal(size=200).cumsum()
GROWING = 300 + 0.1 * MONTHS + 0.0003 * MONTHS**2 + 3 * np.sin(2 * np.pi * MONTHS / 12) + DRIFT


def test_a_loop_that_runs_away_by_the_best_penalty_is_held_by_a_larger_one():
    given = Forecaster(readout=default_readout()).fit(GROWING)  # the same grid, by one-step errors alone
    with pytest.warns(UserWarning, match="'horizon'"):
        assert given.forecast(100).max() > 1e6
    held = Forecaster().fit(GROWING)
    assert held.readout_.alpha_ > given.readout_.alpha_
    with warnings.catch_warnings(action="error"):
        ahead = held.forecast(100)
    assert ahead.max() < 2 * GROWING.max() - GROWING.min()


def test_exogenous_columns_are_those_of_the_last_rows():
    season = np.sin(2 * np.pi * MONTHS / 12)
    held = Forecaster().fit(GROWING, exogenous=season)
    following = np.sin(2 * np.pi * np.arange(200, 260) / 12)
    with warnings.catch_warnings(action="error"):
        held.forecast(60, exogenous=following)


def test_a_loop_that_stays_near_keeps_its_penalty():
    wave = np.sin(0.2 * MONTHS)
    assert Forecaster().fit(wave).readout_.alpha_ == Forecaster(readout=default_readout()).fit(wave).readout_.alpha_
    assert len(Forecaster().fit(wave).readout_.alphas) == len(default_readout().alphas)


def test_what_is_not_finite_or_far_is_not_near():
    def overflow():
        raise StateOverflowError

    limits = np.array([[0.0, -1.0], [1.0, 1.0]])
    assert stays_near(lambda: np.array([[2.0, -3.0]]), limits, 1.0)
    assert not stays_near(lambda: np.array([[2.0, -3.01]]), limits, 1.0)
    assert not stays_near(lambda: np.array([[np.nan, 0.0]]), limits, 1.0)
    assert not stays_near(overflow, limits, 1.0)


def test_larger_penalties_run_out():
    x = np.arange(10.0)[:, None]
    fitted = RidgeReadout(alphas=(1e6,), cv=2).fit(x, x[:, 0])
    assert with_larger_penalties(fitted) is None
