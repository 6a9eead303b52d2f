import time

import numpy as np
import pytest
from scipy.signal import sosfilt

from reservoir.speech import Gammatone
from reservoir.speech.frames import count_frames, cut_frames
from reservoir.speech.gammatone_kernel import run_gammatone

SECTIONS = Gammatone(n_bands=7).fit(np.zeros(1)).sections_


def filtered(waveform, length, step, half_wave):
    frames = np.empty((count_frames(waveform.size, length, step), len(SECTIONS)))
    run_gammatone(waveform, SECTIONS, length, step, half_wave, frames)
    return frames


def naive_gammatone(waveform, length, step, half_wave):
    """One band at a time through SciPy's filter, then the frames."""
    columns = []
    for sections in SECTIONS:
        passed = sosfilt(sections, waveform)
        detected = np.maximum(passed, 0.0) if half_wave else passed * passed
        columns.append(cut_frames(detected, length, step).mean(axis=1))
    return np.stack(columns, axis=1)


@pytest.mark.parametrize("half_wave", [False, True])
@pytest.mark.parametrize(
    ("n_samples", "length", "step"), [(2000, 200, 80), (2000, 40, 90), (333, 80, 80), (5, 200, 80)]
)
def test_agrees_with_its_twin(n_samples, length, step, half_wave):
    waveform = np.random.RandomState(0).standard_normal(n_samples)
    expected = naive_gammatone(waveform, length, step, half_wave)
    np.testing.assert_allclose(filtered(waveform, length, step, half_wave), expected, rtol=1e-12)


def test_the_decay_after_the_sound_ends_as_zero_and_costs_no_more():
    sound = np.random.RandomState(0).standard_normal(80_000)
    click = np.zeros(80_000)
    click[0] = 1.0
    seconds = []
    for waveform in (sound, click):
        start = time.process_time()
        frames = filtered(waveform, 200, 80, False)
        seconds.append(time.process_time() - start)
    assert not frames[-1].any()
    assert seconds[1] < 8 * seconds[0]  # denormal numbers: more than 40 times


def test_nan_is_never_lost():
    waveform = np.zeros(300)
    waveform[250] = np.nan
    for half_wave in (False, True):
        frames = filtered(waveform, 100, 100, half_wave)
        assert np.isfinite(frames[:2]).all() and np.isnan(frames[2]).all()
