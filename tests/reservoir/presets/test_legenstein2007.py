import numpy as np
import pytest
from circuit_measures import assert_moments, by_projection, expected_synapses, normal_moments, poisson, rates

from reservoir.presets import legenstein2007


def test_circuit():
    liquid = legenstein2007(weight_scale=2.0, random_state=0)
    assert liquid.inhibitory.shape == (540,) and liquid.inhibitory.sum() == 108
    mean, deviation = expected_synapses((6, 6, 15), liquid.inhibitory, (0.3, 0.2, 0.4, 0.1), 2.0)
    assert abs(liquid.recurrent_weights.nnz - mean) < 4 * deviation
    for values, mean in zip(
        by_projection([liquid.recurrent_weights], [liquid.inhibitory]), (2.4, 3.2, -6, -5.6), strict=True
    ):
        assert np.all(values * mean > 0)
        relative_mean, relative_deviation = normal_moments()
        assert_moments(values, relative_mean * mean, relative_deviation * abs(mean))
    assert 14.975 <= liquid.background_current.min() < 14.98 and 15.02 < liquid.background_current.max() <= 15.025
    inputs = liquid.input_weights
    assert inputs.shape == (540, 4)
    assert inputs[inputs != 0].mean() == pytest.approx(0.1, rel=0.08)
    assert (inputs != 0).mean() == pytest.approx(0.3, abs=0.04)


def test_units_left_alone_fire_at_the_intervals_of_the_closed_form():
    # T = refractory + tau log((Ib - Vreset) / (Ib - Vthreshold)) where Ib passes the threshold, never elsewhere.
    liquid = legenstein2007(weight_scale=0, random_state=0).fit(np.zeros((1, 4)))
    steps, units = liquid.spikes(np.zeros((1500, 4)))
    current = liquid.background_current
    assert not np.isin(np.flatnonzero(current <= 15), units).any()
    refractory = np.where(liquid.inhibitory, 2.0, 3.0)
    checked = 0
    for unit in np.flatnonzero(current > 15.002):
        intervals = np.diff(steps[units == unit]) * liquid.dt
        expected = refractory[unit] + 30 * np.log((current[unit] - 13.5) / (current[unit] - 15))
        checked += len(intervals)
        np.testing.assert_allclose(intervals, expected, rtol=0, atol=2 * liquid.dt)
    assert checked > 1000


@pytest.mark.parametrize("weight_scale", [1.0, 4.0])
def test_rates_are_those_quoted_from_the_paper(weight_scale):
    excitatory, inhibitory = rates(legenstein2007(weight_scale=weight_scale, random_state=1), poisson(20, 4, 1))
    assert 4 < excitatory < 9 and 5 < inhibitory < 15


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="'weight_scale' must be a number at least 0 and at most 1e.100; got -1"):
        legenstein2007(weight_scale=-1)
    with pytest.raises(ValueError, match="'length_scale' must be a number above 0"):
        legenstein2007(length_scale=-1.0)
