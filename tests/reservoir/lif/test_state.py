import numpy as np
import pytest

from reservoir import LIFLiquid, LIFState

LIQUID = LIFLiquid(10, delays=3.0, input_scaling=50.0, random_state=0).fit(np.ones((2, 2)))
_, STATE = LIQUID.run(np.ones((5, 2)))
ROW = np.ones((1, 2))


def test_a_state_of_the_same_liquid_passes_in_its_precision():
    single = LIFLiquid(10, delays=3.0, random_state=0, dtype="float32").fit(ROW)
    _, state = single.run(ROW, STATE)
    assert isinstance(state, LIFState)
    assert state.voltage.dtype == np.float32
    assert state.step == STATE.step + 10


def test_spikes_in_flight_are_those_of_the_longest_delay():
    row = np.ones((5, 2))
    steps, units = LIQUID.spikes(row)
    late = steps >= STATE.step - 3
    assert late.any()
    np.testing.assert_array_equal(STATE.in_flight[:, 0], steps[late])
    np.testing.assert_array_equal(STATE.in_flight[:, 1], units[late])
    assert np.all(STATE.in_flight[:, 2] == 1)


@pytest.mark.parametrize(
    "change",
    [
        {"voltage": np.zeros(9)},
        {"voltage": np.full(10, np.nan)},
        {"current": np.zeros(10)},
        {"trace": [0.0] * 10},
        {"release": np.zeros(10)},
        {"in_flight": np.zeros((2, 2), int)},
        {"in_flight": np.zeros(3, int)},
        {"in_flight": np.zeros((1, 3))},
        {"in_flight": np.array([[46, 0, 1]])},
        {"in_flight": np.array([[50, 0, 1]])},
        {"in_flight": np.array([[48, 12, 1]])},
        {"in_flight": np.array([[48, 0, 0]])},
        {"in_flight": np.array([[48, 1, 1], [48, 1, 1]])},
        {"in_flight": np.array([[49, 1, 1], [48, 1, 1]])},
        {"delivered": np.zeros(3, int)},
        {"step": -1},
        {"step": 1.5},
    ],
    ids=str,
)
def test_another_state_is_refused_by_the_name_of_its_part(change):
    with pytest.raises(ValueError, match=f"'state' must be a LIFState.*; its '{next(iter(change))}'"):
        LIQUID.run(ROW, STATE._replace(**change))
