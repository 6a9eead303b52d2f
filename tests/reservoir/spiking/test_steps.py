"""Against what Brian2 2.9 does with 16,010 times on ten grids; ``tests/fixtures/make_brian2_steps.py`` watched it."""

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

from reservoir import LIFLiquid
from reservoir.spiking.steps import delay_steps, refractory_steps, rounded_steps

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


@pytest.mark.parametrize("delay", [1.1e6, 1e19, 1e300])
def test_delays_too_long_to_be_remembered_are_refused(delay):
    with pytest.raises(ValueError, match="'delays' must be at most 1.04858e\\+06 ms"):
        delay_steps("delays", np.array([1.0, delay]), 1.0)


def test_delays_in_steps_round_half_up():
    assert delay_steps("delays", np.array([0.0, 0.04, 0.05, 0.35, 0.8, 1.5]), 0.1).tolist() == [0, 0, 1, 4, 8, 15]


def test_delays_round_half_up_to_whole_steps():
    weights = [[0, 0], [1.0, 0]]
    for delay, arrives in [(0.5, 1), (1.5, 2), (2.5, 3), (2.4, 2)]:
        pair = LIFLiquid(recurrent_weights=weights, input_weights=[[1.0], [0.0]], background_current=0.0, delays=delay)
        pair.set_params(input_period=1.0, output="voltages").fit(np.zeros((1, 1)))
        kick = np.zeros((6, 1))
        kick[0] = 1e5
        assert np.flatnonzero(pair.transform(kick)[:, 1])[0] == arrives + 1


# Steps of 0.1 ms after which a spike arrives in Brian2 2.9, which divides seconds.
HALF_STEPS = [(0.05, 1), (0.15, 1), (0.25, 3), (0.35, 4), (0.45, 5), (0.55, 6)]


@pytest.mark.parametrize("given", ["number", "four", "dense", "sparse", "input number", "input pair", "input matrix"])
def test_half_steps_of_every_kind_of_delay_are_those_of_brian2(given):
    for delay, steps in HALF_STEPS:
        weights, name = np.array([[0, 0], [1.0, 0]]), "delays"
        if given.startswith("input"):
            weights, name = np.zeros((2, 2)), "input_delays"
        value = {
            "number": delay, "four": (delay, 9.0, 9.0, 9.0), "pair": (delay, 9.0),
            "dense": np.full((2, 2), delay), "sparse": csr_array(weights * delay), "matrix": [[9.0], [delay]],
        }[given.split()[-1]]  # fmt: skip
        # Unit 1 receives either unit 0, which spikes at once, or the input itself.
        inputs = [[1e6], [0.0]] if name == "delays" else [[0.0], [1.0]]
        settings = {"background_current": 0.0, "dt": 0.1, "input_period": 0.1, "output": "voltages", "input": "spikes"}
        pair = LIFLiquid(recurrent_weights=weights, input_weights=inputs, inhibitory=0.0, **{name: value}, **settings)
        states = pair.fit(np.zeros((1, 1))).transform(np.eye(12, 1))[:, 1]
        # Input spikes come at the end of a step and move V in the next: unit 0 spikes one step later.
        assert np.flatnonzero(states)[0] == steps + 1 + (name == "delays"), delay
