import numpy as np
import pytest
from numpy.testing import assert_array_equal

from reservoir.driving.lanes import LaneBlock
from reservoir.encoder.lane_summaries import LANE_SUMMARIES, LaneSummaries
from reservoir.encoder.summaries import SUMMARIES

LENGTHS = np.array([13, 13, 8, 8, 5, 2])
STATES = np.random.RandomState(0).standard_normal((13, 4, 8))
SETTINGS = {"segments": 3, "ppv": np.array([[-0.5], [0.5]]) * np.ones(4)}


def test_all_but_the_model_of_a_series_can_be_made_in_lockstep():
    assert SUMMARIES.keys() - LANE_SUMMARIES.keys() == {"model"}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("names", [[name] for name in LANE_SUMMARIES] + [list(LANE_SUMMARIES)])
def test_features_are_the_bits_of_each_series_alone(names, dtype):
    summaries = [(name, SETTINGS.get(name)) for name in names]
    pool = LaneSummaries(summaries, LENGTHS)
    for start, stop in [(0, 3), (3, 4), (4, 13)]:
        active = np.array([np.count_nonzero(t < LENGTHS) for t in range(start, stop)])
        pool.add(LaneBlock(start, active, STATES[start:stop].astype(dtype)))
    for lane, features in enumerate(pool.results()):
        states = np.ascontiguousarray(STATES[: LENGTHS[lane], :, lane].astype(dtype))
        alone = []
        for name, setting in summaries:
            summary = SUMMARIES[name](LENGTHS[lane], setting)
            summary.add(states[:2], 0)
            if len(states) > 2:
                summary.add(states[2:], 2)
            alone.append(summary.features())
        assert_array_equal(features, np.concatenate(alone).astype(dtype), strict=True)


def test_a_constant_state_has_no_deviation():
    pool = LaneSummaries([("std", None)], np.array([5, 5]))
    pool.add(LaneBlock(0, np.full(5, 2), np.full((5, 3, 8), 0.1)))
    assert_array_equal(pool.results(), np.zeros((2, 3)))
