import pickle
from collections import namedtuple

import numpy as np
import pytest

from reservoir import LIFLiquid, LIFState
from reservoir.spiking.neurons.leaky_integrate_and_fire import run_lif
from reservoir.spiking.state import spiking_state
from reservoir.spiking.synapse_kernel import flight_is_possible

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


@pytest.mark.parametrize("step", [2**62, 2**63, 2**70])
def test_a_step_that_no_clock_counts_is_refused(step):
    with pytest.raises(ValueError, match="'step' must be an integer from 0 to 2\\*\\*62"):
        LIQUID.run(ROW, STATE._replace(step=step))


@pytest.mark.parametrize("part", ["voltage", "current", "trace"])
def test_what_overflows_in_the_precision_of_the_liquid_is_refused(part):
    single = LIFLiquid(10, delays=3.0, random_state=0, dtype="float32").fit(ROW)
    with pytest.raises(ValueError, match=f"its '{part}' must be a finite float32 array"):
        single.run(ROW, STATE._replace(**{part: np.full_like(getattr(STATE, part), 1e300)}))


def test_arrays_of_any_order_continue_alike():
    known = len(run_lif.signatures), len(flight_is_possible.signatures)
    in_flight = np.asfortranarray(STATE.in_flight)
    in_flight.setflags(write=False)
    odd = STATE._replace(in_flight=in_flight, current=np.asfortranarray(STATE.current), step=np.int32(STATE.step))
    np.testing.assert_array_equal(LIQUID.run(ROW, odd)[0], LIQUID.run(ROW, STATE)[0])
    assert (len(run_lif.signatures), len(flight_is_possible.signatures)) == known  # nothing was compiled anew


@pytest.mark.parametrize(
    "names, message",
    [
        (["potential"], "must have a field 'voltage'; got potential"),
        (["voltage", "current"], "must not have a field 'current', which every state has"),
        (["step", "voltage"], "must not have a field 'step'"),
    ],
)
def test_variables_that_make_no_state_are_refused(names, message):
    with pytest.raises(ValueError, match=f"'variables' {message}"):
        spiking_state("State", __name__, namedtuple("Variables", names))


def test_the_state_at_rest_is_not_to_be_changed():
    liquid = LIFLiquid(5, random_state=0).fit(np.ones((3, 2)))
    with pytest.raises(ValueError, match="read-only"):
        liquid.rest().voltage[:] = 10
    with pytest.raises(ValueError, match="read-only"):
        pickle.loads(pickle.dumps(liquid)).rest().voltage[:] = 10
