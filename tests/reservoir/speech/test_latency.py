import numpy as np
import pytest
from numpy.testing import assert_array_equal

from reservoir.speech import LatencyEncoder

UNIT = [[0.0], [1.0]]


def times(spikes, n_substeps):
    """The step of every frame's spike, -1 for none."""
    by_frame = spikes[:, 0].reshape(-1, n_substeps)
    return np.where(by_frame.any(axis=1), by_frame.argmax(axis=1), -1)


def test_larger_values_come_earlier_and_parts_of_the_range_are_equal():
    values = np.arange(1, 1000) / 1000
    step = times(LatencyEncoder(0.0, n_substeps=8).fit(UNIT).transform(values[:, None]), 8)
    assert (np.diff(step) <= 0).all()
    counts = np.bincount(step)
    assert counts.size == 8 and abs(counts - 125).max() <= 1


@pytest.mark.parametrize(
    ("value", "step"), [(1.0, 0), (0.76, 0), (0.75, 1), (0.5, 2), (0.25, 3), (0.2, 3), (0.19, -1), (0.0, -1), (7.0, 0)]
)
def test_hand_worked_steps(value, step):
    fitted = LatencyEncoder(0.2, n_substeps=4).fit(UNIT)
    assert times(fitted.transform([[value]]), 4) == [step]


def test_one_spike_per_frame_and_channel_at_most():
    x = np.random.RandomState(0).standard_normal((50, 4))
    spikes = LatencyEncoder(0.3, n_substeps=5).fit_transform(x)
    per_frame = spikes.reshape(50, 5, 4).sum(axis=1)
    scaled = (x - x.min(axis=0)) / (x.max(axis=0) - x.min(axis=0))
    assert_array_equal(per_frame, scaled >= 0.3)


def test_without_threshold_only_the_lower_end_is_silent():
    spikes = LatencyEncoder(0.0, n_substeps=3).fit(UNIT).transform([[0.0], [1e-12], [-1.0]])
    assert_array_equal(times(spikes, 3), [-1, 2, -1])


def test_one_substep_is_a_threshold():
    x = np.linspace(0, 1, 11)[:, None]
    assert_array_equal(LatencyEncoder(0.5, n_substeps=1).fit_transform(x), x >= 0.5)
