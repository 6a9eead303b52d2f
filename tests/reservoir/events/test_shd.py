import builtins
import gzip
import sys

import numpy as np
import pytest
from event_bytes import SHD_KEYS, write_shd

from reservoir import LIFLiquid
from reservoir.events import pool_channels, read_shd

h5py = pytest.importorskip("h5py", reason="needs the package h5py")

random = np.random.RandomState(5)
LENGTHS = (800, 1, 0, 500, 300)
TIMES = [np.sort(random.random_sample(length)) for length in LENGTHS]
UNITS = [random.randint(0, 700, length) for length in LENGTHS]
LABELS, SPEAKERS = [2, 0, 1, 1, 0], [4, 4, 3, 3, 11]


@pytest.fixture
def path(tmp_path):
    return write_shd(tmp_path / "shd_test.h5", TIMES, UNITS, LABELS, speakers=SPEAKERS)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_what_was_written_is_read(tmp_path, dtype):
    digits = read_shd(write_shd(tmp_path / "a.h5", TIMES, UNITS, LABELS, speakers=SPEAKERS, dtype=dtype))
    for events, times, units in zip(digits.recordings, TIMES, UNITS, strict=True):
        np.testing.assert_array_equal(events.times, times.astype(dtype))
        np.testing.assert_array_equal(events.channels, units)
        assert (events.times.dtype, events.channels.dtype) == (dtype, np.uint16)
        assert events.unit == "s" and events.n_channels == 700
    assert digits.labels.tolist() == LABELS and digits.speakers.tolist() == SPEAKERS and digits.classes == SHD_KEYS


def test_rows_of_the_file(path):
    for rows, expected in (
        (range(1, 4), [1, 2, 3]),
        (slice(None, None, 2), [0, 2, 4]),
        ([3, 0, 3], [3, 0, 3]),
        (np.array([-1]), [4]),
        (slice(3, 100), [3, 4]),
    ):
        part = read_shd(path, rows)
        assert part.labels.tolist() == [LABELS[row] for row in expected]
        assert part.speakers.tolist() == [SPEAKERS[row] for row in expected]
        assert [len(events.times) for events in part.recordings] == [LENGTHS[row] for row in expected]
    for rows in ([5], [-6], slice(5, 9)):
        with pytest.raises(ValueError, match="'rows' must .* recordings; got"):
            read_shd(path, rows)
    for rows in ([], [0.5], "all", 3, slice("a", "b"), slice(0, 3, 0), [True]):
        with pytest.raises(ValueError, match="'rows'"):
            read_shd(path, rows)


def test_half_precision_keeps_every_event(path):
    events = read_shd(path).recordings[0]
    X = events.to_rows(1.0, n_steps=1001)
    assert X.sum() == 800
    exact = np.zeros((1001, 700))
    np.add.at(exact, ((events.times.astype(float) * 1000 + 1e-9).astype(int), UNITS[0]), 1)
    assert np.abs(X - exact).sum() <= 2  # none or one lies so near to an edge


def test_a_liquid_takes_them(path):
    digits = read_shd(path, [0, 3, 4])
    X = pool_channels([events.to_rows(10.0, n_steps=101) for events in digits.recordings], 10)
    liquid = LIFLiquid(20, input="spikes", input_scaling=5.0, random_state=0)
    assert all(states.shape == (101, 20) and states.any() for states in liquid.fit_transform(X))


def test_milliseconds_in_the_layout_are_refused(tmp_path):
    path = write_shd(tmp_path / "ms.h5", [1000 * TIMES[0]], UNITS[:1], [0], dtype=np.float32)
    with pytest.raises(ValueError, match="'unit' must be that of 'times'; got 's'.*unit='ms' would mean"):
        read_shd(path).recordings[0].to_rows(1.0)


def test_files_without_extras(tmp_path):
    digits = read_shd(write_shd(tmp_path / "a.h5", TIMES, UNITS, LABELS, keys=None))
    assert digits.classes is None and digits.speakers is None


def test_units_are_checked(path):
    with pytest.raises(ValueError, match="'n_channels' must be above the units of .*; got 100, but recording 0 has"):
        read_shd(path, n_channels=100)


def test_cut_and_foreign_files_are_refused(tmp_path, path):
    content = path.read_bytes()
    for name, part in (("cut.h5", content[: len(content) // 2]), ("no.h5", b"RIFF\0\0\0\0WAVE"), ("empty.h5", b"")):
        (tmp_path / name).write_bytes(part)
        with pytest.raises(ValueError, match=f"'path' must be an HDF5 file in the layout .*{name}' cannot be read"):
            read_shd(tmp_path / name)
    with gzip.open(tmp_path / "shd.h5.gz", "wb") as file:
        file.write(content)
    with pytest.raises(ValueError, match="Unpack it first, by gunzip or unzip"):
        read_shd(tmp_path / "shd.h5.gz")
    with pytest.raises(FileNotFoundError):
        read_shd(tmp_path / "nowhere.h5")


def test_other_layouts_are_refused(tmp_path):
    other = tmp_path / "other.h5"
    with h5py.File(other, "w") as file:
        file["spikes/times"], file["data"] = [0.0], [1]
    with pytest.raises(ValueError, match=r"has no 'spikes/units' and 'labels', but \['data', 'spikes'\]"):
        read_shd(other)
    with pytest.raises(ValueError, match="has other numbers of entries .*'labels': 4"):
        read_shd(write_shd(tmp_path / "a.h5", TIMES, UNITS, LABELS[:4]))
    for key, value in (
        ("labels", ["a", "b"]), ("labels", [0.5, 1.0]), ("labels", [[0], [1]]), ("labels", 3),
        ("extra/speaker", ["a", "b"]), ("extra/keys", "a"),
    ):  # fmt: skip
        odd = write_shd(tmp_path / "odd.h5", TIMES[:2], UNITS[:2], [0, 1], keys=None)
        with h5py.File(odd, "a") as file:
            file.pop(key, None)
            file[key] = value
        with pytest.raises(ValueError, match=f"'path' must be an HDF5 file .*odd.h5' has '{key}' that is no array"):
            read_shd(odd)
    with h5py.File(other, "w") as file:
        file["spikes/times/0"], file["spikes/units"], file["labels"] = [0.0], [1], [1]
    with pytest.raises(ValueError, match="'path' must be an HDF5 file .* has 'spikes/times' that is no array"):
        read_shd(other)
    shorter = [UNITS[0][:-1], *UNITS[1:]]
    with pytest.raises(ValueError, match=r"has times of shape \(800,\), float16, and units of shape \(799,\)"):
        read_shd(write_shd(tmp_path / "b.h5", TIMES, shorter, LABELS))
    with pytest.raises(ValueError, match="has NaN or infinity among the times of recording 1"):
        read_shd(write_shd(tmp_path / "c.h5", [TIMES[0], [np.nan]], UNITS[:2], [0, 1]))


def test_a_missing_package_is_named(path, monkeypatch):
    found = builtins.__import__

    def without(name, *rest):
        if name == "h5py":
            raise ModuleNotFoundError("No module named 'h5py'", name="h5py")
        return found(name, *rest)

    monkeypatch.setitem(sys.modules, "h5py", None)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r'read_shd needs h5py: pip install "liquid-reservoir\[events\]"'):
        read_shd(path)
