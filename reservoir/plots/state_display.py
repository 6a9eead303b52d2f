"""States over time, as lines or as an image, below the input that drove them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import Array
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_array, check_choice, check_integer, check_text, check_washout
from reservoir.diagnostics.one_series import read_one_series
from reservoir.dispatch import check_fitted_reservoir
from reservoir.plots.canvas import COLOURS, axes_grid, colour_bar, legend_beside
from reservoir.plots.channels import N_SHOWN, draw_channels, draw_image, edges_of
from reservoir.plots.shown import check_shown, times_of_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_LINES = 7  # one for each colour
KINDS = ("lines", "image")
LAST_ROW = 2**53  # up to which float64 represents every whole number


class StateDisplay:
    """States of a reservoir over time, below its input.

    Parameters
    ----------
    states : array (n_steps, n_units)
    inputs : array (n_steps, n_features) or None, default=None
        The input that drove them.
    step : float, default=1.0
        Time from one row to the next, above 0.
    time_unit : str, default="steps"
        Unit of ``step``.
    start : int, default=0
        Number of the first row.

    Attributes
    ----------
    axes_ : array of matplotlib axes
        That of the input, if there is one, above that of the states.
    figure_ : matplotlib figure
    lines_ : list of matplotlib lines
        Of the states; empty for an image.
    image_ : matplotlib image or None

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.plots import StateDisplay
    >>> u = np.sin(0.3 * np.arange(200.0))[:, None]
    >>> reservoir = EchoStateReservoir(50, random_state=0).fit(u)
    >>> display = StateDisplay.from_estimator(reservoir, u, washout=50, units=[0, 7])
    >>> [line.get_label() for line in display.lines_]
    ['unit 0', 'unit 7']
    >>> plt.close(display.figure_)
    """

    def __init__(
        self,
        states: Array,
        inputs: Array | None = None,
        *,
        step: float = 1.0,
        time_unit: str = "steps",
        start: int = 0,
    ) -> None:
        self.states = states
        self.inputs = inputs
        self.step = step
        self.time_unit = time_unit
        self.start = start

    @classmethod
    def from_estimator(
        cls,
        reservoir: BaseReservoir,
        X: ArrayLike,
        *,
        washout: int = 0,
        kind: Literal["lines", "image"] = "lines",
        units: Sequence[int] | Array | None = None,
        step: float = 1.0,
        time_unit: str = "steps",
        ax: "Axes | Sequence[Axes] | Array | None" = None,
    ) -> Self:
        """Drive a fitted reservoir from rest and draw its states.

        Parameters
        ----------
        reservoir : fitted reservoir of any class
        X : 2-D array (n_steps, n_features)
            One series.
        washout : int, default=0
            Number of rows at the start, fewer than n_steps, that are not drawn.
        kind, units, ax : as in ``plot``
        step, time_unit : as in the class

        Returns
        -------
        StateDisplay

        Raises
        ------
        ValueError
            If an argument or X is invalid.
        """
        check_fitted_reservoir(reservoir)
        rows = read_one_series(reservoir, X)
        states, _ = reservoir.drive(rows, reservoir.rest())
        washout = check_washout(washout, len(states))
        shown = states[washout:], np.asarray(rows, dtype=np.float64)[washout:]
        return cls(*shown, step=step, time_unit=time_unit, start=washout).plot(ax, kind=kind, units=units)

    def plot(
        self,
        ax: "Axes | Sequence[Axes] | Array | None" = None,
        *,
        kind: Literal["lines", "image"] = "lines",
        units: Sequence[int] | Array | None = None,
    ) -> Self:
        """Draw the states.

        Parameters
        ----------
        ax : matplotlib axes, array of them, or None, default=None
            One is divided; two are those of input and states. None makes a new figure.
        kind : {"lines", "image"}, default="lines"
            A line for each of a few units, or all units as an image.
        units : sequence of ints or None, default=None
            Which units; for lines 7 at most. None is 5 of them, evenly spread over all, or all in an image.

        Returns
        -------
        self
        """
        check_choice("kind", kind, KINDS)
        states = check_array("states", self.states, ("n_steps", "n_units"))
        has_inputs = self.inputs is not None
        inputs = check_array("inputs", self.inputs, (len(states), "n_features"), like="states") if has_inputs else None
        units = _check_units(units, kind, states.shape[1])
        time_unit = check_text("time_unit", self.time_unit)
        start = check_integer("start", self.start, at_least=0)
        if start > LAST_ROW:
            raise ValueError(f"'start' must be at most {LAST_ROW}; got {start}.")
        time = times_of_rows("step", self.step, len(states), start)
        self.axes_ = axes_grid(
            ax, 1 + has_inputs, figsize=(8, 4.8), heights=(1, 2) if has_inputs else None, sharex=True
        )
        self.figure_, self.lines_, self.image_ = self.axes_[0].figure, [], None
        if inputs is not None:
            draw_channels(self.axes_[0], time, inputs)
        below = self.axes_[-1]
        if kind == "image":
            self.image_ = draw_image(below, time, states[:, units])
            below.set_ylabel("unit" if len(units) == states.shape[1] else "unit shown")
            colour_bar(self.image_, below, "state", pad=0.01)
        else:
            for unit, colour in zip(units, COLOURS, strict=False):
                self.lines_ += below.plot(time, states[:, unit], color=colour, label=f"unit {unit}", linewidth=1.2)
            below.set_ylabel("state")
            legend_beside(below)
        below.set(xlabel=f"time in {time_unit}", xlim=edges_of(time, float(self.step)))
        return self


def _check_units(units, kind, n_units):
    if units is None:
        n_shown = n_units if kind == "image" else min(N_SHOWN, n_units)
        return np.linspace(0, n_units - 1, n_shown).round().astype(int)
    return check_shown("units", units, n_units, None if kind == "image" else MOST_LINES)
