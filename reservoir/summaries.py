"""Summaries of the states of one series, taken in some rows at a time; features of a fixed number come out."""

import numpy as np

from readouts import RidgeReadout


class Last:
    """The last state."""

    def __init__(self, n_steps, _):
        pass

    def take(self, states, row):
        """Take in the states from ``row`` on, which follow those of the call before."""
        self._last = states[-1].copy()

    def features(self):
        """Return one feature of each unit, or more, in double precision or that of the states."""
        return self._last


class Largest:
    """The largest state of every unit."""

    def __init__(self, n_steps, _):
        self._largest = -np.inf

    def take(self, states, row):
        """As in `Last`."""
        self._largest = np.maximum(self._largest, states.max(axis=0))

    def features(self):
        """As in `Last`."""
        return self._largest


# Summed in double precision: over long series, single precision loses digits with every step.
class Means:
    """The means of equal parts, or of the whole if no number of parts is given."""

    def __init__(self, n_steps, n_parts):
        parts = np.arange(n_parts or 1)
        self._starts = parts * n_steps // len(parts)
        self._stops = np.maximum((parts + 1) * n_steps // len(parts), self._starts + 1)
        self._totals = [0.0] * len(parts)

    def take(self, states, row):
        """As in `Last`."""
        for part in np.flatnonzero((self._starts < row + len(states)) & (self._stops > row)):
            here = states[max(self._starts[part] - row, 0) : self._stops[part] - row]
            self._totals[part] = self._totals[part] + here.sum(axis=0, dtype=np.float64)

    def features(self):
        """As in `Last`."""
        return (np.array(self._totals) / (self._stops - self._starts)[:, None]).ravel()


class Deviation:
    """The standard deviation of every unit, put together from those of the rows that came at once [1]_.

    .. [1] T. F. Chan, G. H. Golub and R. J. LeVeque, "Algorithms for computing the sample variance: analysis and
       recommendations", The American Statistician 37:242, 1983.
    """

    def __init__(self, n_steps, _):
        self._n_rows, self._mean, self._squares = 0, 0.0, 0.0

    def take(self, states, row):
        """As in `Last`."""
        mean = states.mean(axis=0, dtype=np.float64)
        difference = mean - self._mean
        share = len(states) / (self._n_rows + len(states))
        self._mean = self._mean + difference * share
        squares = ((states - mean) ** 2).sum(axis=0)
        self._squares = self._squares + (squares + difference**2 * (self._n_rows * share))
        self._n_rows += len(states)

    def features(self):
        """As in `Last`."""
        return np.sqrt(self._squares / self._n_rows)


class Model:
    """Weights and intercept of a ridge that predicts the next state."""

    def __init__(self, n_steps, alpha):
        if n_steps < 2:
            raise ValueError("representation='model' needs sequences of at least 2 steps; got one with 1 step.")
        self._n_steps, self._alpha = n_steps, alpha

    def take(self, states, row):
        """As in `Last`."""
        if len(states) == self._n_steps:
            self._ridge = RidgeReadout(self._alpha).fit(states[:-1], states[1:])
            return
        if row == 0:  # with QR, which keeps the digits that a fit on all rows would
            self._ridge = RidgeReadout(self._alpha, solver="qr")
        else:
            states = np.vstack([self._before, states])
        self._before = states[-1:].copy()
        if len(states) > 1:
            self._ridge.partial_fit(states[:-1], states[1:])

    def features(self):
        """As in `Last`."""
        return np.concatenate([self._ridge.coef_.ravel(), self._ridge.intercept_])


# Each is made of the number of steps of a series and its own setting, None for most.
SUMMARIES = {"last": Last, "max": Largest, "mean": Means, "model": Model, "segments": Means, "std": Deviation}
