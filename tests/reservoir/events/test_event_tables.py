import re

import numpy as np
import pytest
from event_bytes import N_UNITS, camera_recording, cochlea_recording

from reservoir.events import event_tables, from_events, read_events

TIMES, CHANNELS = cochlea_recording()
T, X, Y, P = camera_recording()
PIXELS = np.zeros(len(T), [("x", "i2"), ("y", "i2"), ("t", "i8"), ("p", bool)])  # as tonic has it
for field, values in zip("txyp", (T, X, Y, P), strict=True):
    PIXELS[field] = values


def write_csv(path, **columns):
    lines = [",".join(columns), *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True))]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize(("times", "channels"), [("times", "channels"), ("t", "unit"), ("Time", " neuron ")])
def test_channels_of_each_kind_of_file(tmp_path, times, channels):
    columns = {times: TIMES, channels: CHANNELS}
    np.savez(tmp_path / "a.npz", **columns)
    for path in (write_csv(tmp_path / "a.csv", weight=TIMES * 0.5, **columns), tmp_path / "a.npz"):
        events = read_events(path, unit="us", n_channels=N_UNITS)
        np.testing.assert_array_equal(events.times, TIMES)
        np.testing.assert_array_equal(events.channels, CHANNELS)
        assert events.times.dtype == np.int64 and events.unit == "us"
    rows = from_events(TIMES, CHANNELS, N_UNITS, 1.0, unit="us")
    np.testing.assert_array_equal(events.to_rows(1.0), rows)


def test_times_that_are_floats(tmp_path):
    path = write_csv(tmp_path / "a.csv", t=TIMES / 1000, channel=CHANNELS)
    events = read_events(str(path), unit="ms", n_channels=N_UNITS)
    assert events.times.dtype == np.float64
    np.testing.assert_array_equal(events.to_rows(1.0), from_events(TIMES, CHANNELS, N_UNITS, 1.0, unit="us"))


@pytest.mark.parametrize("polarity", ["separate", "merged", "on", "off"])
def test_pixels_of_each_kind_of_file(tmp_path, polarity):
    np.savez(tmp_path / "a.npz", t=T, x=X, y=Y, p=P)
    np.save(tmp_path / "a.npy", PIXELS)
    write_csv(tmp_path / "a.csv", x=X, y=Y, p=P, t=T)
    write_csv(tmp_path / "b.csv", x=X, y=Y, polarity=P.astype(bool), ts=T)
    kept = {"on": P == 1, "off": P == 0}.get(polarity, P >= 0)
    for name in ("a.npz", "a.npy", "a.csv", "b.csv"):
        events = read_events(tmp_path / name, unit="us", shape=(34, 34), polarity=polarity)
        x, y, on = events.addresses()
        np.testing.assert_array_equal(np.stack([events.times, x, y]), np.stack([T, X, Y])[:, kept])
        assert (on is None) == (polarity != "separate") and (on is None or (on == P).all())
    assert read_events(tmp_path / "a.npz", unit="us", shape=(34, 34), pool=5).n_channels == 2 * 49


def test_pixels_without_a_polarity(tmp_path):
    path = write_csv(tmp_path / "a.csv", t=T, x=X, y=Y)
    events = read_events(path, unit="us", shape=(34, 34))
    assert events.n_channels == 1156 and events.addresses()[2] is None
    with pytest.raises(ValueError, match="'polarity' must be 'separate' or 'merged' for .*; got 'on'"):
        read_events(path, unit="us", shape=(34, 34), polarity="on")


def test_what_must_be_stated(tmp_path):
    path = write_csv(tmp_path / "a.csv", t=TIMES, channel=CHANNELS)
    with pytest.raises(TypeError, match="unit"):
        read_events(path)
    with pytest.raises(ValueError, match="'n_channels' must be stated for .*a.csv'"):
        read_events(path, unit="us")
    with pytest.raises(ValueError, match="'n_channels' must be above the channels of .*; got 39, but 39"):
        read_events(path, unit="us", n_channels=39)
    path = write_csv(tmp_path / "b.csv", t=T, x=X, y=Y)
    with pytest.raises(ValueError, match=r"'shape' must be stated, \(height, width\)"):
        read_events(path, unit="us")
    with pytest.raises(ValueError, match=r"'shape' .*; got \(34, 20\), but columns 0 to 33 and rows 0 to 33"):
        read_events(path, unit="us", shape=(34, 20))


def test_a_wrong_unit_is_refused(tmp_path):
    events = read_events(write_csv(tmp_path / "a.csv", t=TIMES, channel=CHANNELS), unit="s", n_channels=N_UNITS)
    with pytest.raises(ValueError, match="'unit' must be that of 'times'; got 's'.*unit='us' would mean"):
        events.to_rows(1.0)


