import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array

from reservoir.speech import SendOnDeltaEncoder
from reservoir.speech.send_on_delta import run_send_on_delta


def send_on_delta(x, start, threshold):
    """The definition, one crossing at a time."""
    on, off = np.zeros_like(x), np.zeros_like(x)
    for channel in range(x.shape[1]):
        level = 0
        for t in range(len(x)):
            while x[t, channel] - start[channel] - level * threshold[channel] >= threshold[channel]:
                level, on[t, channel] = level + 1, on[t, channel] + 1
            while x[t, channel] - start[channel] - level * threshold[channel] <= -threshold[channel]:
                level, off[t, channel] = level - 1, off[t, channel] + 1
    return np.hstack([on, off])


def walk(n_frames=300, seed=0):
    return np.cumsum(np.random.RandomState(seed).standard_normal((n_frames, 3)), axis=0) * [1, 50, 1e-3] + [0, 1e3, 5]


def test_agrees_with_the_definition():
    encoder = SendOnDeltaEncoder(0.3).fit(walk())
    for x in (walk(), walk(seed=1)):
        assert_array_equal(encoder.transform(x), send_on_delta(x, encoder.mean_, encoder.threshold_))


def test_hand_worked_kernel():
    # Levels 0, 2, 2, 1, -1, -1: a move of less than 1 makes no spike, one of exactly 1 does.
    distance = np.array([[0.9], [2.5], [1.1], [1.0], [-1.9], [-0.5]])
    spikes = np.zeros((6, 2))
    run_send_on_delta(distance, spikes)
    assert_array_equal(spikes.T, [[0, 2, 0, 0, 0, 0], [0, 0, 0, 1, 2, 0]])


@pytest.mark.parametrize("threshold", [0.05, 0.5, 3.0])
def test_decoding_errs_by_less_than_a_threshold(threshold):
    encoder = SendOnDeltaEncoder(threshold).fit(walk())
    for x in (walk(), walk(seed=1), 4 * walk(seed=2)):
        error = np.abs(encoder.decode(encoder.transform(x)) - x)
        assert (error < encoder.threshold_ * (1 + 1e-9)).all()


def test_a_long_series_does_not_drift():
    x = np.sin(np.arange(200_000.0))[:, None] + 0.1
    encoder = SendOnDeltaEncoder(0.1).fit(x)
    assert np.abs(encoder.decode(encoder.transform(x))[-1000:] - x[-1000:]).max() < encoder.threshold_[0] * (1 + 1e-9)


def test_mean_and_threshold_are_those_of_all_frames():
    X = [walk(40), walk(90, 1), walk(7, 2)]
    encoder = SendOnDeltaEncoder(0.25).fit(X)
    assert_allclose(encoder.mean_, np.concatenate(X).mean(axis=0), rtol=1e-12)
    assert_allclose(encoder.threshold_, 0.25 * np.concatenate(X).std(axis=0), rtol=1e-12)


def test_a_channel_emits_on_one_side_at_a_time_and_nothing_at_its_mean():
    encoder = SendOnDeltaEncoder(0.5).fit(walk())
    spikes = encoder.transform(walk())
    assert not ((spikes[:, :3] > 0) & (spikes[:, 3:] > 0)).any()
    assert not encoder.transform(np.tile(encoder.mean_, (5, 1))).any()


def test_a_constant_channel_is_decoded_as_itself():
    x = walk()
    x[:, 1] = 0.1
    encoder = SendOnDeltaEncoder().fit(x)
    assert encoder.threshold_[1] == 0 and encoder.mean_[1] == 0.1
    assert_array_equal(encoder.decode(encoder.transform(x))[:, 1], 0.1)


def test_columns_are_named_by_the_features():
    encoder = SendOnDeltaEncoder().fit(np.eye(3, 2))
    for names in (["a", "b"], np.array(["a", "b"])):
        assert encoder.get_feature_names_out(names).tolist() == ["a_on", "b_on", "a_off", "b_off"]


@pytest.mark.parametrize(
    "names", ["ab", [0.5, "a"], [["a", "b"], ["c"]], [None, None], {"a", "b"}, iter("ab"), 2, csr_array(np.eye(2))]
)
def test_what_are_no_names_is_refused(names):
    with pytest.raises(TypeError, match="'input_features' must be a sequence of strings; got"):
        SendOnDeltaEncoder().fit(np.eye(3, 2)).get_feature_names_out(names)


def test_values_too_far_to_count_are_refused():
    encoder = SendOnDeltaEncoder(1e-10).fit(walk())
    for far in (1e12, 1e308):
        with pytest.raises(
            ValueError, match="'X' must stay within 2\\^53 thresholds of the mean; got .* row 1, feature 0"
        ):
            encoder.transform(np.vstack([encoder.mean_, encoder.mean_ + [far, 0, 0]]))
    with pytest.raises(ValueError, match="'threshold' must give finite thresholds; got 1e\\+308. Use a smaller one"):
        SendOnDeltaEncoder(1e308).fit(walk())
