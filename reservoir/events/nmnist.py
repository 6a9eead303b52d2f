"""The five-byte events of N-MNIST and N-Caltech101."""

import numpy as np

from reservoir.events.addresses import check_shape
from reservoir.events.camera import Polarity, camera_events, check_options
from reservoir.events.event_files import Path, content_of, refused
from reservoir.events.recording import Events

OVERFLOW_ROW = 240  # an event of this row is none, but says that the clock ran over
OVERFLOW = 2**13  # microseconds
EXPECTED = "a file of five-byte events, as those of N-MNIST"


def read_nmnist(
    path: Path,
    *,
    polarity: Polarity = "separate",
    pool: int | tuple[int, int] = 1,
    shape: tuple[int, int] = (34, 34),
) -> Events:
    """Read a recording of N-MNIST, or of another data set in the same format.

    An event takes five bytes: column, row, and a number of 24 bits, the highest byte first, whose first bit is the
    polarity, 1 for ON, and whose others are the time in microseconds. An event of row 240 is not one: there, the clock
    ran over, and 2^13 us are added to all times from then on.

    Parameters
    ----------
    path : str or path
    polarity : {"separate", "merged", "on", "off"}, default="separate"
        A channel for each polarity, those of OFF first; one for both; or the events of one polarity only.
    pool : int or tuple (vertical, horizontal), default=1
        Size of the blocks of pixels that share a channel, see `pool_addresses`.
    shape : tuple (height, width), default=(34, 34)
        Of the sensor; (180, 240) for N-Caltech101.

    Returns
    -------
    Events
        In microseconds.

    Raises
    ------
    ValueError
        If the file is cut short, holds no events or pixels outside of ``shape``, or an argument is invalid.
    OSError
        If it cannot be opened.

    References
    ----------
    G. Orchard et al., "Converting static image datasets to spiking neuromorphic datasets using saccades", Frontiers in
    Neuroscience 9:437, 2015, and the functions for Matlab and Python that come with it.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from reservoir.events import read_nmnist
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "00001.bin"
    ...     _ = path.write_bytes(bytes([10, 20, 0x80, 0x01, 0x02, 33, 0, 0x00, 0x01, 0x03]))
    ...     events = read_nmnist(path)
    >>> events.times, *events.addresses()
    (array([258, 259]), array([10, 33]), array([20,  0]), array([1, 0]))
    """
    block, shape = check_options(polarity, pool), check_shape(shape)
    content, shown = content_of(path)
    if not content or len(content) % 5:
        raise refused(EXPECTED, shown, f"has {len(content)} bytes, no multiple of 5" if content else "is empty")
    x, y, *clock = np.frombuffer(content, np.uint8).reshape(-1, 5).T.astype(np.int64)
    overflow = y == OVERFLOW_ROW
    times = ((clock[0] & 0x7F) << 16 | clock[1] << 8 | clock[2]) + OVERFLOW * np.cumsum(overflow)
    times, x, y, on = times[~overflow], x[~overflow], y[~overflow], clock[0][~overflow] >> 7
    if len(times) == 0:
        raise refused(EXPECTED, shown, "holds no events")
    if x.max() >= shape[1] or y.max() >= shape[0]:
        raise refused(
            EXPECTED,
            shown,
            f"has a pixel in column {x.max()} and row {y.max()} at most, outside of 'shape', {shape}",
            "Pass the shape (height, width) of its sensor, or check what it is.",
        )
    return camera_events(times, x, y, on, shape, "us", polarity, block)
