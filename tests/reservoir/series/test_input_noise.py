import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.signal import lfilter
from sklearn.base import clone
from sklearn.linear_model import LinearRegression

from readouts import RidgeReadout
from reservoir import EchoStateReservoir
from reservoir.forecaster import Forecaster, training
from reservoir.series.input_noise import BLOCK, add_noise
from reservoir.series.lazy_series import lazily

WAVES = np.column_stack([np.sin(0.2 * np.arange(420)), np.cos(0.31 * np.arange(420))])


def forecaster(**settings):
    return Forecaster(EchoStateReservoir(20, random_state=0), RidgeReadout(1e-4), washout=50, **settings)


def test_noise_shrinks_the_weight_of_what_it_blurs():
    # u(t+1) = r u(t) + e(t): with noise of variance s on the input, least squares gives r v / (v + s), v that of u.
    random = np.random.RandomState(0)
    series = lfilter([1.0], [1.0, -0.8], random.standard_normal((20_000, 2)), axis=0)
    none = {"input_weights": np.eye(2), "bias": 0.0, "leak_rate": 1.0, "activation": "identity"}
    wire = EchoStateReservoir(recurrent_weights=np.zeros((2, 2)), **none)
    settings = {"passthrough": False, "noise": [0.0, 1.5], "random_state": 3, "transformer": None}
    fitted = Forecaster(wire, LinearRegression(), **settings).fit(series)
    variance = series.var(axis=0)
    assert_allclose(np.diag(fitted.readout_.coef_), 0.8 * variance / (variance + [0, 1.5**2]), atol=0.02)
    again = clone(fitted).fit(series)
    assert_array_equal(fitted.readout_.coef_, again.readout_.coef_)
    assert_array_equal(fitted.state_, series[-2])  # what is continued is the series without noise
    increments = clone(fitted).set_params(target="increment").fit(series)
    assert_allclose(increments.readout_.coef_, fitted.readout_.coef_ - np.eye(2), atol=1e-10)


def test_wrong_noise_is_refused():
    with pytest.raises(ValueError, match="'noise' must be a number at least 0; got -1"):
        forecaster(noise=-1).fit(WAVES)
    with pytest.raises(ValueError, match="'noise' must be one number or one per feature"):
        forecaster(noise=[1, 2, 3]).fit(WAVES)


def test_noise_is_the_same_however_many_rows_are_driven_at_once(monkeypatch):
    expected = forecaster(noise=0.1, random_state=0).fit([WAVES, WAVES[:200]]).readout_.coef_
    monkeypatch.setattr(training, "ROWS_AT_ONCE", 17)
    assert_allclose(forecaster(noise=0.1, random_state=0).fit([WAVES, WAVES[:200]]).readout_.coef_, expected, rtol=1e-9)
    alone = np.random.RandomState(0)
    forecaster(noise=0.1, random_state=alone).fit(WAVES)
    drawn = np.random.RandomState(0)
    drawn.standard_normal((len(WAVES) - 1, WAVES.shape[1]))
    drawn.randint(2**31 - 1)  # the seed of sample paths
    assert alone.randint(2**31) == drawn.randint(2**31)


def silence(n_rows, n_columns=3):
    return lazily(np.zeros((n_rows, n_columns)), np.dtype(float))


def test_noise_is_what_one_draw_of_it_would_be():
    inputs = [silence(BLOCK + 5), silence(3), silence(2 * BLOCK)]
    noisy = add_noise(inputs, [1.0, 0.5], 2, 7)
    drawn = np.random.RandomState(7).standard_normal((sum(map(len, inputs)), 2)) * [1.0, 0.5]
    everything = np.concatenate([rows[:] for rows in noisy])
    assert_array_equal(everything[:, :2], drawn)
    assert not everything[:, 2:].any()


@pytest.mark.parametrize("rows", [slice(0, 1), slice(3, 3), slice(BLOCK - 1, BLOCK + 1), slice(BLOCK, 2 * BLOCK + 3)])
def test_rows_may_be_taken_in_any_order_and_again(rows):
    (noisy,) = add_noise([silence(2 * BLOCK + 9)], 0.1, 3, 0)
    whole = noisy[:]
    assert_array_equal(noisy[rows], whole[rows])
    assert_array_equal(pickle.loads(pickle.dumps(noisy))[rows], whole[rows])


def test_without_noise_inputs_stay_what_they_are_and_nothing_is_drawn():
    inputs, random_state = [silence(9)], np.random.RandomState(0)
    assert add_noise(inputs, 0.0, 3, random_state) is inputs
    assert random_state.randint(2**31) == np.random.RandomState(0).randint(2**31)
