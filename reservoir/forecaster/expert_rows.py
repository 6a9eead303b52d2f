"""The rows that an expert, a model of one step, makes of those of a series: from prepared rows to prepared rows."""

import inspect
from collections.abc import Callable
from numbers import Integral
from typing import Any, NamedTuple

import numpy as np

from readouts.types import Array
from reservoir.base import StateOverflowError
from reservoir.forecaster.preparation import Preparation


class ExpertRows(NamedTuple):
    """An expert, and what leads from the rows that drive a reservoir to those of data that it knows, and back.

    Parameters
    ----------
    step : callable
        ``step(rows)``, or ``step(rows, exogenous)`` where there are exogenous columns, returns a row for every row.
    preparation, known_preparation : Preparation
        Those of the series, and of the exogenous columns; without differences.
    """

    step: Callable
    preparation: Preparation
    known_preparation: Preparation

    @property
    def n_features(self):
        """Number of columns of the series."""
        return len(self.preparation.plain)

    def after(self, inputs: Array, where: Callable[[int], str] | None = None) -> Array:
        """Return what the expert says of the rows after those of inputs, prepared, in the precision of these.

        Parameters
        ----------
        inputs : array (n_rows, n_features + n_exogenous)
            Prepared rows u(t), and beside them the exogenous rows e(t+1).
        where : callable or None, default=None
            Returns what messages call a row, given by its number.
        """
        rows, known = self._of_data(self.preparation, inputs[:, : self.n_features]), self.exogenous_of(inputs)
        self.refuse_rows(rows, where)
        made = self.step(*(part.copy() for part in (rows, known) if part is not None))
        return self.prepared(made, rows, inputs.dtype, where)

    def exogenous_of(self, inputs: Array) -> Array | None:
        """Return the exogenous rows of data of inputs, None if there are no such columns."""
        if not len(self.known_preparation.plain):
            return None
        return self._of_data(self.known_preparation, inputs[:, self.n_features :])

    def refuse_rows(self, rows: Array, where: Callable[[int], str] | None = None) -> None:
        """Raise StateOverflowError if an expert would be given rows that are not finite."""
        finite = np.isfinite(rows).all(axis=1)
        if not finite.all():
            number = int(np.argmin(finite))
            raise StateOverflowError(
                f"'expert' cannot be given {_named(rows, number, where)}, which is not finite. Use a larger penalty in "
                "the readout, or a 'transformer' whose inverse_transform is finite everywhere."
            )

    def prepared(self, made: Any, rows: Array, dtype: np.dtype, where: Callable[[int], str] | None = None) -> Array:
        """Return what an expert has made of rows of data, prepared, in a precision, or raise if it is not allowed."""
        made = self._check(made, rows, where)
        try:
            with np.errstate(over="ignore"):
                prepared = self.preparation.take(made, 0, len(made)).astype(dtype)
        except ValueError as error:  # a forecast that has led so far may be tried again with another penalty
            raise StateOverflowError(f"'expert' must return rows that can be transformed. {error}") from error
        return self._refuse_infinite(prepared, made, rows, where)

    def _of_data(self, preparation, prepared):
        """Return rows of data, in double precision, from prepared ones."""
        with np.errstate(over="ignore", invalid="ignore"):
            none = np.empty((0, prepared.shape[1]))
            return np.asarray(preparation.restore(none, prepared), dtype=np.float64)

    def _check(self, made: Any, rows: Array, where: Callable[[int], str] | None) -> Array:
        try:
            values = np.asarray(made)
        except ValueError:  # rows of different lengths
            values = np.array(None)
        if values.dtype.kind not in "fiub" or np.ma.is_masked(made):
            raise ValueError(
                f"'expert' must return an array of numbers, a row for every row that it is given; got {made!r}."
            )
        if values.shape == (len(rows),) and rows.shape[1] == 1:
            values = values[:, None]  # regressors of a single target return as many numbers as rows
        if values.shape != rows.shape:
            raise ValueError(
                f"'expert' must return a row for every row that it is given, shape {rows.shape}; got shape "
                f"{values.shape}. Let it take several rows at once: step(rows) of (n, {rows.shape[1]}) numbers returns "
                "as many."
            )
        values = values.astype(np.float64)
        return self._refuse_infinite(values, values, rows, where)

    def _refuse_infinite(self, values, made, rows, where):
        finite = np.isfinite(values).all(axis=1)
        if not finite.all():
            number = int(np.argmin(finite))
            precise = f", prepared and in {values.dtype} too" if np.isfinite(made[number]).all() else ""
            raise StateOverflowError(
                f"'expert' must return finite numbers{precise}; for {_named(rows, number, where)} it returned "
                f"{made[number].tolist()}. Use an expert that is finite there, or, if a forecast led to that row, a "
                "larger penalty in the readout."
            )
        return values


def _named(rows, number, where):
    """Return what a message calls one of the rows of data that an expert is given."""
    return f"{'the row' if where is None else where(number)} {rows[number].tolist()}"


def check_takes(step: Callable, n_exogenous: int) -> None:
    """Raise ValueError if an expert's signature shows that it cannot be called as it will be.

    Examples
    --------
    >>> from reservoir.forecaster.expert_rows import check_takes
    >>> check_takes(lambda rows, exogenous: rows, 2)
    """
    try:
        signature = inspect.signature(step)
    except (TypeError, ValueError):  # some functions that are written in C have none
        return
    given, why = ("rows, exogenous", "there are") if n_exogenous else ("rows", "there are no")
    try:
        signature.bind(*given.split(", "))
    except TypeError:
        raise ValueError(
            f"'expert' must be called as expert({given}), as {why} exogenous columns; got {step!r}, which takes "
            f"{signature}. Wrap it in a function that takes these."
        ) from None


def check_expert(expert: Any, period: Any, difference: Any) -> Any:
    """Return the differences to be taken, as asked for; raise ValueError unless ``expert`` is a model of these rows.

    Examples
    --------
    >>> from reservoir.forecaster.expert_rows import check_expert
    >>> check_expert(None, 12, "damped"), check_expert(abs, None, None)
    ('damped', 0)
    """
    if expert is None:
        return difference
    if isinstance(expert, type) or not callable(expert):
        name = (expert if isinstance(expert, type) else type(expert)).__name__
        advice = f" Did you mean expert={name}(...).predict?" if hasattr(expert, "predict") else ""
        raise ValueError(
            "'expert' must be None or a function of rows (n, n_features) that returns the rows after each of them; got "
            f"{expert!r}.{advice}"
        )
    if period is not None:
        raise ValueError(
            f"'period' must be None with an 'expert', which knows rows and not their differences; got {period!r}. Let "
            "the expert know the season, by an exogenous column such as the month."
        )
    if difference is not None and not (isinstance(difference, Integral) and int(difference) == 0):
        raise ValueError(
            "'difference' must be None or 0 with an 'expert', which knows rows and not their differences; got "
            f"{difference!r}."
        )
    return 0 if difference is None else difference
