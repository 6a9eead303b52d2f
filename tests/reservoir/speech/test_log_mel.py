from pathlib import Path

import numpy as np
import pytest

from reservoir.speech import LogMel
from reservoir.speech.log_mel import _FRAMES_AT_ONCE, _to_mel

PEER = np.load(Path(__file__).parents[2] / "fixtures" / "python_speech_features.npz")


def tone(frequency, n_samples=4000, rate=8000):
    return np.sin(2 * np.pi * frequency * np.arange(n_samples) / rate)


def test_the_definition_term_by_term():
    waveform = np.random.RandomState(0).standard_normal(450)
    log_mel = LogMel(frame_length=10.0, frame_step=5.0, n_bands=12, n_fft=128, pre_emphasis=0.9, floor=1e-3)
    frames = log_mel.fit_transform(waveform)
    emphasized = waveform - 0.9 * np.concatenate([[0.0], waveform[:-1]])
    padded = np.concatenate([emphasized, np.zeros(100)])
    edges = np.linspace(2595 * np.log10(1 + 50 / 700), 2595 * np.log10(1 + 4000 / 700), 14)
    t, bins = np.arange(80), np.arange(65)
    mels = 2595 * np.log10(1 + bins * 8000 / 128 / 700)
    for row in (0, 3, len(frames) - 1):
        piece = padded[40 * row : 40 * row + 80] * (0.54 - 0.46 * np.cos(2 * np.pi * t / 79))
        power = np.abs(np.exp(-2j * np.pi * np.outer(bins, t) / 128) @ piece) ** 2 / 128
        for band in range(12):
            rising = (mels - edges[band]) / (edges[band + 1] - edges[band])
            falling = (edges[band + 2] - mels) / (edges[band + 2] - edges[band + 1])
            energy = np.clip(np.minimum(rising, falling), 0, None) @ power
            assert frames[row, band] == pytest.approx(np.log(max(1e-3, energy)), abs=1e-10)


def test_mel_scale_of_a_peer():
    np.testing.assert_allclose(_to_mel(PEER["frequencies"]), PEER["mels"], rtol=1e-14)
    assert _to_mel(1000.0) == pytest.approx(1000.0, abs=0.02)  # what the scale is anchored at


def test_triangles_share_every_bin_between_the_outer_centers():
    log_mel = LogMel().fit(np.zeros(1))
    frequencies = np.arange(129) * 8000 / 256
    inside = (frequencies >= log_mel.center_frequencies_[0]) & (frequencies <= log_mel.center_frequencies_[-1])
    np.testing.assert_allclose(log_mel.filters_.sum(axis=0)[inside], 1.0, rtol=1e-12)
    assert not log_mel.filters_[:, frequencies < 50].any()
    assert not LogMel(high_frequency=3000.0).fit(np.zeros(1)).filters_[:, frequencies > 3000].any()


@pytest.mark.parametrize("frequency", [300.0, 1000.0, 2500.0, 3500.0])
def test_a_tone_peaks_in_its_band(frequency):
    log_mel = LogMel()
    loudest = log_mel.fit_transform(tone(frequency))[5].argmax()
    nearest = np.abs(_to_mel(log_mel.center_frequencies_) - _to_mel(frequency)).argmin()
    assert abs(loudest - nearest) <= 1 and (frequency < 1000 or loudest == nearest)


def test_ten_times_louder_is_log_100_more():
    quiet, loud = (LogMel().fit_transform(scale * tone(700.0)) for scale in (0.05, 0.5))
    np.testing.assert_allclose(loud - quiet, np.log(100.0), atol=1e-9)


def test_silence_is_the_floor():
    frames = LogMel(floor=1e-9).fit_transform(np.zeros(1000))
    np.testing.assert_array_equal(frames, np.full((11, 40), np.log(1e-9)))


def test_long_sound_in_blocks_is_what_its_pieces_are():
    log_mel = LogMel(frame_length=1.0, frame_step=1.0, n_bands=3, pre_emphasis=0.0, high_frequency=None, n_fft=32)
    waveform = np.random.RandomState(0).standard_normal(8 * (_FRAMES_AT_ONCE + 5))
    frames = log_mel.fit_transform(waveform)
    assert len(frames) == _FRAMES_AT_ONCE + 5
    np.testing.assert_allclose(frames[-5:], log_mel.transform(waveform[-40:]), rtol=1e-10)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"sampling_rate": 0}, "'sampling_rate' must be a number above 0; got 0"),
        ({"frame_length": "25"}, "'frame_length' must be a number above 0; got '25'"),
        ({"frame_step": 0.01}, "'frame_step' must last at least one sample"),
        ({"n_bands": 0}, "'n_bands' must be an integer of at least 1; got 0"),
        ({"n_bands": 120}, "'n_bands' must leave every .* Use fewer bands, a larger 'n_fft'"),
        ({"low_frequency": -1.0}, "'low_frequency' must be a number at least 0 and below 4000; got -1.0"),
        ({"low_frequency": 4000.0}, "'low_frequency' must be a number at least 0 and below 4000"),
        ({"high_frequency": 4001.0}, "'high_frequency' must be a number above 50 and at most 4000; got 4001.0"),
        ({"pre_emphasis": 1.5}, "'pre_emphasis' must be a number at least 0 and at most 1; got 1.5"),
        (
            {"n_fft": 199},
            "'n_fft' must be at least .* 200 samples by 'frame_length' and 'sampling_rate'; got 199",
        ),
        ({"floor": 0.0}, "'floor' must be a number above 0; got 0.0"),
    ],
)
def test_bad_parameters_are_named(parameters, message):
    with pytest.raises(ValueError, match=message):
        LogMel(**parameters).fit(np.zeros(1))


def test_more_bands_fit_into_a_longer_transform():
    assert LogMel(n_bands=120, n_fft=1024).fit_transform(tone(500.0)).shape == (49, 120)
