import numpy as np
import pytest

from reservoir.presets import cuba


@pytest.fixture(scope="module")
def liquid():
    return cuba(random_state=0).fit(np.zeros((1, 1)))


@pytest.fixture(scope="module")
def spikes(liquid):
    return liquid.spikes(np.zeros((2000, 1)))


def test_circuit(liquid):
    weights = liquid.recurrent_weights
    assert weights.shape == (4000, 4000)
    assert not liquid.inhibitory[:3200].any() and liquid.inhibitory[3200:].all()
    assert abs(weights.nnz - 320_000) < 4 * np.sqrt(320_000)
    sources = weights.tocoo().col
    np.testing.assert_allclose(weights.data[sources < 3200], 1.62)
    np.testing.assert_allclose(weights.data[sources >= 3200], -9)
    assert -60 <= liquid.initial_voltage.min() < -59.9 and -50.1 < liquid.initial_voltage.max() < -50


def test_a_unit_alone_relaxes_to_the_leak():
    # V = -49 + (V0 + 49) exp(-t / 20), until it passes the threshold of -50.
    liquid = cuba(n_units=80, random_state=0)
    silenced = 0 * liquid.recurrent_weights
    liquid.set_params(recurrent_weights=silenced, output="voltages", threshold=-40.0, reset=-60.0)
    voltages = liquid.fit_transform(np.zeros((30, 1)))
    expected = -49 + (liquid.initial_voltage + 49) * np.exp(-np.arange(1, 31)[:, None] / 20)
    np.testing.assert_allclose(voltages, expected, rtol=0, atol=1e-9)


def test_rate_and_irregularity(spikes):
    # Brian 2.9 on three networks of its own: 5.5, 5.5 and 6.2 Hz in 2 s, coefficients of 0.63, 0.61 and 0.63.
    steps, units = spikes
    assert 4.8 < len(steps) / 4000 / 2 < 6.8
    coefficients = []
    for times in np.split(steps[np.argsort(units, kind="stable")], np.cumsum(np.bincount(units))[:-1]):
        intervals = np.diff(times)
        if len(intervals) > 4:
            coefficients.append(intervals.std() / intervals.mean())
    assert len(coefficients) > 2000 and 0.55 < np.mean(coefficients) < 0.7


def test_first_spikes_are_those_of_brian(spikes):
    # Brian 2.9 (method "exact", dt 0.1 ms), given this network, fired the same 42946 spikes in 2 s, unit by unit.
    steps, _ = spikes
    assert np.sum(steps < 500) == 1368


def test_current_reaches_every_unit():
    liquid = cuba(2, n_units=200, random_state=0)
    assert liquid.input_weights.shape == (200, 2)
    driven, left = (liquid.fit_transform(np.full((200, 2), current)).sum() for current in (2.0, 0.0))
    assert driven > left


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="'n_units' must be an integer of at least 80; got 79"):
        cuba(n_units=79)
    with pytest.raises(ValueError, match="'n_inputs' must be an integer of at least 1; got 0"):
        cuba(0)
