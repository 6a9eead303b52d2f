from pathlib import Path

import numpy as np
import pytest
from event_bytes import camera_recording, five_byte_events
from tonic_oracle import OVERFLOWS

from reservoir import LIFLiquid
from reservoir.events import read_nmnist

TONIC = np.load(Path(__file__).parents[2] / "fixtures" / "tonic_frames.npz")


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "00002.bin"
    path.write_bytes(five_byte_events())
    return path


def test_what_was_written_is_read(path):
    times, x, y, p = camera_recording()
    events = read_nmnist(path)
    for got, expected in zip((events.times, *events.addresses()), (times, x, y, p), strict=True):
        np.testing.assert_array_equal(got, expected)
    assert (events.unit, events.shape, events.n_channels) == ("us", (34, 34), 2312)


def test_an_overflow_of_the_clock_as_tonic_reads_it(path):
    path.write_bytes(five_byte_events(overflows=OVERFLOWS))
    events = read_nmnist(path)
    np.testing.assert_array_equal(events.times, camera_recording()[0])
    for name, values in zip("txyp", (events.times, *events.addresses()), strict=True):
        np.testing.assert_array_equal(values, TONIC[f"nmnist_{name}"])


def test_rows_of_a_digit_are_the_frames_of_tonic(path):
    rows = read_nmnist(path).to_rows(10.0)
    np.testing.assert_array_equal(rows, TONIC["camera_10_ms"].reshape(30, -1))
    liquid = LIFLiquid(20, input="spikes", input_scaling=5.0, random_state=0)
    assert liquid.fit_transform(read_nmnist(path, polarity="merged", pool=4).to_rows(10.0)).any()


def test_another_sensor(path):
    path.write_bytes(five_byte_events(camera_recording((180, 240))))
    assert read_nmnist(path, shape=(180, 240)).n_channels == 2 * 180 * 240
    with pytest.raises(ValueError, match=r"00002.bin' has a pixel in column 239 and row 179 at most, .*\(34, 34\)"):
        read_nmnist(path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (five_byte_events()[:-3], "has 9997 bytes, no multiple of 5"),
        (bytes([0, 240, 0, 0, 0]), "holds no events"),
        (b"\x89HDF\r\n\x1a\n\0\0", "outside of 'shape'"),
    ],
)
def test_other_files_are_refused(path, content, reason):
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"'path' must be a file of five-byte events.*00002.bin' .*{reason}"):
        read_nmnist(path)
