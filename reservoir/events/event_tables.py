"""Events in plain files: CSV with a line of names, NPZ, and the structured arrays of NPY files."""

import csv
from typing import Any

import numpy as np

from reservoir.checks.arguments import check_integer
from reservoir.events.addresses import check_shape
from reservoir.events.camera import Polarity, camera_events, check_options
from reservoir.events.event_files import Path, name_of, refused
from reservoir.events.recording import Events
from reservoir.events.units import Unit, check_unit

NAMES = {
    "times": ("times", "time", "t", "ts", "timestamps", "timestamp"),
    "channels": ("channels", "channel", "units", "unit", "neurons", "neuron"),
    "x": ("x",),
    "y": ("y",),
    "polarity": ("p", "pol", "polarity"),
}
EXPECTED = "a CSV, NPZ or NPY file with the columns times and channels, or t, x, y and p"


def read_events(
    path: Path,
    *,
    unit: Unit,
    n_channels: int | None = None,
    shape: tuple[int, int] | None = None,
    polarity: Polarity = "separate",
    pool: int | tuple[int, int] = 1,
) -> Events:
    r"""Read events of a plain file.

    A file has a column, or an array, of times, and one of channels; or, of a camera, those of columns x, rows y and,
    optionally, polarities p. In a CSV file, the first line holds their names. Accepted are, in small or capital
    letters: times, time, t, ts, timestamps; channels, channel, units, neurons; x; y; p, pol, polarity. Others are not
    read. Times that are all integers stay integers.

    Parameters
    ----------
    path : str or path
        Its name ends in ``.csv``, ``.npz`` or ``.npy``; the last holds a structured array, as those of tonic.
    unit : {"s", "ms", "us"}
        Of the times.
    n_channels : int or None, default=None
        Number of channels, needed where the file has channels: one that never fires is not in it.
    shape : tuple (height, width) or None, default=None
        Of the sensor, needed where the file has addresses.
    polarity : {"separate", "merged", "on", "off"}, default="separate"
        Where the file has polarities: a channel for each, those of OFF first; one for both; or the events of one only.
    pool : int or tuple (vertical, horizontal), default=1
        Size of the blocks of pixels that share a channel, see `pool_addresses`.

    Returns
    -------
    Events

    Raises
    ------
    ValueError
        If the file is of another format or is cut short, lacks a column, holds what is no number or no such channel or
        address, or an argument is invalid.
    OSError
        If it cannot be opened.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from reservoir.events import read_events
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "spikes.csv"
    ...     _ = path.write_text("time,neuron\n0.5,0\n1.25,2\n")
    ...     events = read_events(path, unit="ms", n_channels=3)
    >>> events.to_rows(period=1.0)
    array([[1., 0., 0.],
           [0., 0., 1.]])
    """
    unit, block, name = check_unit(unit), check_options(polarity, pool), name_of(path)
    n_channels = None if n_channels is None else check_integer("n_channels", n_channels)
    shape = None if shape is None else check_shape(shape)
    shown = repr(name)
    columns = _columns(name, shown)
    if "times" not in columns or not ("channels" in columns or {"x", "y"} <= set(columns)):
        raise refused(EXPECTED, shown, f"has only {sorted(columns) or 'other ones'}", "Rename or add what is missing.")
    lengths = {column: len(values) for column, values in columns.items()}
    if len(set(lengths.values())) != 1:
        raise refused(EXPECTED, shown, f"has columns of several lengths, {lengths}")
    if columns["times"].dtype.kind not in "iuf" and lengths["times"]:
        raise refused(EXPECTED, shown, "has times that are no numbers")
    if not np.isfinite(columns["times"]).all():
        raise refused(EXPECTED, shown, "has NaN or infinity among its times", "Leave those events out.")
    if "channels" in columns:
        return _of_channels(columns, unit, n_channels, shown)
    return _of_camera(columns, unit, shape, polarity, block, shown)


