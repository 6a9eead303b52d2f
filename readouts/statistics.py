"""Sufficient statistics of ridge regression: a value that can be merged."""

from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from readouts.computed_once import computed_once
from readouts.lapack import triangle_of
from readouts.rank_update import add_products, mirror
from readouts.single_thread import single_threaded
from readouts.types import Array

CHUNK_ROWS = 1024  # rows that share one mean, before it is joined with those of other chunks
ROWS_IN_CACHE, NUMBERS_IN_CACHE = 128, 2**17  # as many are centred at a time


@dataclass(frozen=True, eq=False)
class RidgeStatistics:
    """Weight, mean and scatter of the rows [x, y] so far.

    With weights s(t) and rows z(t) = [x(t), y(t)]::

        weight = sum_t s(t)      mean = sum_t s(t) z(t) / weight
        scatter = sum_t s(t) (z(t) - mean) (z(t) - mean)^T

    Every chunk is centred on its own mean, the mean carries its rounding error along, and chunks are joined by the
    exact rule for the scatter about a common mean, so that a mean far larger than the deviations costs no digits.

    Parameters
    ----------
    n_features : int
        Length of x; the rest of a row is y.
    n_rows : int
        Rows of positive weight.
    weight : float
    mean, mean_low : array (n_columns,)
        The mean and its rounding error.
    factor : array (m, n_columns) or None
        F with scatter = F^T F: the centred rows themselves while they are no more than the features, or a triangle.
    gram : array (n_columns, n_columns) or None
        The scatter itself, where ``factor`` is None.
    precise : bool
        Whether joining keeps a triangle, with all digits, instead of the scatter, with half of them in the worst case.

    References
    ----------
    T. F. Chan, G. H. Golub and R. J. LeVeque, "Updating formulae and a pairwise algorithm for computing sample
    variances", COMPSTAT 1982.

    Examples
    --------
    >>> import numpy as np
    >>> from readouts.statistics import combine, statistics_of
    >>> X, y = np.array([[1.0], [2.0], [6.0]]), np.array([[0.0], [1.0], [2.0]])
    >>> whole = combine([statistics_of(X[:2], y[:2]), statistics_of(X[2:], y[2:])])
    >>> whole.mean.tolist(), np.round(whole.scatter, 12).tolist()
    ([3.0, 1.0], [[14.0, 5.0], [5.0, 2.0]])
    """

    n_features: int
    n_rows: int
    weight: float
    mean: np.ndarray
    mean_low: np.ndarray
    factor: np.ndarray | None
    gram: np.ndarray | None
    precise: bool = False

    @property
    def scatter(self):
        """The centred scatter of all columns."""
        return self.factor.T @ self.factor if self.gram is None else self.gram

    @computed_once
    def squares(self) -> Array:
        """The diagonal of the scatter, which bounds every other element."""
        return self.scatter.diagonal() if self.factor is None else np.einsum("ij,ij->j", self.factor, self.factor)

    @computed_once
    def lengths(self) -> Array:
        """The square root of the scatter of each feature; 0 for constant features, whose scatter is rounding error."""
        p = self.n_features
        # A constant column lies below this bound, one with a single row that differs in its last digit lies above.
        rounding = np.finfo(float).eps ** 1.5 * np.sqrt(self.weight) * np.abs(self.mean[:p])
        lengths = np.sqrt(self.squares[:p])
        return np.where(lengths > rounding, lengths, 0.0)

    def of_features(self, kept: Array) -> "RidgeStatistics":
        """Return the statistics of some of the features, given by a mask, and all targets."""
        columns = np.append(kept, np.ones(len(self.mean) - self.n_features, dtype=bool))
        factor = None if self.factor is None else np.ascontiguousarray(self.factor[:, columns])
        gram = None if self.gram is None else self.gram[np.ix_(columns, columns)]
        means = {"mean": self.mean[columns], "mean_low": self.mean_low[columns]}
        return replace(self, n_features=int(kept.sum()), factor=factor, gram=gram, **means)

    def blocks(self):
        """Return the x and the y columns of the factor."""
        return self.factor[:, : self.n_features], self.factor[:, self.n_features :]

    def gram_blocks(self) -> tuple[Array, Array]:
        """Return the blocks xx and xy of the scatter."""
        scatter = self.scatter
        return scatter[: self.n_features, : self.n_features], scatter[: self.n_features, self.n_features :]

    def mean_from(self, other: "RidgeStatistics") -> tuple[Array, Array]:
        """Return this mean minus the other's, for x and for y."""
        step = (self.mean - other.mean) + (self.mean_low - other.mean_low)
        return step[: self.n_features], step[self.n_features :]

    def intercept(self, coefficients: Array) -> Array:
        """Return the intercepts that make residuals average to zero."""
        p = self.n_features
        return self.mean[p:] - self.mean[:p] @ coefficients + (self.mean_low[p:] - self.mean_low[:p] @ coefficients)

    def squared_error(self, coefficients: Array, step: float | Array = 0.0) -> Array:
        """Return the weighted sums of squared residuals of all rows.

        Parameters
        ----------
        coefficients : array (n_features, ..., n_targets)
        step : array (..., n_targets), default=0.0
            The mean residual.

        Returns
        -------
        array (..., n_targets)
        """
        flat = coefficients.reshape(self.n_features, -1)
        if self.gram is None:
            x, y = self.blocks()
            residual = (x @ flat).reshape(len(x), *coefficients.shape[1:])
            residual -= y.reshape(len(y), *[1] * (coefficients.ndim - 2), -1)
            within = np.einsum("t...,t...->...", residual, residual)
        else:
            xx, xy = self.gram_blocks()
            product = (xx @ flat).reshape(coefficients.shape)
            product -= 2 * xy.reshape(self.n_features, *[1] * (coefficients.ndim - 2), -1)
            spread = self.gram.diagonal()[self.n_features :]
            # A smaller difference is rounding error and may even be negative.
            floor = np.finfo(float).eps * spread
            within = np.maximum(spread + np.einsum("i...,i...->...", coefficients, product), floor)
        return within + self.weight * step**2


