import tracemalloc

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from readouts import RidgeReadout
from reservoir import EchoStateReservoir, LocalForecaster
from reservoir.local_forecaster import readout_rows

FIELD = np.random.RandomState(0).standard_normal((60, 6, 40))


def model(**parameters):
    reservoir = EchoStateReservoir(8, random_state=5)
    settings = {"patch": (3, 4), "halo": 1, "washout": 10, "range_factor": None} | parameters
    return LocalForecaster(reservoir, RidgeReadout(1.0), **settings)


def test_reservoirs_readouts_and_states_are_in_the_order_of_the_patches():
    fitted = model(shared=False).fit(FIELD)
    assert len(fitted.patches_.groups()) > 2
    for number in range(20):
        reservoir, place = fitted.reservoirs_[number], fitted.patches_.seen([number])[0]
        window = fitted.scale_.apply(np.ascontiguousarray(FIELD.reshape(60, -1)[:, place]), np.dtype(float))
        states = reservoir.transform(window)
        assert_allclose(fitted.states_[number], states[-2], atol=1e-14)
        own = RidgeReadout(1.0).fit(np.hstack([states, window])[10:-1], window[11:, :12])
        assert_allclose(fitted.readouts_[number].coef_, own.coef_, atol=1e-10)
    assert len({reservoir.random_state for reservoir in fitted.reservoirs_}) == 20


def test_noise_is_that_of_the_seed_and_another_one_in_each_patch():
    same = [model(noise=0.1, random_state=1).fit(FIELD).readouts_[0].coef_ for _ in range(2)]
    assert_array_equal(*same)
    other = model(noise=0.1, random_state=2).fit(FIELD).readouts_[0].coef_
    assert np.abs(other - same[0]).max() > 1e-3
    alike = np.tile(FIELD[:, :3, :4], (1, 2, 10))
    each = model(noise=0.1, random_state=1, shared=False, halo=0).fit(alike).readouts_
    assert np.abs(each[0].coef_ - each[1].coef_).max() > 1e-3


@pytest.mark.parametrize("shared", [True, False])
def test_memory_does_not_grow_with_the_states_of_all_steps(shared, monkeypatch):
    monkeypatch.setattr(readout_rows, "MOST_HELD", 0)
    field = np.random.RandomState(0).standard_normal((6000, 64))
    fitted = LocalForecaster(EchoStateReservoir(100, random_state=0), RidgeReadout(1.0), patch=4, halo=2, shared=shared)
    tracemalloc.start()
    try:
        fitted.fit(field)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    states = field.shape[0] * 16 * 100 * 8
    assert peak < states / 2
