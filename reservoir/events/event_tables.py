"""Events in plain files: CSV with a line of names, NPZ, and the structured arrays of NPY files."""

import csv
from itertools import islice
from typing import Any

import numpy as np

from readouts.types import Array
from reservoir.checks.arguments import check_integer
from reservoir.events.addresses import check_polarity, check_shape
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
SLICE = 100_000  # lines of a CSV file that are held as text at once
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
    read, and two names of one thing, such as channel and unit, are refused. Columns of a CSV file are separated by
    commas. Times that are all integers stay integers.

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
    columns, others = _columns(name, shown)
    if "times" not in columns or not ("channels" in columns or {"x", "y"} <= set(columns)):
        remedy = "Rename or add what is missing"
        if name.lower().endswith(".csv"):
            remedy += ", in a first line of names with a comma between them"
        raise refused(EXPECTED, shown, f"has {_listed([*columns, *others])}", f"{remedy}.")
    flat = [column for column, values in columns.items() if values.ndim != 1]
    if flat:
        raise refused(
            EXPECTED, shown, f"has {flat[0]} of shape {columns[flat[0]].shape}", "Store an entry for each event."
        )
    lengths = {column: len(values) for column, values in columns.items()}
    if len(set(lengths.values())) != 1:
        raise refused(EXPECTED, shown, f"has columns of several lengths, {lengths}")
    if columns["times"].dtype.kind not in "iuf" and lengths["times"]:
        raise refused(EXPECTED, shown, "has times that are no numbers")
    if not np.isfinite(columns["times"]).all():
        raise refused(EXPECTED, shown, "has NaN or infinity among its times", "Leave those events out.")
    if "channels" in columns:
        if polarity != "separate":
            raise ValueError(f"'polarity' must be 'separate' for {shown}, which has channels; got {polarity!r}.")
        if block != (1, 1):
            raise ValueError(
                f"'pool' must be 1 for {shown}, which has channels; got {pool}. Pool its rows by pool_channels."
            )
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
    try:
        on = check_polarity(on, len(x))
    except ValueError as error:
        raise refused(EXPECTED, shown, f"has other polarities: {str(error).rstrip('.')}", "Rewrite them.") from None
    return camera_events(columns["times"], x, y, on, shape, unit, polarity, block)


def _columns(name, shown):
    """Return the columns that are known, by their names here, and the names of the others."""
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
    return found


def _known(names):
    """Return the names there of the columns that are known, by their names here, and the names of the others."""
    known = {other: mine for mine, others in NAMES.items() for other in others}
    columns: dict[str, str] = {}
    for name in names:
        column = known.get(name.strip().lower())
        if column in columns:
            raise ValueError(f"{name!r} and {columns[column]!r} both name its {column}; rename one that is not meant")
        if column:
            columns[column] = name
    return columns, [name for name in names if name.strip().lower() not in known]


def _read_csv(name):
    with open(name, newline="", encoding="utf-8-sig") as file:
        rows = (row for row in csv.reader(file) if row)
        names = next(rows)
        columns, others = _known(names)
        places = {column: names.index(key) for column, key in columns.items()}
        pieces: dict[str, list[Array]] = {column: [np.zeros(0, np.int64)] for column in columns}
        first = 0
        # The texts of a whole file would take a hundred bytes for each number.
        while lines := list(islice(rows, SLICE)):
            if any(len(line) != len(names) for line in lines):
                wrong = next(number for number, line in enumerate(lines) if len(line) != len(names))
                raise ValueError(
                    f"event {first + wrong} has {len(lines[wrong])} entries, and the line of names {len(names)}"
                )
            for column, place in places.items():
                pieces[column].append(_numbers([line[place] for line in lines]))
            first += len(lines)
    return {column: _joined(found) for column, found in pieces.items()}, others


def _numbers(texts):
    try:
        return np.fromiter(map(int, texts), np.int64, len(texts))
    except (ValueError, OverflowError):
        lower = {text.strip().lower() for text in texts}
        if lower <= {"true", "false"}:
            return np.array([text.strip().lower() == "true" for text in texts])
        return np.array([float(text) for text in texts])


def _joined(pieces):
    kinds = {piece.dtype.kind for piece in pieces[1:]}
    if "b" in kinds and len(kinds) > 1:
        raise ValueError("a column has True or False beside numbers")
    return np.concatenate(pieces[1:] or pieces)


def _read_arrays(name):
    with open(name, "rb") as file:  # which is closed whatever becomes of it
        loaded = np.load(file, allow_pickle=False)
        names = (loaded.dtype.names or ()) if isinstance(loaded, np.ndarray) else loaded.files
        columns, others = _known(names)
        return {column: loaded[key] for column, key in columns.items()}, others


def _listed(names):
    return f"only {', '.join(map(repr, names[:6]))}{', ...' * (len(names) > 6)}" if names else "none that have a name"


def _whole(column: str, values: Any, shown: str) -> Any:
    whole = values.dtype.kind in "iu" or (values.dtype.kind == "f" and (np.rint(values) == values).all())
    if len(values) and not (whole and (np.abs(values) < 2.0**62).all()):
        raise refused(EXPECTED, shown, f"has a column {column} that holds other things than whole numbers")
    return values.astype(np.int64)
