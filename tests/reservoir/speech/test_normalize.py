import numpy as np
import pandas as pd
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from reservoir.speech import UtteranceNormalizer

RANDOM = np.random.RandomState(0)
FRAMES = 3.0 + RANDOM.standard_normal((50, 4)) * [1.0, 10.0, 0.1, 5.0]
NOT_APPLICABLE = {"check_methods_subset_invariance": "a row is seen against the mean of its own series"}


@parametrize_with_checks(
    [UtteranceNormalizer(), UtteranceNormalizer(0.5, variance=False)], expected_failed_checks=lambda _: NOT_APPLICABLE
)
def test_scikit_learn_check(estimator, check):
    check(estimator)


def test_zero_mean_and_unit_variance():
    normalized = UtteranceNormalizer().fit_transform(FRAMES)
    np.testing.assert_allclose(normalized.mean(axis=0), 0.0, atol=1e-13)
    np.testing.assert_allclose(normalized.std(axis=0), 1.0, rtol=1e-12)


@pytest.mark.parametrize("fraction", [0.0, 0.5, 1.0])
def test_a_fraction_of_the_mean(fraction):
    normalized = UtteranceNormalizer(fraction, variance=False).fit_transform(FRAMES)
    np.testing.assert_allclose(normalized, FRAMES - fraction * FRAMES.mean(axis=0), rtol=1e-14)
    scaled = UtteranceNormalizer(fraction).fit_transform(FRAMES)
    np.testing.assert_allclose(scaled, normalized / FRAMES.std(axis=0), rtol=1e-12)


def test_a_gain_and_an_offset_of_the_recording_leave_no_trace():
    normalizer = UtteranceNormalizer().fit(FRAMES)
    np.testing.assert_allclose(normalizer.transform(7 * FRAMES - 2), normalizer.transform(FRAMES), atol=1e-12)


def test_every_container_series_by_series():
    normalizer = UtteranceNormalizer().fit(FRAMES)
    alone = [normalizer.transform(x) for x in (FRAMES[:20], FRAMES[20:])]
    many = normalizer.transform([FRAMES[:20], FRAMES[20:]])
    assert type(many) is list
    for one, other in zip(alone, many, strict=True):
        np.testing.assert_array_equal(one, other)
    stacked = normalizer.transform(FRAMES.reshape(5, 10, 4))
    assert stacked.shape == (5, 10, 4)
    np.testing.assert_array_equal(stacked[3], normalizer.transform(FRAMES[30:40]))


def test_constant_features_are_not_scaled():
    frames = np.column_stack([np.full(9, 0.1), np.zeros(9), np.arange(9.0)])
    normalized = UtteranceNormalizer().fit_transform(frames)
    np.testing.assert_allclose(normalized[:, :2], 0.0, atol=1e-16)
    assert normalized[:, 2].std() == pytest.approx(1.0)
    np.testing.assert_array_equal(UtteranceNormalizer(0.5).fit_transform(FRAMES[:1]), 0.5 * FRAMES[:1])


def test_names_and_set_output():
    table = pd.DataFrame(FRAMES, columns=list("abcd"))
    normalizer = UtteranceNormalizer().set_output(transform="pandas").fit(table)
    assert list(normalizer.transform(table).columns) == list("abcd")
    assert [list(x.columns) for x in normalizer.transform([table, table])] == [list("abcd")] * 2


def test_what_cannot_be_is_refused():
    normalizer = UtteranceNormalizer().fit(FRAMES)
    before = dict(vars(normalizer.set_params(mean=2.0)))
    with pytest.raises(ValueError, match="'mean' must be a number at least 0 and at most 1; got 2.0"):
        normalizer.fit(FRAMES[:, :2])
    assert vars(normalizer) == before
    with pytest.raises(ValueError, match="'variance' must be True or False; got 1"):
        UtteranceNormalizer(variance=1).fit(FRAMES)
    with pytest.raises(ValueError, match="'X' must hold values whose squares can be summed"):
        normalizer.transform(np.array([[1e200] * 4, [-1e200] * 4]))
    with pytest.raises(ValueError, match="expecting 4 features"):
        normalizer.transform(FRAMES[:, :2])
