import numpy as np
import pytest

from reservoir.speech.frames import check_frequency, count_samples, cut_frames, power_spectra


def naive_frames(waveform, length, step):
    frames, start = [], 0
    while True:
        piece = waveform[start : start + length]
        frames.append(np.concatenate([piece, np.zeros(length - len(piece))]))
        if start + length >= len(waveform):
            return np.array(frames)
        start += step


@pytest.mark.parametrize(("length", "step"), [(5, 2), (5, 5), (5, 7), (1, 1), (4, 3)])
@pytest.mark.parametrize("n_samples", [1, 4, 5, 6, 7, 23, 24])
def test_frames_cover_every_sample(n_samples, length, step):
    waveform = np.random.RandomState(0).standard_normal(n_samples)
    frames = cut_frames(waveform, length, step)
    assert len(frames) == 1 + int(np.ceil(max(0, n_samples - length) / step))
    np.testing.assert_array_equal(frames, naive_frames(waveform, length, step))


def test_milliseconds_become_whole_samples():
    assert [count_samples("frame_length", 25.0, rate) for rate in (8000.0, 16000.0, 11025.0)] == [200, 400, 276]
    # Half samples go up: framesig of python_speech_features 0.6 cuts 10 ms at 22,050 Hz into frames of 221.
    assert [count_samples("frame_step", ms, 22050.0) for ms in (10.0, 30.0, 50.0)] == [221, 662, 1103]
    with pytest.raises(
        ValueError,
        match=r"'frame_step' must last at least one sample, 0.125 ms at the 'sampling_rate' of 8000 Hz; got 0.05",
    ):
        count_samples("frame_step", 0.05, 8000.0)
    with pytest.raises(ValueError, match="'frame_step' must be a number above 0; got 0"):
        count_samples("frame_step", 0, 8000.0)


@pytest.mark.parametrize("milliseconds", [2**63, 1e308])
def test_frames_that_no_memory_holds_are_refused_at_once(milliseconds):
    with pytest.raises(ValueError, match="'frame_step' must be small enough .* the 'sampling_rate' of 8000 Hz"):
        count_samples("frame_step", milliseconds, 8000.0)


@pytest.mark.parametrize("n_fft", [64, 65, 128])
def test_parseval(n_fft):
    frames = np.random.RandomState(1).standard_normal((7, 60))
    window = np.hamming(60)
    spectra = power_spectra(frames, window, n_fft)
    mirrored = spectra[:, 1 : (n_fft + 1) // 2]
    total = spectra.sum(axis=1) + mirrored.sum(axis=1)
    np.testing.assert_allclose(total, ((window * frames) ** 2).sum(axis=1), rtol=1e-12)


def test_a_tone_on_a_bin_fills_that_bin():
    tone = 3.0 * np.cos(2 * np.pi * 5 * np.arange(32) / 32)
    expected = np.zeros(17)
    expected[5] = (3.0 * 32 / 2) ** 2 / 32
    np.testing.assert_allclose(power_spectra(tone[None], np.ones(32), 32)[0], expected, atol=1e-12)


def test_a_frequency_is_refused_beside_the_sampling_rate():
    assert check_frequency("high_frequency", 4000, 8000.0, at_most=4000.0) == 4000.0
    with pytest.raises(ValueError, match="'high_frequency' must be .* at most 100; got 4000. Half the 'sampling_rate'"):
        check_frequency("high_frequency", 4000, 200.0, at_most=100.0)
