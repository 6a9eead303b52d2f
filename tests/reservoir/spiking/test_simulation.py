import numpy as np
from spiking_circuits import U

from reservoir import LIFLiquid


def test_noise_is_the_same_in_slices_of_any_size(monkeypatch):
    liquid = LIFLiquid(20, noise=5.0, random_state=0).fit(U)
    whole = liquid.transform(U)
    assert len(liquid.spikes(U)[0]) > 20
    monkeypatch.setattr("reservoir.spiking.simulation.NOISE_AT_ONCE", 3 * 20 * 10)
    np.testing.assert_array_equal(liquid.transform(U), whole)


def test_events_are_gathered_in_runs_of_as_many_rows_as_memory_is_reserved_for(monkeypatch):
    liquid = LIFLiquid(20, noise=5.0, random_state=0).fit(U)
    steps, units, end = liquid.events(U)
    assert len(steps) > 20
    monkeypatch.setattr("reservoir.spiking.simulation.MOST_RESERVED", 3 * 20)
    again = liquid.events(U)
    np.testing.assert_array_equal(again[0], steps)
    np.testing.assert_array_equal(again[1], units)
    for part, same in zip(end, again[2], strict=True):
        np.testing.assert_array_equal(part, same)


def test_a_simulation_without_states_ends_alike():
    liquid = LIFLiquid(20, random_state=0).fit(U)
    states, end = liquid.drive(U)
    none, same, (_, _, n_spikes) = liquid.simulate(U, liquid.rest(), 0)
    assert states.shape == (len(U), 20) and none.shape == (len(U), 0)
    assert n_spikes == len(liquid.spikes(U)[0]) > 20
    for part, other in zip(end, same, strict=True):
        np.testing.assert_array_equal(part, other)
