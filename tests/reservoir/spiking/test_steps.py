"""Against what Brian2 2.9 does with 16,010 times on ten grids; ``tests/fixtures/make_brian2_steps.py`` watched it."""

from pathlib import Path

import numpy as np
import pytest

from reservoir.spiking.steps import refractory_steps, rounded_steps

STORED = np.load(Path(__file__).parents[2] / "fixtures" / "brian2_steps.npz")
ON_GRIDS = [(dt, STORED["grid"] == dt) for dt in np.unique(STORED["grid"])]
on_every_grid = pytest.mark.parametrize(("dt", "here"), ON_GRIDS, ids=[f"dt={dt:g}" for dt, _ in ON_GRIDS])


@on_every_grid
def test_delays_arrive_in_the_step_in_which_brian2_delivers_them(dt, here):
    np.testing.assert_array_equal(rounded_steps(STORED["times"][here], dt), STORED["delay_steps"][here])


@on_every_grid
def test_refractory_units_spike_again_in_the_step_in_which_those_of_brian2_do(dt, here):
    held = refractory_steps(STORED["times"][here], dt)
    np.testing.assert_array_equal(np.maximum(held, 1), STORED["interval_steps"][here])


def test_the_stored_times_tell_rules_apart():
    dt, times = STORED["grid"], STORED["times"]
    assert np.sum(np.floor(times / dt + 0.5) != STORED["delay_steps"]) > 200  # milliseconds divided
    assert np.sum(np.maximum(np.floor(times / dt), 1) != STORED["interval_steps"]) > 200  # no thousandth of a step
    assert np.sum(np.ceil(times / dt) != STORED["interval_steps"]) > 200


def test_half_steps_go_up_and_a_refractory_time_goes_down():
    assert rounded_steps([0.0, 0.04, 0.05, 0.15, 0.25, 0.35, 0.45, 0.8, 1.5], 0.1).tolist() == [
        0, 0, 1, 1, 3, 4, 5, 8, 15,
    ]  # fmt: skip
    assert refractory_steps([0.0, 0.05, 0.1, 1.25, 2.0, 3.0], 0.1).tolist() == [0, 0, 1, 12, 20, 30]


@pytest.mark.parametrize("dt", [5e-324, 1e-305, 1e-280, 1e-3, 1.0, 1e300])
def test_grids_of_any_step_count_alike(dt):
    assert rounded_steps([0.0, 4 * dt, 1000 * dt], dt).tolist() == [0, 4, 1000]
    assert refractory_steps([0.0, 4 * dt, 1000 * dt], dt).tolist() == [0, 4, 1000]


def test_what_is_held_for_ever_can_be_added_to_a_step():
    assert refractory_steps([1e19, 1e300, np.finfo(float).max], 1e-9).tolist() == [2**62] * 3
