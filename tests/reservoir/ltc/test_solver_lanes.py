import numpy as np
from numpy.testing import assert_array_equal

from reservoir.ltc.solver import set_charge
from reservoir.ltc.solver_lanes import copy_lanes, end_lanes, finish_lanes, repeat_lanes, set_charge_lanes


def test_charge_and_number_of_steps_of_every_lane():
    capacitance, times = np.array([1.0, 3.0]), np.array([1.0, 0.0, 2.0, 10.0, 5.0])
    charge, n_steps = np.full((2, 5), 9.0), np.full(5, 99)
    for stiffness in (0.0, 2.0, 7.0):
        most = set_charge_lanes(capacitance, times, 4, stiffness, charge, n_steps, 4)
        alone = np.empty(2)
        for lane in range(4):
            assert n_steps[lane] == set_charge(capacitance, times[lane], 4, stiffness, alone)
            assert_array_equal(charge[:, lane], alone)
        assert most == n_steps[:4].max()
    assert n_steps[4] == 99 and np.all(charge[:, 4] == 9)


def test_lanes_are_copied_and_filled_up_to_the_width():
    target = np.zeros((2, 4))
    copy_lanes(np.arange(6.0).reshape(2, 3), target, 2)
    assert_array_equal(target, [[0, 1, 0, 0], [3, 4, 0, 0]])
    repeat_lanes(np.array([5.0, 6.0]), target, 3)
    assert_array_equal(target, [[5, 5, 5, 0], [6, 6, 6, 0]])


def test_a_lane_is_written_down_after_its_own_last_step():
    row, n_steps = np.zeros((2, 4)), np.array([1, 2, 1, 1])
    finish_lanes(1, n_steps, np.full((2, 4), 7.0), row, 3)
    finish_lanes(2, n_steps, np.full((2, 4), 8.0), row, 3)
    assert_array_equal(row, [[7, 8, 7, 0]] * 2)


def test_a_lane_ends_as_it_was_after_its_own_last_row():
    states = np.arange(24.0).reshape(4, 2, 3)
    own, state = np.full((2, 2, 3), 5.0), np.full((2, 2, 3), -1.0)
    end_lanes(np.array([2, 2, 1, 0]), states, own, state)
    assert_array_equal(state[0], [[states[2, 0, 0], states[1, 0, 1], -1], [states[2, 1, 0], states[1, 1, 1], -1]])
    assert_array_equal(state[1], [[5, 5, -1]] * 2)
    without = np.full((1, 2, 3), -1.0)
    end_lanes(np.array([2, 2, 1, 0]), states, own[:1], without)
    assert_array_equal(without[0], state[0])
