import numpy as np
from spiking_circuits import U

from reservoir import LIFLiquid


def test_noise_is_the_same_in_slices_of_any_size(monkeypatch):
    liquid = LIFLiquid(20, noise=5.0, random_state=0).fit(U)
    whole = liquid.transform(U)
    assert len(liquid.spikes(U)[0]) > 20
    monkeypatch.setattr("reservoir.spiking.simulation.NOISE_AT_ONCE", 3 * 20 * 10)
    np.testing.assert_array_equal(liquid.transform(U), whole)
