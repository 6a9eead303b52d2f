import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from event_bytes import aedat_of_version_2, aedat_of_version_3, camera_recording, other_packet, pixel_packet
from tonic_oracle import DAVIS346, DVS128, davis346_file, dvs128_file

from reservoir import LIFLiquid
from reservoir.events import read_aedat

FIXTURES = Path(__file__).parents[2] / "fixtures"


def assert_same(events, recording):
    for got, expected in zip((events.times, *events.addresses()), recording, strict=True):
        np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize(("content", "shape"), [(davis346_file(), DAVIS346), (dvs128_file(), DVS128)])
def test_versions_2_and_3(tmp_path, content, shape):
    path = tmp_path / "a.aedat"
    path.write_bytes(content)
    events = read_aedat(path)
    assert events.shape == shape and events.unit == "us" and events.n_channels == 2 * shape[0] * shape[1]
    assert_same(events, camera_recording(shape))
    assert read_aedat(path, polarity="on", pool=16).n_channels == -(-shape[0] // 16) * -(-shape[1] // 16)


def test_version_4_of_the_library_of_the_cameras():
    pytest.importorskip("aedat", reason="needs the package aedat")
    written = np.load(FIXTURES / "davis346_aedat4.npz")
    events = read_aedat(FIXTURES / "davis346.aedat4")
    assert events.shape == DAVIS346
    assert_same(events, (written["times"], written["x"], written["y"], written["on"]))
    assert events.to_rows(10.0, start="first").sum() == 400


def test_version_4_with_frames_signals_and_the_same_events_filtered():
    pytest.importorskip("aedat", reason="needs the package aedat")
    written = np.load(FIXTURES / "davis346_aedat4.npz")
    events = read_aedat(FIXTURES / "davis346_streams.aedat4")
    assert events.shape == DAVIS346
    assert_same(events, (written["times"], written["x"], written["y"], written["on"]))


def test_version_4_that_is_cut(tmp_path):
    pytest.importorskip("aedat", reason="needs the package aedat")
    content, path = (FIXTURES / "davis346.aedat4").read_bytes(), tmp_path / "cut.aedat4"
    for length in (14, 100, 2000, 4000, 5130):  # of 5131 bytes, all events are there
        path.write_bytes(content[:length])
        with pytest.raises(ValueError, match="'path' must be an AEDAT file .*cut.aedat4' cannot be read"):
            read_aedat(path)


def test_version_4_that_is_damaged(tmp_path, monkeypatch):
    class PanicException(BaseException):  # what the package raises where its code in Rust is surprised
        pass

    def surprised(path):
        raise PanicException("start byte index 750 is not a char boundary")

    monkeypatch.setitem(sys.modules, "aedat", SimpleNamespace(Decoder=surprised))
    with pytest.raises(ValueError, match="'path' must be an AEDAT file .*davis346.aedat4' cannot be read .start byte"):
        read_aedat(FIXTURES / "davis346.aedat4")


def test_version_4_without_the_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "aedat", None)
    with pytest.raises(ImportError, match=r'version 4.0, needs aedat: pip install "liquid-reservoir\[events\]"'):
        read_aedat(FIXTURES / "davis346.aedat4")


def test_a_gesture_for_a_liquid(tmp_path):
    path = tmp_path / "user01_led.aedat"
    path.write_bytes(dvs128_file())
    gesture = read_aedat(path, polarity="merged", pool=16).between(100_000, 200_000)
    X = gesture.to_rows(5.0, start="first")
    assert X.shape[1] == 64 and 19 <= len(X) <= 20
    liquid = LIFLiquid(20, input="spikes", input_period=5.0, input_scaling=5.0, random_state=0)
    assert liquid.fit_transform(X).any()


def test_a_camera_that_the_file_does_not_name(tmp_path):
    recording = camera_recording(DVS128, 10)
    for name, content in (
        ("none", aedat_of_version_2([0], [0], chip="")),
        ("ATIS", aedat_of_version_3(pixel_packet(*recording), source="ATIS")),
    ):
        path = tmp_path / "a.aedat"
        path.write_bytes(content)
        with pytest.raises(ValueError, match=f"'camera' must be one of 'DVS128', .* which names {name}; got None"):
            read_aedat(path)
        assert read_aedat(path, camera="DVS128").shape == DVS128
    path.write_bytes(davis346_file())
    with pytest.raises(ValueError, match="'camera' must be that of .*; got DAVIS240, 240 columns .* column 345"):
        read_aedat(path, camera="DAVIS240")
    with pytest.raises(ValueError, match="'camera' must be one of"):
        read_aedat(path, camera="DVX")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "begins with b''"),
        (b"RIFF\0\0\0\0WAVE", "begins with b'RIFF"),
        (b"#!AER-DAT1.0\r\n" + b"\0" * 12, "is of version 1.0"),
        (davis346_file()[:-3], "is cut short .its events take 15997 bytes"),
        (dvs128_file()[:-3], "is cut short .of the 8000 bytes of its last packet 7997 are there"),
        (aedat_of_version_3(other_packet()), "holds no events of pixels"),
        (dvs128_file().replace(b"Format: RAW", b"Format: PNG"), "has its events in the format PNG, and not RAW"),
    ],
)
def test_cut_and_foreign_files_are_refused(tmp_path, content, reason):
    path = tmp_path / "a.aedat"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"'path' must be an AEDAT file of version .*a.aedat' {reason}"):
        read_aedat(path)
