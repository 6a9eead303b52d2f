import numpy as np
import pytest
from spiking_circuits import lone_unit

from reservoir import LIFLiquid
from reservoir.spiking.refractory import N_LISTS, far_below, release_units, schedule_release

# Intervals in steps of 0.1 ms as Brian2 2.9 has them; see make_brian2_steps.py for many more.
REFRACTORY = [(0.0, 1), (0.03, 1), (0.1, 1), (0.5, 5), (0.59, 5), (1.25, 12), (2.0, 20), (2.99, 29), (3.0, 30)]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("refractory", "interval"), REFRACTORY)
def test_a_unit_is_refractory_for_whole_steps(refractory, interval, dtype):
    unit = lone_unit(refractory=refractory, dtype=dtype)
    steps, _ = unit.spikes(np.full((20, 1), 1e6))
    assert set(np.diff(steps)) == {interval}
    assert np.maximum(unit.refractory_steps_, 1) == interval


def test_every_unit_and_every_population_is_refractory_for_steps_of_its_own():
    times, intervals = np.transpose(REFRACTORY)
    inhibitory = np.arange(len(times)) % 2 == 1
    settings = {"input_weights": np.ones((len(times), 1)), "dt": 0.1, "recurrent_weights": np.diag(0 * times)}
    for refractory, expected in ((times, intervals), ((1.25, 0.03), np.where(inhibitory, 1, 12))):
        liquid = LIFLiquid(refractory=refractory, inhibitory=inhibitory, **settings).fit(np.zeros((1, 1)))
        steps, units = liquid.spikes(np.full((20, 1), 1e6))
        assert [set(np.diff(steps[units == unit])) for unit in range(len(times))] == [{one} for one in expected]
        np.testing.assert_array_equal(np.maximum(liquid.refractory_steps_, 1), expected)


def test_a_long_refractory_time_in_single_precision_is_that_of_double():
    single, double = (lone_unit(refractory=5000.3, dtype=dtype) for dtype in ("float32", "float64"))
    assert single.refractory_steps_ == double.refractory_steps_ == 50003


def test_units_come_back_in_their_step_with_the_voltage_that_they_were_held_at():
    release = np.array([7, 7 + N_LISTS, 7, 9])  # the first three share a list
    voltage, held = np.full(4, -1e30), np.array([1.0, 2.0, 3.0, 4.0])
    lists = np.full(N_LISTS, -1), np.empty(4, np.int64)
    for unit in range(4):
        schedule_release(unit, release, *lists)
    for step, back in ((6, []), (7, [0, 2]), (9, [0, 2, 3]), (7 + N_LISTS, [0, 1, 2, 3])):
        release_units(step, release, *lists, held, voltage)
        assert np.flatnonzero(voltage > 0).tolist() == back
    np.testing.assert_array_equal(voltage, held)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_far_below_is_below_any_threshold_and_can_still_be_computed_with(dtype):
    assert -np.finfo(dtype).max < far_below(np.zeros(1, dtype)) < -1e30