def statistics_of(
    X: Array, y: Array, weight: Array | None = None, precise: bool = False, onto: RidgeStatistics | None = None
) -> RidgeStatistics:
    """Return the statistics of rows held in memory, together with those of earlier rows if there are some.

    Without earlier rows, if they are no more than the features, the factor holds them in order, centred and weighted.

    Parameters
    ----------
    X : array (n_rows, n_features)
    y : array (n_rows, n_targets)
    weight : array (n_rows,) of positive numbers or None, default=None
    precise : bool, default=False
    onto : RidgeStatistics or None, default=None
        Statistics of the earlier rows, which stay unchanged.

    Raises
    ------
    ValueError
        If sums of squares overflow.
    """
    n_columns, many = X.shape[1] + y.shape[1], not precise and len(X) > X.shape[1]
    # Rows that features outnumber are kept as they are, about one mean.
    wide = len(X) <= X.shape[1]
    chunk = max(CHUNK_ROWS, 4 * X.shape[1]) if precise or wide else CHUNK_ROWS
    # One buffer for the centred rows of all chunks: each chunk is added up before the next one is made.
    buffer = np.empty((min(chunk, len(X)), n_columns)) if many else None
    parts = (
        _centred(X[k : k + chunk], y[k : k + chunk], None if weight is None else weight[k : k + chunk], precise, buffer)
        for k in range(0, max(len(X), 1), chunk)
    )
    with np.errstate(over="ignore", invalid="ignore"):
        return combine(parts if onto is None else chain([onto], parts), at_once=many)


