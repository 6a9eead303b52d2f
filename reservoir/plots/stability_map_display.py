"""A diagnostic over a plane of two parameters, with the line where it changes sign."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import Array
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_number, check_text
from reservoir.diagnostics.stability.at_point import largest_exponent
from reservoir.plots.canvas import GREY, INK, PALE, centred_colours, colour_bar, legend_above, single_axes
from reservoir.plots.parameter_axis import parameter_axis
from reservoir.plots.scan import check_scanned, scan

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap


class StabilityMapDisplay:
    """Map of a diagnostic over two parameters.

    Parameters
    ----------
    values : masked array (n_y, n_x)
        Row by row; masked where a state overflowed. Infinite values are drawn as the lowest or highest of the others.
    param_grid : dict of two sequences
        Name and values of the parameter along x, then along y.
    name : str, default="largest exponent (nats per step)"
        Name of the values.
    level : float or None, default=0.0
        Where to draw the contour; None draws none.

    Attributes
    ----------
    ax_ : matplotlib axes
    figure_ : matplotlib figure
    mesh_ : matplotlib QuadMesh
        The map, lowest values of both parameters first.
    contour_ : matplotlib contour set or None
        None if no value lies on the other side of the level, or a parameter is not a number.
    colorbar_ : matplotlib colorbar

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.plots import StabilityMapDisplay
    >>> u = np.random.RandomState(0).uniform(-1, 1, (200, 1))
    >>> grid = {"spectral_radius": [0.5, 2.0, 4.0], "input_scaling": [0.1, 1.0]}
    >>> display = StabilityMapDisplay.from_estimator(EchoStateReservoir(50, random_state=0), u, grid)
    >>> display.values.shape
    (2, 3)
    >>> plt.close(display.figure_)
    """

    def __init__(
        self,
        values: Array,
        *,
        param_grid: dict[str, Sequence[Any] | Array],
        name: str = "largest exponent (nats per step)",
        level: float | None = 0.0,
    ) -> None:
        self.values = values
        self.param_grid = param_grid
        self.name = name
        self.level = level

    @classmethod
    def from_estimator(
        cls,
        reservoir: BaseReservoir | Callable[..., BaseReservoir],
        X: ArrayLike,
        param_grid: dict[str, Sequence[Any] | Array],
        *,
        metric: Callable[[BaseReservoir, Any], float | None] | None = None,
        name: str | None = None,
        level: float | None = 0.0,
        n_jobs: int | None = None,
        verbose: bool = False,
        cmap: "str | Colormap | None" = None,
        ax: "Axes | None" = None,
    ) -> Self:
        """Compute a diagnostic at every point of a grid of two parameters, and draw it.

        Parameters
        ----------
        reservoir : reservoir of any class, or callable
            Need not be fitted: for every point it is cloned, set to its parameters and fitted on X. Where its
            ``random_state`` is None, one seed is drawn for all points. A callable, such as ``maass2002`` of the
            presets, is called with the parameters by name and returns the reservoir.
        X : 2-D array (n_steps, n_features)
            One series; or several, of which the mean of the largest exponents is drawn without a metric.
        param_grid : dict of two sequences of at least 2 values
            Names as ``set_params`` takes them, such as ``"layer2__leak_rate"``; the first goes along x.
        metric : callable or None, default=None
            ``metric(reservoir, X)`` returns a float for a fitted reservoir, inf allowed, or None where it is
            undefined, as for a silent liquid; with several processes it is pickled. None is the largest of
            `reservoir.diagnostics.lyapunov_exponents`; for spiking liquids the ``exponent`` of
            `reservoir.diagnostics.spike_lyapunov_exponent`, the effect of one spike, is more informative.
        name : str or None, default=None
            Name of the metric; None is that of the function.
        level : float or None, default=0.0
            Where to draw the contour.
        n_jobs : int or None, default=None
            Number of processes over points.
        verbose : bool, default=False
            Whether to print the progress.
        cmap, ax : as in ``plot``

        Returns
        -------
        StabilityMapDisplay

        Raises
        ------
        TypeError
            If ``param_grid`` is not a dict, or ``metric`` not callable.
        ValueError
            If an argument, a point or X is invalid; the message begins with the point.
        """
        _check_grid(param_grid)
        level = None if level is None else check_number("level", level)
        name = None if name is None else check_text("name", name)
        if cmap is not None:
            _check_colours(cmap)
        if metric is not None and not callable(metric):
            raise TypeError(f"'metric' must be None or callable, metric(reservoir, X) -> float; got {metric!r}.")
        (x_name, x_range), (y_name, y_range) = param_grid.items()
        points = [{x_name: x, y_name: y} for y in y_range for x in x_range]
        metric_used = metric or largest_exponent
        values = scan(
            reservoir, X, points, metric_used, n_jobs=n_jobs, verbose=verbose, argument="param_grid", who=cls.__name__
        )
        if values.shape[1] != 1:
            raise ValueError(f"'metric' must return one number; got {values.shape[1]}. Let it return a mean.")
        settings: dict[str, Any] = {"param_grid": param_grid, "level": level}
        if name is not None or metric is not None:
            settings["name"] = getattr(metric, "__name__", "metric") if name is None else name
        return cls(values.reshape(len(y_range), len(x_range)), **settings).plot(ax, cmap=cmap)

    def plot(self, ax: "Axes | None" = None, *, cmap: "str | Colormap | None" = None) -> Self:
        """Draw the map.

        Parameters
        ----------
        ax : matplotlib axes or None, default=None
            None makes a new figure.
        cmap : str, matplotlib colour map or None, default=None
            None is blue below the level and orange above it, equally strong at equal distances from it, and nearly
            white at the level itself; a map of one colour lies on one side. Where the level is None, or farther from
            all values than they are from each other, so that they would hardly differ, None is "viridis" from the
            lowest value to the highest. A map that is given is always spread from the lowest to the highest;
            ``mesh_.set_clim`` changes that.

        Returns
        -------
        self
        """
        x, y = _check_grid(self.param_grid)
        level = None if self.level is None else check_number("level", self.level)
        name = check_text("name", self.name)
        shape = len(y.places), len(x.places)
        values = check_scanned("values", self.values, shape, "param_grid")[y.order][:, x.order]
        if np.ma.getmaskarray(values).all():
            raise ValueError(
                "'values' must hold a number; got none at any point, as states overflow or the metric returns None."
            )
        finite = values.compressed()[np.isfinite(values.compressed())]
        if not finite.size:
            raise ValueError("'values' must hold a finite number; got infinite ones only, which have no colour.")
        values = values.clip(finite.min(), finite.max())
        colours = centred_colours(values, level) if cmap is None else {"cmap": _check_colours(cmap)}
        self.ax_ = single_axes(ax, figsize=(6.4, 5))
        self.figure_ = self.ax_.figure
        for axis, which, label in zip((x, y), "xy", self.param_grid, strict=True):
            axis.dress(self.ax_, which, label)
        self.mesh_ = self.ax_.pcolormesh(x.borders, y.borders, values, **colours)
        self.colorbar_ = colour_bar(self.mesh_, self.ax_, name)
        self.contour_ = self._draw_contour(x, y, values, level)
        self._mark_overflows(np.ma.getmaskarray(values))
        if self.ax_.get_legend_handles_labels()[1]:
            legend_above(self.ax_)
        return self

    def _draw_contour(self, x, y, values, level):
        are_numbers = x.labels is None and y.labels is None
        if level is None or not are_numbers or not values.min() < level < values.max():
            return None
        contour = self.ax_.contour(x.places, y.places, values, levels=[level], colors=["white"], linewidths=3)
        contour = self.ax_.contour(x.places, y.places, values, levels=[level], colors=[INK], linewidths=1.5)
        self.colorbar_.ax.axhline(level, color=INK, linewidth=1.5)
        self.ax_.plot([], [], color=INK, linewidth=1.5, label=f"{self.name.partition(' (')[0]} = {level:g}")
        return contour

    def _mark_overflows(self, overflowed):
        if not np.any(overflowed):
            return
        style = {"facecolor": PALE, "edgecolor": GREY, "hatch": "///"}
        self.ax_.patch.set(**style)  # shows where the map is masked
        self.ax_.fill_between([], [], label="no value", linewidth=0, **style)


def _check_grid(param_grid):
    """Return the two axes of a grid."""
    if not isinstance(param_grid, dict):
        raise TypeError(f"'param_grid' must be a dict of two names and their values; got {param_grid!r}.")
    if len(param_grid) != 2:
        raise ValueError(f"'param_grid' must name two parameters; got {len(param_grid)}: {list(param_grid)}.")
    return [parameter_axis(check_text("param_grid", name), values, "param_grid") for name, values in param_grid.items()]


def _check_colours(cmap):
    """Return a colour map, an error before a figure is made."""
    from matplotlib import colormaps
    from matplotlib.colors import Colormap

    if isinstance(cmap, Colormap):
        return cmap
    if not isinstance(cmap, str) or cmap not in colormaps:
        raise ValueError(
            f"'cmap' must be None, or a matplotlib colour map or its name, such as 'viridis'; got {cmap!r}."
        )
    return colormaps[cmap]
