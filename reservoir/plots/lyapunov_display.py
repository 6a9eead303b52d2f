"""Lyapunov exponents against a parameter."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import Array
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_integer, check_text
from reservoir.diagnostics import lyapunov_exponents
from reservoir.diagnostics.recorded import RECORD_POINTS, refuse_recorded
from reservoir.plots.canvas import COLOURS, GREY, INK, PALE, legend_beside, single_axes
from reservoir.plots.parameter_axis import parameter_axis
from reservoir.plots.scan import check_scanned, scan

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class LyapunovDisplay:
    """Largest Lyapunov exponents of a driven reservoir against one of its parameters.

    Parameters
    ----------
    exponents : masked array (n_values, n_exponents)
        In nats per row, from the largest to the smallest; masked where a state overflowed, -inf where differences
        vanish exactly.
    param_range : sequence of n_values numbers or others
    param_name : str

    Attributes
    ----------
    ax_ : matplotlib axes
    figure_ : matplotlib figure
    lines_ : list of matplotlib lines
        One for each exponent, without values of -inf; a mark at the bottom shows where the first one is -inf.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.plots import LyapunovDisplay
    >>> u = np.random.RandomState(0).uniform(-1, 1, (300, 1))
    >>> reservoir = EchoStateReservoir(50, random_state=0)
    >>> display = LyapunovDisplay.from_estimator(reservoir, u, "spectral_radius", [0.5, 2.0, 5.0])
    >>> np.sign(display.exponents[:, 0].data)
    array([-1., -1.,  1.])
    >>> plt.close(display.figure_)
    """

    def __init__(self, exponents: Array, *, param_range: Sequence[Any] | Array, param_name: str) -> None:
        self.exponents = exponents
        self.param_range = param_range
        self.param_name = param_name

    @classmethod
    def from_estimator(
        cls,
        reservoir: BaseReservoir | Callable[..., BaseReservoir],
        X: ArrayLike,
        param_name: str,
        param_range: Sequence[Any] | Array | Iterator[Any],
        *,
        n_exponents: int = 1,
        washout: int | None = None,
        n_jobs: int | None = None,
        verbose: bool = False,
        ax: "Axes | None" = None,
    ) -> Self:
        """Compute the exponents for every value of a parameter, and draw them.

        Parameters
        ----------
        reservoir : reservoir of any class, or callable
            Need not be fitted: for every value it is cloned, set to it and fitted on X. Where its ``random_state`` is
            None, one seed is drawn for all values. A callable, such as ``maass2002`` of the presets, is called with
            the value by name and returns the reservoir.
        X : 2-D array (n_steps, n_features)
            One series.
        param_name : str
            As ``set_params`` takes it, such as ``"spectral_radius"`` or ``"layer2__leak_rate"``.
        param_range : sequence of at least 2 values
            Numbers, or others, which stand side by side.
        n_exponents, washout : as in `reservoir.diagnostics.lyapunov_exponents`
        n_jobs : int or None, default=None
            Number of processes over values.
        verbose : bool, default=False
            Whether to print the progress.
        ax : as in ``plot``

        Returns
        -------
        LyapunovDisplay

        Raises
        ------
        ValueError
            If an argument, a value or X is invalid.
        """
        n_exponents = check_integer("n_exponents", n_exponents)
        param_range = list(param_range) if isinstance(param_range, Iterator) else param_range
        parameter_axis(check_text("param_name", param_name), param_range, "param_range")
        refuse_recorded(reservoir, cls.__name__, "fits it again at every value", RECORD_POINTS)
        if isinstance(reservoir, BaseReservoir) and param_name not in reservoir.get_params():
            raise ValueError(f"'param_name' must be a parameter of {type(reservoir).__name__}; got {param_name!r}.")
        metric = partial(lyapunov_exponents, n_exponents=n_exponents, washout=washout, random_state=0)
        points = [{param_name: value} for value in param_range]
        exponents = scan(
            reservoir, X, points, metric, n_jobs=n_jobs, verbose=verbose, argument="param_range", who=cls.__name__
        )
        return cls(exponents, param_range=param_range, param_name=param_name).plot(ax)

    def plot(self, ax: "Axes | None" = None) -> Self:
        """Draw the exponents.

        Parameters
        ----------
        ax : matplotlib axes or None, default=None
            None makes a new figure.

        Returns
        -------
        self
        """
        axis = parameter_axis(check_text("param_name", self.param_name), self.param_range, "param_range")
        exponents = check_scanned("exponents", self.exponents, (len(axis.places), "n_exponents"), "param_range")
        exponents = exponents[axis.order]
        if np.any(exponents == np.inf):
            raise ValueError("'exponents' must be masked where a state overflowed; got infinity.")
        overflowed = np.ma.getmaskarray(exponents).all(axis=1)
        self.ax_ = single_axes(ax, figsize=(7.5, 4.2))
        self.figure_, self.lines_ = self.ax_.figure, []
        self.ax_.axhline(0, color=GREY, linestyle="--", linewidth=1)
        line = "none" if axis.labels else "-"
        for number, values in enumerate(np.ma.masked_invalid(exponents).T):
            again, colour = divmod(number, len(COLOURS))
            style: dict[str, Any] = {
                "marker": "osD^v"[again % 5],
                "markersize": 3.5,
                "linestyle": line,
                "color": COLOURS[colour],
            }
            self.lines_ += self.ax_.plot(axis.places, values, label=f"exponent {number + 1}", **style)
        self._mark_overflows(axis.borders, overflowed)
        self._mark_vanishing(axis.places, np.ma.filled(exponents[:, 0] == -np.inf, False))
        axis.dress(self.ax_, "x", self.param_name)
        self.ax_.set_ylabel("Lyapunov exponent in nats per step")
        if len(self.ax_.get_legend_handles_labels()[1]) > 1:
            legend_beside(self.ax_)
        return self

    def _mark_vanishing(self, places, vanishing):
        if vanishing.any():
            style = {"color": INK, "linestyle": "none", "transform": self.ax_.get_xaxis_transform(), "clip_on": False}
            self.ax_.plot(
                places[vanishing], np.zeros(vanishing.sum()), marker="v", label="-inf: all is forgotten", **style
            )

    def _mark_overflows(self, borders, overflowed):
        label = "state overflows"
        for number in np.flatnonzero(overflowed):
            style = {"facecolor": PALE, "edgecolor": GREY, "hatch": "///", "linewidth": 0, "label": label}
            self.ax_.axvspan(borders[number], borders[number + 1], **style)
            label = None
