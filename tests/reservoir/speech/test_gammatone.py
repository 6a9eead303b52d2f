import numpy as np
import pytest
from scipy.signal import freqz, gammatone, sosfilt, sosfreqz

from reservoir.speech import Gammatone
from reservoir.speech.gammatone import design_gammatone, equivalent_rectangular_bandwidth


def tone(frequency, amplitude=1.0):
    return amplitude * np.sin(2 * np.pi * frequency * np.arange(8000) / 8000)


@pytest.mark.parametrize("frequency", [250.0, 500.0, 1000.0, 3000.0])
def test_agrees_with_scipys_design(frequency):
    # SciPy's coefficients are those of report 35; as one polynomial of order 8 they lose digits at low frequencies.
    bins = np.linspace(10, 3990, 300)
    _, ours = sosfreqz(design_gammatone(frequency, 16000.0), worN=bins, fs=16000)
    _, peer = freqz(*gammatone(frequency, "iir", fs=16000), worN=bins, fs=16000)
    np.testing.assert_allclose(np.abs(ours), np.abs(peer), rtol=2e-4, atol=2e-6)


@pytest.mark.parametrize("frequency", [100.0, 1000.0, 3000.0])
def test_impulse_response_is_the_gammatone(frequency):
    rate = 16000.0
    impulse = np.zeros(2000)
    impulse[0] = 1.0
    response = sosfilt(design_gammatone(frequency, rate), impulse)
    t = np.arange(2000) / rate
    b = 1.019 * equivalent_rectangular_bandwidth(frequency)
    expected = t**3 * np.exp(-2 * np.pi * b * t) * np.cos(2 * np.pi * frequency * t)
    assert np.corrcoef(response, expected)[0, 1] > 0.99


@pytest.mark.parametrize("frequency", [200.0, 1000.0, 2000.0])
def test_gain_and_bandwidth_of_the_closed_form(frequency):
    # |H| is about (1 + ((f - fc) / b)^2)^-2; the area of its square, 5 pi b / 16, is one ERB for b = 1.019 ERB.
    rate, erb = 16000.0, equivalent_rectangular_bandwidth(frequency)
    bins = np.linspace(1.0, 7999.0, 40001)
    _, response = sosfreqz(design_gammatone(frequency, rate), worN=bins, fs=rate)
    area = np.sum(np.abs(response) ** 2) * (bins[1] - bins[0])
    assert area == pytest.approx(erb, rel=0.01)
    _, (center, side) = sosfreqz(design_gammatone(frequency, rate), worN=[frequency, frequency + 1.019 * erb], fs=rate)
    assert abs(center) == pytest.approx(1.0, abs=1e-12)
    assert abs(side) == pytest.approx(0.25, rel=0.06)


def test_bandwidths_of_the_paper():
    # Glasberg and Moore 1990: 24.7 Hz at the bottom, 132.6 Hz at 1 kHz.
    np.testing.assert_allclose(equivalent_rectangular_bandwidth(np.array([0.0, 1000.0])), [24.7, 132.639])


def test_centers_are_one_step_apart_on_the_scale_of_the_ear():
    centers = Gammatone(n_bands=30).fit(np.zeros(1)).center_frequencies_
    assert centers[0] == pytest.approx(50.0) and centers[-1] == pytest.approx(3600.0)
    np.testing.assert_allclose(np.diff(21.4 * np.log10(4.37e-3 * centers + 1), 2), 0.0, atol=1e-12)
    # One step of the scale is close to one bandwidth, of which it is the integral.
    np.testing.assert_allclose(
        np.diff(21.4 * np.log10(4.37e-3 * centers + 1)),
        np.diff(centers) / equivalent_rectangular_bandwidth((centers[1:] + centers[:-1]) / 2),
        rtol=0.03,
    )


@pytest.mark.parametrize(("detector", "share"), [("rms", 1 / np.sqrt(2)), ("half_wave", 1 / np.pi)])
def test_a_tone_at_the_center_passes_with_gain_one(detector, share):
    linear = Gammatone(n_bands=1, low_frequency=997.0, detector=detector, compression="cube_root")
    passed = linear.fit_transform(tone(997.0, 0.3))[20:90, 0] ** 3
    assert passed.mean() == pytest.approx(0.3 * share, rel=2e-3)  # frames hold no whole number of periods
    log = Gammatone(n_bands=1, low_frequency=997.0, detector=detector).fit_transform(tone(997.0, 0.3))
    np.testing.assert_allclose(log[20:90, 0], np.log(passed), rtol=1e-12)


@pytest.mark.parametrize("frequency", [150.0, 800.0, 3000.0])
def test_a_tone_peaks_in_its_band(frequency):
    front_end = Gammatone()
    loudest = front_end.fit_transform(tone(frequency))[50].argmax()
    assert loudest == np.abs(front_end.center_frequencies_ - frequency).argmin()


def test_silence_is_the_floor():
    np.testing.assert_array_equal(Gammatone(n_bands=2, floor=1e-4).fit_transform(np.zeros(300)), np.log(1e-4))
    np.testing.assert_array_equal(Gammatone(n_bands=2, compression="cube_root").fit_transform(np.zeros(300)), 0.0)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"low_frequency": 0.0}, "'low_frequency' must be a number above 0 and below 4000; got 0.0"),
        ({"high_frequency": 4000.0}, "'high_frequency' must be a number above 50 and below 4000; got 4000.0"),
        ({"detector": "peak"}, "'detector' must be one of 'rms', 'half_wave'; got 'peak'"),
        ({"compression": None}, "'compression' must be one of 'log', 'cube_root'; got None"),
        ({"n_bands": 0}, "'n_bands' must be an integer of at least 1; got 0"),
        ({"floor": -1.0}, "'floor' must be a number above 0; got -1.0"),
    ],
)
def test_bad_parameters_are_named(parameters, message):
    with pytest.raises(ValueError, match=message):
        Gammatone(**parameters).fit(np.zeros(1))
