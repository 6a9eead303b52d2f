"""The HDF5 files of the Spiking Heidelberg Digits and of the Spiking Speech Commands."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.utils import Bunch

from reservoir.checks.arguments import as_array, check_integer
from reservoir.events.event_files import Path, name_of, package, refused
from reservoir.events.recording import Events

EXPECTED = "an HDF5 file in the layout of the Spiking Heidelberg Digits"
NEEDED = ("spikes/times", "spikes/units", "labels")


def read_shd(path: Path, rows: slice | range | Sequence[int] | None = None, *, n_channels: int = 700) -> Bunch:
    """Read recordings of the Spiking Heidelberg Digits, the Spiking Speech Commands, or another set in their layout.

    The file holds, for each recording, ``spikes/times``, in seconds, and ``spikes/units``, arrays of variable length,
    and ``labels``; for all together ``extra/keys``, the names of the labels, and for each recording ``extra/speaker``.
    What ``rows`` does not name is not read. Times and channels are returned in the types that they are stored in; times
    are float16 in the published files: between 0.5 and 1 s they are multiples of 0.49 ms.

    Parameters
    ----------
    path : str or path
        The unpacked file, such as ``shd_train.h5``.
    rows : slice, range, sequence of int or None, default=None
        Numbers of the recordings to read, from 0; negative ones count from the end. None reads all: some 8,000 of SHD
        take 0.3 GB, 75,000 of SSC 3 GB.
    n_channels : int, default=700
        Number of channels, at least 1.

    Returns
    -------
    Bunch with the attributes

        - ``recordings``: list of `Events`, in seconds
        - ``labels``: int array (n_recordings,)
        - ``classes``: list of str, the name of each label, or None
        - ``speakers``: int array (n_recordings,), or None

    Raises
    ------
    ImportError
        If h5py is missing, which is in the extra ``events``.
    ValueError
        If the file is of another format or layout or is cut short, a unit is outside of ``n_channels``, or an argument
        is invalid.
    OSError
        If it cannot be opened.

    References
    ----------
    B. Cramer et al., "The Heidelberg spiking data sets for the systematic evaluation of spiking neural networks", IEEE
    Transactions on Neural Networks and Learning Systems 33:2744, 2022; the layout: https://zenkelab.org/resources/
    spiking-heidelberg-datasets-shd/, "Data format".

    Examples
    --------
    >>> from reservoir.events import read_shd
    >>> digits = read_shd("shd_train.h5", rows=range(100))  # doctest: +SKIP
    >>> X = [events.to_rows(period=1.0) for events in digits.recordings]  # doctest: +SKIP
    """
    n_channels, name = check_integer("n_channels", n_channels), name_of(path)
    rows = _check_rows(rows)
    h5py = package("h5py", "read_shd")
    with open(name, "rb"):  # what cannot be opened at all raises an error that says why, other than that of h5py
        pass
    try:
        with h5py.File(name, "r") as file:
            return _read(file, rows, n_channels, repr(name))
    except (OSError, RuntimeError) as error:  # h5py has one for what is no HDF5 file, and one for what is damaged
        packed = name.endswith((".gz", ".zip"))
        remedy = "Unpack it first, by gunzip or unzip." if packed else "Fetch it again, or check what it is."
        raise refused(EXPECTED, repr(name), f"cannot be read ({str(error).rstrip('.')})", remedy) from None


def _read(file, rows, n_channels, shown):
    missing = [key for key in NEEDED if key not in file]
    if missing:
        raise refused(EXPECTED, shown, f"has no {' and '.join(map(repr, missing))}, but {sorted(file)}")
    times, units, labels = (file[key] for key in NEEDED)
    extras = {key: file[key] for key in ("extra/speaker", "extra/keys") if key in file}
    speakers, keys = extras.get("extra/speaker"), extras.get("extra/keys")
    arrays = {key: file[key] for key in NEEDED} | extras
    odd = [key for key, array in arrays.items() if len(getattr(array, "shape", ())) != 1]
    odd += [
        key
        for key in ("labels", "extra/speaker")
        if key not in odd and key in arrays and arrays[key].dtype.kind not in "iu"
    ]
    if odd:
        raise refused(
            EXPECTED, shown, f"has {odd[0]!r} that is no array of one axis and of the right type: {arrays[odd[0]]}"
        )
    lengths = {key: len(array) for key, array in arrays.items() if key != "extra/keys"}
    if len(set(lengths.values())) != 1:
        raise refused(EXPECTED, shown, f"has other numbers of entries for each of its arrays: {lengths}")
    chosen = _chosen(rows, len(times))
    return Bunch(
        recordings=[_recording(times[i], units[i], n_channels, i, shown) for i in chosen],
        labels=np.asarray(labels)[chosen].astype(np.int64),
        classes=None if keys is None else [key.decode() if isinstance(key, bytes) else str(key) for key in keys[()]],
        speakers=None if speakers is None else np.asarray(speakers)[chosen].astype(np.int64),
    )


def _recording(times, units, n_channels, number, shown):
    times, units = np.asarray(times), np.asarray(units)
    if times.ndim != 1 or times.shape != units.shape or times.dtype.kind != "f" or units.dtype.kind not in "iu":
        raise refused(
            EXPECTED,
            shown,
            f"has times of shape {times.shape}, {times.dtype}, and units of shape {units.shape}, {units.dtype}, in "
            f"recording {number}",
        )
    if not np.isfinite(times).all():
        raise refused(EXPECTED, shown, f"has NaN or infinity among the times of recording {number}")
    if len(units) and (units.min() < 0 or units.max() >= n_channels):
        raise ValueError(
            f"'n_channels' must be above the units of {shown}; got {n_channels}, but recording {number} has unit "
            f"{units.max() if units.min() >= 0 else units.min()}."
        )
    return Events(times, units, n_channels, "s")


def _check_rows(rows: Any) -> Any:
    if rows is None or isinstance(rows, slice):
        parts = [] if rows is None else [rows.start, rows.stop, rows.step]
        if all(part is None or isinstance(part, (int, np.integer)) for part in parts) and 0 not in parts[2:]:
            return rows or slice(None)
        raise ValueError(f"'rows' as a slice must have integers; got {rows!r}.")
    numbers = as_array("rows", rows, "a slice or a sequence of integers")
    if numbers.ndim != 1 or numbers.dtype.kind not in "iu" or len(numbers) == 0:
        raise ValueError(f"'rows' must be None, a slice, or a sequence of integers, not empty; got {rows!r}.")
    return numbers


def _chosen(rows, n_recordings):
    if isinstance(rows, slice):
        chosen = range(n_recordings)[rows]
        if not chosen:
            raise ValueError(f"'rows' must name at least one of {n_recordings} recordings; got {rows!r}.")
        return list(chosen)
    wrong = (rows >= n_recordings) | (rows < -n_recordings)
    if wrong.any():
        raise ValueError(f"'rows' must be below {n_recordings}, the number of recordings; got {rows[wrong][0]}.")
    return [int(row) % n_recordings for row in rows]
