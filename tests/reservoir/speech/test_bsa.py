from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.signal import firwin

from reservoir.speech import BSAEncoder
from reservoir.speech.bsa import run_bsa

STORED = Path(__file__).parents[2] / "fixtures" / "spikify_spikes.npz"


def bsa(signal, taps, threshold):
    """The published rule: sums over the values that are left, subtraction from them."""
    rest, spikes = signal.copy(), np.zeros_like(signal)
    for channel in range(signal.shape[1]):
        for t in range(len(signal)):
            window = rest[t : t + len(taps), channel]
            kernel = taps[: len(window)]
            if np.abs(window - kernel).sum() <= np.abs(window).sum() - threshold:
                spikes[t, channel] = 1
                window -= kernel
    return spikes


def band_limited(n_steps=1500, highest=0.02, seed=0):
    """Sines below ``highest`` of the Nyquist frequency, two channels."""
    random = np.random.RandomState(seed)
    frequencies = random.uniform(0.1, 1.0, (6, 2)) * highest
    phases = random.uniform(0, 2 * np.pi, (6, 2))
    return np.sin(np.pi * frequencies * np.arange(n_steps)[:, None, None] + phases).sum(axis=1)


def test_hand_worked_example():
    # t = 0: error1 = 0 + 0.5, error2 = 1.5, 0.5 <= 1.5 - 1: a spike; 0, 0.5, 0.75, 0.25 are left.
    # t = 1: error1 = 0 + 0.25, error2 = 1.25, 0.25 <= 0.25: a spike; 0, 0, 0.25, 0.25 are left.
    # t = 2: error1 = 0.5, error2 = 0.5; t = 3, one value left: 0.25 and 0.25. No spike.
    signal, spikes = np.array([[0.5], [1.0], [0.75], [0.25]]), np.zeros((4, 1))
    run_bsa(signal, np.array([0.5, 0.5]), 1.0, spikes)
    assert_array_equal(spikes[:, 0], [1, 1, 0, 0])
    assert_array_equal(signal[:, 0], [0, 0, 0.25, 0.25])


@pytest.mark.parametrize(("threshold", "n_taps", "cutoff"), [(0.955, 20, 0.1), (0.7, 9, 0.3), (0.2, 25, 0.2)])
def test_agrees_with_the_definition(threshold, n_taps, cutoff):
    x = np.random.RandomState(0).uniform(size=(200, 3))
    spikes = BSAEncoder(threshold, n_taps=n_taps, cutoff=cutoff).fit_transform(x)
    scaled = (x - x.min(axis=0)) / (x.max(axis=0) - x.min(axis=0))
    assert_array_equal(spikes, bsa(scaled, firwin(n_taps, cutoff), threshold))


def test_agrees_with_spikify_where_its_windows_are_whole():
    with np.load(STORED) as peer:
        for (n_taps, cutoff, threshold), expected in zip(peer["cases"], peer["spikes"], strict=True):
            encoder = BSAEncoder(threshold, n_taps=int(n_taps), cutoff=cutoff)
            whole = len(expected) - int(n_taps) + 1
            assert expected.sum() > 500
            assert_array_equal(encoder.fit_transform(peer["signal"])[:whole], expected[:whole])


def test_a_band_limited_signal_comes_back():
    x = 40 * band_limited() - 7
    encoder = BSAEncoder().fit(x)
    assert (encoder.signal_to_noise(x) > 20).all()
    middle = slice(50, -50)
    error = np.abs(encoder.decode(encoder.transform(x)) - x)[middle]
    assert error.max() < 0.15 * np.ptp(x)


def test_the_ratio_is_that_of_signal_and_error_power():
    X = [band_limited(300), band_limited(200, seed=1)]
    encoder = BSAEncoder(n_taps=12).fit(X)
    x, decoded = np.concatenate(X), np.concatenate(encoder.decode(encoder.transform(X)))
    power = ((x - encoder.low_) ** 2).sum(axis=0) / ((x - decoded) ** 2).sum(axis=0)
    assert_allclose(encoder.signal_to_noise(X), 10 * np.log10(power), rtol=1e-10)


@pytest.mark.parametrize("threshold", [0.8, 0.9, 0.955])
def test_a_constant_makes_spikes_from_the_value_of_the_formula_on_in_its_fraction_of_the_steps(threshold):
    fitted = BSAEncoder(threshold).fit([[0.0], [1.0]])
    values = np.linspace(0.0, 0.3, 3001)
    lost = np.maximum(fitted.taps_ - values[:, None], 0.0).sum(axis=1)
    lowest = values[lost <= (1 - threshold) / 2][0]
    assert not fitted.transform(np.full((300, 1), lowest - 1e-3)).any()
    for value in (lowest + 1e-3, 0.2, 0.3, 0.5):
        rate = fitted.transform(np.full((3000, 1), value))[100:-100].mean()
        assert abs(rate - value) < 0.04


def test_decoding_is_a_causal_convolution():
    encoder = BSAEncoder(n_taps=5).fit([[-2.0], [6.0]])
    spikes = np.array([1.0, 0, 0, 1, 1, 0, 0])
    assert_allclose(encoder.decode(spikes[:, None])[:, 0], -2 + 8 * np.convolve(spikes, encoder.taps_)[:7], rtol=1e-13)
    assert encoder.taps_.sum() == pytest.approx(1.0, rel=1e-14)


def test_a_series_shorter_than_the_filter_is_silent_and_decoded_as_its_lower_end():
    encoder = BSAEncoder(n_taps=20).fit([[2.0], [3.0]])
    short = np.full((5, 1), 3.0)
    assert not encoder.transform(short).any()
    assert_array_equal(encoder.decode(encoder.transform(short)), np.full((5, 1), 2.0))
    assert_allclose(encoder.signal_to_noise(short), 0.0, atol=1e-12)


def test_ratios_without_signal_or_without_error():
    x = np.column_stack([np.full(50, 5.0), np.linspace(0, 1, 50)])
    encoder = BSAEncoder(n_taps=1, threshold=0.5).fit(x)
    assert encoder.signal_to_noise(x)[0] == np.inf
    assert encoder.signal_to_noise(np.array([[5.0, 0.0], [5.0, 1.0]]))[1] == np.inf
    with_offset = np.array([[7.0, 0.0]])
    assert encoder.signal_to_noise(with_offset)[0] == 0.0  # all is lost of what fit did not know


def test_extreme_scales_do_not_change_the_ratio():
    x = band_limited(300)
    expected = BSAEncoder().fit(x).signal_to_noise(x)
    for scale in (1e-200, 1e200):
        assert_allclose(BSAEncoder().fit(x * scale).signal_to_noise(x * scale), expected, rtol=1e-6)


def test_the_series_is_left_as_it_was_though_the_kernel_subtracts():
    x = band_limited(100)
    before = x.copy()
    BSAEncoder().fit(x).signal_to_noise(x)
    assert_array_equal(x, before)