def test_files_of_no_events(tmp_path):
    events = read_events(write_csv(tmp_path / "a.csv", t=[], channel=[]), unit="ms", n_channels=3)
    assert events.to_rows(1.0, n_steps=2).tolist() == [[0, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "cannot be read"),
        ("0.5,3\n1.5,4\n", "has only '0.5', '3'"),
        ("t;channel\n1;2\n", "has only 't;channel'. Rename or add .* with a comma between"),
        ("t,y\n1,2\n", "has only 'times', 'y'"),
        ("t,channel,unit\n1,2,3\n", "cannot be read .'unit' and 'channel' both name its channels; rename one"),
        ("t,channel,t\n1,2,3\n", "'t' and 't' both name its times"),
        ("t,channel\n1,99999999999999999999999\n", "has a column channels that holds other things than whole numbers"),
        ("t,channel,p\n1,2,True\n1,2,0\n", "could not convert string to float"),
        ("t,channel\n1\n", "event 0 has 1 entries, and the line of names 2"),
        ("t,channel\n1,2\n3,", "cannot be read"),
        ("t,channel\n1,a\n", "cannot be read"),
        ("t,channel\n1,0.5\n", "has a column channels that holds other things than whole numbers"),
        ("t,channel\nnan,1\n", "has NaN or infinity among its times"),
    ],
)
def test_other_tables_are_refused(tmp_path, content, reason):
    path = tmp_path / "a.csv"
    path.write_text(content)
    with pytest.raises(ValueError, match=f"'path' must be a CSV, NPZ or NPY file .*a.csv' .*{reason}"):
        read_events(path, unit="ms", n_channels=3)


def test_cut_and_foreign_files_are_refused(tmp_path):
    np.savez_compressed(tmp_path / "a.npz", t=TIMES, channel=CHANNELS)
    np.save(tmp_path / "a.npy", PIXELS)
    for name, ending in (("a.npz", "npz"), ("a.npy", "npy")):
        content = (tmp_path / name).read_bytes()
        for part in (b"", content[:50], content[: len(content) // 2]):
            cut = tmp_path / f"cut.{ending}"
            cut.write_bytes(part)
            with pytest.raises(ValueError, match=f"'path' must be a CSV.*cut.{ending}' cannot be read"):
                read_events(cut, unit="us", n_channels=N_UNITS, shape=(34, 34))
    with pytest.raises(ValueError, match="ends in neither .csv nor .npz nor .npy"):
        read_events(tmp_path / "a.txt", unit="us")
    with pytest.raises(FileNotFoundError):
        read_events(tmp_path / "nowhere.csv", unit="us")
    np.savez(tmp_path / "b.npz", t=TIMES, channel=CHANNELS[:-1])
    with pytest.raises(ValueError, match="has columns of several lengths"):
        read_events(tmp_path / "b.npz", unit="us", n_channels=N_UNITS)
    np.savez(tmp_path / "c.npz", t=TIMES.astype(str), channel=CHANNELS)
    with pytest.raises(ValueError, match="has times that are no numbers"):
        read_events(tmp_path / "c.npz", unit="us", n_channels=N_UNITS)
    np.savez(tmp_path / "d.npz", t=TIMES[None], channel=CHANNELS[None])
    np.savez(tmp_path / "e.npz", t=np.float64(3.0), channel=CHANNELS)
    for name, shape in (("d", "(1, 3000)"), ("e", "()")):
        with pytest.raises(ValueError, match=f"{name}.npz' has times of shape {re.escape(shape)}"):
            read_events(tmp_path / f"{name}.npz", unit="us", n_channels=N_UNITS)


def test_other_arrays_are_not_read(tmp_path):
    np.savez(tmp_path / "a.npz", t=TIMES, channel=CHANNELS, notes=np.array([{"by": "nobody"}], dtype=object))
    assert len(read_events(tmp_path / "a.npz", unit="us", n_channels=N_UNITS).times) == len(TIMES)


def test_long_files_are_read_in_slices(tmp_path, monkeypatch):
    monkeypatch.setattr(event_tables, "SLICE", 7)
    times = TIMES.astype(object)
    times[-1] = 0.5  # a float in the last slice only
    path = write_csv(tmp_path / "a.csv", t=times, channel=CHANNELS, p=P[:1].repeat(3000).astype(bool))
    path.write_text(path.read_text().replace("\n", "\n\n", 30))  # empty lines
    events = read_events(path, unit="us", n_channels=N_UNITS)
    np.testing.assert_array_equal(events.times, times.astype(float))
    np.testing.assert_array_equal(events.channels, CHANNELS)
    with path.open("a") as file:
        file.write("1,2,True\n3,4,True,5\n")
    with pytest.raises(ValueError, match="event 3001 has 4 entries"):
        read_events(path, unit="us", n_channels=N_UNITS)
    path.write_text(path.read_text().replace("1,2,True\n3,4,True,5\n", "1,2,0\n"))
    monkeypatch.setattr(event_tables, "SLICE", 5)  # the last one begins with event 3000
    with pytest.raises(ValueError, match="a column has True or False beside numbers"):
        read_events(path, unit="us", n_channels=N_UNITS)


def test_polarities_that_are_none_are_refused_by_the_name_of_the_file(tmp_path):
    path = write_csv(tmp_path / "a.csv", t=T, x=X, y=Y, p=P + 1)
    with pytest.raises(ValueError, match=r"a.csv' has other polarities: .* 1 for ON .* got \[1 2\]"):
        read_events(path, unit="us", shape=(34, 34))


def test_what_channels_do_not_have_is_refused(tmp_path):
    path = write_csv(tmp_path / "a.csv", t=TIMES, channel=CHANNELS)
    for option, expected in (({"polarity": "on"}, "'separate'"), ({"pool": 2}, "1")):
        with pytest.raises(
            ValueError, match=f"'{[*option][0]}' must be {expected} for .*a.csv', which has channels; got"
        ):
            read_events(path, unit="us", n_channels=N_UNITS, **option)
