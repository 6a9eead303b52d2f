from math import exp, log

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from reservoir.speech import LIFEncoder
from reservoir.speech.lif_encoder import run_lif_encoder

UNIT = [[0.0], [1.0]]


def lif_spikes(currents, tau, refractory, frame_step):
    """Spike times of one channel by small exact steps: (frame, time in the frame)."""
    step = 1e-3
    n_steps, held = round(frame_step / step), round(refractory / step)
    keep, v, waiting, found = exp(-step / tau), 0.0, 0, []
    for frame, current in enumerate(currents):
        for k in range(n_steps):
            if waiting:
                waiting -= 1
                continue
            v = current + (v - current) * keep
            if v >= 1:
                v, waiting = 0.0, held
                found.append((frame, (k + 1) * step))
    return found


@pytest.mark.parametrize("refractory", [0.0, 2.0, 13.0])
def test_agrees_with_small_steps(refractory):
    currents = np.random.RandomState(0).uniform(-1.0, 6.0, 40)
    spikes = np.zeros((400, 1))
    run_lif_encoder(currents[:, None], 20.0, refractory, 10.0, 10, spikes)
    slow = lif_spikes(currents, 20.0, refractory, 10.0)
    assert spikes.sum() == len(slow) > 15
    times = [frame * 10 + time for frame, time in slow]
    fast = np.repeat(np.arange(400), spikes[:, 0].astype(int))
    np.testing.assert_allclose(fast + 0.5, times, atol=0.55)


@pytest.mark.parametrize("refractory", [0.0, 0.04, 2.0, 2.37])  # whether or not it is a whole number of substeps
@pytest.mark.parametrize("n_substeps", [1, 7])
def test_spike_times_of_a_constant_current_are_those_of_the_closed_form(refractory, n_substeps):
    values = np.linspace(0.05, 1.0, 9)
    encoder = LIFEncoder(4.0, 0.2, refractory=refractory, n_substeps=n_substeps).fit(UNIT)
    for value in values:
        spikes = encoder.transform(np.full((100, 1), value))[:, 0]
        current = 4 * value + 0.2
        if current <= 1:
            assert not spikes.any()
            continue
        rise = 20 * log(current / (current - 1))
        times = np.arange(rise, 1000, rise + refractory)
        expected = np.bincount((times / (10 / n_substeps)).astype(int), minlength=100 * n_substeps)
        assert_array_equal(spikes, expected)
        assert abs(spikes.sum() - 1000 / (rise + refractory)) <= 1


def test_finer_counting_does_not_move_spikes():
    x = np.random.RandomState(0).uniform(size=(60, 4))
    coarse, fine = (LIFEncoder(n_substeps=n_substeps).fit_transform(x) for n_substeps in (1, 50))
    assert_array_equal(fine.reshape(60, 50, 4).sum(axis=1), coarse)


def test_a_current_at_the_threshold_never_fires_and_one_above_does():
    held = np.full((2000, 1), 1.0)
    assert not LIFEncoder(1.0).fit(UNIT).transform(held).any()
    assert LIFEncoder(1.001).fit(UNIT).transform(held).any()


def test_the_bias_sets_where_firing_starts():
    encoder = LIFEncoder(2.0, 0.5).fit(UNIT)
    quiet, loud = (encoder.transform(np.full((200, 1), value)).sum() for value in (0.249, 0.251))
    assert quiet == 0 and loud > 0
    assert LIFEncoder(2.0, 3.0).fit(UNIT).transform(np.zeros((50, 1))).sum() > 0


def test_a_frame_shorter_than_the_refractory_period():
    spikes = LIFEncoder(50.0, refractory=35.0, n_substeps=1).fit(UNIT).transform(np.ones((100, 1)))
    rise = 20 * log(50 / 49)
    assert spikes.sum() == len(np.arange(rise, 1000, rise + 35))
    assert spikes.max() == 1


def test_spikes_do_not_depend_on_what_comes_later():
    x = np.random.RandomState(0).uniform(size=(30, 2))
    encoder = LIFEncoder().fit(x)
    assert_array_equal(encoder.transform(x[:12]), encoder.transform(x)[:120])


def test_extreme_parameters_give_numbers():
    x = np.random.RandomState(0).uniform(size=(30, 2))
    for parameters in ({"bias": -1e308}, {"tau_membrane": 1e-300, "refractory": 1.0}, {"tau_membrane": 1e300}):
        assert np.isfinite(LIFEncoder(**parameters).fit_transform(x)).all()


@pytest.mark.parametrize(
    "parameters", [{"gain": 1e9, "refractory": 0.0}, {"gain": 1e308, "bias": 1e308, "refractory": 0}]
)
def test_too_many_spikes_are_refused(parameters):
    with pytest.raises(ValueError, match="'gain' and 'bias' must keep a neuron below 1e\\+06 spikes per frame; got"):
        LIFEncoder(**parameters).fit(UNIT)
