"""Addresses of pixels as numbers of channels, and back; pixels pooled in blocks."""

from typing import Any, Literal, overload

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import Array
from reservoir.checks.arguments import as_array, as_list, check_flag, check_integer


def address_channels(x: ArrayLike, y: ArrayLike, polarity: ArrayLike | None = None, *, shape: tuple[int, int]) -> Array:
    """Return the channels of pixels, numbered row by row, those of polarity ON behind those of polarity OFF.

    By column x and row y::

        channel = y width + x,    with a polarity p of 0 or 1: channel = (p height + y) width + x

    This is the order of ``frames.reshape(len(frames), -1)`` for frames of tonic's ``ToFrame``, ``(n, p, y, x)``. To
    keep the events of one polarity only, select them before: ``on = polarity == 1``, then ``times[on]``, ``x[on]`` and
    ``y[on]``. For signed rows, see `signed_rows`.

    Parameters
    ----------
    x : array (n_events,) of whole numbers
        Column, 0 to ``width - 1``.
    y : array (n_events,) of whole numbers
        Row, 0 to ``height - 1``.
    polarity : array (n_events,) or None, default=None
        1 or True for ON, brighter; 0, False or -1 for OFF, darker. None counts both in one channel.
    shape : tuple (height, width)
        Of the sensor, each at least 1.

    Returns
    -------
    channels : array (n_events,), int64
        0 to ``height * width - 1``, or ``2 * height * width - 1`` with a polarity.

    Raises
    ------
    ValueError
        If an address is outside of the sensor, a polarity is none, or lengths differ.

    Examples
    --------
    >>> from reservoir.events import address_channels
    >>> address_channels([0, 2, 2], [0, 0, 1], shape=(2, 3))
    array([0, 2, 5])
    >>> address_channels([0, 2, 2], [0, 0, 1], [0, 0, 1], shape=(2, 3))
    array([ 0,  2, 11])
    """
    height, width = check_shape(shape)
    column, row = _check_addresses(x, y, height, width)
    if polarity is None:
        return row * width + column
    return (check_polarity(polarity, len(column)) * height + row) * width + column


@overload
def channel_addresses(
    channels: ArrayLike, *, shape: tuple[int, int], polarity: Literal[False] = False
) -> tuple[Array, Array]: ...


@overload
def channel_addresses(
    channels: ArrayLike, *, shape: tuple[int, int], polarity: Literal[True]
) -> tuple[Array, Array, Array]: ...


