"""Eigenvalues in the complex plane, around the unit circle."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

import numpy as np
from scipy.sparse import csr_array

from readouts.types import Array
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import as_array, check_names
from reservoir.diagnostics.stability.jacobian import jacobian_at_rest
from reservoir.dispatch import check_fitted_reservoir
from reservoir.plots.canvas import COLOURS, GREY, axes_grid, legend_above

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

MOST_COLUMNS = 3


class SpectrumDisplay:
    """Eigenvalues of the recurrent weights, and of the map that takes small differences through one step.

    Parameters
    ----------
    recurrent : sequence of complex arrays, or None in places
        Eigenvalues of W, one array for each layer; None where there is no W.
    effective : sequence of complex arrays, or None in places
        Those of the effective map.
    names : sequence of str or None, default=None
        Of the layers.

    Attributes
    ----------
    axes_ : array of matplotlib axes
        One for each layer.
    figure_ : matplotlib figure
    recurrent_points_, effective_points_ : lists of matplotlib lines or None
        One for each layer.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.plots import SpectrumDisplay
    >>> reservoir = EchoStateReservoir(50, spectral_radius=0.7, random_state=0).fit([[0.0]])
    >>> display = SpectrumDisplay.from_estimator(reservoir)
    >>> round(float(np.abs(display.recurrent[0]).max()), 9)
    0.7
    >>> plt.close(display.figure_)
    """

    def __init__(
        self,
        recurrent: Sequence[Array | None],
        effective: Sequence[Array | None],
        *,
        names: Sequence[str] | None = None,
    ) -> None:
        self.recurrent = recurrent
        self.effective = effective
        self.names = names

    @classmethod
    def from_estimator(cls, reservoir: BaseReservoir, *, ax: "Axes | Sequence[Axes] | Array | None" = None) -> Self:
        """Compute and draw the eigenvalues.

        The effective map is the derivative of the state by the state before, at rest without input::

            J = diag(1 - a) + diag(a f'(b)) W

        for leaky units, ``(1 - a) I + a W`` where units are linear or have no bias. Its largest modulus is the
        `reservoir.diagnostics.effective_spectral_radius`.

        Parameters
        ----------
        reservoir : fitted reservoir of any class
            Of a stack, every layer by itself. All eigenvalues are computed, in a time that grows with the cube of the
            number of units: seconds for 1000.
        ax : as in ``plot``

        Returns
        -------
        SpectrumDisplay

        Raises
        ------
        StateOverflowError
            If a state grows past every finite number.
        """
        check_fitted_reservoir(reservoir)
        layers = _flatten(reservoir)
        recurrent = [_eigenvalues(getattr(layer, "recurrent_weights_", None)) for _, layer in layers]
        effective = [_eigenvalues(jacobian_at_rest(layer)) for _, layer in layers]
        return cls(recurrent, effective, names=[name for name, _ in layers]).plot(ax)

    def plot(self, ax: "Axes | Sequence[Axes] | Array | None" = None) -> Self:
        """Draw the eigenvalues.

        Parameters
        ----------
        ax : matplotlib axes, array of one for each layer, or None, default=None
            One is divided among several layers. None makes a new figure.

        Returns
        -------
        self
        """
        effective = _check_layers("effective", self.effective)
        recurrent = _check_layers("recurrent", self.recurrent, len(effective))
        names = [""] * len(effective) if self.names is None else check_names("names", self.names, len(effective))
        n_layers = len(effective)
        n_columns = min(n_layers, MOST_COLUMNS)
        n_rows = -(-n_layers // n_columns)
        size = (5.5, 5) if n_layers == 1 else (3.6 * n_columns, 4.4 * n_rows)
        if ax is None or hasattr(ax, "get_subplotspec"):
            axes = axes_grid(ax, n_rows, n_columns, figsize=size)
            for unused in axes[n_layers:]:
                unused.set_axis_off()
            self.axes_ = axes[:n_layers]
        else:
            self.axes_ = axes_grid(ax, n_layers)
        self.figure_ = self.axes_[0].figure
        self.recurrent_points_: list[Line2D | None] = []
        self.effective_points_: list[Line2D | None] = []
        for number, panel in enumerate(self.axes_):
            self._draw(panel, recurrent[number], effective[number])
            if names[number]:
                panel.set_title(names[number], loc="left", fontsize="medium")
        return self

    def _draw(self, panel, recurrent, effective):
        angle = np.linspace(0, 2 * np.pi, 361)
        panel.plot(np.cos(angle), np.sin(angle), color=GREY, linestyle="--", linewidth=1)
        panel.axhline(0, color=GREY, linewidth=0.4)
        panel.axvline(0, color=GREY, linewidth=0.4)
        parts = (
            (recurrent, self.recurrent_points_, "W", {"marker": "o", "color": COLOURS[0], "fillstyle": "none"}),
            (effective, self.effective_points_, "effective map", {"marker": ".", "color": COLOURS[1]}),
        )
        reach = 1.0
        for values, kept, label, style in parts:
            if values is None:
                kept.append(None)
                continue
            radius = np.abs(values).max(initial=0.0)
            label = f"{label}, radius {radius:.3g}"
            kept += panel.plot(values.real, values.imag, linestyle="", markersize=4.5, label=label, **style)
            reach = max(reach, radius)
        panel.set(aspect="equal", xlabel="real part", ylabel="imaginary part")
        panel.set(xlim=(-1.08 * reach, 1.08 * reach), ylim=(-1.08 * reach, 1.08 * reach))
        legend_above(panel, one_row=len(self.axes_) == 1)


def _flatten(reservoir):
    """Return name and layer, for every layer of a stack, or of the stacks that it holds."""
    parts = [(re.findall(r"layer(\d+)__", part.name), part.reservoir) for part in reservoir.parts()]
    return [(", ".join(f"layer {number}" for number in numbers), part) for numbers, part in parts]


def _check_layers(name, layers, n_layers=None):
    """Return the eigenvalues of every layer as a complex array, or None."""
    if not isinstance(layers, (list, tuple)) or not layers or (n_layers is not None and len(layers) != n_layers):
        what = "at least one layer" if n_layers is None else f"{n_layers} layers, as many as 'effective' has"
        raise ValueError(f"'{name}' must be a list of eigenvalues, or None, of {what}; got {layers!r}.")
    return [None if values is None else _check_values(name, values) for values in layers]


def _check_values(name, values):
    values = as_array(name, values, "1-D arrays of finite complex numbers")
    if values.ndim != 1 or values.dtype.kind not in "fiuc" or not np.isfinite(values).all():
        raise ValueError(
            f"'{name}' must hold 1-D arrays of finite complex numbers; got one of shape {values.shape} and dtype "
            f"{values.dtype}."
        )
    return values


def _eigenvalues(matrix):
    return None if matrix is None else np.linalg.eigvals(csr_array(matrix, dtype=np.float64).toarray())
