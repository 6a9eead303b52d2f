"""The synapses of a reservoir, in one picture."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Self, TypeAlias

import numpy as np
from scipy.sparse import csr_array

from readouts.types import Array, Matrix
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_array, check_choice, check_matrix
from reservoir.checks.unit_selection import check_mask
from reservoir.diagnostics.recorded import refuse_recorded
from reservoir.dispatch import check_fitted_reservoir
from reservoir.plots.canvas import legend_above, single_axes, two_sided_colours
from reservoir.plots.node_link import COLOUR_OF, LINE_OF, draw_circle, draw_layers, draw_space
from reservoir.plots.shown import check_shown
from reservoir.plots.wires import adapted, find_layers, find_positions, recurrent_of
from reservoir.topology import Wiring
from reservoir.topology.csr import read_matrix

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Kind: TypeAlias = Literal["matrix", "circle", "layers", "space"] | None

MOST_CELLS = 300
KINDS = ("matrix", "circle", "layers", "space")
LAYER_NAMES = {3: ("inter", "command", "motor")}


class TopologyDisplay:
    """Synapses of a reservoir: as a matrix, on a circle, in layers or in space.

    Parameters
    ----------
    recurrent : sparse matrix (n_units, n_units)
        Row i holds the synapses onto unit i; their sign is that of excitation or inhibition.
    sensory : sparse matrix (n_units, n_inputs) or None, default=None
        From the inputs; for layers.
    layers : sequence of sequences of ints or None, default=None
        Units, first layer to last.
    positions : array (n_units, 3) or None, default=None
        Where the units stand in space.
    inhibitory : boolean array (n_units,) or None, default=None

    Attributes
    ----------
    ax_ : matplotlib axes
    figure_ : matplotlib figure
    image_ : matplotlib image, collection or None
        Of the matrix, whose zeros are masked; of more than 300 units, a dot for every synapse.
    synapses_ : matplotlib collection, list of patches or None
        Of the other kinds.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from reservoir.plots import TopologyDisplay
    >>> from reservoir.topology import AutoNCP
    >>> display = TopologyDisplay.from_wiring(AutoNCP(12, 2).build(3))
    >>> [label.get_text() for label in display.ax_.get_xticklabels()]
    ['inputs (3)', 'inter (6)', 'command (4)', 'motor (2)']
    >>> plt.close(display.figure_)
    """

    def __init__(
        self,
        recurrent: Matrix,
        sensory: Matrix | None = None,
        *,
        layers: Sequence[Sequence[int]] | None = None,
        positions: Array | None = None,
        inhibitory: Array | None = None,
    ) -> None:
        self.recurrent = recurrent
        self.sensory = sensory
        self.layers = layers
        self.positions = positions
        self.inhibitory = inhibitory

    @classmethod
    def from_estimator(
        cls,
        reservoir: BaseReservoir,
        *,
        kind: Kind = None,
        positions: Matrix | None = None,
        ax: "Axes | None" = None,
    ) -> Self:
        """Draw the synapses of a fitted reservoir.

        Parameters
        ----------
        reservoir : fitted reservoir
            With ``recurrent_weights_``, or on a wiring, or a stack of such: its matrix then has those of the layers
            along the diagonal, and below them the input weights of each layer from the one before.
        kind, ax : as in ``plot``
        positions : array (n_units, 3) or None, default=None
            Where the units stand. None is the grid of a reservoir whose topology is a `Column`.

        Returns
        -------
        TopologyDisplay

        Raises
        ------
        TypeError
            If the reservoir has no synapses between units that are known.
        ValueError
            If an argument is invalid.
        """
        check_fitted_reservoir(reservoir)
        refuse_recorded(reservoir, "TopologyDisplay", "draws its synapses", "Draw a Wiring by from_wiring.")
        recurrent = recurrent_of(reservoir)
        sensory, layers = find_layers(reservoir)
        if positions is None:
            places = find_positions(reservoir)
        else:
            places = check_matrix("positions", positions, (recurrent.shape[0], 3))
        inhibitory = getattr(adapted(reservoir), "inhibitory_", None)
        return cls(recurrent, sensory, layers=layers, positions=places, inhibitory=inhibitory).plot(ax, kind=kind)

    @classmethod
    def from_wiring(cls, wiring: Wiring, *, kind: Kind = None, ax: "Axes | None" = None) -> Self:
        """Draw a wiring.

        Parameters
        ----------
        wiring : reservoir.topology.Wiring
            Such as ``AutoNCP(20, 4).build(n_inputs)``.
        kind, ax : as in ``plot``

        Returns
        -------
        TopologyDisplay
        """
        if not isinstance(wiring, Wiring):
            raise TypeError(
                f"'wiring' must be a Wiring, such as AutoNCP(20, 4).build(n_inputs); got {type(wiring).__name__}."
            )
        return cls(wiring.recurrent, wiring.sensory, layers=wiring.layers).plot(ax, kind=kind)

    def plot(self, ax: "Axes | None" = None, *, kind: Kind = None) -> Self:
        """Draw the synapses.

        Parameters
        ----------
        ax : matplotlib axes or None, default=None
            Made with ``projection="3d"`` for ``kind="space"``. None makes a new figure.
        kind : {"matrix", "circle", "layers", "space"} or None, default=None
            None is "space" where positions are known, "layers" where there are several, else "matrix".

        Returns
        -------
        self
        """
        parts = self._check()
        if kind is None:
            layered = parts.layers is not None and len(parts.layers) > 1
            kind = "space" if parts.positions is not None else "layers" if layered else "matrix"
        check_choice("kind", kind, KINDS)
        needed = {"layers": parts.layers, "space": parts.positions}.get(kind, True)
        if needed is None:
            what = "layers" if kind == "layers" else "positions"
            raise ValueError(f"'kind' must be 'matrix' or 'circle' where {what} are not known; got {kind!r}.")
        size = (9, 5) if kind == "layers" else (6.4, 5)
        self.ax_ = single_axes(ax, figsize=size, projection="3d" if kind == "space" else None)
        self.figure_, self.image_, self.synapses_ = self.ax_.figure, None, None
        getattr(self, f"_plot_{kind}")(self.ax_, parts)
        if kind != "matrix":
            for sign, label in ((1, "excites"), (-1, "inhibits")):
                self.ax_.plot([], [], color=COLOUR_OF[sign], linestyle=LINE_OF[sign], label=label)
            legend_above(self.ax_)
        return self

    def _check(self):
        """Return the same display with its parts checked and converted."""
        recurrent = _check_weights("recurrent", self.recurrent)
        n_units = recurrent.shape[0]
        if recurrent.shape[1] != n_units:
            raise ValueError(f"'recurrent' must be square; got shape {recurrent.shape}.")
        sensory = None if self.sensory is None else _check_weights("sensory", self.sensory, n_units)
        layers = None if self.layers is None else _check_layers(self.layers, n_units)
        positions = (
            None if self.positions is None else check_array("positions", self.positions, (n_units, 3), like="recurrent")
        )
        inhibitory = (
            None if self.inhibitory is None else check_mask("inhibitory", self.inhibitory, n_units, "recurrent")
        )
        return TopologyDisplay(recurrent, sensory, layers=layers, positions=positions, inhibitory=inhibitory)

    def _plot_matrix(self, ax, parts):
        entries = parts.recurrent.tocoo()
        largest = np.abs(entries.data).max(initial=0.0) or 1.0
        n_units = entries.shape[0]
        style = {"cmap": two_sided_colours(), "vmin": -largest, "vmax": largest}
        if n_units <= MOST_CELLS:
            self.image_ = ax.imshow(np.ma.masked_equal(entries.toarray(), 0), **style)
        else:
            # Cells smaller than a pixel would be invisible.
            shown = entries.data != 0
            places = entries.col[shown], entries.row[shown]
            self.image_ = ax.scatter(*places, c=entries.data[shown], s=1.5, marker="s", linewidths=0, **style)
            ax.set(aspect="equal", xlim=(-0.5, n_units - 0.5), ylim=(n_units - 0.5, -0.5))
        self.figure_.colorbar(self.image_, ax=ax, label="weight")
        ax.set(xlabel="presynaptic unit", ylabel="postsynaptic unit")

    def _plot_circle(self, ax, parts):
        self.synapses_ = draw_circle(ax, parts.recurrent)

    def _plot_layers(self, ax, parts):
        n_layers = len(parts.layers)
        names = LAYER_NAMES.get(n_layers, [f"layer {number}" for number in range(1, n_layers + 1)])
        layers = dict(zip(names, parts.layers, strict=True))
        sensory = csr_array((parts.recurrent.shape[0], 0)) if parts.sensory is None else parts.sensory
        self.synapses_ = draw_layers(ax, parts.recurrent, sensory, layers)

    def _plot_space(self, ax, parts):
        self.synapses_ = draw_space(ax, parts.recurrent, parts.positions, parts.inhibitory)


def _check_weights(name, matrix, n_units=None):
    """Return a matrix of synapses onto so many units, dense or sparse, as a CSR array."""
    matrix = read_matrix(name, matrix)
    if matrix.shape[0] != (n_units or max(matrix.shape[0], 1)):
        units = "unit" if n_units is None else f"of the {n_units} units of 'recurrent'"
        raise ValueError(f"'{name}' must be a matrix with a row for every {units}; got shape {matrix.shape}.")
    return matrix


def _check_layers(layers, n_units):
    if not isinstance(layers, (list, tuple)):
        raise ValueError(f"'layers' must be None or a list of lists of units; got {layers!r}.")
    layers = [check_shown("layers", layer, n_units) for layer in layers]
    if sorted(np.concatenate([[], *layers])) != list(range(n_units)):
        raise ValueError(f"'layers' must hold each of the {n_units} units of 'recurrent' once; got {layers!r}.")
    return layers
