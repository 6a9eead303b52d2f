"""Summaries of the states of one series, which come some rows at a time: a fixed number of features."""

from collections.abc import Callable

import numpy as np

from readouts import RidgeReadout
from reservoir.kernels.pooling import add_distances, add_rows, count_above, keep_largest


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

    def averages(self, states):
        """Yield, for every feature of each unit, values and weights over steps, whose weighted mean is the feature.

        ``states`` are those of the whole series in double precision. Values are (n_steps, n_units), and weights, which
        sum to 1 over the steps, can be broadcast to that shape.
        """
        yield states, _evenly(len(states), len(states) - 1, len(states))


class Largest:
    """The largest state of every unit."""

    sign = 1
    first: Callable = staticmethod(np.argmax)

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

    def averages(self, states):
        """As in `Last`: all weight has the first step at which the extreme is reached."""
        yield states, np.arange(len(states))[:, None] == self.first(states, axis=0)


class Smallest(Largest):
    """The smallest state of every unit."""

    sign = -1
    first = staticmethod(np.argmin)


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

    def averages(self, states):
        """As in `Last`."""
        for levels in self._thresholds:
            yield states > levels, _evenly(len(states))


class Mean:
    """The mean state of every unit."""

    def __init__(self, n_steps, _):
        self._n_steps = n_steps

    def add(self, states, row):
        """As in `Last`."""
        if row == 0:
            self._total = _zeros(states)
        add_rows(states, self._total)

    def features(self):
        """As in `Last`."""
        return self._total / self._n_steps

    def averages(self, states):
        """As in `Last`."""
        yield states, _evenly(len(states))


class Segments:
    """The means of equal parts."""

    def __init__(self, n_steps, n_parts):
        self._parts = equal_parts(n_steps, n_parts)

    def add(self, states, row):
        """As in `Last`."""
        if row == 0:
            self._totals = [_zeros(states) for _ in self._parts]
        for total, (start, stop) in zip(self._totals, self._parts, strict=True):
            if start < row + len(states) and stop > row:
                add_rows(states[max(start - row, 0) : stop - row], total)

    def features(self):
        """As in `Last`."""
        means = (total / (stop - start) for total, (start, stop) in zip(self._totals, self._parts, strict=True))
        return np.concatenate(list(means))

    def averages(self, states):
        """As in `Last`."""
        for start, stop in self._parts:
            yield states, _evenly(len(states), start, stop)


class Deviation:
    """The standard deviation of every unit, from its distances to its first state [1]_.

    As that state counts, too, its own distance from the mean is at most ``sqrt(n_steps)`` deviations, so that no more
    than the share ``n_steps * 2e-16`` of the variance is lost to rounding.

    .. [1] T. F. Chan, G. H. Golub and R. J. LeVeque, "Algorithms for computing the sample variance: analysis and
       recommendations", The American Statistician 37:242, 1983, section 3 (shifted data).
    """

    def __init__(self, n_steps, _):
        self._n_steps = n_steps

    def add(self, states, row):
        """As in `Last`."""
        if row == 0:
            self._first, self._sums, self._squares = states[0].astype(np.float64), _zeros(states), _zeros(states)
        add_distances(states, self._first, self._sums, self._squares)

    def features(self):
        """As in `Last`."""
        return deviation(self._sums, self._squares, self._n_steps)

    def averages(self, states):
        """As in `Last`: the deviation is the mean of the squared distances from the mean, each over the deviation."""
        squares = (states - states.mean(axis=0)) ** 2
        deviation = np.sqrt(squares.mean(axis=0))
        yield squares / np.where(deviation > 0, deviation, 1.0), _evenly(len(states))


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


def _evenly(n_steps, start=0, stop=None):
    """Return equal weights (n_steps, 1), which sum to 1, of the steps from ``start`` to ``stop``, 0 elsewhere."""
    weights = np.zeros((n_steps, 1))
    weights[start:stop] = 1 / len(weights[start:stop])
    return weights


def _zeros(states):
    # Sums are in double precision: over long series, single precision loses digits with every step.
    return np.zeros(states.shape[1])


def equal_parts(n_steps, n_parts):
    """Return the first step of each part and the step after its last; each has at least one step.

    Examples
    --------
    >>> from reservoir.encoder.summaries import equal_parts
    >>> equal_parts(5, 2), equal_parts(2, 3)
    ([(0, 2), (2, 5)], [(0, 1), (0, 1), (1, 2)])
    """
    starts = [part * n_steps // n_parts for part in range(n_parts)]
    return [(start, max(stop, start + 1)) for start, stop in zip(starts, [*starts[1:], n_steps], strict=True)]


def deviation(sums, squares, n_steps):
    """Return standard deviations, from the sums of distances to any number and of their squares."""
    return np.sqrt(np.maximum(squares - sums * sums / n_steps, 0) / n_steps)


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
