"""Summaries of the states of one series, which come some rows at a time: a fixed number of features."""

import numpy as np

from readouts import RidgeReadout
from reservoir.kernels.pooling import add_rows, add_squares, count_above, keep_largest


class Last:
    """The last state."""

    def __init__(self, n_steps, _):
        pass

    def add(self, states, row):
        """Add the states from ``row`` on, which follow those of the call before."""
        self._last = states[-1].copy()

    def features(self):
        """Return one feature of each unit, or more, in double precision or that of the states."""
        return self._last


class Largest:
    """The largest state of every unit."""

    sign = 1

    def __init__(self, n_steps, _):
        pass

    def add(self, states, row):
        """As in `Last`."""
        if row == 0:
            self._most = np.full(states.shape[1], -np.inf, states.dtype)
        keep_largest(states, states.dtype.type(self.sign), self._most)

    def features(self):
        """As in `Last`."""
        return self.sign * self._most


class Smallest(Largest):
    """The smallest state of every unit."""

    sign = -1


class ShareAbove:
    """The share of steps in which a unit is above each of its thresholds, (n_thresholds, n_units)."""

    def __init__(self, n_steps, thresholds):
        self._n_steps, self._thresholds = n_steps, thresholds
        self._counts = np.zeros(thresholds.shape, np.int64)

    def add(self, states, row):
        """As in `Last`."""
        counts = np.zeros(self._counts.shape, np.int32)
        count_above(states, self._thresholds, counts)
        self._counts += counts

    def features(self):
        """As in `Last`."""
        return (self._counts / self._n_steps).ravel()


class Mean:
    """The mean state of every unit."""

    def __init__(self, n_steps, _):
        self._n_steps = n_steps

    def add(self, states, row):
        """As in `Last`."""
        self._total = _sum(states) if row == 0 else self._total + _sum(states)

    def features(self):
        """As in `Last`."""
        return self._total / self._n_steps


class Segments:
    """The means of equal parts."""

    def __init__(self, n_steps, n_parts):
        starts = [part * n_steps // n_parts for part in range(n_parts)]
        self._parts = [
            (start, max(stop, start + 1)) for start, stop in zip(starts, [*starts[1:], n_steps], strict=True)
        ]
        self._totals = [0.0] * n_parts

    def add(self, states, row):
        """As in `Last`."""
        for part, (start, stop) in enumerate(self._parts):
            if start < row + len(states) and stop > row:
                self._totals[part] = self._totals[part] + _sum(states[max(start - row, 0) : stop - row])

    def features(self):
        """As in `Last`."""
        means = (total / (stop - start) for total, (start, stop) in zip(self._totals, self._parts, strict=True))
        return np.concatenate(list(means))


class Deviation:
    """The standard deviation of every unit, combined from those of the rows that are added together [1]_.

    .. [1] T. F. Chan, G. H. Golub and R. J. LeVeque, "Algorithms for computing the sample variance: analysis and
       recommendations", The American Statistician 37:242, 1983.
    """

    def __init__(self, n_steps, _):
        self._n_steps = n_steps

    def add(self, states, row):
        """As in `Last`."""
        mean = _sum(states) / len(states)
        squares = np.zeros(len(mean))
        add_squares(states, mean, squares)
        if row == 0:
            self._mean, self._squares = mean, squares
            return
        difference, share = mean - self._mean, len(states) / (row + len(states))
        self._mean = self._mean + difference * share
        self._squares = self._squares + (squares + difference**2 * (row * share))

    def features(self):
        """As in `Last`."""
        return np.sqrt(self._squares / self._n_steps)


class Model:
    """Weights and intercept of a ridge that predicts the next state."""

    def __init__(self, n_steps, alpha):
        if n_steps < 2:
            raise ValueError(
                "representation='model' needs sequences of at least 2 steps; got one with 1 step in 'X' or in one of "
                "'views', where differences are one step fewer."
            )
        self._n_steps, self._alpha = n_steps, alpha

    def add(self, states, row):
        """As in `Last`."""
        if len(states) == self._n_steps:
            self._ridge = RidgeReadout(self._alpha).fit(states[:-1], states[1:])
            return
        if row == 0:  # QR keeps the digits that a fit on all rows would keep
            self._ridge = RidgeReadout(self._alpha, solver="qr")
        else:
            states = np.vstack([self._before, states])
        self._before = states[-1:].copy()
        if len(states) > 1:
            self._ridge.partial_fit(states[:-1], states[1:])

    def features(self):
        """As in `Last`."""
        return np.concatenate([self._ridge.coef_.ravel(), self._ridge.intercept_])


def _sum(rows):
    # In double precision: over long series, single precision loses digits with every step.
    total = np.zeros(rows.shape[1])
    add_rows(rows, total)
    return total


# Each is constructed with the number of steps of a series and a setting of its own, None for most.
SUMMARIES = {
    "last": Last,
    "max": Largest,
    "mean": Mean,
    "min": Smallest,
    "model": Model,
    "ppv": ShareAbove,
    "segments": Segments,
    "std": Deviation,
}
