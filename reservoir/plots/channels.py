"""The channels of a series over time: a line for each of a few, or an image of many."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from readouts.types import Array
from reservoir.plots.canvas import COLOURS, centred_colours, colour_bar, legend_beside

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.image import AxesImage

N_SHOWN = 5  # more channels than these are an image


def draw_channels(ax: "Axes", time: Array, inputs: Array, names: Sequence[str] | None = None) -> None:
    """Draw the columns of ``inputs`` (n_steps, n_features) at the times of its rows, with ``names`` if given."""
    if inputs.shape[1] > N_SHOWN:
        colour_bar(draw_image(ax, time, inputs), ax, "input", pad=0.01)
        ax.set_ylabel("input channel")
        return
    names = names or [f"input {channel}" for channel in range(inputs.shape[1])]
    for column, name, colour in zip(inputs.T, names, ("0.15", "0.55", "0.75", *COLOURS), strict=False):
        ax.plot(time, column, color=colour, linewidth=1, label=name)
    ax.set_ylabel("input")
    if inputs.shape[1] > 1:
        legend_beside(ax)


def draw_image(ax: "Axes", time: Array, rows: Array) -> "AxesImage":
    """Draw the columns of ``rows`` below each other, the first at the top, and return the image.

    Positive and negative values have different colours where there are both.
    """
    step = time[1] - time[0] if len(time) > 1 else 1.0
    extent = (*edges_of(time, step), rows.shape[1] - 0.5, -0.5)
    return ax.imshow(rows.T, aspect="auto", extent=extent, interpolation="nearest", **centred_colours(rows))


def edges_of(time: Array, step: float) -> tuple[float, float]:
    """Return where the first of the rows begins and the last ends, each of which is in the middle of its time.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.plots.channels import edges_of
    >>> edges_of(np.array([0.0, 2.0, 4.0]), 2.0)
    (-1.0, 5.0)
    """
    return float(time[0] - step / 2), float(time[-1] + step / 2)
