from pathlib import Path

import numpy as np
import pytest
from event_bytes import (
    aedat_of_version_2,
    aedat_of_version_3,
    camera_recording,
    davis_addresses,
    dvs128_addresses,
    other_packet,
    pixel_packet,
)
from tonic_oracle import DAVIS346, DVS128, davis346_file, dvs128_file

from reservoir.events.aedat_packets import camera_of, decode_packets, decode_pairs, format_of, known_camera, read_header

TONIC = np.load(Path(__file__).parents[2] / "fixtures" / "tonic_frames.npz")


def body_of(content):
    return content[read_header(content).n_bytes :]


def assert_same(found, recording):
    for got, expected in zip(found, recording, strict=True):
        np.testing.assert_array_equal(got, expected)


def test_headers():
    header = read_header(dvs128_file())
    assert header.version == "3.1" and camera_of(header) == "DVS128" and header.lines[-1] == "!END-HEADER"
    header = read_header(davis346_file())
    assert header.version == "2.0" and camera_of(header) == "Davis346blue" and format_of(header) == "RAW"
    header = read_header(dvs128_file().replace(b"\r\n", b"\n").replace(b"Format: RAW", b"Format: Serial-TS"))
    assert header.version == "3.1" and header.lines[-1] == "!END-HEADER" and format_of(header) == "Serial-TS"
    assert read_header(b"RIFF....").version == "" and read_header(b"").version == ""
    assert camera_of(read_header(b"#!AER-DAT2.0\r\n")) == ""


@pytest.mark.parametrize("column", [3, 160])  # the bytes of the second begin with a # and the end of a line
def test_an_event_that_begins_like_a_line_is_none(column):
    recording = [np.array([10, 11]), np.array([column, 4]), np.array([140, 142]), np.array([1, 0])]
    content = aedat_of_version_2(davis_addresses(*recording[1:]), recording[0])
    assert body_of(content)[:1] == b"#"
    assert_same(decode_pairs(body_of(content), "DAVIS346"), recording)


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_line_with_other_letters(encoding):
    recording = [np.array([10, 11]), np.array([3, 4]), np.array([5, 142]), np.array([1, 0])]
    content = aedat_of_version_2(davis_addresses(*recording[1:]), recording[0])
    content = content.replace(b"2.0\r\n", b"2.0\r\n" + "# Zürich, März\r\n".encode(encoding))
    assert camera_of(read_header(content)) == "Davis346blue"
    assert_same(decode_pairs(body_of(content), "DAVIS346"), recording)


def test_cameras():
    assert known_camera("DAVIS240C") == "DAVIS240" and known_camera("Davis346bsi") == "DAVIS346"
    assert known_camera("DVS128") == "DVS128" and known_camera("") is None


def test_version_2_as_tonic_reads_it():
    found = decode_pairs(body_of(davis346_file()), "DAVIS346")
    assert_same(found, camera_recording(DAVIS346))
    # tonic turns the picture around, as it is shown.
    expected = TONIC["davis346_t"], 345 - TONIC["davis346_x"].astype(int), 259 - TONIC["davis346_y"].astype(int)
    assert_same(found, (*expected, TONIC["davis346_p"]))


def test_version_2_of_a_dvs128():
    times, *pixels = camera_recording(DVS128)
    content = aedat_of_version_2(dvs128_addresses(*pixels), times, "ch.unizh.ini.jaer.chip.retina.DVS128")
    assert_same(decode_pairs(body_of(content), "DVS128"), (times, *pixels))
    assert dvs128_addresses(0, 0, 1) == 0  # jAER: "The ON events have raw polarity 0"


def test_version_2_without_frames_and_signals():
    times, *pixels = camera_recording(DAVIS346)
    addresses = davis_addresses(*pixels)
    mixed = np.stack([addresses, addresses | 1 << 31, addresses | 1 << 10], axis=1).ravel()
    assert_same(decode_pairs(body_of(aedat_of_version_2(mixed, times.repeat(3))), "DAVIS346"), (times, *pixels))
    addresses = dvs128_addresses(*(column % 128 for column in pixels))
    mixed = np.stack([addresses, addresses | 1 << 15], axis=1).ravel()
    assert len(decode_pairs(body_of(aedat_of_version_2(mixed, times.repeat(2))), "DVS128").times) == len(times)


def test_version_2_where_the_clock_begins_anew():
    times = 2**32 - 1000 + np.arange(0, 3000, 100)
    zeros = np.zeros(len(times), int)
    found = decode_pairs(body_of(aedat_of_version_2(zeros, times)), "DAVIS346")
    np.testing.assert_array_equal(found.times, times)


def test_version_3_as_tonic_reads_it():
    found = decode_packets(body_of(dvs128_file()))
    assert_same(found, camera_recording(DVS128))
    np.testing.assert_array_equal(found.times, TONIC["dvs128_t"])
    np.testing.assert_array_equal(found.x << 17 | found.y << 2 | found.on << 1 | 1, TONIC["dvs128_address"])


def test_version_3_with_packets_of_other_things():
    recording = camera_recording(DVS128, 10)
    packets = other_packet(), pixel_packet(*recording, spare=3), other_packet(kind=0, size=8), other_packet(number=0)
    assert_same(decode_packets(body_of(aedat_of_version_3(*packets))), recording)


def test_version_3_without_what_is_not_valid():
    recording = camera_recording(DVS128, 10)
    valid = np.arange(10) % 3 > 0
    found = decode_packets(pixel_packet(*recording, valid=valid.astype(int)))
    assert_same(found, [column[valid] for column in recording])


def test_version_3_where_the_clock_overflows():
    recording = camera_recording(DVS128, 10)
    found = decode_packets(pixel_packet(*recording) + pixel_packet(*recording, overflow=2))
    np.testing.assert_array_equal(found.times, np.concatenate([recording[0], recording[0] + 2 * 2**31]))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (pixel_packet(*camera_recording(DVS128, 10))[:-1], "of the 80 bytes of its last packet 79 are there"),
        (pixel_packet(*camera_recording(DVS128, 10))[:20], "within the header of a packet"),
        (b"\xff" * 28, "impossible numbers"),
        (b"".join(pixel_packet([0], [0], [0], [0], source=source) for source in (1, 2)), "several cameras"),
        (other_packet(kind=1, size=16), "have 16 bytes and not 8"),
    ],
)
def test_cut_and_foreign_bytes_are_refused(body, reason):
    with pytest.raises(ValueError, match=reason):
        decode_packets(body)


def test_pairs_that_are_cut_are_refused():
    with pytest.raises(ValueError, match="no multiple of 8"):
        decode_pairs(b"\0" * 15, "DAVIS346")
    assert len(decode_packets(b"").times) == 0
