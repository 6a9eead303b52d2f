from pathlib import Path

import numpy as np
import pytest

from reservoir.speech import LyonEar
from reservoir.speech.lyon import design_lyon_ear

PEER = np.load(Path(__file__).parents[2] / "fixtures" / "lyon_ear.npz")
SETTINGS = {
    "standard": {},
    "broad": {"sampling_rate": 16000.0, "frame_step": 3.0, "quality": 4.0, "step_factor": 0.25, "smoothing": 1.5},
    "plain": {"frame_step": 25.0, "gain_control": False, "difference": False},
}


def response(sections, frequencies, rate):
    delays = np.exp(-2j * np.pi * np.outer(np.arange(3), frequencies) / rate)
    denominators = np.concatenate([np.ones((1, sections.shape[1])), sections[3:]])
    return (sections[:3].T @ delays) / (denominators.T @ delays)


@pytest.mark.parametrize("setting", SETTINGS)
def test_agrees_with_a_port_of_the_auditory_toolbox(setting):
    rates = LyonEar(**SETTINGS[setting]).fit_transform(PEER["waveform"])
    expected = PEER[setting]  # without the frame that is filled up
    np.testing.assert_allclose(rates[: len(expected)], expected, rtol=1e-9, atol=1e-12 * expected.max())


def test_agrees_with_the_port_where_it_is_installed():
    calc = pytest.importorskip("lyon.calc", reason="lyon is not installed; what it computed is compared above anyway")
    waveform = 0.2 * np.random.RandomState(0).standard_normal(1600)
    expected = calc.LyonCalc().lyon_passive_ear(waveform, 8000, 80, tau_factor=2)
    np.testing.assert_allclose(LyonEar(smoothing=2.0).fit_transform(waveform), expected, rtol=1e-9, atol=1e-15)


def test_channels_are_evenly_spaced_in_bandwidths():
    # The integral of 1 / bandwidth from one centre to the next is the step, by quadrature.
    _, centers = design_lyon_ear(16000.0, 8.0, 0.25)
    assert len(centers) == 86  # as many as the Auditory Toolbox lays out for 16 kHz
    for upper, lower in zip(centers[:3], centers[1:4], strict=True):
        frequencies = np.linspace(lower, upper, 2001)
        middle = (frequencies[1:] + frequencies[:-1]) / 2
        steps = np.sum(np.diff(frequencies) * 8 / np.sqrt(middle**2 + 1000**2))
        assert steps == pytest.approx(0.25, rel=1e-6)
    assert centers[-1] > 1000 / np.sqrt(4 * 64 - 1)  # below, poles would be real


def test_gains_of_the_stages():
    sections, centers = design_lyon_ear(16000.0, 8.0, 0.25)
    np.testing.assert_allclose(np.abs(response(sections[:, :2], [4000.0], 16000.0)), 1.0, rtol=1e-12)
    ratios = centers[:-1] / centers[1:]
    expected = np.concatenate([ratios[:1], ratios])
    np.testing.assert_allclose(response(sections[:, 2:], [0.0], 16000.0)[:, 0].real, expected, rtol=1e-9)
    denominators = np.concatenate([np.ones((1, sections.shape[1])), sections[3:]])
    assert max(np.abs(np.roots(one)).max() for one in denominators.T) < 1  # stable


@pytest.mark.parametrize("frequency", [300.0, 1000.0, 2500.0])
def test_a_tone_peaks_near_its_place(frequency):
    ear = LyonEar()
    rates = ear.fit_transform(0.1 * np.sin(2 * np.pi * frequency * np.arange(4000) / 8000))
    loudest = ear.center_frequencies_[rates[20:].mean(axis=0).argmax()]
    assert loudest == pytest.approx(frequency, rel=0.15)


def test_gain_control_levels_loudness_and_adapts():
    t = np.arange(8000) / 8000
    quiet, loud = (scale * np.sin(2 * np.pi * 1000 * t) for scale in (0.01, 0.5))
    plain, adapted = (LyonEar(gain_control=on).fit(loud) for on in (False, True))
    assert plain.transform(loud).max() == pytest.approx(50 * plain.transform(quiet).max(), rel=1e-9)
    assert adapted.transform(loud).max() < 10 * adapted.transform(quiet).max()
    loudness = adapted.transform(loud).sum(axis=1)
    assert loudness[:20].max() > 1.05 * loudness[-1]  # an onset stands out


def test_rates_are_finite_and_never_negative():
    noise = np.clip(np.random.RandomState(0).standard_normal(3000), -1, 1)
    for sound in (noise, 100 * noise, np.ones(500), np.zeros(500), np.array([0.5])):
        rates = LyonEar().fit_transform(sound)
        assert np.isfinite(rates).all() and (rates >= 0).all()
        assert len(rates) == -(-len(sound) // 80)
    assert not LyonEar().fit_transform(np.zeros(500)).any()


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"quality": 0.5}, "'quality' must be a number above 0.5 and at most 1e.06; got 0.5"),
        ({"step_factor": 0.0}, "'step_factor' must be a number above 0; got 0.0"),
        ({"step_factor": 10.0}, "'step_factor' must leave room for two channels .* Use a smaller step_factor"),
        ({"sampling_rate": 100.0, "frame_step": 50.0}, "'step_factor' must leave room for two channels"),
        ({"smoothing": 0}, "'smoothing' must be a number above 0; got 0"),
        ({"gain_control": 1}, "'gain_control' must be True or False; got 1"),
        ({"difference": "yes"}, "'difference' must be True or False; got 'yes'"),
        ({"frame_step": 0.0}, "'frame_step' must be a number above 0; got 0.0"),
    ],
)
def test_bad_parameters_are_named(parameters, message):
    with pytest.raises(ValueError, match=message):
        LyonEar(**parameters).fit(np.zeros(100))
