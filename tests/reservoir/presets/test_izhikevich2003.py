import numpy as np
import pytest
from scipy.signal import welch

from reservoir.presets import izhikevich2003
from reservoir.spiking.noise import draw_noise


@pytest.fixture(scope="module")
def liquid():
    return izhikevich2003(random_state=0).fit(np.zeros((1, 1)))


@pytest.fixture(scope="module")
def spikes(liquid):
    return liquid.spikes(np.zeros((20_000, 1)))


def test_circuit(liquid):
    weights = liquid.recurrent_weights.toarray()
    assert weights.shape == (1000, 1000) and np.count_nonzero(weights) == 1_000_000
    assert not liquid.inhibitory[:800].any() and liquid.inhibitory[800:].all()
    for values, largest in ((weights[:, :800], 0.5), (weights[:, 800:], -1.0)):
        share = values / largest
        assert share.min() > 0 and share.max() < 1
        assert abs(share.mean() - 0.5) < 5 * np.sqrt(1 / 12 / share.size)
    np.testing.assert_array_equal(liquid.noise_, np.where(liquid.inhibitory, 2.0, 5.0))
    assert not liquid.program_.decay.any()  # currents last for one step
    assert not liquid.refractory_.any()
    np.testing.assert_array_equal(liquid.initial_recovery_, liquid.b_ * -65.0)
    assert len(np.unique(liquid.d_[:800])) == 800 and len(np.unique(liquid.a_[800:])) == 200


def test_spikes_are_those_of_the_program_of_the_paper(liquid, spikes):
    # The printed program line by line, in time with this library: its first test finds nothing.
    a, b, c, d, S = liquid.a_, liquid.b_, liquid.reset_, liquid.d_, liquid.recurrent_weights_.toarray()
    v, firings = np.full(1000, -65.0), []
    u = b * v
    thalamic = draw_noise(liquid.noise_, liquid._noise_seed, 0, 300, 1, np.float64)
    for t in range(300):
        I = thalamic[t]  # noqa: E741
        fired = np.flatnonzero(v >= 30)
        firings += [(t - 1, unit) for unit in fired]
        v[fired] = c[fired]
        u[fired] = u[fired] + d[fired]
        I = I + S[:, fired].sum(axis=1)  # noqa: E741
        v = v + 0.5 * (0.04 * v**2 + 5 * v + 140 - u + I)
        v = v + 0.5 * (0.04 * v**2 + 5 * v + 140 - u + I)
        u = u + a * (b * v - u)
    ours = np.transpose(spikes)
    assert len(firings) > 1500
    np.testing.assert_array_equal(ours[ours[:, 0] < 299], firings)


def test_rates(spikes):
    # The program, with weights and noise of its own in three runs of 20 s: 7.1 to 7.3 Hz and 6.7 to 7.0 Hz.
    counts = np.bincount(spikes[1], minlength=1000) / 20
    assert 6.8 < counts[:800].mean() < 7.7
    assert 6.4 < counts[800:].mean() < 7.3


def test_alpha_and_gamma_rhythms(spikes):
    # The program: peaks at 8 Hz and 29 to 34 Hz, and 0.2 and 0.4 times as much as the lower at 12 and 20 Hz.
    rate = np.bincount(spikes[0], minlength=20_000)
    frequencies, power = welch(rate - rate.mean(), fs=1000, nperseg=1000)
    alpha, gamma = (highest(frequencies, power, *band) for band in ((2, 15), (20, 80)))
    assert 7 <= alpha[0] <= 10 and 27 <= gamma[0] <= 40
    between = power[(frequencies > 10) & (frequencies < 20)].min()
    assert alpha[1] > gamma[1] > 2.5 * between
    assert power[frequencies > 100].max() < 0.1 * gamma[1]
    # Not of a clock: intervals of a unit vary by about half of their mean.
    intervals = [np.diff(times) for times in by_unit(*spikes) if len(times) > 20]
    assert len(intervals) > 900 and 0.4 < np.mean([one.std() / one.mean() for one in intervals]) < 0.55


def test_without_synapses_there_is_no_rhythm(liquid):
    alone = izhikevich2003(random_state=0)
    alone.set_params(recurrent_weights=0 * alone.recurrent_weights).fit(np.zeros((1, 1)))
    rate = np.bincount(alone.spikes(np.zeros((5000, 1)))[0], minlength=5000)
    frequencies, power = welch(rate - rate.mean(), fs=1000, nperseg=1000)
    band = power[(frequencies >= 5) & (frequencies <= 80)]
    assert band.max() < 4 * np.median(band) and band.max() < 0.05


def highest(frequencies, power, low, high):
    inside = np.flatnonzero((frequencies >= low) & (frequencies <= high))
    best = inside[power[inside].argmax()]
    return frequencies[best], power[best]


def by_unit(steps, units):
    order = np.argsort(units, kind="stable")
    return np.split(steps[order], np.cumsum(np.bincount(units, minlength=1000))[:-1])


def test_smaller_networks_receive_as_much():
    liquid = izhikevich2003(n_units=200, random_state=0)
    weights = liquid.recurrent_weights.toarray()
    assert liquid.inhibitory.sum() == 40 and 2.49 < weights.max() <= 2.5 and -5.0 <= weights.min() < -4.99
    assert 6 < 1000 * liquid.fit_transform(np.zeros((2000, 1))).mean() < 10


def test_current_reaches_every_unit():
    liquid = izhikevich2003(2, n_units=200, random_state=0)
    assert liquid.input_weights.shape == (200, 2)
    driven, left = (liquid.fit_transform(np.full((300, 2), current)).sum() for current in (1.0, 0.0))
    assert driven > left


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="'n_units' must be an integer of at least 10; got 9"):
        izhikevich2003(n_units=9)
    with pytest.raises(ValueError, match="'n_inputs' must be an integer of at least 1; got 0"):
        izhikevich2003(0)
