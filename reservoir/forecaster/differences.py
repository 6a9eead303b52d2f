"""Differences of rows, seasonal, ordinary and damped, and their exact reversal."""

from typing import NamedTuple

import numpy as np
from scipy.signal import lfilter


class Differences(NamedTuple):
    """Differences taken one after the other: each maps w(t) to ``w(t) - coefficient w(t - lag)``.

    Parameters
    ----------
    lags : tuple of int
    coefficients : tuple of float
        1 for plain differences; less for damped ones, which leave a part of the level in.

    References
    ----------
    G. E. P. Box, G. M. Jenkins, G. C. Reinsel and G. M. Ljung, "Time Series Analysis", 5th edition, Wiley 2015,
    sections 4.1 and 9.1.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.forecaster.differences import Differences
    >>> seasonal = Differences((2,), (1.0,))
    >>> rows = np.array([[1.0], [5.0], [2.0], [7.0]])
    >>> seasonal.apply(rows).tolist()
    [[1.0], [2.0]]
    >>> seasonal.integrate(rows[:2], seasonal.apply(rows)).tolist()
    [[2.0], [7.0]]
    >>> Differences((1,), (1.0,)).accumulate(np.array([[1.0], [2.0], [3.0]])).tolist()
    [[1.0], [3.0], [6.0]]
    """

    lags: tuple = ()
    coefficients: tuple = ()

    @property
    def n_lost(self):
        """Number of rows at the start of a series that have no difference."""
        return sum(self.lags)

    def apply(self, rows):
        """Return the differences of rows (..., n_rows, n_features), ``n_lost`` rows fewer."""
        for lag, coefficient in zip(self.lags, self.coefficients, strict=True):
            rows = rows[..., lag:, :] - coefficient * rows[..., :-lag, :]
        return rows

    def integrate(self, past, ahead):
        """Return the rows whose differences are ``ahead``, after the rows of ``past``, of which there are ``n_lost``.

        Both may have the same leading axes: each past is then continued by its own differences.
        """
        levels = [past]
        for number, (lag, coefficient) in enumerate(zip(self.lags[:-1], self.coefficients[:-1], strict=True)):
            one = Differences((lag,), (coefficient,))
            levels.append(one.apply(levels[number]))
        for lag, coefficient, level in zip(self.lags[::-1], self.coefficients[::-1], levels[::-1], strict=False):
            # The recursion w(t) = z(t) + c w(t - lag) is a filter whose memory holds c times the last rows of w.
            denominator = np.zeros(lag + 1)
            denominator[0], denominator[lag] = 1, -coefficient
            memory = coefficient * level[..., level.shape[-2] - lag :, :]
            ahead, _ = lfilter([1.0], denominator, ahead, axis=-2, zi=memory)
        return ahead

    def accumulate(self, ahead):
        """Return what differences (..., n_rows, n_features) add up to in the rows that they belong to.

        An error of a difference is an error of all rows that are integrated from it; so errors add up likewise.
        """
        total = np.array(ahead)
        for lag, coefficient in zip(self.lags, self.coefficients, strict=True):
            for row in range(lag, total.shape[-2]):
                total[..., row, :] += coefficient * total[..., row - lag, :]
        return total

    def separate(self, total):
        """Return the differences that ``accumulate`` made ``total`` of."""
        n_rows = total.shape[-2]
        for lag, coefficient in zip(self.lags, self.coefficients, strict=True):
            rows = np.array(total)
            rows[..., min(lag, n_rows) :, :] -= coefficient * total[..., : max(n_rows - lag, 0), :]
            total = rows
        return total

    def known_part(self, rows):
        """Return what the rows before it contribute to every row from row ``n_lost`` on: the row less its difference.

        There is one more such row than differences: the last belongs to the row after the end.
        """
        polynomial = np.ones(1)
        for lag, coefficient in zip(self.lags, self.coefficients, strict=True):
            factor = np.zeros(lag + 1)
            factor[0], factor[lag] = 1, -coefficient
            polynomial = np.convolve(polynomial, factor)
        total = np.zeros((len(rows) + 1 - self.n_lost, rows.shape[1]))
        for lag in np.flatnonzero(polynomial[1:]) + 1:
            first = self.n_lost - lag
            total -= polynomial[lag] * rows[first : first + len(total)]
        return total
