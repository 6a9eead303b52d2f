"""What the five encoders share: the shapes, the contract of scikit-learn, and what they refuse."""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import parametrize_with_checks

from reservoir.speech import BSAEncoder, LatencyEncoder, LIFEncoder, PoissonEncoder, SendOnDeltaEncoder

ENCODERS = [
    BSAEncoder(n_taps=5),
    LatencyEncoder(n_substeps=3),
    LIFEncoder(n_substeps=3),
    PoissonEncoder(n_substeps=3, random_state=0),
    SendOnDeltaEncoder(),
]
ROW_BY_ROW = [BSAEncoder(), LatencyEncoder(n_substeps=1), LIFEncoder(n_substeps=1), PoissonEncoder(n_substeps=1)]
ROW_BY_ROW.append(SendOnDeltaEncoder())
BAD = {
    BSAEncoder: {"threshold": (-1, "a number at least 0"), "n_taps": (0, "an integer"), "cutoff": (1.0, "a number")},
    LatencyEncoder: {"threshold": (1.5, "a number at least 0 and at most 1"), "n_substeps": (2.5, "an integer")},
    LIFEncoder: {
        "gain": (0, "a number above 0"),
        "bias": (np.nan, "a finite number"),
        "tau_membrane": (0, "a number above 0"),
        "refractory": (-1, "a number at least 0"),
        "frame_step": ("10", "a number above 0"),
        "n_substeps": (0, "an integer"),
    },
    PoissonEncoder: {
        "max_rate": (-5, "a number above 0"),
        "frame_step": (0, "a number above 0"),
        "n_substeps": (None, "an integer"),
    },
    SendOnDeltaEncoder: {"threshold": (0, "a number above 0")},
}
BAD_PARAMETERS = [(cls, name, *case) for cls, cases in BAD.items() for name, case in cases.items()]


def frames(n_frames=20, seed=0):
    return np.cumsum(np.random.RandomState(seed).standard_normal((n_frames, 3)), axis=0)


@pytest.fixture(params=ENCODERS, ids=lambda encoder: type(encoder).__name__)
def encoder(request):
    return clone(request.param)


def per_frame(encoder):
    return getattr(encoder, "n_substeps", 1)


def test_the_container_comes_back_with_whole_numbers_of_spikes(encoder):
    X = [frames(20), frames(30, 1)]
    one, two = encoder.fit(X).transform(X)
    width = 6 if isinstance(encoder, SendOnDeltaEncoder) else 3
    assert one.shape == (20 * per_frame(encoder), width) and two.shape == (30 * per_frame(encoder), width)
    assert one.sum() > 0
    for spikes in (one, two):
        assert spikes.dtype == np.float64 and (spikes >= 0).all()
        assert_array_equal(spikes, np.round(spikes))
    assert_array_equal(encoder.transform(X[0]), one)
    assert_array_equal(encoder.transform(X[1][None]), two[None])
    assert_array_equal(encoder.transform(X[::-1])[1], one)
    assert_array_equal(encoder.transform(X[0].astype(np.float32).astype(np.float64)).shape, one.shape)


def test_clones_and_pickles_give_the_same_spikes(encoder):
    X = frames()
    spikes = encoder.fit_transform(X)
    assert_array_equal(clone(encoder).fit(X).transform(X), spikes)
    assert_array_equal(pickle.loads(pickle.dumps(encoder)).transform(X), spikes)


def test_only_what_fit_has_learned_counts(encoder):
    X = frames()
    spikes = encoder.fit_transform(X)
    for name in encoder.get_params():
        setattr(encoder, name, None)
    assert_array_equal(encoder.transform(X), spikes)


def test_input_is_left_as_it_was(encoder):
    X = frames()
    before = X.copy()
    encoder.fit_transform(X)
    assert_array_equal(X, before)


def test_a_constant_channel_is_silent(encoder):
    X = frames()
    X[:, 1] = 0.1  # 20 of them do not add up to 2
    spikes = encoder.fit_transform(X)
    assert not spikes[:, 1::3].any()
    assert not encoder.transform(np.full((1, 3), 0.1))[:, 1::3].any()
    X[:, 1] = 1e3
    if not isinstance(encoder, SendOnDeltaEncoder):
        assert_array_equal(encoder.transform(X)[:, 1], 0)


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_extreme_scales_give_the_spikes_of_ordinary_ones(encoder, scale):
    X = np.round(frames() * 4) / 4
    scaled, ordinary = (clone(encoder).fit_transform(x).sum() for x in (X * scale, X))
    if isinstance(encoder, PoissonEncoder):  # its stream depends on the values: other spikes, as many of them
        assert abs(scaled - ordinary) <= 4 * np.sqrt(scaled + ordinary)
    else:
        assert scaled == ordinary
    assert ordinary > 0


def test_names_of_columns(encoder):
    named = pd.DataFrame(frames(), columns=["a", "b", "c"])
    expected = ["a", "b", "c"]
    if isinstance(encoder, SendOnDeltaEncoder):
        expected = ["a_on", "b_on", "c_on", "a_off", "b_off", "c_off"]
    assert list(encoder.fit(named).get_feature_names_out()) == expected


