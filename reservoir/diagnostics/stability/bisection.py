"""Halving: the lowest place at which a function of one number, measured point by point, crosses a level."""

import numpy as np

_MOST_HALVINGS = 60  # a level that is crossed at 0 is never bracketed to a share of it


class Bisection:
    """The points measured so far, and which to measure next.

    A point whose value is NaN does not count. A value that is exactly at the level counts as not above it.

    Parameters
    ----------
    level : float
    tolerance : float
        Width of a bracket that is good enough, as a share of the larger of its ends in size.
    logarithmic : bool
        Whether brackets are halved by factors; all points must then be above 0.

    Examples
    --------
    >>> from reservoir.diagnostics.stability.bisection import Bisection
    >>> search = Bisection(2.0, 1e-9, logarithmic=False)
    >>> for end in (0.0, 5.0):
    ...     search.add(end, end**2)
    >>> while (point := search.next()) is not None:
    ...     search.add(point, point**2)
    >>> round(search.edge, 6), search.n_crossings
    (1.414214, 1)
    """

    def __init__(self, level, tolerance, logarithmic):
        self._level, self._tolerance, self._logarithmic = level, tolerance, logarithmic
        self._measured, self._left = {}, _MOST_HALVINGS
        self.undefined = None  # a point between the ends of the bracket, if one has no value

    def add(self, point, value):
        """Record a value; one that is undefined between the ends of a bracket ends the search."""
        if not np.isnan(value):
            self._measured[float(point)] = float(value)
            return
        low, high = self.bracket_or_nan
        if low < point < high:
            self.undefined, self._left = float(point), 0

    @property
    def points(self):
        """The points with a value, in ascending order."""
        return np.array(sorted(self._measured))

    @property
    def values(self):
        """Their values."""
        return np.array([self._measured[point] for point in sorted(self._measured)])

    @property
    def n_crossings(self):
        """How often the value goes from one side of the level to the other."""
        return int(np.count_nonzero(np.diff(self.values > self._level)))

    @property
    def bracket(self):
        """The lowest two neighbours on different sides, or None."""
        crossings = np.flatnonzero(np.diff(self.values > self._level))
        return tuple(self.points[crossings[0] :][:2].tolist()) if len(crossings) else None

    @property
    def bracket_or_nan(self):
        """The same, NaN where there is none."""
        return self.bracket or (np.nan, np.nan)

    @property
    def edge(self):
        """Where the straight line between the ends of the bracket crosses the level; NaN where there is none."""
        if self.bracket is None:
            return np.nan
        values = np.array([self._measured[end] for end in self.bracket])
        share = 0.5  # infinite values have no line between them
        if np.isfinite(values).all():
            share = float((self._level / 2 - values[0] / 2) / (values[1] / 2 - values[0] / 2))
        return self._between(*self.bracket, min(max(share, 0.0), 1.0))

    def next(self):
        """Return the point to measure next, or None if the bracket is good enough."""
        if self.bracket is None or self._left == 0:
            return None
        low, high = self.bracket
        middle = self._between(low, high, 0.5)
        if high - low <= self._tolerance * max(abs(low), abs(high)) or not low < middle < high:
            return None
        self._left -= 1
        return middle

    def _between(self, low, high, share):
        if share in (0, 1):
            return high if share else low
        if self._logarithmic:
            return float(np.exp((1 - share) * np.log(low) + share * np.log(high)))
        return float(low + share * (high - low))


def spaced(low, high, n_points):
    """Return points from low to high: evenly by factors if both are above 0, else evenly by differences.

    Examples
    --------
    >>> from reservoir.diagnostics.stability.bisection import spaced
    >>> spaced(1.0, 16.0, 3), spaced(-1.0, 1.0, 3)
    ([1.0, 4.0, 16.0], [-1.0, 0.0, 1.0])
    """
    if low > 0:
        points = np.exp(np.linspace(np.log(low), np.log(high), n_points))
    else:
        points = np.linspace(low, high, n_points)
    inner = {float(f"{point:.6g}") for point in points[1:-1]}  # numbers that are easy to read
    return [low, *sorted(point for point in inner if low < point < high), high]
