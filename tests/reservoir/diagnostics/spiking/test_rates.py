import numpy as np
import pytest

from reservoir import LIFLiquid
from reservoir.diagnostics.spiking import SpikeTrains, firing_rates, firing_rates_of_trains, spike_trains


def test_rates_are_counts_over_time():
    liquid = LIFLiquid(30, random_state=0, output="counts").fit(np.zeros((1, 2)))
    u = np.random.RandomState(1).standard_normal((60, 2))
    rates = firing_rates(liquid, u, washout=10)
    expected = liquid.transform(u)[10:].sum(axis=0) / 0.5
    np.testing.assert_allclose(rates.per_unit, expected)
    assert rates.mean == pytest.approx(expected.mean())
    assert rates.excitatory == pytest.approx(expected[~liquid.inhibitory_].mean())
    assert rates.inhibitory == pytest.approx(expected[liquid.inhibitory_].mean())
    assert rates.silent == np.mean(expected == 0)


def test_rate_of_a_unit_alone_is_that_of_its_equation():
    # tau log(I / (I - threshold)) from reset to threshold, and the refractory time: 1 / (2 + 20 log(2)) kHz.
    liquid = LIFLiquid(
        3, recurrent_scaling=0.0, background_current=30.0, dt=0.01, input_period=10.0, inhibitory=0.0, random_state=0
    ).fit(np.zeros((1, 1)))
    rates = firing_rates(liquid, np.zeros((500, 1)))
    assert rates.mean == pytest.approx(1000 / (2 + 20 * np.log(2)), rel=0.01)
    assert rates.inhibitory == 0.0 == rates.silent == rates.saturated


def test_saturated_beyond_half_of_what_refractoriness_allows():
    # Of at most 500 Hz: every 4 ms is half of it, every 3 ms more; a limit of dt takes the place of a shorter one.
    steps = np.concatenate([np.arange(0, 1000, 4), np.arange(0, 1000, 3)])
    units = np.repeat([0, 1], [250, 334])
    rates = firing_rates_of_trains(SpikeTrains(steps, units, 1000, 4, refractory=2.0))
    np.testing.assert_allclose(rates.per_unit, [250, 334, 0, 0])
    assert (rates.saturated, rates.silent) == (0.25, 0.5)
    assert firing_rates_of_trains(SpikeTrains(steps, units, 1000, 4, refractory=[2, 4, 0, 0])).saturated == 0.25
    assert firing_rates_of_trains(SpikeTrains(steps, units, 1000, 4)).saturated == 0
    assert firing_rates_of_trains(SpikeTrains([0], [0], 1, 1)).saturated == 0


@pytest.mark.parametrize(("refractory", "limit"), [(2.9, 2), (2.999, 3), (3.0, 3), (0.4, 1), (0.0, 1)])
def test_saturation_is_of_the_steps_that_a_unit_is_held(refractory, limit):
    seldom, often = (np.arange(0, 1200, interval) for interval in (2 * limit, 2 * limit - 1))
    trains = SpikeTrains(
        np.append(seldom, often), np.repeat([0, 1], [len(seldom), len(often)]), 1200, 2, refractory=refractory
    )
    assert firing_rates_of_trains(trains).saturated == 0.5
    liquid = LIFLiquid(2, recurrent_scaling=0.0, refractory=refractory, inhibitory=0.0, random_state=0).fit([[0.0]])
    np.testing.assert_array_equal(spike_trains(liquid, [[0.0]]).refractory, np.floor(refractory + 1e-3))


@pytest.mark.parametrize(("refractory", "dt", "apart"), [(2.9, 1.0, 2), (2.9, 0.5, 5), (0.25, 0.1, 2), (0.0, 0.5, 1)])
def test_units_whose_refractory_time_is_no_multiple_of_the_step_spike_at_the_highest_rate(refractory, dt, apart):
    # A current of 1 mA takes a unit to its threshold in every step in which it moves.
    settings = {"recurrent_scaling": 0.0, "inhibitory": 0.0, "input_period": 1.0, "dt": dt, "random_state": 0}
    liquid = LIFLiquid(3, background_current=1e6, refractory=refractory, **settings).fit([[0.0]])
    trains = spike_trains(liquid, np.zeros((60, 1)))
    assert set(np.diff(trains.steps[trains.units == 0])) == {apart}
    # Half of it is not saturated, and is exceeded by one spike more.
    half = np.arange(0, trains.n_steps, 2 * apart)
    for steps, share in ((half, 0.0), (np.append(half, 1), 1.0)):
        alone = SpikeTrains(steps, np.zeros_like(steps), 2 * apart * len(half), 1, dt=dt, refractory=refractory)
        assert firing_rates_of_trains(alone).saturated == share
    assert firing_rates(liquid, np.zeros((60, 1))).saturated == 1.0


def test_silence_has_rates_too():
    liquid = LIFLiquid(10, background_current=0.0, random_state=0).fit(np.zeros((1, 1)))
    rates = firing_rates(liquid, np.zeros((5, 1)))
    assert (rates.mean, rates.excitatory, rates.inhibitory, rates.silent, rates.saturated) == (0, 0, 0, 1, 0)
