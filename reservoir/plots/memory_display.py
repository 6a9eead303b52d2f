"""How well past inputs can be read from the states, by delay, and functions of them, by degree."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import Array, RandomState
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_flag, check_integer
from reservoir.diagnostics import (
    MemoryFunction,
    ProcessingCapacity,
    information_processing_capacity,
    memory_function,
)
from reservoir.plots.canvas import COLOURS, GREY, PALE, TITLE_PAD, axes_grid, legend_above

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class MemoryDisplay:
    """Memory function, and information processing capacity by degree.

    Parameters
    ----------
    memory : reservoir.diagnostics.MemoryFunction
    processing : reservoir.diagnostics.ProcessingCapacity or None, default=None

    Attributes
    ----------
    axes_ : array of matplotlib axes
        Of the memory function and, if it is known, of the capacities.
    figure_ : matplotlib figure
    line_ : matplotlib line
        The memory function.
    bars_ : matplotlib container of bars or None
        The capacities that stand out, by degree.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.plots import MemoryDisplay
    >>> reservoir = EchoStateReservoir(20, leak_rate=1.0, random_state=0).fit([[0.0]])
    >>> display = MemoryDisplay.from_estimator(reservoir, n_steps=5000, max_degree=3, random_state=0)
    >>> len(display.bars_)
    3
    >>> plt.close(display.figure_)
    """

    def __init__(self, memory: MemoryFunction, processing: ProcessingCapacity | None = None) -> None:
        self.memory = memory
        self.processing = processing

    @classmethod
    def from_estimator(
        cls,
        reservoir: BaseReservoir,
        *,
        max_delay: int | None = None,
        max_degree: int | None = 6,
        n_steps: int | None = None,
        washout: int = 500,
        input_range: tuple[float, float] = (-1.0, 1.0),
        column: int | None = None,
        inputs: ArrayLike | None = None,
        random_state: RandomState = None,
        verbose: bool = False,
        ax: "Axes | Sequence[Axes] | Array | None" = None,
    ) -> Self:
        """Compute memory function and information processing capacity, and draw them.

        Parameters
        ----------
        reservoir : fitted reservoir of any class
            Driven by uniform noise, or by ``inputs``; spiking liquids must take currents.
        max_delay, washout, input_range, column, inputs, random_state : as in `reservoir.diagnostics.memory_function`
        max_degree : int or None, default=6
            As in `reservoir.diagnostics.information_processing_capacity`, which takes a hundred times as long as the
            memory function; None leaves it out.
        n_steps : int or None, default=None
            Number of states from which both are estimated; None is the default of each.
        verbose : bool, default=False
            Print a line for every degree.
        ax : as in ``plot``

        Returns
        -------
        MemoryDisplay

        Raises
        ------
        ValueError
            If an argument is invalid, or if no state varies.
        StateOverflowError
            If a state grows past every finite number.
        """
        max_degree = None if max_degree is None else check_integer("max_degree", max_degree)
        verbose = check_flag("verbose", verbose)
        shared: dict[str, Any] = {
            "max_delay": max_delay,
            "washout": washout,
            "input_range": input_range,
            "column": column,
            "inputs": inputs,
        }
        memory = memory_function(reservoir, n_steps=n_steps, random_state=random_state, **shared)
        processing = None
        if max_degree is not None:
            steps: dict[str, Any] = {} if n_steps is None else {"n_steps": n_steps}
            processing = information_processing_capacity(
                reservoir, max_degree=max_degree, random_state=random_state, verbose=verbose, **steps, **shared
            )
        return cls(memory, processing).plot(ax)

    def plot(self, ax: "Axes | Sequence[Axes] | Array | None" = None) -> Self:
        """Draw both.

        Parameters
        ----------
        ax : matplotlib axes, array of two, or None, default=None
            One is divided; without capacities only one is needed. None makes a new figure.

        Returns
        -------
        self
        """
        if not isinstance(self.memory, MemoryFunction):
            raise TypeError(
                f"'memory' must be a MemoryFunction, as memory_function returns it; got {type(self.memory).__name__}."
            )
        if not isinstance(self.processing, ProcessingCapacity | None):
            raise TypeError(
                "'processing' must be None or a ProcessingCapacity, as information_processing_capacity returns it; got "
                f"{type(self.processing).__name__}."
            )
        n_panels = 1 + (self.processing is not None)
        self.axes_ = axes_grid(ax, 1, n_panels, figsize=(2 + 3.6 * n_panels, 4))
        self.figure_, self.bars_ = self.axes_[0].figure, None
        self._draw_memory(self.axes_[0])
        if self.processing is not None:
            self._draw_processing(self.axes_[1])
        return self

    def _draw_memory(self, panel):
        from matplotlib.ticker import MaxNLocator

        memory = self.memory
        low, high = memory.capacity - memory.standard_error, memory.capacity + memory.standard_error
        panel.fill_between(memory.delays, low, high, color=COLOURS[0], alpha=0.3, linewidth=0)
        (self.line_,) = panel.plot(memory.delays, memory.capacity, color=COLOURS[0])
        panel.set(xlabel="delay in steps", ylabel="capacity ($R^2$)", ylim=(-0.03, 1.03))
        panel.set_xlim(0, max(self._furthest(), 1))
        title = f"memory capacity {_with_error(memory.total, memory.total_error)}"
        panel.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        panel.set_title(title, loc="left", fontsize="medium", pad=TITLE_PAD)

    def _furthest(self):
        """Return the delay up to which there is something to see, and a little more."""
        seen = np.flatnonzero(self.memory.capacity > 0.01)
        last = self.memory.delays[seen[-1]] if len(seen) else 0
        return min(1.25 * last + 2, self.memory.delays[-1])

    def _draw_processing(self, panel):
        found = self.processing
        degrees = np.arange(1, len(found.by_degree) + 1)
        errors = {"yerr": found.degree_error, "error_kw": {"ecolor": GREY, "capsize": 2}}
        self.bars_ = panel.bar(degrees, found.by_degree, color=COLOURS[0], label="found", **errors)
        hidden = np.maximum(found.below, 0)
        panel.bar(
            degrees, hidden, bottom=found.by_degree, color=PALE, edgecolor=GREY, hatch="///", label="below threshold"
        )
        panel.set(xlabel="degree of the function", ylabel="capacity, sum of $R^2$", xticks=degrees)
        total = _with_error(found.total, found.standard_error)
        panel.set_title(f"total {total} of {found.rank}", loc="left", fontsize="medium", pad=TITLE_PAD)
        legend_above(panel)


def _with_error(value, error):
    return f"{value:.1f}" if error == 0 else f"{value:.1f} ± {error:.1g}"
