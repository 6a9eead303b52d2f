"""The search for the edge of stability: exponents against a parameter, and where they cross 0."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from readouts.types import Array, RandomState, SeriesLike
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_text
from reservoir.checks.headline import number
from reservoir.diagnostics import Edge, find_edge
from reservoir.plots.canvas import COLOURS, GREY, PALE, TITLE_PAD, legend_above, single_axes
from reservoir.plots.scan import name_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

EXPONENT = "largest Lyapunov exponent in nats per row"
_LEAST_RATIO = 5  # of the bounds; on a shorter logarithmic axis there would hardly be a number


class EdgeDisplay:
    """Exponents that were measured in search of the edge of stability, with the edge and its bracket.

    Parameters
    ----------
    result : reservoir.diagnostics.Edge
    name : str, default="largest Lyapunov exponent in nats per row"
        What was measured.

    Attributes
    ----------
    ax_ : matplotlib axes
    figure_ : matplotlib figure
    lines_ : list of matplotlib lines
        The measured points of each seed, without infinite ones; marks at the bottom and at the top show where an
        exponent is infinite.
    edge_line_ : matplotlib line
        The edge, mean over the seeds, each of which has a diamond at the level.
    bracket_ : matplotlib patch
        Between which it lies: of one seed the last bracket, of several all of these together.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.plots import EdgeDisplay
    >>> u = np.random.RandomState(0).uniform(-1, 1, (300, 1))
    >>> linear = EchoStateReservoir(50, leak_rate=1.0, activation="identity", random_state=0)
    >>> display = EdgeDisplay.from_estimator(linear, u, "spectral_radius", (0.5, 2.0))
    >>> display.ax_.get_title(loc="left")
    'edge at spectral_radius = 1'
    >>> plt.close(display.figure_)
    """

    def __init__(self, result: Edge, *, name: str = EXPONENT) -> None:
        self.result = result
        self.name = name

    @classmethod
    def from_estimator(
        cls,
        reservoir: BaseReservoir | Callable[..., BaseReservoir],
        X: SeriesLike,
        parameter: str = "spectral_radius",
        bounds: Sequence[float] = (0.1, 10.0),
        *,
        metric: Callable[[BaseReservoir, Any], float | None] | None = None,
        level: float = 0.0,
        n_seeds: int = 1,
        n_points: int = 9,
        tolerance: float = 1e-3,
        n_jobs: int | None = None,
        random_state: RandomState = None,
        verbose: bool = False,
        name: str | None = None,
        ax: "Axes | None" = None,
    ) -> Self:
        """Find the edge by `reservoir.diagnostics.find_edge`, and draw the search.

        Parameters
        ----------
        reservoir : reservoir of any class, or callable
            Need not be fitted.
        X : 2-D array (n_steps, n_features), 3-D array or list of 2-D arrays
            One series, or several, of which the mean exponent counts.
        parameter, bounds, metric, level, n_seeds, n_points, tolerance : as in `reservoir.diagnostics.find_edge`
        n_jobs, random_state, verbose : as in `reservoir.diagnostics.find_edge`
        name : str or None, default=None
            Name of the metric; None is that of the function.
        ax : as in ``plot``

        Returns
        -------
        EdgeDisplay

        Raises
        ------
        ValueError
            If there is no edge between the bounds, or an argument is invalid.
        """
        name = None if name is None else check_text("name", name)
        result = find_edge(
            reservoir, X, parameter, bounds, metric=metric, level=level, n_seeds=n_seeds, n_points=n_points,
            tolerance=tolerance, n_jobs=n_jobs, random_state=random_state, verbose=verbose,
        )  # fmt: skip
        if name is None and metric is not None:
            name = name_of(metric)
        return cls(result, **({} if name is None else {"name": name})).plot(ax)

    def plot(self, ax: "Axes | None" = None) -> Self:
        """Draw the search.

        Parameters
        ----------
        ax : matplotlib axes or None, default=None
            None makes a new figure.

        Returns
        -------
        self
        """
        result, name = self.result, check_text("name", self.name)
        if not isinstance(result, Edge):
            raise TypeError(f"'result' must be an Edge, as find_edge returns it; got {type(result).__name__}.")
        self.ax_ = single_axes(ax, figsize=(7.5, 4.2))
        self.figure_ = self.ax_.figure
        self.lines_: list[Any] = []
        self.ax_.axhline(result.level, color=GREY, linestyle="--", linewidth=1, zorder=1)
        self._draw_points()
        self._draw_edge()
        if result.bounds[1] >= _LEAST_RATIO * result.bounds[0] > 0:
            self.ax_.set_xscale("log")
            _number_ticks(self.ax_)
        self.ax_.set(xlabel=result.parameter, ylabel=name)
        spread = "" if np.isnan(result.spread) else f" ± {result.spread:.2g}"
        several = "" if np.all(result.n_crossings <= 1) else ", the lowest of several crossings"
        title = f"edge at {result.parameter} = {number(result.value)}{spread}{several}"
        self.ax_.set_title(title, loc="left", fontsize="medium", pad=TITLE_PAD)
        legend_above(self.ax_)
        return self

    def _draw_edge(self) -> None:
        result = self.result
        low, high = (end if np.isfinite(end) else result.value for end in result.bracket)
        style: dict[str, Any] = {"color": COLOURS[1], "label": "edge" if len(result.values) == 1 else "edge, mean"}
        self.edge_line_ = self.ax_.axvline(result.value, linewidth=1.5, zorder=1.5, **style)
        marks: dict[str, Any] = {"marker": "D", "markersize": 6, "markerfacecolor": "white", "linestyle": "none"}
        self.ax_.plot(result.values, np.full(len(result.values), result.level), color=COLOURS[1], zorder=4, **marks)
        label = f"bracket{'' if len(result.values) == 1 else 's'} {number(low)} to {number(high)}"
        self.bracket_ = self.ax_.axvspan(
            low, high, facecolor=PALE, edgecolor=GREY, linewidth=0.8, zorder=0, label=label
        )

    def _draw_points(self) -> None:
        result = self.result
        alone = len(result.values) == 1
        style: dict[str, Any] = {"color": COLOURS[0], "marker": "o", "markersize": 4, "linewidth": 1, "zorder": 3}
        style |= {"alpha": 1.0 if alone else 0.6}
        label: str | None = "measured" if alone else "measured, one seed"
        for points, exponents in zip(result.points, result.exponents, strict=True):
            self.lines_ += self.ax_.plot(points, np.ma.masked_invalid(exponents), label=label, **style)
            label = None
        points, exponents = np.concatenate(result.points), np.concatenate(result.exponents)
        high, low = (": overflow", ": all forgotten") if self.name == EXPONENT else ("", "")
        self._mark(points[exponents == np.inf], 1, "^", f"inf{high}")
        self._mark(points[exponents == -np.inf], 0, "v", f"-inf{low}")

    def _mark(self, places: Array, height: float, marker: str, label: str) -> None:
        """Mark places at the bottom or at the top of the axes."""
        if len(places):
            style: dict[str, Any] = {"color": GREY, "marker": marker, "linestyle": "none", "clip_on": False}
            heights = np.full(len(places), height)
            self.ax_.plot(places, heights, transform=self.ax_.get_xaxis_transform(), label=label, **style)


def _number_ticks(ax):
    from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    ax.xaxis.set_minor_formatter(NullFormatter())
