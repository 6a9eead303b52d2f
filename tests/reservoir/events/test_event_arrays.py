import numpy as np
import pandas as pd
import pytest

from reservoir.events.event_arrays import read_pair, read_recordings


def test_numbers_keep_their_types():
    for times, channels in (
        (np.float16([0.5, 1.5]), np.uint16([3, 0])),
        (np.array([5, 1], ">u4"), np.array([3, 0], ">i2")),
    ):
        when, which = read_pair(times, channels, 4, "s")
        assert when is times and which is channels
    assert read_pair([1, 2], np.uint64([0, 3]), 4, "ms")[1].dtype == np.int64  # which adds to int64 as a float
    assert read_pair([1, 2], [0.0, 3.0], 4, "ms")[1].dtype == np.int64
    assert all(
        len(array) == 0 and array.dtype == np.int64 for array in read_pair(np.zeros(0, bool), np.zeros(0, bool), 1, "s")
    )


@pytest.mark.parametrize("several", [list, tuple, lambda pair: np.array([*pair, None], dtype=object)[:2]])
def test_containers_of_recordings(several):
    times, channels = [np.array([0, 1]), np.array([])], [pd.Series([0, 1], index=[7, 9]), np.array([])]
    recordings, many = read_recordings(several(times), several(channels), 2, "ms")
    assert many and [name for name, _, _ in recordings] == ["times[0]", "times[1]"]
    assert recordings[0][2].tolist() == [0, 1] and len(recordings[1][1]) == 0
    recordings, many = read_recordings(pd.Series([3, 4]), range(2), 2, "ms")
    assert not many and recordings[0][0] == "times"


def test_advice_on_dates_and_durations_works():
    for times in (
        np.array([1_000, 2_500], "m8[us]"),
        np.array(["2020-01-01T00:00:01", "2020-01-01T00:00:03"], "M8[ms]"),
    ):
        for unit, microseconds in (("us", 1), ("ms", 1e3), ("s", 1e6)):
            with pytest.raises(ValueError, match=r"'times' must hold plain numbers; got .*\. Pass .*\.$") as error:
                read_pair(times, [0, 0], 1, unit)
            advice = str(error.value).partition(" Pass ")[2].rstrip(".")
            when, _ = read_pair(eval(advice, {"np": np, "times": times}), [0, 0], 1, unit)
            assert np.diff(when) * microseconds == (times[1] - times[0]) / np.timedelta64(1, "us")


def test_masked_entries_are_refused():
    masked = np.ma.array([1, 2], mask=[False, True])
    with pytest.raises(ValueError, match="'times' must have no masked entries"):
        read_recordings(masked, [0, 0], 1, "ms")
    with pytest.raises(ValueError, match=r"'channels\[0\]' must have no masked entries"):
        read_recordings([[0, 0]], [masked], 3, "ms")
