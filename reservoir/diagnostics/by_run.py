"""Any reservoir for diagnostics that use nothing but ``run``: one of this library, or an object of another origin."""

from functools import cached_property
from typing import Any, Protocol

import numpy as np

from reservoir.base import BaseReservoir, StateOverflowError
from reservoir.checks.arguments import check_array
from reservoir.diagnostics.one_series import read_one_series, unnamed
from reservoir.dispatch import check_fitted_reservoir


class HasRun(Protocol):
    """A fitted reservoir, or any other object that is driven like one."""

    def run(self, X: Any, state: Any = ..., /) -> Any:
        """Return ``(states, state)`` of a 2-D array, from rest or on from a state, which is not changed."""


def as_reservoir(reservoir):
    """Return what can be run, with the facts that diagnostics need, of a fitted reservoir or of any object with a run.

    Parameters
    ----------
    reservoir : fitted reservoir, or object with a method ``run``, see `HasRun`

    Returns
    -------
    the reservoir itself, without names of columns; or `ByRun`

    Raises
    ------
    TypeError
        If there is no such method.
    NotFittedError
        If a reservoir of this library is not fitted.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.diagnostics.by_run import as_reservoir
    >>> class Sum:
    ...     def run(self, X, state=0.0):
    ...         states = state + np.cumsum(X, axis=0)
    ...         return states, states[-1]
    >>> total = as_reservoir(Sum())
    >>> total.n_features_in_, total.n_features_out_
    (1, 1)
    """
    if isinstance(reservoir, type) or not callable(getattr(reservoir, "run", None)):
        check_fitted_reservoir(reservoir)
    if not isinstance(reservoir, BaseReservoir):
        return reservoir if isinstance(reservoir, ByRun) else ByRun(reservoir)
    check_fitted_reservoir(reservoir)
    return unnamed(reservoir)


def read_input(reservoir, X):
    """Return X as the checked 2-D array that a reservoir of this library, or any other object with a run, takes."""
    if isinstance(reservoir, BaseReservoir):
        return read_one_series(reservoir, X)
    return check_array("X", X, ("n_steps", "n_features"))


class ByRun:
    """An object with a method ``run``, and the facts of a reservoir that its states show.

    Parameters
    ----------
    reservoir : object
        If it has no ``n_features_in_``, it takes one column.
    """

    elapsed_column_ = None

    def __init__(self, reservoir):
        self._reservoir = reservoir
        self.n_features_in_ = getattr(reservoir, "n_features_in_", 1)

        if hasattr(reservoir, "rest"):
            self.rest = reservoir.rest

    @cached_property
    def _first(self):
        return self.run(np.zeros((1, self.n_features_in_)))[0]

    @property
    def n_features_out_(self):
        """Number of columns of the states."""
        return self._first.shape[1]

    @property
    def n_units_(self):
        """As many as there are columns."""
        return self.n_features_out_

    @property
    def dtype_(self):
        """Precision of the states."""
        return self._first.dtype

    def run(self, X, *state):
        """Return the states of the rows of X, a float array, and the state after them."""
        result = self._reservoir.run(X, *state)
        if not isinstance(result, (tuple, list)) or len(result) != 2:
            raise TypeError(
                "'reservoir' must return a pair from run, the states and the state after them; "
                f"{type(self._reservoir).__name__} returned {type(result).__name__}."
            )
        states = np.asarray(result[0])
        if states.ndim != 2 or len(states) != len(X) or states.dtype.kind not in "fiub":
            raise ValueError(
                f"'reservoir' must return numbers from run, a row for each of the {len(X)} of X; "
                f"{type(self._reservoir).__name__} returned {states.dtype} of shape {states.shape}."
            )
        if not np.isfinite(states).all():
            raise StateOverflowError(f"The state of {type(self._reservoir).__name__} is NaN or infinite.")
        return states if states.dtype == np.float32 else states.astype(np.float64, copy=False), result[1]
