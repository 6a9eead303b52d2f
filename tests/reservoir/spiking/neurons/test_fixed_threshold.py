import numpy as np

from reservoir.spiking.neurons.fixed_threshold import FixedThreshold, Voltage, reaches_threshold, to_reset


def test_a_unit_spikes_at_its_threshold_not_below():
    spike = FixedThreshold(threshold=15.0, reset=-2.0)
    assert reaches_threshold(spike, Voltage(15.0))
    assert not reaches_threshold(spike, Voltage(np.nextafter(15.0, 0.0)))
    assert not reaches_threshold(spike, Voltage(np.nan))
    assert to_reset(spike, Voltage(15.0)) == Voltage(-2.0)
