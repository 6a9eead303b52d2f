"""From the rows of a series to what a reservoir is driven by, transformed, differenced and scaled, and back."""

from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from reservoir.forecaster.differences import Differences
from reservoir.series.lazy_series import LazySeries, blocks

# Rows that a transformer is tried on, to see whether it can be undone.
TRIED = 1000


class Preparation(NamedTuple):
    """What was fitted to the rows of the training series, in the order in which it is applied to others.

    Parameters
    ----------
    plain : array (n_features,) of bool
        Columns that are left as they are, such as elapsed times.
    transformer : fitted scikit-learn transformer or None
    differences : Differences
    scaler : fitted StandardScaler or None
    """

    plain: np.ndarray
    transformer: Any
    differences: Differences
    scaler: StandardScaler | None

    @property
    def n_lost(self):
        """Number of rows at the start of a series that cannot be prepared."""
        return self.differences.n_lost

    @property
    def changes_nothing(self):
        """Whether prepared rows are the rows themselves."""
        return self.transformer is None and self.scaler is None and not self.n_lost

    def prepare(self, series):
        """Return a series as a reservoir is driven by it, ``n_lost`` rows shorter, made where it is indexed."""
        if self.changes_nothing:
            return series
        shape = (len(series) - self.n_lost, series.shape[1])
        return LazySeries(shape, series.dtype, partial(self.take, series))

    def take(self, series, start, stop):
        """Return prepared rows ``start`` to ``stop`` of a series."""
        if stop <= start:
            return np.empty((0, series.shape[1]), series.dtype)
        rows = self._transform(series[start : stop + self.n_lost], start)
        if self.n_lost:
            rows = np.where(self.plain, rows[self.n_lost :], self.differences.apply(rows))
        if self.scaler is not None:
            rows = (rows - self.scaler.mean_) / self.scaler.scale_
        return np.ascontiguousarray(rows, dtype=series.dtype)

    def restore(self, past, ahead):
        """Return rows of data, in double precision, from prepared rows ``ahead`` and the data rows before them.

        Parameters
        ----------
        past : array (..., at least n_lost, n_features)
        ahead : array (..., n_rows, n_features)
            With the same leading axes.
        """
        return self.to_data(self.integrate(past, ahead))

    def integrate(self, past, ahead):
        """Return transformed rows from what ``restore`` takes: all is undone but the transformer.

        An error of these has the same spread wherever it is found, if the transformer, such as a logarithm, saw to it.
        """
        if self.changes_nothing:
            return ahead
        ahead = self._unscale(ahead)
        if self.n_lost:
            past = self._transform(past[..., past.shape[-2] - self.n_lost :, :])
            ahead = np.where(self.plain, ahead, self.differences.integrate(past, ahead))
        return ahead

    def to_transformed(self, rows):
        """Return transformed rows of rows (..., n_features) of data, in double precision."""
        return self._transform(rows)

    def to_data(self, transformed):
        """Return rows of data from transformed ones."""
        return self._untransform(transformed)

    def restore_one_step(self, series, predicted):
        """Return rows of data from predictions of prepared rows, each made with the true rows before it.

        ``predicted`` holds those of rows ``n_lost + 1`` and after of the series, of which it may have one more.
        """
        if self.changes_nothing:
            return predicted
        predicted = self._unscale(predicted)
        if self.n_lost:
            known = self.differences.known_part(self._transform(series[: self.n_lost + len(predicted)]))
            predicted = predicted + np.where(self.plain, 0.0, known[1:])
        return self._untransform(predicted)

    def _transform(self, rows, first=0):
        """Return rows in double precision, transformed, of which ``first`` is the number of the first one."""
        rows = np.asarray(rows, dtype=np.float64)
        return rows if self.transformer is None else _transform(self.transformer, rows, self.plain, first)

    def _untransform(self, rows):
        return rows if self.transformer is None else _untransform(self.transformer, rows, self.plain)

    def _unscale(self, rows):
        rows = np.asarray(rows, dtype=np.float64)
        return rows if self.scaler is None else rows * self.scaler.scale_ + self.scaler.mean_


def fit_preparation(series, transformer, differences, plain):
    """Return the `Preparation` of series, fitted to all their rows.

    Parameters
    ----------
    series : list of array or LazySeries (n_rows, n_features)
        Each with more than ``differences.n_lost`` rows.
    transformer : "standardize", scikit-learn transformer or None
        Not changed. "standardize" scales what is left after the differences, as it is done after a transformer, too;
        None leaves all as it is.
    differences : Differences
    plain : array (n_features,) of bool
        Columns that are left as they are.
    """
    by_name = transformer is None or isinstance(transformer, str)
    given = None if by_name else _fit_transformer(transformer, series, plain)
    unscaled = Preparation(plain, given, differences, None)
    if transformer is None or not len(plain):
        return unscaled
    scaler = StandardScaler()
    with np.errstate(over="ignore", invalid="ignore"):
        for x in series:
            for block in blocks(unscaled.prepare(x)):
                scaler.partial_fit(np.asarray(block, dtype=np.float64))
    if not np.isfinite(scaler.var_[~plain]).all():
        raise ValueError(
            "'X' and 'exogenous' must be small enough for their squares to be added up, so that they can be "
            "standardised; got columns that are not. Scale them to about unit variance."
        )
    scaler.mean_[plain], scaler.scale_[plain] = 0.0, 1.0
    return Preparation(plain, given, differences, scaler)


