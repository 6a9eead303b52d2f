"""Units as dots, synapses as lines between them: in layers, on a circle or in space."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from readouts.types import Array
from reservoir.plots.canvas import INK, NEGATIVE, NEGATIVE_LINE, POSITIVE, POSITIVE_LINE

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.collections import LineCollection
    from mpl_toolkits.mplot3d.art3d import Line3DCollection
    from mpl_toolkits.mplot3d.axes3d import Axes3D

COLOUR_OF = {1: POSITIVE, -1: NEGATIVE}
LINE_OF = {1: POSITIVE_LINE, -1: NEGATIVE_LINE}


def draw_layers(
    ax: "Axes", recurrent: csr_array, sensory: csr_array, layers: dict[str, Sequence[int] | Array]
) -> "list[Artist]":
    """Draw a wiring from its inputs on the left to its last layer on the right, an arrow for every synapse.

    Parameters
    ----------
    ax : matplotlib axes
    recurrent : sparse matrix (n_units, n_units)
        Row = postsynaptic unit.
    sensory : sparse matrix (n_units, n_inputs)
    layers : dict of sequences of ints
        Names and units, first to last.

    Returns
    -------
    list of matplotlib patches
        The arrows, those from the inputs first; a synapse of a unit onto itself is a ring instead.
    """
    columns = {"inputs": range(sensory.shape[1]), **layers}
    tallest = max(map(len, columns.values()))
    places: dict[tuple[bool, int], tuple[int, float]] = {}
    for level, units in enumerate(columns.values()):
        # Units of short layers are spread too, but less than those of long ones.
        reach = (len(units) - 1) / max(tallest - 1, 1) if len(units) > 1 else 0.0
        height = np.sqrt(reach) * np.linspace(1, -1, len(units))
        places |= {(level > 0, unit): (level, y) for unit, y in zip(units, height, strict=True)}
        ax.plot(np.full(len(units), level), height, "o", color=INK, markersize=6, zorder=3)
    arrows = [
        _draw_arrow(ax, places[within, source], places[True, target], sign)
        for within, matrix in ((False, sensory), (True, recurrent))
        for target, source, sign in _synapses(matrix)
    ]
    ax.set_xticks(range(len(columns)), [f"{name} ({len(units)})" for name, units in columns.items()])
    ax.set(yticks=[], xlim=(-0.3, len(columns) - 0.7), ylim=(-1.1, 1.1))
    return arrows


def draw_circle(ax: "Axes", recurrent: csr_array) -> "LineCollection":
    """Draw the units on a circle, counter-clockwise from the right, and a line for every synapse.

    Parameters
    ----------
    ax : matplotlib axes
    recurrent : sparse matrix (n_units, n_units)

    Returns
    -------
    matplotlib LineCollection
    """
    from matplotlib.collections import LineCollection

    angle = 2 * np.pi * np.arange(recurrent.shape[0]) / recurrent.shape[0]
    places = np.column_stack([np.cos(angle), np.sin(angle)])
    segments, style = _lines(recurrent, places)
    lines = LineCollection(segments, **style)
    ax.add_collection(lines)
    ax.plot(*places.T, "o", color=INK, markersize=np.clip(200 / len(places), 1.5, 6))
    ax.set(aspect="equal", xticks=[], yticks=[], xlim=(-1.08, 1.08), ylim=(-1.08, 1.08), frame_on=False)
    return lines


def draw_space(ax: "Axes3D", recurrent: csr_array, positions: Array, inhibitory: Array | None) -> "Line3DCollection":
    """Draw the units where they stand, coloured by population, and a line for every synapse.

    Parameters
    ----------
    ax : matplotlib axes made with projection="3d"
    recurrent : sparse matrix (n_units, n_units)
    positions : array (n_units, 3)
    inhibitory : boolean array (n_units,) or None

    Returns
    -------
    matplotlib Line3DCollection
    """
    from matplotlib.ticker import MaxNLocator
    from mpl_toolkits.mplot3d.art3d import Line3DCollection

    segments, style = _lines(recurrent, positions)
    lines = Line3DCollection(segments, **style)
    if segments:  # matplotlib fails to compute the limits of an empty collection
        ax.add_collection3d(lines)
    colour = INK if inhibitory is None else np.where(inhibitory, NEGATIVE, POSITIVE)
    ax.scatter(*positions.T, c=colour, s=18, depthshade=False)
    ax.set(xlabel="x", ylabel="y", zlabel="z")
    ax.set_box_aspect(np.ptp(positions, axis=0) + 1, zoom=1.0)
    for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
        axis.set_major_locator(MaxNLocator(5, integer=True))
    return lines


def _draw_arrow(ax, start, end, sign):
    from matplotlib.patches import FancyArrowPatch

    style = {"color": COLOUR_OF[sign], "linestyle": LINE_OF[sign], "alpha": 0.6, "linewidth": 1.2}
    if start == end:
        (ring,) = ax.plot(*end, "o", color=style["color"], markersize=12, fillstyle="none")
        return ring
    bend = "arc3,rad=0.5" if start[0] == end[0] else "arc3"
    arrow = FancyArrowPatch(
        start, end, arrowstyle="-|>", mutation_scale=9, connectionstyle=bend, shrinkA=3, shrinkB=4, **style
    )
    return ax.add_patch(arrow)


def _lines(matrix, places):
    """Return the lines from every presynaptic to every postsynaptic unit, and how to draw them."""
    synapses = [(target, source, sign) for target, source, sign in _synapses(matrix) if target != source]
    colours, dashes = ([kind[sign] for *_, sign in synapses] for kind in (COLOUR_OF, LINE_OF))
    segments = [(places[source], places[target]) for target, source, _ in synapses]
    opacity = np.clip(60 / max(len(segments), 1), 0.12, 0.7)
    return segments, {"colors": colours, "linestyles": dashes or "solid", "linewidths": 0.8, "alpha": opacity}


def _synapses(matrix):
    """Yield postsynaptic unit, presynaptic unit and sign of every synapse that is not zero, row by row."""
    entries = matrix.tocoo()
    for target, source, weight in zip(entries.row, entries.col, entries.data, strict=True):
        if weight:
            yield int(target), int(source), int(np.sign(weight))
