import numpy as np
import pytest

from reservoir.presets import coba


@pytest.fixture(scope="module")
def liquid():
    return coba(random_state=0).fit(np.zeros((1, 1)))


@pytest.fixture(scope="module")
def spikes(liquid):
    return liquid.spikes(np.zeros((2000, 1)))


def test_circuit(liquid):
    weights = liquid.recurrent_weights
    assert weights.shape == (4000, 4000)
    assert not liquid.inhibitory[:3200].any() and liquid.inhibitory[3200:].all()
    assert abs(weights.nnz - 320_000) < 4 * np.sqrt(320_000)
    sources = weights.tocoo().col
    np.testing.assert_allclose(weights.data[sources < 3200], 0.6)
    np.testing.assert_allclose(weights.data[sources >= 3200], -6.7)
    assert 0.01 < np.mean(liquid.initial_voltage >= -50) < 0.03 and -60 <= liquid.initial_voltage.min() < -59.9


def test_a_unit_alone_is_pulled_to_where_leak_and_conductances_cancel():
    # 0.5 uS of either kind that hardly fade: (-60 + 0.5 * 0 + 0.5 * -80) / 2 = -50, with 20 ms / 2.
    liquid = coba(n_units=80, random_state=0)
    silenced, held = 0 * liquid.recurrent_weights, {"tau_excitatory": 1e15, "tau_inhibitory": 1e15}
    liquid.set_params(recurrent_weights=silenced, output="voltages", threshold=-40.0, **held).fit([[0.0]])
    voltages, _ = liquid.run(np.zeros((30, 1)), liquid.rest()._replace(current=np.full((2, 80), 0.5)))
    expected = -50 + (liquid.initial_voltage + 50) * np.exp(-np.arange(1, 31)[:, None] / 10)
    np.testing.assert_allclose(voltages, expected, rtol=0, atol=1e-9)


def test_rate_and_irregularity(spikes):
    # Networks of their own, three each: Brian 2.9 at 18.1, 18.6 and 19.0 Hz, intervals having coefficients of 1.7 to
    # 1.8; NEST 3.10 (iaf_cond_exp, Poisson spikes for the first 50 ms) at 17.0, 19.5 and 18.5 Hz.
    steps, units = spikes
    assert 16.5 < len(steps) / 4000 / 2 < 21
    coefficients = []
    for times in np.split(steps[np.argsort(units, kind="stable")], np.cumsum(np.bincount(units))[:-1]):
        intervals = np.diff(times)
        if len(intervals) > 4:
            coefficients.append(intervals.std() / intervals.mean())
    assert len(coefficients) > 2000 and 1.5 < np.mean(coefficients) < 1.9


def test_spikes_are_those_of_brian(spikes):
    # Brian 2.9 (method "exponential_euler", dt 0.1 ms), given this network, fired the same 144543 spikes in 2 s, unit
    # by unit. The network is chaotic: one spike a step early makes another number of these after a second.
    steps, _ = spikes
    assert (np.sum(steps < 500), np.sum(steps < 10_000)) == (3406, 73813)


@pytest.mark.parametrize("seed", [1, 2])
def test_it_wakes_and_goes_on_with_other_seeds_and_other_beginnings(seed):
    liquid = coba(random_state=seed).fit(np.zeros((1, 1)))
    v, excitatory, inhibitory = np.random.RandomState(seed).standard_normal((3, 4000))
    conductances = np.stack([4 + 1.5 * excitatory, 20 + 12 * inhibitory])
    start_of_brian = liquid.rest()._replace(voltage=-65 + 5 * v, current=conductances)
    for state in (None, start_of_brian):
        counts, _ = liquid.run(np.zeros((1000, 1)), state)
        assert 15 < 1000 * counts[500:].mean() < 28


def test_it_sleeps_unless_it_is_woken():
    liquid = coba(random_state=0).set_params(initial_voltage=-60.0).fit(np.zeros((1, 1)))
    assert len(liquid.spikes(np.zeros((500, 1)))[0]) == 0


def test_current_reaches_every_unit():
    liquid = coba(2, n_units=200, random_state=0)
    assert liquid.input_weights.shape == (200, 2)
    driven, left = (liquid.fit_transform(np.full((200, 2), current)).sum() for current in (10.0, 0.0))
    assert driven > left


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="'n_units' must be an integer of at least 80; got 79"):
        coba(n_units=79)
    with pytest.raises(ValueError, match="'n_inputs' must be an integer of at least 1; got 0"):
        coba(0)
