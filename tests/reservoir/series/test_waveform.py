import copy
import io
import pickle
import re

import joblib
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.io import wavfile
from scipy.signal import decimate, lfilter, resample, resample_poly
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

from reservoir import EchoStateReservoir, SequenceEncoder
from reservoir.speech import MFCC, Gammatone, LogMel, LyonEar, Waveform
from reservoir.speech.waveforms import check_rates

SAMPLES = np.random.RandomState(0).standard_normal(4000)
SOUND = Waveform(SAMPLES, 16000)
FRONT_ENDS = [LogMel, MFCC, Gammatone, LyonEar]


def rate_of(value):
    return getattr(value, "sampling_rate", "of a plain array")


def test_it_is_the_array_with_a_rate():
    assert isinstance(SOUND, np.ndarray) and SOUND.dtype == np.float64 and SOUND.shape == (4000,)
    assert_array_equal(SOUND, SAMPLES)
    assert np.shares_memory(SOUND, SAMPLES)
    assert Waveform(SOUND, 8000).sampling_rate == 8000 and SOUND.sampling_rate == 16000


@pytest.mark.parametrize(
    ("make", "rate"),
    [
        (lambda x: x[10:90], 16000),
        (lambda x: x[x > 0], 16000),
        (lambda x: x[::2], 8000),
        (lambda x: x[::-1], 16000),
        (lambda x: x[10:90:4], 4000),
        (lambda x: 0.5 * x - x.mean(), 16000),
        (lambda x: np.clip(x, -1, 1), 16000),
        (lambda x: x.astype(np.float32), 16000),
        (lambda x: x[:, None], 16000),
        (lambda x: x.reshape(-1, 1)[:, 0], 16000),
        (copy.copy, 16000),
        (copy.deepcopy, 16000),
        (lambda x: pickle.loads(pickle.dumps(x)), 16000),
        (lambda x: train_test_split([x] * 4, random_state=0)[1][0], 16000),
        (lambda x: joblib.Parallel(2, prefer="threads")(joblib.delayed(copy.copy)(y) for y in [x, x])[1], 16000),
        (lambda x: resample_poly(x, 1, 2), "of a plain array"),
        (lambda x: resample(x, 2000), "of a plain array"),
        (lambda x: decimate(x, 2), "of a plain array"),
        (lambda x: lfilter([1.0], [1.0, 0.5], x), "of a plain array"),
        (lambda x: x[..., ::2], 8000),
        (lambda x: x[(slice(None, None, 2),)], 8000),
        (lambda x: x[:, None][::4, 0], 4000),
        (lambda x: x[:, None][..., ::2], 16000),
        (lambda x: np.concatenate([x, np.zeros(5), x]), 16000),
        (lambda x: np.hstack([np.zeros(5), x]), 16000),
        (lambda x: np.append(x, 0.0), 16000),
        (lambda x: np.stack([x, x], axis=1), 16000),
        (lambda x: np.pad(x, 80), 16000),
        (lambda x: np.pad(array=x, pad_width=80), 16000),
        (lambda x: np.stack([x, x], axis=1)[..., ::2, None], 16000),
        (lambda x: np.where(x > 0)[0], "of a plain array"),
        (lambda x: np.where(x > 0, x, 0.0), 16000),
        (lambda x: np.concatenate([x, Waveform(x, 8000)]), None),
        (lambda x: x + Waveform(x, 8000), None),
        (lambda x: x[3], "of a plain array"),
        (lambda x: x.mean(), "of a plain array"),
        (lambda x: x.max(), "of a plain array"),
        (np.asarray, "of a plain array"),
    ],
)
def test_what_is_made_of_it_has_its_rate_or_none(make, rate):
    assert rate_of(make(SOUND)) == rate


def test_sounds_of_several_rates_are_not_joined_in_place():
    sound = Waveform(SAMPLES.copy(), 16000)
    sound += Waveform(SAMPLES, 8000)
    assert sound.sampling_rate is None


def test_a_file_on_disk_keeps_the_rate(tmp_path):
    joblib.dump([SOUND], tmp_path / "sounds")
    (loaded,) = joblib.load(tmp_path / "sounds")
    assert loaded.sampling_rate == 16000
    assert_array_equal(loaded, SOUND)


@pytest.mark.parametrize("rate", [0, -8000, np.nan, np.inf, "8000", None, True])
def test_a_rate_is_a_positive_number(rate):
    with pytest.raises(ValueError, match="'sampling_rate' must be a number above 0"):
        Waveform(SAMPLES, rate)