def channel_addresses(
    channels: ArrayLike, *, shape: tuple[int, int], polarity: bool = False
) -> tuple[Array, Array] | tuple[Array, Array, Array]:
    """Return the addresses of channels: the inverse of `address_channels`.

    Parameters
    ----------
    channels : array (n_events,) of whole numbers
        From 0.
    shape : tuple (height, width)
        Of the sensor.
    polarity : bool, default=False
        Whether there is a channel for each polarity.

    Returns
    -------
    x : array (n_events,), int64
    y : array (n_events,), int64
    polarity : array (n_events,), int64
        0 is OFF, 1 is ON; only if ``polarity``.

    Raises
    ------
    ValueError
        If an argument is invalid, or there is no such channel.

    Examples
    --------
    >>> from reservoir.events import channel_addresses
    >>> channel_addresses([0, 2, 11], shape=(2, 3), polarity=True)
    (array([0, 2, 2]), array([0, 0, 1]), array([0, 0, 1]))
    """
    height, width = check_shape(shape)
    n_channels = height * width * (2 if check_flag("polarity", polarity) else 1)
    numbers = _whole_numbers("channels", channels)
    _refuse_outside("channels", numbers, n_channels, f"the channels of 'shape', {(height, width)}, and 'polarity'")
    rest, x = np.divmod(numbers, width)
    return (x, rest % height, rest // height) if polarity else (x, rest)


def pool_addresses(
    x: ArrayLike, y: ArrayLike, *, shape: tuple[int, int], factor: int | tuple[int, int]
) -> tuple[Array, Array, tuple[int, int]]:
    """Give all pixels of a block one address, and return the shape of what is a smaller sensor then.

    By column and row::

        x' = floor(x / horizontal),    y' = floor(y / vertical)

    Every event keeps its place in the list, so that none is lost. If the shape is no multiple of ``factor``, the
    blocks at the right and at the bottom are smaller: 34 pixels in blocks of 4 give 9, the last of 2.

    Parameters
    ----------
    x : array (n_events,) of whole numbers
        Column, 0 to ``width - 1``.
    y : array (n_events,) of whole numbers
        Row, 0 to ``height - 1``.
    shape : tuple (height, width)
        Of the sensor.
    factor : int or tuple (vertical, horizontal)
        Size of a block in pixels, each at least 1.

    Returns
    -------
    x : array (n_events,), int64
    y : array (n_events,), int64
    shape : tuple (ceil(height / vertical), ceil(width / horizontal))

    Raises
    ------
    ValueError
        If an argument is invalid, or an address is outside of the sensor.

    Examples
    --------
    >>> from reservoir.events import pool_addresses
    >>> pool_addresses([0, 1, 33], [5, 5, 33], shape=(34, 34), factor=4)
    (array([0, 0, 8]), array([1, 1, 8]), (9, 9))
    """
    height, width = check_shape(shape)
    vertical, horizontal = check_block("factor", factor)
    column, row = _check_addresses(x, y, height, width)
    vertical, horizontal = min(vertical, height), min(horizontal, width)
    return column // horizontal, row // vertical, (-(-height // vertical), -(-width // horizontal))


def check_shape(value: Any, name: str = "shape") -> tuple[int, int]:
    """Return a pair of integers of at least 1: a height and a width."""
    pair = as_list(value)
    if pair is None or len(pair) != 2:
        expected = "(height, width)" if name == "shape" else "an integer or (vertical, horizontal)"
        raise ValueError(f"'{name}' must be {expected}; got {value!r}.")
    height, width = (check_integer(f"{name}[{number}]", one) for number, one in enumerate(pair))
    if height * width > 2**40:
        raise ValueError(f"'{name}' must be that of a sensor; got {height} times {width} pixels.")
    return height, width


def check_block(name: str, value: Any) -> tuple[int, int]:
    """Return the size of a block of pixels, given as one number or as a pair, as a pair."""
    return (check_integer(name, value),) * 2 if as_list(value) is None else check_shape(value, name)


def check_polarity(value: Any, n_events: int) -> Array:
    """Return polarities as int64, 0 or 1."""
    array = as_array("polarity", value, "1-D, an entry for each event")
    if array.shape != (n_events,):
        raise ValueError(f"'polarity' must have an entry for each of {n_events} events; got shape {array.shape}.")
    fits = array.dtype.kind in "biuf" and ((array == 0) | (array == 1) | (array == -1)).all()
    if n_events and (not fits or ((array == -1).any() and (array == 0).any())):
        raise ValueError(
            "'polarity' must hold 1 for ON and either 0 or -1 for OFF; got "
            f"{np.unique(array)[:4] if array.dtype.kind in 'biuf' else array.dtype}."
        )
    return (array == 1).astype(np.int64)


def _check_addresses(x: Any, y: Any, height: int, width: int) -> tuple[Array, Array]:
    x, y = _whole_numbers("x", x), _whole_numbers("y", y)
    if len(x) != len(y):
        raise ValueError(f"'x' and 'y' must be of one length, an entry for each event; got {len(x)} and {len(y)}.")
    swapped = len(x) and (x >= width).any() + (y >= height).any() == 1 and x.max() < height and y.max() < width
    hint = " 'x' is the column and 'y' the row, and 'shape' is (height, width): are two of them swapped?" * bool(
        swapped
    )
    _refuse_outside("x", x, width, f"the width of 'shape', {(height, width)}", hint)
    _refuse_outside("y", y, height, f"the height of 'shape', {(height, width)}", hint)
    return x, y


def _whole_numbers(name, values):
    array = as_array(name, values, "1-D, an entry for each event")
    if array.ndim != 1:
        raise ValueError(f"'{name}' must be 1-D, an entry for each event; got shape {array.shape}.")
    whole = array.dtype.kind == "f" and (np.abs(array) < 2.0**62).all() and (np.rint(array) == array).all()
    if len(array) and not (whole or array.dtype.kind in "iu"):
        raise ValueError(f"'{name}' must hold whole numbers; got {array[:3]}, of dtype {array.dtype}.")
    return array.astype(np.int64)


def _refuse_outside(name, values, limit, what, hint=""):
    wrong = (values < 0) | (values >= limit)
    if wrong.any():
        place = int(np.argmax(wrong))
        raise ValueError(
            f"'{name}' must be from 0 to {limit - 1}, below {what}; got {values[place]} for event {place}.{hint}"
        )
