"""In which row of a grid each time lies, so that times on an edge land in the row that begins there."""

from fractions import Fraction

import numpy as np

from readouts.types import Array
from reservoir.events.units import exactly

MOST = 2**62  # of integers that are multiplied here, far enough from what int64 holds
ROUNDING = 4  # units in the last place: times are products and sums of a few rounded numbers
SHARE = 1e-3  # of a row, at most


def rows_of(times: Array, period: Fraction, start: float) -> Array:
    """Return the number of the row of each time, ``floor((time - start) / period)``, as int64 or float64.

    Integers are treated exactly. A float that lies below an edge by no more than its own rounding counts as on it: 4
    units in the last place of its type, and at most a thousandth of a row.

    Parameters
    ----------
    times : array (n_events,), integers or floats
    period : Fraction
        In the unit of the times, above 0.
    start : number
        When row 0 begins, in the same unit.

    Returns
    -------
    rows : array (n_events,)
        Float64, where they are floats that may be too large for an integer.

    Examples
    --------
    >>> from fractions import Fraction
    >>> import numpy as np
    >>> from reservoir.events.bins import rows_of
    >>> times = np.array([0.0, 0.3, 0.7])
    >>> np.floor(times / 0.1), rows_of(times, Fraction(1, 10), 0)
    (array([0., 2., 6.]), array([0., 3., 7.]))
    """
    if len(times) == 0:
        return np.zeros(0, np.int64)
    return _of_floats(times, period, start) if times.dtype.kind == "f" else _of_integers(times, period, exactly(start))


def _of_integers(times, period, start):
    """Return ``floor((times - start) / period)``, which is ``(times * a - b) // c`` with whole a, b and c.

    Times are counted from the first one, so that clocks that began long before need no larger numbers.
    """
    first, last = int(times.min()), int(times.max())
    fraction = period * start.denominator
    a, b, c = start.denominator * fraction.denominator, start.numerator * fraction.denominator, fraction.numerator
    skipped, rest = divmod(first * a - b, c)
    if last - first >= MOST or abs(skipped) + (last - first) * a // c >= MOST:
        return np.array([float((int(time) * a - b) // c) for time in times])  # of which no row is held in any case
    times = times.astype(np.uint64 if first >= MOST else np.int64)
    passed = (times - times.dtype.type(first)).astype(np.int64)
    if (last - first) * a + rest < MOST and c < MOST:
        return skipped + (passed * a + rest) // c
    n_rows = ((last - first) * a + rest) // c + 1
    if n_rows > len(times):
        return np.array([skipped + (int(time) * a + rest) // c for time in passed], np.int64)
    edges = np.array([-((rest - row * c) // a) for row in range(n_rows)], np.int64)  # the first whole time of each row
    return skipped + np.searchsorted(edges, passed, side="right") - 1


def _of_floats(times, period, start):
    start = float(start)
    with np.errstate(over="ignore", invalid="ignore"):  # rows beyond all numbers are infinity, which is on no edge
        rows = (times.astype(np.float64) - start) / float(period)
        rounding = np.maximum(np.spacing(np.abs(times)).astype(np.float64), np.spacing(abs(start)))
        nearest = np.rint(rows)
        on_edge = np.abs(rows - nearest) <= np.minimum(ROUNDING * rounding / float(period), SHARE)
    return np.where(on_edge, nearest, np.floor(rows))