@pytest.mark.parametrize("samples", ["sound", None, 1.0, [1j], [True], ["1"], [[1.0], [1.0, 2.0]]])
def test_samples_are_an_array_of_numbers(samples):
    with pytest.raises(ValueError, match="'samples'"):
        Waveform(samples, 8000)


def test_it_shows_its_rate():
    assert repr(Waveform(np.array([1, 2], np.int16), 22050)) == "Waveform([1, 2], dtype=int16, sampling_rate=22050)"
    assert repr(SAMPLES[:2].view(Waveform)).endswith("sampling_rate=None)")


# Front ends


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_another_rate_is_refused_by_fit_and_transform(front_end):
    fitted = front_end(sampling_rate=16000).fit(SOUND)
    before = pickle.dumps(fitted)
    other = Waveform(SAMPLES, 8000)
    for call in (fitted.transform, fitted.fit):
        with pytest.raises(
            ValueError, match=f"'X' must be sampled at 16000 Hz, the 'sampling_rate' of {front_end.__name__}; got 8"
        ):
            call(other)
        with pytest.raises(ValueError, match=r"'X\[1\]' must be sampled at 16000 Hz"):
            call([SOUND, other])
    assert pickle.dumps(fitted) == before
    fitted.set_params(sampling_rate=8000)  # waits for the next fit
    with pytest.raises(ValueError, match="must be sampled at 16000 Hz"):
        fitted.transform(other)
    assert_array_equal(fitted.transform(SOUND), fitted.transform(SAMPLES))


def test_resampling_as_advised_gives_the_rate_whatever_the_rates_are():
    for rate, wanted in ((48000, 8000), (11127, 8000), (48000, 20), (8000, 44100), (8000.5, 8000)):
        with pytest.raises(ValueError, match=r"resample_poly\(x, \d+, \d+\)") as error:
            check_rates(Waveform(SAMPLES, rate), wanted, "LogMel")
        up, down = map(int, re.search(r"resample_poly\(x, (\d+), (\d+)\)", str(error.value)).groups())
        assert up * rate == down * wanted


def test_both_advices_can_be_followed():
    tone = np.sin(2 * np.pi * 1000 * np.arange(22050) / 44100)
    sound = Waveform(tone, 44100)
    with pytest.raises(ValueError) as caught:
        LogMel().fit(sound)
    assert r"resample_poly(x, 80, 441), or fit anew with sampling_rate=44100." in str(caught.value)
    for front_end, samples in [(LogMel(), resample_poly(sound, 80, 441)), (LogMel(sampling_rate=44100), sound)]:
        frames = front_end.fit_transform(samples)
        assert_allclose(front_end.center_frequencies_[frames.mean(axis=0).argmax()], 1000, rtol=0.05)


def test_a_column_and_pcm_count_as_sound_of_that_rate():
    file = io.BytesIO()
    wavfile.write(file, 16000, np.round(1000 * SAMPLES).astype(np.int16))
    rate, samples = wavfile.read(file)
    sound = Waveform(samples, rate)
    front_end = LogMel(sampling_rate=rate).fit(sound)
    assert_array_equal(front_end.transform(sound[:, None]), front_end.transform(samples))
    with pytest.raises(ValueError, match="must be sampled at 8000 Hz"):
        LogMel().fit(sound[:, None])
    for pair in ((rate, samples), (samples, rate), [sound, np.int64(rate)]):
        with pytest.raises(
            ValueError, match=r"got a pair of one and a rate. Pass the waveform, or Waveform\(samples, r"
        ):
            front_end.transform(pair)
        with pytest.raises(
            ValueError, match=r"'X\[1\]' must be a waveform; got a pair of one and a rate. Pass the wave"
        ):
            front_end.transform([sound, pair])


def test_a_recogniser_refuses_what_it_was_not_fitted_for():
    words = [Waveform(SAMPLES[:1500] * gain, 8000) for gain in (0.1, 1.0, 0.2, 2.0)]
    encoder = SequenceEncoder(EchoStateReservoir(10, random_state=0))
    recogniser = make_pipeline(LogMel(n_bands=10), encoder, RidgeClassifier()).fit(words, [0, 1, 0, 1])
    assert recogniser.score(words, [0, 1, 0, 1]) == 1
    with pytest.raises(ValueError, match=r"'X\[0\]' must be sampled at 8000 Hz, .* got 16000 Hz"):
        recogniser.predict([SOUND])
