"""Memory of a given input: what it must be, and that it is taken as if it had been drawn."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import NVAR, EchoStateReservoir, MeasuredReservoir
from reservoir.diagnostics import information_processing_capacity, memory_function, nonlinear_memory_map
from reservoir.diagnostics.memory.given_drive import drive_for_memory
from reservoir.diagnostics.memory.random_drive import random_drive

U = np.random.RandomState(0).uniform(-1, 1, (10 + 5 + 300, 1))
SETTINGS = {"max_delay": 5, "n_steps": None, "washout": 10, "input_range": (-1, 1), "column": None, "random_state": 0}
LIVE = EchoStateReservoir(4, random_state=0).fit(U)


def drive(reservoir=LIVE, inputs=U, uniform=True, **changes):
    return drive_for_memory(reservoir, inputs, uniform=uniform, **SETTINGS | changes)


def test_a_given_input_is_taken_as_if_it_were_drawn():
    given, drawn = drive(), random_drive(LIVE, **SETTINGS | {"n_steps": 300})
    assert_array_equal(given.states, drawn.states)
    assert_array_equal(given.signal, drawn.signal)
    assert_array_equal(drive(inputs=None, n_steps=300).states, drawn.states)


def test_the_range_only_scales_the_signal():
    nvar = NVAR(2, order=1).fit(U)
    given = drive(nvar, 3 * U + 4, input_range=(1, 7))
    assert_allclose(given.signal, U[10:, 0], atol=1e-14)


def test_fewer_steps_are_the_first():
    assert_array_equal(drive(n_steps=200).states, drive().states[:200])
    assert_array_equal(drive(n_steps=100_000).states, drive().states)  # no more than there are


def test_columns_that_hold_one_signal_or_none():
    rows = np.hstack([U, 2 - U, np.ones_like(U)])
    reservoir = EchoStateReservoir(4, random_state=0).fit(rows)
    assert_array_equal(drive(reservoir, rows).signal, U[10:, 0])
    other = np.hstack([U, U[::-1]])
    reservoir = EchoStateReservoir(4, random_state=0).fit(other)
    with pytest.raises(ValueError, match="'column' must say which column of 'inputs' holds the signal"):
        drive(reservoir, other)
    assert_array_equal(drive(reservoir, other, column=1).signal, U[::-1][10:, 0])


class Sum:
    def run(self, X, state=0.0):
        states = state + np.cumsum(X, axis=0)
        return states, states[-1]


def test_an_object_of_another_origin():
    assert drive(Sum()).states.shape == (300, 1)
    with pytest.raises(ValueError, match="'inputs' must"):
        drive(Sum(), np.hstack([U, U]))


@pytest.mark.parametrize(
    ("inputs", "changes", "message"),
    [
        (np.cumsum(U, axis=0), {"uniform": False}, "independent from row to row.*with the row 1 before"),
        (np.repeat(U, 3, axis=0), {}, "independent from row to row"),
        (np.ones((400, 1)), {}, "'inputs' must vary"),
        (2 * U, {}, "'inputs' must lie within 'input_range', -1 to 1; got values from -1.9"),
        (U**3, {}, "'inputs' must be uniform in 'input_range'"),
        (U, {"input_range": (-3, 3)}, "uniform in 'input_range', -3 to 3"),
        (
            U[:100],
            {},
            "at least 131 rows: 10 for 'washout', 5 for 'max_delay', four for each.*got 100",
        ),
        (U, {"n_steps": 50}, "'n_steps' must be at least 116"),
        (U, {"max_delay": 250}, "at least 376 rows: 10 for 'washout', 250 for 'max_delay'"),
        (np.hstack([U, U]), {}, "inputs has 2 features"),
        ([U, U], {}, "of many pass one"),
        (np.where(U[3] == U, np.nan, U), {}, "inputs contains NaN"),
        (U, {"column": 1}, "'column' must be None or the position"),
    ],
)
def test_inputs_that_do_not_do(inputs, changes, message):
    with pytest.raises(ValueError, match=message):
        drive(inputs=inputs, **changes)


def test_normal_noise_does_for_linear_memory_only():
    noise = np.random.RandomState(1).standard_normal((400, 1))
    settings = {"inputs": noise, "max_delay": 5, "washout": 10}
    assert memory_function(LIVE, **settings).capacity[0] > 0.8
    for measure in (information_processing_capacity, nonlinear_memory_map):
        with pytest.raises(ValueError, match="'inputs' must"):
            measure(LIVE, **settings)


def test_a_linear_reservoir_is_simulated_where_inputs_are_given():
    line = NVAR(3, order=1).fit(U)
    memory = memory_function(line, inputs=U, max_delay=5, washout=10)
    assert memory.n_steps == 300
    assert_allclose(memory.capacity[:3], 1, atol=1e-9)
    assert_allclose(memory.capacity[3:], 0, atol=0.05)
    with pytest.raises(ValueError, match="'method' must be 'auto' or 'simulated' with 'inputs'"):
        memory_function(line, inputs=U, method="exact")


def test_of_several_recordings_one_must_be_named():
    states = LIVE.transform([U, -U])
    measured = MeasuredReservoir([U, -U], states).fit()
    with pytest.raises(ValueError, match="'inputs' must be the input of one recording, of which there are 2; got None"):
        drive(measured, None)
    assert_array_equal(drive(measured, -U).states, states[1][15:])
    assert_array_equal(drive(MeasuredReservoir(U, states[0]).fit(), None).states, states[0][15:])
