import numpy as np
import pytest
from event_bytes import camera_recording

from reservoir.events.camera import camera_events, check_options

TIMES, X, Y, ON = camera_recording((20, 34), 600)


def image(events):
    return np.bincount(events.channels, minlength=events.n_channels)


def read(polarity, pool=(1, 1), on=ON):
    return camera_events(TIMES, X, Y, on, (20, 34), "us", polarity, pool)


def test_polarities():
    separate, merged, on, off = (read(polarity) for polarity in ("separate", "merged", "on", "off"))
    assert (separate.n_channels, merged.n_channels, on.n_channels, off.n_channels) == (1360, 680, 680, 680)
    np.testing.assert_array_equal(image(separate), np.concatenate([image(off), image(on)]))
    np.testing.assert_array_equal(image(merged), image(off) + image(on))
    np.testing.assert_array_equal(on.times, TIMES[ON == 1])
    np.testing.assert_array_equal(read("on", on=2 * ON - 1).times, on.times)


def test_blocks_of_pixels():
    events = read("merged", (3, 2))
    assert (events.shape, events.n_channels, events.pooled) == ((7, 17), 119, 6)
    assert image(events).sum() == 600 and events.addresses()[2] is None
    np.testing.assert_array_equal(events.addresses()[0], X // 2)
    assert read("merged", (100, 100)).pooled == 680  # not more than there are


def test_options_are_checked():
    assert check_options("on", 2) == (2, 2) and check_options("on", (2, 3)) == (2, 3)
    with pytest.raises(ValueError, match="'polarity' must be one of 'separate', 'merged', 'on', 'off'; got 'signed'"):
        check_options("signed", 1)
    for pool in (0, 1.5, (1, 2, 3), (0, 1), None):
        with pytest.raises(ValueError, match="'pool"):
            check_options("on", pool)