def _of_channels(columns, unit, n_channels, shown):
    if n_channels is None:
        raise ValueError(f"'n_channels' must be stated for {shown}, which has channels; got None.")
    channels = _whole("channels", columns["channels"], shown)
    if len(channels) and (channels.min() < 0 or channels.max() >= n_channels):
        wrong = channels.min() if channels.min() < 0 else channels.max()
        raise ValueError(f"'n_channels' must be above the channels of {shown}, from 0; got {n_channels}, but {wrong}.")
    return Events(columns["times"], channels, n_channels, unit)


def _of_camera(columns, unit, shape, polarity, block, shown):
    if shape is None:
        raise ValueError(f"'shape' must be stated, (height, width), for {shown}, which has addresses; got None.")
    x, y = (_whole(axis, columns[axis], shown) for axis in "xy")
    if len(x) and not (min(x.min(), y.min()) >= 0 and x.max() < shape[1] and y.max() < shape[0]):
        raise ValueError(
            f"'shape' must be (height, width) of a sensor that has all addresses of {shown}; got {shape}, but columns "
            f"{x.min()} to {x.max()} and rows {y.min()} to {y.max()}."
        )
    on = columns.get("polarity")
    if on is None and polarity in ("on", "off"):
        raise ValueError(f"'polarity' must be 'separate' or 'merged' for {shown}, which has none; got {polarity!r}.")
    if on is None:
        on, polarity = np.ones(len(x), np.int64), "merged"
    return camera_events(columns["times"], x, y, on, shape, unit, polarity, block)


def _columns(name, shown):
    """Return the columns that are known, by their names here."""
    ending = name.lower().rpartition(".")[2]
    if ending not in ("csv", "npz", "npy"):
        raise refused(EXPECTED, shown, "ends in neither .csv nor .npz nor .npy", "Rename or convert it.")
    with open(name, "rb"):  # what cannot be opened at all is no matter of its format
        pass
    try:
        found = _read_csv(name) if ending == "csv" else _read_arrays(name)
    except (ValueError, OSError, EOFError, StopIteration, UnicodeDecodeError, csv.Error) as error:
        raise refused(EXPECTED, shown, f"cannot be read ({str(error).rstrip('.') or 'it is empty'})") from None
    except Exception as error:  # zipfile has no common class for the many ways in which bytes are not an archive
        raise refused(EXPECTED, shown, f"cannot be read ({error!r})") from error
    known = {other: mine for mine, others in NAMES.items() for other in others}
    return {known[key.strip().lower()]: values for key, values in found.items() if key.strip().lower() in known}


def _read_csv(name):
    with open(name, newline="", encoding="utf-8-sig") as file:
        rows = csv.reader(file)
        names = next(rows)
        lines = [row for row in rows if row]
    if any(len(line) != len(names) for line in lines):
        wrong = next(number for number, line in enumerate(lines) if len(line) != len(names))
        raise ValueError(f"event {wrong} has {len(lines[wrong])} entries, and the line of names {len(names)}")
    columns = zip(*lines, strict=True) if lines else [()] * len(names)
    known = {other for others in NAMES.values() for other in others}
    return {key: _numbers(column) for key, column in zip(names, columns, strict=True) if key.strip().lower() in known}


def _numbers(texts):
    try:
        return np.array([int(text) for text in texts], np.int64)
    except (ValueError, OverflowError):
        lower = {text.strip().lower() for text in texts}
        if lower <= {"true", "false"}:
            return np.array([text.strip().lower() == "true" for text in texts])
        return np.array([float(text) for text in texts])


def _read_arrays(name):
    with open(name, "rb") as file:  # which is closed whatever becomes of it
        loaded = np.load(file, allow_pickle=False)
        names = (loaded.dtype.names or ()) if isinstance(loaded, np.ndarray) else loaded.files
        return {key: loaded[key] for key in names}


def _whole(column: str, values: Any, shown: str) -> Any:
    if values.ndim != 1 or (len(values) and not (values.dtype.kind in "iuf" and (np.rint(values) == values).all())):
        raise refused(EXPECTED, shown, f"has a column {column} that holds other things than whole numbers")
    return values.astype(np.int64)