def test_pandas_output_where_rows_stay(encoder):
    named = pd.DataFrame(frames(), columns=["a", "b", "c"], index=np.arange(20) + 5)
    encoder.set_output(transform="pandas").fit(named)
    if per_frame(encoder) == 1:
        assert list(encoder.transform(named).index) == list(named.index)
        assert [list(x.index) for x in encoder.transform([named, named])] == [list(named.index)] * 2
    else:
        for X in (named, [named, named]):
            with pytest.raises(ValueError, match="keeps the index of X.*Pass X.to_numpy"):
                encoder.transform(X)
    assert [list(x.columns) for x in encoder.transform([named.to_numpy()])] == [list(encoder.get_feature_names_out())]
    encoder.set_output(transform="default").fit(frames())
    assert len(encoder.set_output(transform="pandas").transform(frames())) == 20 * per_frame(encoder)


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (np.full((3, 3), np.nan), "contains NaN"),
        (np.full((3, 3), np.inf), "contains infinity"),
        (np.ones(3), "1-D"),
        (np.ones((0, 3)), "0 sample"),
        ([np.ones((2, 3)), np.ones((0, 3))], "0 steps"),
        ([], "empty list"),
        (np.ones((3, 3)) * 1j, "Complex"),
    ],
)
def test_bad_series_are_refused_and_change_nothing(encoder, X, message):
    encoder.fit(frames())
    before = copy.deepcopy(vars(encoder))
    with pytest.raises(ValueError, match=message):
        encoder.transform(X)
    with pytest.raises(ValueError, match=message):
        encoder.fit(X)
    assert list(vars(encoder)) == list(before)
    for name, value in before.items():
        assert_array_equal(vars(encoder)[name], value)


def test_another_number_of_features_is_refused(encoder):
    with pytest.raises(ValueError, match="expecting 3 features"):
        encoder.fit(frames()).transform(frames()[:, :2])


@pytest.mark.parametrize(("cls", "name", "value", "expected"), BAD_PARAMETERS)
def test_bad_parameters_are_named_by_fit(cls, name, value, expected):
    encoder = cls(**{name: value})
    with pytest.raises(ValueError, match=f"'{name}' must be {expected}.*; got"):
        encoder.fit(frames())
    assert set(vars(encoder)) == set(cls().get_params())


def test_not_fitted(encoder):
    with pytest.raises(NotFittedError):
        encoder.transform(frames())


@pytest.mark.parametrize("encoder", [BSAEncoder(n_taps=5), SendOnDeltaEncoder()])
def test_decoding_keeps_the_container(encoder):
    with pytest.raises(NotFittedError):
        encoder.decode(frames())
    X = [frames(20), frames(30, 1)]
    spikes = encoder.fit(X).transform(X)
    one, two = encoder.decode(spikes)
    assert one.shape == (20, 3) and two.shape == (30, 3)
    assert_array_equal(encoder.decode(spikes[0]), one)
    assert_array_equal(encoder.decode(pd.DataFrame(spikes[0], columns=list("abcdef")[: spikes[0].shape[1]])), one)
    assert_array_equal(encoder.decode(spikes[1][None])[0], two)


@pytest.mark.parametrize("encoder", [BSAEncoder(n_taps=5), SendOnDeltaEncoder()])
@pytest.mark.parametrize(
    ("spikes", "found"),
    [
        (np.ones((4, 2)), "spikes has 2 features, but {name} is expecting {width} features"),
        ([np.ones((4, 2))], "spikes has 2 features, but {name} is expecting {width} features"),
        (np.ones(4), "'spikes' must be 2-D .*; got a 1-D array of 4 values"),
        ([], "'spikes' must hold at least one series"),
        (np.full((4, 3), np.nan), "Input spikes contains NaN"),
    ],
)
def test_bad_spikes_are_refused_by_their_own_name(encoder, spikes, found):
    name, width = type(encoder).__name__, 6 if isinstance(encoder, SendOnDeltaEncoder) else 3
    encoder.fit(frames())
    message = f"'spikes' must be as {name}.transform returns them, {width} columns per series; got something else: "
    with pytest.raises(ValueError, match=message + found.format(name=name, width=width)):
        encoder.decode(spikes)


def expected_failures(encoder):
    if isinstance(encoder, LatencyEncoder):
        return {}
    failing = {"check_methods_subset_invariance": "rows one by one are series of one frame"}
    return failing | {"check_methods_sample_order_invariance": "rows are consecutive frames"}


@parametrize_with_checks(ROW_BY_ROW, expected_failed_checks=expected_failures)
def test_scikit_learn_check(estimator, check):
    check(estimator)


@pytest.mark.parametrize("encoder", [LatencyEncoder, LIFEncoder, PoissonEncoder])
def test_more_substeps_than_memory_are_refused_at_once(encoder):
    frames = np.linspace(0, 1, 2000)[:, None]
    with pytest.raises(ValueError, match="'n_substeps' must be small enough for the .* bytes of memory here"):
        encoder(n_substeps=2**63).fit(frames)
    with pytest.raises(ValueError, match="'n_substeps' must be small enough"):
        encoder(n_substeps=2**31).fit(frames).transform(frames)
