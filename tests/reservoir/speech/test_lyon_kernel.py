import numpy as np
import pytest
from scipy.signal import lfilter

from reservoir.speech import LyonEar
from reservoir.speech.lyon import design_lyon_ear
from reservoir.speech.lyon_kernel import run_lyon_ear


def naive_lyon_ear(waveform, step, sections, rates, targets, difference, decay):
    """The ear stage by stage over the whole sound, as in the report."""
    taps, x = [], waveform
    for b0, b1, b2, a1, a2 in sections.T:
        x = lfilter([b0, b1, b2], [1.0, a1, a2], x)
        taps.append(np.maximum(x, 0.0))
    outputs = np.array(taps).T
    outputs[::step, :2] = 0.0
    for rate, target in zip(rates, targets, strict=True):
        attenuation = np.zeros(outputs.shape[1])
        for row in outputs:
            row *= 1.0 - attenuation
            neighbours = np.pad(attenuation, 1, mode="edge")
            spread = (neighbours[:-2] + attenuation + neighbours[2:]) / 3
            attenuation = np.minimum(rate / target * row + (1.0 - rate) * spread, 0.9)
    if difference:
        outputs[:, 1:] = np.maximum(outputs[:, :-1] - outputs[:, 1:], 0.0)
    if step > 1:
        outputs = lfilter([0.0, 0.0, (1 - decay) ** 2], [1.0, -2 * decay, decay**2], outputs, axis=0)
    return outputs[step - 1 :: step, 2:]


@pytest.mark.parametrize("step", [1, 7, 40])
@pytest.mark.parametrize("n_stages", [0, 4])
@pytest.mark.parametrize("difference", [False, True])
def test_agrees_with_its_twin(step, n_stages, difference):
    sections, centers = design_lyon_ear(8000.0, 4.0, 0.3)
    rates = -np.expm1(-1 / (np.array([0.64, 0.16, 0.04, 0.01]) * 8000))[:n_stages]
    targets = np.array([0.0032, 0.0016, 0.0008, 0.0004])[:n_stages]
    waveform = 0.5 * np.random.RandomState(step).standard_normal(280)
    frames = np.empty((280 // step, len(centers)))
    run_lyon_ear(waveform, step, sections, rates, targets, difference, 0.9, frames)
    expected = naive_lyon_ear(waveform, step, sections, rates, targets, difference, 0.9)
    np.testing.assert_allclose(frames, expected, rtol=1e-10, atol=1e-10 * expected.max())


def test_what_rings_on_after_the_sound_ends_as_zero():
    waveform = np.zeros(30 * 8000)
    waveform[0] = 1.0
    rates = LyonEar(gain_control=False, difference=False).fit_transform(waveform)
    assert rates[0].max() > 0 and not rates[-1].any()


def test_nan_is_never_lost():
    sections, centers = design_lyon_ear(8000.0, 4.0, 0.3)
    waveform = np.zeros(80)
    waveform[10] = np.nan
    frames = np.empty((2, len(centers)))
    run_lyon_ear(waveform, 40, sections, np.full(1, 0.1), np.full(1, 0.01), True, 0.9, frames)
    assert np.isnan(frames).all()
