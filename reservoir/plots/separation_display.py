"""How far two inputs drive the states of a reservoir apart, beside the distance due to different starts alone."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import RandomState
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_choice, check_text
from reservoir.diagnostics import Separation, separation
from reservoir.plots.canvas import COLOURS, PALE, TITLE_PAD, legend_above, single_axes
from reservoir.plots.shown import times_of_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SCALES = ("linear", "log")


class SeparationDisplay:
    """Distance of the states along two inputs over time, beside the noise floor.

    Parameters
    ----------
    result : reservoir.diagnostics.Separation
    step : float, default=1.0
        Time from one row to the next, above 0.
    time_unit : str, default="steps"
        Unit of ``step``.

    Attributes
    ----------
    ax_ : matplotlib axes
    figure_ : matplotlib figure
    distance_line_, floor_line_ : matplotlib lines

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.plots import SeparationDisplay
    >>> u, v = np.random.RandomState(0).uniform(-1, 1, (2, 300, 1))
    >>> reservoir = EchoStateReservoir(50, random_state=0).fit(u)
    >>> display = SeparationDisplay.from_estimator(reservoir, u, v, random_state=0)
    >>> display.ax_.get_xlabel()
    'time in steps'
    >>> plt.close(display.figure_)
    """

    def __init__(self, result: Separation, *, step: float = 1.0, time_unit: str = "steps") -> None:
        self.result = result
        self.step = step
        self.time_unit = time_unit

    @classmethod
    def from_estimator(
        cls,
        reservoir: BaseReservoir,
        X: ArrayLike | Sequence[ArrayLike],
        Y: ArrayLike | Sequence[ArrayLike],
        *,
        n_starts: int = 10,
        washout: int | None = None,
        n_jobs: int | None = None,
        random_state: RandomState = None,
        step: float = 1.0,
        time_unit: str = "steps",
        scale: Literal["linear", "log"] = "linear",
        ax: "Axes | None" = None,
    ) -> Self:
        """Compute and draw `reservoir.diagnostics.separation`.

        Parameters
        ----------
        reservoir : fitted reservoir of any class
        X, Y : 2-D arrays (n_steps, n_features), or lists of as many of them
            Pairs of inputs.
        n_starts, washout, n_jobs, random_state : as in `reservoir.diagnostics.separation`
        step, time_unit : as in the class
        scale, ax : as in ``plot``

        Returns
        -------
        SeparationDisplay

        Raises
        ------
        ValueError
            If an argument, X or Y is invalid.
        """
        result = separation(
            reservoir, X, Y, n_starts=n_starts, washout=washout, n_jobs=n_jobs, random_state=random_state
        )
        return cls(result, step=step, time_unit=time_unit).plot(ax, scale=scale)

    def plot(self, ax: "Axes | None" = None, *, scale: Literal["linear", "log"] = "linear") -> Self:
        """Draw distance and floor.

        Parameters
        ----------
        ax : matplotlib axes or None, default=None
            None makes a new figure.
        scale : {"linear", "log"}, default="linear"
            Of the distances; a logarithmic one shows how fast the effect of the start decays, and leaves zeros out.

        Returns
        -------
        self
        """
        check_choice("scale", scale, SCALES)
        result, time_unit = self.result, check_text("time_unit", self.time_unit)
        if not isinstance(result, Separation):
            raise TypeError(f"'result' must be a Separation, as separation returns it; got {type(result).__name__}.")
        time = times_of_rows("step", self.step, len(result.distance))
        self.ax_ = single_axes(ax, figsize=(8, 4))
        self.figure_ = self.ax_.figure
        self.ax_.set_yscale(scale)
        distance, floor = result.distance, result.floor
        if scale == "log":
            distance, floor = (np.ma.masked_less_equal(values, 0) for values in (distance, floor))
        (self.distance_line_,) = self.ax_.plot(time, distance, color=COLOURS[0], label="two inputs")
        style: dict[str, Any] = {"color": COLOURS[1], "linestyle": "--"}
        (self.floor_line_,) = self.ax_.plot(time, floor, label="one input, two starts", **style)
        if result.washout:
            self.ax_.axvspan(0, time[result.washout], color=PALE, zorder=0, linewidth=0, label="washout")
        self.ax_.set(
            xlabel=f"time in {time_unit}", ylabel="distance of the states", xlim=(0, time[-1] or float(self.step))
        )
        if scale == "linear":
            self.ax_.set_ylim(bottom=0)
        verdict = "nothing left of the starts" if np.isinf(result.ratio) else f"{result.ratio:.3g} times the floor"
        self.ax_.set_title(verdict, loc="left", fontsize="medium", pad=TITLE_PAD)
        legend_above(self.ax_)
        return self