def _centred(X, y, weight, precise, buffer):
    n_columns = X.shape[1] + y.shape[1]
    rows = np.empty((len(X), n_columns)) if buffer is None else buffer[: len(X)]
    if len(rows) == 0:
        zero = np.zeros(n_columns)
        return RidgeStatistics(X.shape[1], 0, 0.0, zero, zero, rows, None, precise)
    total = float(len(rows)) if weight is None else float(weight.sum())
    share = np.full(len(rows), 1 / total) if weight is None else weight / total
    mean = np.concatenate([share @ X, share @ y])
    low = np.zeros(n_columns)
    step = max(1, min(ROWS_IN_CACHE, NUMBERS_IN_CACHE // n_columns))
    for k in range(0, len(rows), step):
        here = slice(k, k + step)
        np.subtract(X[here], mean[: X.shape[1]], out=rows[here, : X.shape[1]])
        np.subtract(y[here], mean[X.shape[1] :], out=rows[here, X.shape[1] :])
        low += share[here] @ rows[here]
    _subtract_rounding(rows, low, precise, kept=buffer is None)
    if weight is not None:
        rows *= np.sqrt(weight)[:, None]
    return RidgeStatistics(X.shape[1], len(rows), total, mean, low, rows, None, precise)


def _subtract_rounding(rows, low, precise, kept):
    """Subtract the rounding error of the mean from centred rows, at least where it may count in a sum of squares.

    Beside deviations of ordinary size it is below the last digit, but the deviations of a constant consist of it. In
    rows that are kept, because features outnumber them, it would look like one more direction.
    """
    if precise:
        rows -= low
        return
    if low.any():
        few = rows[:16]
        counts = (1e32 if kept else 1e12) * low**2 > np.einsum("ti,ti->i", few, few)
        if 4 * counts.sum() > len(counts):
            rows -= low  # quicker than to pick so many columns
        else:
            rows[:, counts] -= low[counts]


def combine(parts, at_once=False):
    """Return the statistics of the rows of all parts, which may come in any order and stay unchanged.

    Parameters
    ----------
    parts : iterable of RidgeStatistics
        At least one, all of the same columns. They are iterated over once, so a generator will do.
    at_once : bool, default=False
        Whether a part may change as soon as the next is taken from the iterable, so that its rows cannot be kept.

    Raises
    ------
    ValueError
        If sums of squares overflow.
    """
    known, scatter, empty = [], None, None
    for part in parts:
        empty = empty or part
        if part.weight > 0:
            known.append((part.n_rows, part.weight, part.mean, part.mean_low))
            scatter = scatter or _Scatter(part.n_features, part.precise, at_once)
            scatter.add(part.factor, part.gram, part.precise)
    if not known:
        return empty
    n_rows, weights, means, lows = (np.array(column) for column in zip(*known, strict=True))
    with np.errstate(over="ignore", invalid="ignore"):
        steps = (means - means[0]) + lows
        weight = weights.sum()
        shift = weights @ steps / weight
        mean, low = _two_sum(means[0], shift)
        if len(known) > 1:
            scatter.add(np.sqrt(weights)[:, None] * (steps - shift), None, scatter.precise)
    factor, gram = scatter.settled()
    total = int(n_rows.sum()), float(weight)
    statistics = RidgeStatistics(empty.n_features, *total, mean, low, factor, gram, scatter.precise)
    if not (np.all(np.isfinite(statistics.squares)) and np.all(np.isfinite(mean))):
        raise ValueError("'X', 'y' and 'sample_weight' must have finite sums of squares; got an overflow. Scale them.")
    return statistics


class _Scatter:
    """A sum of scatters: kept as rows while they are few, else as a triangle if all parts are precise, or summed."""

    def __init__(self, n_features, precise, at_once):
        self.limit, self.precise, self.at_once = n_features, precise, at_once
        self.factors, self.gram = [], None

    def add(self, factor, gram, precise):
        self.precise = self.precise and precise
        if factor is not None:
            self.factors.append(factor)
        elif self.gram is None:
            self.gram = gram.copy()
        else:
            self.gram += gram
        if self.at_once or self.gram is not None or sum(map(len, self.factors)) > 2 * self.limit + CHUNK_ROWS:
            self._compress()

    def settled(self):
        if self.gram is not None or sum(map(len, self.factors)) > self.limit:
            self._compress()
        if self.gram is not None:
            mirror(self.gram)
            return None, self.gram
        return self._rows(), None

    def _rows(self):
        return self.factors[0] if len(self.factors) == 1 else np.vstack(self.factors)

    def _compress(self):
        if self.precise and self.gram is None:
            with single_threaded():
                self.factors = [triangle_of(self._rows())]
            return
        for factor in self.factors:
            if self.gram is None:
                self.gram = np.zeros((factor.shape[1], factor.shape[1]))
            add_products(self.gram, np.ascontiguousarray(factor))
        self.factors = []


def _two_sum(a, b):
    total = a + b
    back = total - a
    return total, (a - (total - back)) + (b - back)
