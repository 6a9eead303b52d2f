"""Time constants of a liquid: the range of each between its bounds."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import Array
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_array, check_choice, check_text
from reservoir.diagnostics import time_constants
from reservoir.plots.canvas import COLOURS, GREY, PALE, legend_beside, single_axes
from reservoir.plots.shown import check_shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PERCENTILES = (5, 50, 95)
MOST_LINES = 7
KINDS = ("units", "time")


class TimeConstantDisplay:
    """Effective time constants, between the bounds that no input can drive them across.

    Parameters
    ----------
    values : array (n_steps, n_units)
        In ``time_unit``.
    lower, upper : arrays (n_units,)
        The bounds; infinite ones are not drawn.
    time_unit : str, default="steps"

    Attributes
    ----------
    ax_ : matplotlib axes
    figure_ : matplotlib figure
    percentiles_ : array (3, n_units)
        5th, 50th and 95th over time.
    order_ : int array (n_units,)
        Units by their medians, lowest first, as they stand along the axis of ``kind="units"``.
    lines_ : list of matplotlib lines
        The median of ``kind="units"``, or one line for each unit of ``kind="time"``.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import numpy as np
    >>> from reservoir import LTCLiquid
    >>> from reservoir.plots import TimeConstantDisplay
    >>> u = np.random.RandomState(0).standard_normal((300, 2))
    >>> liquid = LTCLiquid(n_units=40, random_state=0).fit(u)
    >>> display = TimeConstantDisplay.from_estimator(liquid, u)
    >>> display.ax_.get_ylabel()
    'time constant in steps'
    >>> plt.close(display.figure_)
    """

    def __init__(self, values: Array, lower: Array, upper: Array, *, time_unit: str = "steps") -> None:
        self.values = values
        self.lower = lower
        self.upper = upper
        self.time_unit = time_unit

    @classmethod
    def from_estimator(
        cls,
        reservoir: BaseReservoir,
        X: ArrayLike,
        *,
        kind: Literal["units", "time"] = "units",
        units: Sequence[int] | Array | None = None,
        time_unit: str = "steps",
        ax: "Axes | None" = None,
    ) -> Self:
        """Compute and draw `reservoir.diagnostics.time_constants`.

        Parameters
        ----------
        reservoir : fitted reservoir that has time constants
        X : 2-D array (n_steps, n_features)
            One series.
        kind, units, ax : as in ``plot``
        time_unit : str, default="steps"
            Unit of the ``elapsed_column``, where the reservoir has one.

        Returns
        -------
        TimeConstantDisplay

        Raises
        ------
        TypeError
            If the equations of this class are not known, or have no time constant.
        ValueError
            If an argument or X is invalid.
        """
        tau = time_constants(reservoir, X)
        return cls(tau.values, tau.lower, tau.upper, time_unit=time_unit).plot(ax, kind=kind, units=units)

    def plot(
        self,
        ax: "Axes | None" = None,
        *,
        kind: Literal["units", "time"] = "units",
        units: Sequence[int] | Array | None = None,
    ) -> Self:
        """Draw the time constants.

        Parameters
        ----------
        ax : matplotlib axes or None, default=None
            None makes a new figure.
        kind : {"units", "time"}, default="units"
            Unit beside unit, from the quickest to the slowest, each with its bounds, median and middle 90 % over time;
            or a line over time for each of a few units, with its bounds dashed.
        units : sequence of ints or None, default=None
            The units of ``kind="time"``, 7 at most. None takes 3: of the lowest, the middle and the highest median.

        Returns
        -------
        self
        """
        check_choice("kind", kind, KINDS)
        values = check_array("values", self.values, ("n_steps", "n_units"), finite=False)
        given = {"lower": self.lower, "upper": self.upper}.items()
        bounds = [check_array(*bound, values.shape[1:], finite=False, like="values") for bound in given]
        time_unit = check_text("time_unit", self.time_unit)
        percentiles = np.percentile(values, PERCENTILES, axis=0)
        order = np.argsort(percentiles[1], kind="stable")
        units = _check_units(units, order)
        self.ax_ = single_axes(ax, figsize=(8, 4.2))
        self.figure_, self.percentiles_, self.order_ = self.ax_.figure, percentiles, order
        if kind == "units":
            self._draw_units(self.ax_, values, bounds)
        else:
            self._draw_time(self.ax_, values, bounds, units)
        finite = [bound[np.isfinite(bound)].min(initial=np.inf) for bound in bounds]
        if min(values.min(), *finite) > 0:
            self.ax_.set_yscale("log")
        self.ax_.set_ylabel(f"time constant in {time_unit}")
        legend_beside(self.ax_)
        return self

    def _draw_units(self, ax, values, bounds):
        low, middle, high = self.percentiles_[:, self.order_]
        place = np.arange(len(middle))
        lower, upper = (
            np.where(np.isfinite(bound), bound, end)[self.order_]
            for bound, end in zip(bounds, (values.min(), values.max()), strict=True)
        )
        ax.bar(place, upper - lower, 1.0, lower, color=PALE, label="between the bounds")
        ax.vlines(place, low, high, color=COLOURS[0], linewidth=np.clip(300 / len(place), 0.8, 5), label="5 % to 95 %")
        self.lines_ = ax.plot(place, middle, "o", color=COLOURS[1], markersize=3, label="median")
        ax.set(xlabel="units, sorted by the median", xlim=(-0.5, len(place) - 0.5))

    def _draw_time(self, ax, values, bounds, units):
        self.lines_ = []
        for unit, colour in zip(units, COLOURS, strict=False):
            self.lines_ += ax.plot(values[:, unit], color=colour, linewidth=1.2, label=f"unit {unit}")
            for bound in bounds:
                if np.isfinite(bound[unit]):
                    ax.axhline(bound[unit], color=colour, linestyle="--", linewidth=0.8)
        ax.plot([], [], "--", color=GREY, linewidth=0.8, label="its bounds")
        ax.set(xlabel="row of the series", xlim=(0, max(len(values) - 1, 1)))


def _check_units(units, order):
    if units is None:
        return order[np.linspace(0, len(order) - 1, min(3, len(order))).round().astype(int)]
    return check_shown("units", units, len(order), MOST_LINES)
