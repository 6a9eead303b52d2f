import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy import stats
from sklearn.base import clone

from reservoir.speech import PoissonEncoder

LADDER = np.linspace(0, 1, 5)[None, :]


def encoder(**parameters):
    """Fitted so that a value from 0 to 1 is itself."""
    return PoissonEncoder(**({"random_state": 0} | parameters)).fit(np.vstack([np.zeros(5), np.ones(5)]))


def test_mean_and_fano_factor_of_every_channel():
    spikes = encoder(max_rate=200.0, frame_step=5.0, n_substeps=2).transform(np.repeat(LADDER, 20_000, axis=0))
    mean, n_steps = 0.5 * LADDER[0], len(spikes)  # 200 Hz in steps of 2.5 ms
    np.testing.assert_allclose(spikes.mean(axis=0), mean, atol=4 * np.sqrt(0.5 / n_steps))
    fano = spikes[:, 1:].var(axis=0) / spikes[:, 1:].mean(axis=0)
    np.testing.assert_allclose(fano, 1.0, atol=4 * np.sqrt((2 + 1 / 0.125) / n_steps))
    assert not spikes[:, 0].any()


def test_counts_follow_the_poisson_law():
    spikes = encoder(max_rate=1000.0, n_substeps=5).transform(np.full((4000, 5), 0.75)).ravel()  # mean 1.5
    observed = np.bincount(np.minimum(spikes, 6).astype(int))
    law = stats.poisson(1.5)
    expected = len(spikes) * np.append(law.pmf(np.arange(6)), law.sf(5))
    assert stats.chisquare(observed, expected).pvalue > 0.001


def test_channels_and_steps_are_independent():
    spikes = encoder(max_rate=500.0).transform(np.full((2000, 5), 1.0))
    n_steps = len(spikes)
    correlation = np.corrcoef(spikes.T) - np.eye(5)
    serial = [np.corrcoef(channel[:-1], channel[1:])[0, 1] for channel in spikes.T]
    assert np.abs(correlation).max() < 4.5 / np.sqrt(n_steps) and np.abs(serial).max() < 4.5 / np.sqrt(n_steps)


def test_series_that_differ_in_one_value_are_independent():
    x = np.full((2000, 5), 1.0)
    other = x.copy()
    other[-1, -1] = 0.999
    first, second = encoder(max_rate=500.0).transform([x, other])
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 4.5 / np.sqrt(first.size)


def test_a_series_has_its_spikes_wherever_it_stands():
    series = [np.random.RandomState(seed).uniform(size=(8, 5)) for seed in range(6)]
    together = encoder().transform(series)
    for alone, spikes in zip(series, together, strict=True):
        assert_array_equal(encoder().transform(alone), spikes)
    assert_array_equal(encoder().transform([series[3], series[0]])[0], together[3])
    assert_array_equal(encoder().transform(-0.0 * series[0]), encoder().transform(0.0 * series[0]))


def test_shape_counts_as_content():
    ones = np.ones((10, 2))
    fitted = PoissonEncoder(500.0, random_state=0).fit([[0.0, 0.0], [1.0, 1.0]])
    single = PoissonEncoder(500.0, random_state=0).fit([[0.0], [1.0]])
    assert not np.array_equal(fitted.transform(ones).ravel(), single.transform(ones.reshape(-1, 1)).ravel())


def test_seeds():
    x = np.ones((50, 5))
    same, again, other = (encoder(random_state=seed).transform(x) for seed in (3, 3, 4))
    assert_array_equal(same, again)
    assert not np.array_equal(same, other)
    unseeded = encoder(random_state=None)
    assert_array_equal(unseeded.transform(x), unseeded.transform(x))
    assert not np.array_equal(unseeded.transform(x), clone(unseeded).fit(x - LADDER).transform(x))


def test_the_stream_stays_the_same_from_release_to_release():
    fitted = PoissonEncoder(300.0, n_substeps=2, random_state=0).fit([[0.0], [1.0]])
    assert fitted.transform([[0.0], [0.5], [1.0], [2.0]]).ravel().tolist() == [0, 0, 0, 1, 3, 2, 2, 2]


def test_a_rate_of_too_many_spikes_is_refused():
    with pytest.raises(ValueError, match="'max_rate' must make at most 1e\\+06 spikes per frame; got 1e\\+14 Hz"):
        encoder(max_rate=1e14)
