"""What holds for every front end that turns waveforms into frames."""

import pickle
import warnings

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError, SkipTestWarning
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks, get_tags

from reservoir import EchoStateReservoir, SequenceEncoder
from reservoir.speech import MFCC, Gammatone, LogMel, LyonEar, UtteranceNormalizer

FRONT_ENDS = [
    MFCC(),
    LogMel(n_bands=20),
    Gammatone(n_bands=6),
    Gammatone(n_bands=6, detector="half_wave", compression="cube_root"),
    LyonEar(),
    LyonEar(quality=4.0, gain_control=False, difference=False),
]
RANDOM = np.random.RandomState(0)
WAVEFORMS = [0.3 * RANDOM.standard_normal(n) for n in (6000, 801, 90)]
CHECKS_WITHOUT_ROWS = [
    "check_parameters_default_constructible",
    "check_no_attributes_set_in_init",
    "check_get_params_invariance",
    "check_set_params",
    "check_valid_tag_types",
    "check_estimator_repr",
    "check_estimator_cloneable",
]


@pytest.fixture(params=FRONT_ENDS, ids=repr)
def front_end(request):
    return clone(request.param)


@pytest.mark.parametrize("name", CHECKS_WITHOUT_ROWS)
def test_scikit_learn_check(front_end, name):
    getattr(estimator_checks, name)(type(front_end).__name__, front_end)


def test_scikit_learn_leaves_its_other_checks_out(front_end):
    # They feed tables whose rows are samples and whose columns are features; here a column is one waveform.
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        estimator_checks.check_estimator(front_end)
    assert [warning.category for warning in caught] == [SkipTestWarning]
    tags = get_tags(front_end).input_tags
    assert tags.one_d_array and not tags.two_d_array


def test_alone_or_in_a_list_the_same_bits(front_end):
    together = front_end.fit_transform(WAVEFORMS)
    assert type(together) is list
    for waveform, frames in zip(WAVEFORMS, together, strict=True):
        assert frames.shape[1] == front_end.n_features_out_ and frames.dtype == np.float64
        np.testing.assert_array_equal(front_end.transform(waveform), frames)
        np.testing.assert_array_equal(front_end.transform(waveform[:, None]), frames)


def test_pcm_is_what_the_file_would_give(front_end):
    pcm = np.round(WAVEFORMS[0] * 2**13).astype(np.int16)
    front_end.fit(pcm)
    np.testing.assert_array_equal(front_end.transform(pcm), front_end.transform(pcm / 2**15))


def test_transform_neither_changes_the_sound_nor_the_front_end(front_end):
    front_end.fit(WAVEFORMS[0])
    sound, before = WAVEFORMS[0].copy(), pickle.dumps(front_end)
    front_end.transform(sound)
    np.testing.assert_array_equal(sound, WAVEFORMS[0])
    assert pickle.dumps(front_end) == before


def test_frames_do_not_depend_on_the_sound_of_fit(front_end):
    one = clone(front_end).fit(WAVEFORMS[0]).transform(WAVEFORMS[1])
    np.testing.assert_array_equal(front_end.fit(WAVEFORMS).transform(WAVEFORMS[1]), one)


def test_a_single_sample_gives_one_frame(front_end):
    frames = front_end.fit_transform(np.array([0.5]))
    assert len(frames) == 1 and np.isfinite(frames).all()


def test_pickles_and_copies_mapped_from_disk(front_end, tmp_path):
    expected = front_end.fit_transform(WAVEFORMS[1])
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(front_end)).transform(WAVEFORMS[1]), expected)
    joblib.dump(front_end, tmp_path / "front_end")
    mapped = joblib.load(tmp_path / "front_end", mmap_mode="r")
    np.testing.assert_array_equal(mapped.transform(WAVEFORMS[1]), expected)


def test_not_fitted_and_no_sound(front_end):
    with pytest.raises(NotFittedError):
        front_end.transform(WAVEFORMS[0])
    with pytest.raises(ValueError, match="must be finite"):
        front_end.fit([WAVEFORMS[0], np.full(5, np.nan)])
    assert not [name for name in vars(front_end) if name.endswith("_")]
    with pytest.raises(ValueError, match="'sampling_rate' must be a number above 0; got None"):
        front_end.set_params(sampling_rate=None).fit(WAVEFORMS[0])


def test_too_loud_is_an_error_and_never_nan(front_end):
    front_end.fit(WAVEFORMS[0])
    for scale in (1e100, 1e300):
        loud = scale * np.sign(WAVEFORMS[0])
        try:
            frames = front_end.transform([WAVEFORMS[0], loud])[1]
        except ValueError as error:
            assert "waveform 1 has samples as large as" in str(error)
        else:
            assert np.isfinite(frames).all()


def test_names(front_end):
    names = front_end.fit(WAVEFORMS[0]).get_feature_names_out()
    assert len(names) == front_end.n_features_out_ and names[0] == f"{type(front_end).__name__.lower()}0"


def test_in_a_pipeline_before_a_liquid(front_end):
    pipeline = make_pipeline(front_end, UtteranceNormalizer(), SequenceEncoder(EchoStateReservoir(10, random_state=0)))
    features = pipeline.fit_transform(WAVEFORMS)
    assert features.shape == (3, 10) and np.isfinite(features).all()
    np.testing.assert_allclose(clone(pipeline).set_params().fit(WAVEFORMS).transform(WAVEFORMS[:1]), features[:1])


@pytest.mark.parametrize(
    ("front_end", "name"),
    [
        (Gammatone(n_bands=2**63), "n_bands"),
        (LogMel(n_bands=10**400), "n_bands"),
        (LogMel(n_fft=2**63), "n_fft"),
        (LyonEar(step_factor=1e-320), "step_factor"),
        (LyonEar(frame_step=1e308), "frame_step"),
        (MFCC(delta_orders=10**400), "delta_orders"),
        (MFCC(delta_width=2**63), "delta_width"),
    ],
)
def test_what_no_memory_holds_is_refused_at_once(front_end, name):
    with pytest.raises(ValueError, match=f"'{name}' .*(memory here|must leave at most 1000000 channels)"):
        front_end.fit(WAVEFORMS)


def test_frames_do_not_know_what_is_louder_later(front_end):
    # Others scale to the loudest moment of the recording, so that no frame is final before the last one is there.
    quiet = 0.03 * np.random.RandomState(1).standard_normal(6000)
    louder = np.concatenate([quiet[:4000], 10 * quiet[4000:]])
    n_frames = len(front_end.fit_transform([quiet[:4000]])[0]) - 6  # but for windows and differences that reach beyond
    assert n_frames > 10
    before, after = front_end.transform([quiet, louder])
    np.testing.assert_array_equal(before[:n_frames], after[:n_frames])
    assert not np.array_equal(before, after)
