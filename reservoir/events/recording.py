"""A recording of events, as the readers of files return it."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from readouts.types import Array
from reservoir.checks.arguments import check_flag, check_integer, check_number
from reservoir.checks.headline import Headline, html_of, number, text_of
from reservoir.events.addresses import channel_addresses, check_shape
from reservoir.events.event_arrays import read_pair
from reservoir.events.event_rows import check_start, count
from reservoir.events.plausible_rate import check_plausible
from reservoir.events.units import SECONDS, Unit, check_period, check_unit


@dataclass(frozen=True, eq=False)
class Events:
    """A recording of events: when, and of which channel.

    Parameters
    ----------
    times : array (n_events,)
        Integers or floats, as the file holds them, in ``unit``; in any order.
    channels : array (n_events,)
        0 to ``n_channels - 1``; of a camera, numbered as by `address_channels`.
    n_channels : int
    unit : {"s", "ms", "us"}
        Of the times.
    shape : tuple (height, width) or None, default=None
        Of a camera, after pooling. With a channel for each polarity, there are ``2 * height * width`` channels.
    pooled : int, default=1
        How many pixels share a channel, at most.

    Raises
    ------
    ValueError
        If an argument is invalid, there is no such channel, or ``n_channels`` is neither that of ``shape`` nor twice as
        many.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.events import Events
    >>> events = Events(np.array([0, 400, 1000, 1001]), np.array([0, 2, 2, 2]), 3, "us")
    >>> events
    Events
    number     4          of 3 channels
    duration   1.001 ms   the first at 0 us
    rate       1332 Hz    a channel, on average
    fields: times, channels (4,)
    >>> events.to_rows(period=1.0)
    array([[1., 0., 1.],
           [0., 0., 2.]])
    """

    times: Array
    channels: Array
    n_channels: int
    unit: Unit
    shape: tuple[int, int] | None = None
    pooled: int = 1

    def __post_init__(self) -> None:
        n_channels, unit = check_integer("n_channels", self.n_channels), check_unit(self.unit)
        shape = None if self.shape is None else check_shape(self.shape)
        if shape is not None and n_channels not in (shape[0] * shape[1], 2 * shape[0] * shape[1]):
            raise ValueError(
                f"'n_channels' must be {shape[0] * shape[1]} or, with a channel for each polarity, twice as many, by "
                f"'shape', {shape}; got {n_channels}."
            )
        times, channels = read_pair(self.times, self.channels, n_channels, unit)
        checked = {"times": times, "channels": channels, "n_channels": n_channels, "unit": unit, "shape": shape}
        for name, value in (checked | {"pooled": check_integer("pooled", self.pooled)}).items():
            object.__setattr__(self, name, value)  # of what is frozen once it is made

    __repr__ = text_of
    _repr_html_ = html_of

    @property
    def headline(self) -> Headline:
        """What is printed: the number of events, how long they last, and their rate."""
        n_events, sensor = len(self.times), f", {self.shape[0]} x {self.shape[1]} pixels" if self.shape else ""
        rows = [("number", number(n_events), f"of {self.n_channels} channels{sensor}")]
        if n_events:
            first = self.times.min()
            seconds = (float(self.times.max()) - float(first)) * float(SECONDS[self.unit])
            rows.append(("duration", number(1000 * seconds, " ms"), f"the first at {first} {self.unit}"))
            if seconds:
                rows.append(("rate", number(n_events / seconds / self.n_channels, " Hz"), "a channel, on average"))
        return Headline("Events", rows)

    def to_rows(
        self,
        period: float,
        *,
        n_steps: int | None = None,
        start: float | Literal["first"] = 0,
        check_rate: bool = True,
    ) -> Array:
        """Count the events of each channel in rows of equal duration, as `from_events` does.

        Parameters
        ----------
        period : float
            Duration of a row in ms, 1e-6 to 1e9: the ``input_period`` of the liquid.
        n_steps : int or None, default=None
            Number of rows, at least 1. None is as many as are needed.
        start : float or "first", default=0
            When row 0 begins, in the unit of the recording; or at the first event.
        check_rate : bool, default=True
            Whether an implausible unit is refused.

        Returns
        -------
        X : array (n_steps, n_channels), float64
            Whole numbers of events.

        Raises
        ------
        ValueError
            If an argument is invalid, an event lies before ``start`` or behind the last row, or the unit is
            implausible.
        """
        step, start = check_period(period, self.unit), check_start(start)
        n_steps = None if n_steps is None else check_integer("n_steps", n_steps)
        if check_flag("check_rate", check_rate):
            check_plausible("times", [self.times], self.n_channels * self.pooled, step, self.unit)
        return count(self.times, self.channels, self.n_channels, step, n_steps, start)

    def between(self, first: float, last: float) -> "Events":
        """Return the events of a part of the recording, with the times that they have.

        Parameters
        ----------
        first, last : float
            In the unit of the recording: ``first <= time < last``.

        Returns
        -------
        Events

        Raises
        ------
        ValueError
            If one is no number, or ``last`` is not above ``first``.
        """
        first, last = check_number("first", first), check_number("last", last)
        if last <= first:
            raise ValueError(f"'first' must be below 'last'; got {first:g} and {last:g}.")
        # Half precision would round the limits, so that a part might begin before them.
        times = self.times.astype(np.float64) if self.times.dtype.kind == "f" else self.times
        kept = (times >= first) & (times < last)
        return replace(self, times=self.times[kept], channels=self.channels[kept])

    def addresses(self) -> tuple[Array, Array, Array | None]:
        """Return column, row and polarity of the events of a camera.

        Returns
        -------
        x, y : arrays (n_events,), int64
            In blocks of pixels, if they were pooled.
        polarity : array (n_events,), int64, or None
            0 is OFF, 1 is ON; None if both share a channel, or only one was read.

        Raises
        ------
        ValueError
            If the events are not those of a camera.
        """
        if self.shape is None:
            raise ValueError("Only events of a camera have addresses; these have no 'shape'. Use 'channels'.")
        if self.n_channels == 2 * self.shape[0] * self.shape[1]:
            return channel_addresses(self.channels, shape=self.shape, polarity=True)
        return (*channel_addresses(self.channels, shape=self.shape), None)
