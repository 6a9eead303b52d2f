import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from readouts import RidgeReadout
from reservoir import EchoStateReservoir, LocalForecaster

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
