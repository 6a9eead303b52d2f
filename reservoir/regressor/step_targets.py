"""What the readout is fitted to at the steps of a series: their targets, and what its fit needs beside them."""

from dataclasses import dataclass, replace
from numbers import Integral
from typing import Any

import numpy as np

from readouts import RidgeReadout, RidgeReadoutClassifier
from readouts.types import Array
from reservoir.regressor.targets import known_rows

COUNTED_ROWS = 2**14


@dataclass(frozen=True)
class StepTargets:
    """The targets of the steps of one series, their weights, and their folds where a penalty is cross-validated.

    Parameters
    ----------
    values : array or LazySeries (n_steps,) or (n_steps, n_targets)
    weights : array (n_steps,) of numbers at least 0, or None, default=None
        A step of weight 0 is as one whose target is missing.
    n_folds : int or None, default=None
        Number of folds of the readout, see `folds_of`.
    number : int, default=0
        Which of all series this is.
    """

    values: Any
    weights: Array | None = None
    n_folds: int | None = None
    number: int = 0

    def copy(self) -> "StepTargets":
        """Return the same with arrays of its own."""
        weights = None if self.weights is None else self.weights.copy()
        return replace(self, values=np.array(self.values[:]), weights=weights)

    def kept(self, rows: slice) -> Array:
        """Return a mask of the steps that a readout is fitted to: their targets are known and have a weight."""
        known = known_rows(self.values[rows])
        return known if self.weights is None else known & (self.weights[rows] > 0)

    def count(self, start: int) -> int:
        """Return how many steps from ``start`` on a readout is fitted to."""
        starts = range(start, len(self.values), COUNTED_ROWS)
        return sum(int(np.count_nonzero(self.kept(slice(row, row + COUNTED_ROWS)))) for row in starts)

    def select(self, rows: slice, n_before: int) -> tuple[Array, Array, dict[str, Array]]:
        """Return a mask of the steps that the readout is fitted to, their targets, and further arguments of its fit.

        ``n_before`` is the number of such steps before these.
        """
        kept, targets = self.kept(rows), self.values[rows]
        keywords = {} if self.weights is None else {"sample_weight": self.weights[rows][kept]}
        if self.n_folds is not None:
            order = np.arange(n_before, n_before + np.count_nonzero(kept))
            keywords["groups"] = (block_fold(order, self.n_folds) + self.number) % self.n_folds
        return kept, targets if kept.all() else targets[kept], keywords


def folds_of(readout: Any) -> int | None:
    """Return the number of blocks of time by which a readout chooses its penalty, None if it does not so."""
    if not isinstance(readout, (RidgeReadout, RidgeReadoutClassifier)) or readout.alphas is None:
        return None
    cv = readout.cv
    return int(cv) if isinstance(cv, Integral) and not isinstance(cv, bool) and cv >= 2 else None


def block_fold(order: Array, n_folds: int) -> Array:
    """Return the fold of rows by their place in a stream, whose length is not known and must not matter.

    The first ``n_folds`` rows are blocks of one row, a block for each fold; then follow as many blocks of two rows, of
    four, of eight. So most rows of a stream of any length are in blocks of about a tenth of it or more.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.regressor.step_targets import block_fold
    >>> block_fold(np.arange(17), 2).tolist()
    [0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0]
    """
    length = 1 << (np.frexp(order // n_folds + 1)[1] - 1)
    return (order - n_folds * (length - 1)) // length
