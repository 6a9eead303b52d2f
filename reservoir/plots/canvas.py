"""Where displays draw: colours that everybody can distinguish, and axes, new ones or a user's own."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from readouts.types import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.cm import ScalarMappable
    from matplotlib.colorbar import Colorbar
    from matplotlib.colors import ListedColormap
    from matplotlib.gridspec import GridSpecBase
    from matplotlib.legend import Legend

# The palette of Okabe and Ito (2008, "Color universal design") without its yellow, which is hard to see on white.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
POSITIVE, NEGATIVE = COLOURS[:2]  # excitatory and inhibitory too
POSITIVE_LINE, NEGATIVE_LINE = "-", (0, (4, 1.5))  # the two colours are alike in print without colour
INK, GREY, PALE = "0.15", "0.5", "0.88"
TITLE_PAD = 20.0  # points; a legend lies below the title


def single_axes(
    ax: "Axes | None",
    *,
    figsize: tuple[float, float] | None = None,
    projection: Literal["3d"] | None = None,
) -> "Axes":
    """Return the axes to draw into: those given, or those of a new figure.

    Parameters
    ----------
    ax : matplotlib axes or None
    figsize : tuple (width, height) in inches or None, default=None
        Of a new figure.
    projection : {"3d"} or None, default=None
        Projection that the axes must have; None is a plane.

    Returns
    -------
    matplotlib axes

    Raises
    ------
    TypeError
        If ``ax`` is something else.
    ValueError
        If it is a plane where space is needed.
    """
    import matplotlib.pyplot as plt
    from matplotlib.axes import Axes

    if ax is None:
        return plt.figure(figsize=figsize, layout="constrained").add_subplot(projection=projection)
    if not isinstance(ax, Axes):
        raise TypeError(f"'ax' must be None or matplotlib axes, as plt.subplots() makes them; got {type(ax).__name__}.")
    if projection is not None and ax.name != projection:
        raise ValueError(f"'ax' must be made with projection={projection!r} here; got axes of {ax.name!r}.")
    return ax


def axes_grid(
    ax: "Axes | Sequence[Axes] | Array | None",
    n_rows: int,
    n_columns: int = 1,
    *,
    figsize: tuple[float, float] | None = None,
    heights: Sequence[float] | None = None,
    sharex: bool = False,
) -> Array:
    """Return an array ``(n_rows * n_columns,)`` of axes: new ones, ones in the place of a given one, or those given.

    Parameters
    ----------
    ax : matplotlib axes, array of ``n_rows * n_columns`` of them, or None
        One is switched off and its place divided.
    n_rows, n_columns : int
    figsize : tuple (width, height) in inches or None, default=None
        Of a new figure.
    heights : sequence of n_rows floats or None, default=None
        Relative heights of new rows.
    sharex : bool, default=False
        Whether the rows share the x axis, so that only the lowest shows its numbers.

    Returns
    -------
    object array of matplotlib axes

    Raises
    ------
    TypeError
        If ``ax`` is something else.
    ValueError
        If it holds another number of axes, or its place cannot be divided.
    """
    import matplotlib.pyplot as plt
    from matplotlib.axes import Axes

    n_axes = n_rows * n_columns
    if ax is not None and not isinstance(ax, Axes):
        return _given_axes(ax, n_axes)
    if n_axes == 1 and ax is not None:
        return np.array([ax], dtype=object)
    if ax is None:
        figure = plt.figure(figsize=figsize, layout="constrained")
        place: GridSpecBase = figure.add_gridspec(n_rows, n_columns, height_ratios=heights)
    else:
        whole = ax.get_subplotspec()
        if whole is None:
            raise ValueError(f"'ax' must come from plt.subplots() to be divided; got free axes. Pass {n_axes} axes.")
        ax.set_axis_off()
        place = whole.subgridspec(n_rows, n_columns, height_ratios=heights)
    axes = place.subplots(sharex=sharex, squeeze=False).ravel()
    axes[0].figure.align_ylabels(axes)
    return axes


def legend_beside(ax: "Axes", **options: Any) -> "Legend":
    """Put the legend to the right of the axes, where it covers nothing."""
    return ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, **options)


def legend_above(ax: "Axes", *, one_row: bool = True, **options: Any) -> "Legend":
    """Put the legend over the right end of the axes, where it covers nothing; in one row, or one label a row."""
    n_columns = len(ax.get_legend_handles_labels()[1]) if one_row else 1
    place = {"bbox_to_anchor": (1.0, 1.0), "borderaxespad": 0.1, "columnspacing": 1.2}
    return ax.legend(loc="lower right", ncols=n_columns, frameon=False, **place, **options)


def two_sided_colours() -> "ListedColormap":
    """Return a colour map from dark orange to dark blue with a gap at zero, near which both stay visible on white."""
    import matplotlib as mpl

    sides = mpl.colormaps["Oranges"](np.linspace(1, 0.35, 128)), mpl.colormaps["Blues"](np.linspace(0.35, 1, 128))
    return mpl.colors.ListedColormap(np.vstack(sides), name="orange_blue")


def centred_colours(values: Array, centre: float | None = 0.0) -> dict[str, Any]:
    """Return colour map and limits for an image of numbers, whose sides of ``centre`` are to be told apart.

    Parameters
    ----------
    values : array
        May be masked; finite.
    centre : float or None, default=0.0

    Returns
    -------
    dict
        Arguments for ``imshow`` and ``pcolormesh``: blue below the centre, nearly white at it and orange above it, as
        strong on one side as on the other; "viridis" over the range of the values if the centre is None, or so far from
        all values that they would hardly differ, farther than they are from each other.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.plots.canvas import centred_colours
    >>> colours = centred_colours(np.array([-1.0, 3.0]))
    >>> colours["cmap"].name, colours["vmin"], colours["vmax"]
    ('blue_orange', -3.0, 3.0)
    >>> centred_colours(np.array([10.0, 12.0]))
    {'cmap': 'viridis'}
    """
    import matplotlib as mpl

    low, high = float(values.min()), float(values.max())
    if centre is None or low == high or max(low - centre, centre - high) > high - low:
        return {"cmap": "viridis"}
    reach = max(centre - low, high - centre)
    # Both sides begin so pale that the centre reads as white, but not quite white, so that signs are seen close to it.
    sides = mpl.colormaps["Blues_r"](np.linspace(0, 0.93, 128)), mpl.colormaps["Oranges"](np.linspace(0.07, 1, 128))
    colours = mpl.colors.ListedColormap(np.vstack(sides), name="blue_orange")
    return {"cmap": colours, "vmin": centre - reach, "vmax": centre + reach}


def colour_bar(image: "ScalarMappable", ax: "Axes", label: str, **options: Any) -> "Colorbar":
    """Put a colour bar beside the axes, of those colours alone that occur between the lowest and the highest value."""
    bar = ax.figure.colorbar(image, ax=ax, label=label, **options)
    values: Array = np.ma.asarray(image.get_array())
    low, high = values.min(), values.max()
    if low < high:
        bar.ax.set_ylim(low, high)
    return bar


def _given_axes(ax, n_axes):
    from matplotlib.axes import Axes

    axes = np.array(ax, dtype=object).ravel()
    if not all(isinstance(one, Axes) for one in axes):
        raise TypeError(
            f"'ax' must be None, matplotlib axes, or an array of {n_axes} of them, as plt.subplots({n_axes}) makes; "
            f"got {type(ax).__name__}."
        )
    if len(axes) != n_axes:
        raise ValueError(f"'ax' must be one axes or {n_axes} of them; got {len(axes)}.")
    return axes
