"""Inputs and states that were recorded together, and those that were not."""

import numpy as np
import pytest
from builders import series
from numpy.testing import assert_array_equal
from sklearn.base import BaseEstimator

from reservoir.series.recordings import groups_of_equal, read_recordings

U, STATES = series(12, 2), series(12, 3, seed=1)


@pytest.fixture
def estimator():
    one = BaseEstimator()
    one.n_features_in_ = 2
    return one


def read(estimator, inputs, states, samples_per_step=1):
    return read_recordings(estimator, inputs, states, samples_per_step, np.dtype(np.float64))


@pytest.mark.parametrize("inputs", [U, U.tolist()])
@pytest.mark.parametrize("states", [STATES, STATES.tolist()])
def test_one(estimator, inputs, states):
    (recording,), names = read(estimator, inputs, states)
    assert_array_equal(recording.inputs, U)
    assert_array_equal(recording.states, STATES)
    assert names is None and vars(estimator) == {"n_features_in_": 2}


def test_several_of_more_units_than_steps(estimator):
    wide = np.hstack([STATES] * 20)
    recordings, _ = read(estimator, [U, U + 1], np.stack([wide, wide]))
    assert [x.states.shape for x in recordings] == [(12, 60), (12, 60)]


def test_a_single_channel(estimator):
    recordings, _ = read(estimator, U, STATES[:, 0])
    assert_array_equal(recordings[0].states, STATES[:, :1])


def test_they_are_no_views(estimator):
    (recording,), _ = read(estimator, U, STATES)
    assert not np.shares_memory(recording.inputs, U) and not np.shares_memory(recording.states, STATES)


@pytest.mark.parametrize(
    ("states", "samples", "message"),
    [
        (STATES[:-1], 1, r"'states' must have a row for every row of 'inputs', 12 here; got 11\. Cut both"),
        (np.vstack([STATES] * 3), 1, "got 36. If every row of input was sampled 3 times, pass it as samples_per_step"),
        (STATES, 2, r"must have 2 rows \('samples_per_step'\) for every row of 'inputs', 24 here; got 12\."),
        ([STATES], 1, "as many series as 'inputs', in the same container; got 1 series in a list .* beside one series"),
        ([STATES, STATES[:, :1]], 1, "same number of features"),
        (np.where(STATES[3, 1] == STATES, np.nan, STATES), 1, "states contains NaN"),
        (np.where(STATES[3, 1] == STATES, np.inf, STATES), 1, "states contains infinity"),
        (STATES[:0], 1, "states"),
        ("states", 1, "states"),
        (None, 1, "states"),
        (STATES + 1j, 1, "[Cc]omplex"),
    ],
)
def test_states_that_do_not_belong_to_the_inputs(estimator, states, samples, message):
    with pytest.raises((ValueError, TypeError), match=message):
        read(estimator, U, states, samples)


def test_the_recording_is_named(estimator):
    with pytest.raises(ValueError, match=r"'states\[1\]' must have a row for every row of 'inputs\[1\]'"):
        read(estimator, [U, U], [STATES, STATES[:5]])


@pytest.mark.parametrize(
    ("inputs", "message"),
    [(np.where(U[2, 1] == U, np.nan, U), "inputs contains NaN"), (U[:, :1], "inputs has 1 features"), ("u", "inputs")],
)
def test_inputs_that_cannot_be_read(estimator, inputs, message):
    with pytest.raises(ValueError, match=message):
        read(estimator, inputs, STATES)


def test_equal_inputs_are_grouped_whatever_the_sign_of_their_zeros():
    inputs = [U, STATES, U.copy(), U[:5], np.asfortranarray(U), np.zeros((2, 1)), -np.zeros((2, 1))]
    assert groups_of_equal(inputs) == [[0, 2, 4], [1], [3], [5, 6]]
