import numpy as np
import pytest
from numpy.testing import assert_array_equal

from reservoir import EchoStateReservoir
from reservoir.driving.stacked_states import StackedStates


@pytest.mark.parametrize("n_series", [3, 8, 41])
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_states_of_all_series_are_one_array(n_series, n_jobs):
    X = np.random.RandomState(0).standard_normal((n_series, 7, 2)).astype(np.float32)
    reservoir = EchoStateReservoir(20, dtype="float32", random_state=0).fit(X)
    stacked = StackedStates(n_series, 7)
    reservoir.drive_many(X, stacked, n_jobs=n_jobs)
    assert_array_equal(stacked.states, np.stack([reservoir.run(x)[0] for x in X]), strict=True)


def test_there_is_room_for_series_that_follow_each_other():
    stacked = StackedStates(5, 3)
    room = stacked.room(np.array([1, 2, 3]), 2, np.float64)
    assert np.shares_memory(room, stacked.states) and room.shape == (3, 3, 2)
    assert stacked.room(np.array([0, 2, 3]), 2, np.float64) is None