def check_transformer(transformer):
    """Return the parameter 'transformer', or raise ValueError if rows cannot be transformed by it and back."""
    if transformer is None or isinstance(transformer, str) and transformer == "standardize":
        return transformer
    methods = ("fit", "transform", "inverse_transform")
    if not isinstance(transformer, BaseEstimator) or not all(hasattr(transformer, name) for name in methods):
        raise ValueError(
            f"'transformer' must be 'standardize', None or a scikit-learn transformer with {', '.join(methods)}; got "
            f"{transformer!r}. A function such as log is one by FunctionTransformer(np.log, np.exp)."
        )
    return transformer


def _fit_transformer(transformer, series, plain):
    rows = np.concatenate([np.asarray(x[:], dtype=np.float64) for x in series])
    fitted = clone(transformer)
    with _naming_the_transformer(), np.errstate(all="ignore"):
        fitted.fit(rows[:, ~plain])
    tried = rows[:: len(rows) // TRIED + 1]
    there = _transform(fitted, tried, plain)
    if _forgets_its_inverse(fitted) or not _leads_back(fitted, tried, there, plain):
        raise ValueError(
            f"'transformer' must lead back to the data by its inverse_transform; {transformer!r} does not. A "
            "FunctionTransformer needs both functions, such as FunctionTransformer(np.log, np.exp)."
        )
    return fitted


def _forgets_its_inverse(transformer):
    """Whether a FunctionTransformer, or one in a pipeline, has a function without an inverse."""
    steps = [step for _, step in getattr(transformer, "steps", [])]
    if isinstance(transformer, FunctionTransformer):
        return transformer.func is not None and transformer.inverse_func is None
    return any(map(_forgets_its_inverse, steps))


def _leads_back(transformer, rows, there, plain):
    """Whether rows that were transformed, back, are near themselves, and lead to the same place once more.

    What loses little, as bins or components do, may be undone to within the deviation of the rows, but is then changed
    no further; what belongs to another function is changed on and on.
    """
    back = _untransform(transformer, there, plain)
    if not np.isfinite(back).all():
        return False
    try:
        again = _transform(transformer, back, plain)
    except ValueError:  # rows that were led elsewhere may not be transformed at all
        return False
    return _are_near(back, rows, 1.0) and _are_near(again, there, 0.05)


def _are_near(rows, expected, share):
    """Whether rows are off by no more than a share of how much the expected ones deviate, on average, in any column."""
    off, deviation = np.abs(rows - expected).mean(axis=0), np.abs(expected - expected.mean(axis=0)).mean(axis=0)
    return bool(np.all(off <= share * deviation + 1e-9 * np.abs(expected).max(axis=0)))


def _transform(transformer, rows, plain, first=0):
    """Return rows (..., n_features), transformed but for the plain columns; ``first`` is the number of the first."""
    flat = rows.reshape(-1, rows.shape[-1])
    with _naming_the_transformer():
        changed = _in_columns(transformer.transform, flat, plain)
    finite = np.isfinite(changed).all(axis=1)
    if not finite.all():
        row = int(np.argmin(finite))
        raise ValueError(
            f"'transformer' must map rows to finite numbers; row {first + row}, {flat[row, ~plain].tolist()}, became "
            f"{changed[row, ~plain].tolist()}. Shift or clip the series, or use another transformer."
        )
    return changed.reshape(rows.shape)


def _untransform(transformer, rows, plain):
    """Return rows (..., n_features) transformed back but for the plain columns, not finite where they were not."""
    flat = rows.reshape(-1, rows.shape[-1])
    finite, changed = np.isfinite(flat).all(axis=1), np.full(flat.shape, np.nan)
    if finite.any():
        changed[finite] = _in_columns(transformer.inverse_transform, flat[finite], plain)
    return changed.reshape(rows.shape)


def _in_columns(function, rows, plain):
    """Return rows, of which ``function`` has changed all columns but the plain ones."""
    given = rows[:, ~plain]
    with np.errstate(all="ignore"):
        changed = np.asarray(function(given), dtype=np.float64)
    if changed.shape != given.shape:
        raise ValueError(
            f"'transformer' must keep the number of columns, {given.shape[1]}; got shape {changed.shape} from "
            f"{given.shape}. Reduce or add columns before."
        )
    result = rows.copy()
    result[:, ~plain] = changed
    return result


@contextmanager
def _naming_the_transformer():
    """Add to an error of a transformer which parameter it comes from."""
    try:
        yield
    except (ValueError, TypeError, AttributeError) as error:
        if "'transformer'" in str(error):
            raise
        raise ValueError(
            f"'transformer' must be able to transform the rows of the series, an array. {error}"
        ) from error
