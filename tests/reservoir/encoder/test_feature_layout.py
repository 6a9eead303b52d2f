import numpy as np
import pytest

from reservoir.encoder.feature_layout import feature_layout

SUMMARIES = [("mean", None), ("segments", 2), ("ppv", np.array([0.25, 0.5, 0.075])), ("model", 1.0)]


@pytest.mark.parametrize("n_units", [1, 12])
def test_the_unit_is_the_last_number_of_the_name_or_the_target_of_a_weight(n_units):
    layout = feature_layout(SUMMARIES, n_units)
    assert len(layout) == n_units * (1 + 2 + 3 + n_units + 1) and len({name for name, _ in layout}) == len(layout)
    for name, unit in layout:
        numbers = name.split("_")[1:]
        assert unit == int(numbers[0] if name.startswith("model") else numbers[-1])


def test_summaries_keep_their_order():
    names = [name for name, _ in feature_layout(SUMMARIES, 2)]
    assert names[:8] == [
        "mean_0", "mean_1", "segments_0_0", "segments_0_1", "segments_1_0", "segments_1_1", "ppv_0.25_0", "ppv_0.25_1",
    ]  # fmt: skip
    assert names[-2:] == ["model_0", "model_1"]


def test_thresholds_of_units_of_their_own_are_numbered():
    assert [name for name, _ in feature_layout([("ppv", 2)], 2)] == ["ppv_0_0", "ppv_0_1", "ppv_1_0", "ppv_1_1"]
