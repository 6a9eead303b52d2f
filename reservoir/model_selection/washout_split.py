"""Folds of one series, each test fold with earlier rows for the transient."""

import numbers
from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike
from sklearn.model_selection import BaseCrossValidator, TimeSeriesSplit

from readouts.masked import refuse_masked
from readouts.types import Array
from reservoir.checks.arguments import check_integer
from reservoir.model_selection.rows import count_rows, holds_many


class WashoutSplit(BaseCrossValidator):
    """Let every test fold of one long series begin ``washout`` rows earlier, so that a reservoir can settle.

    A reservoir starts each fold from rest, and a readout that was trained on settled states errs until the reservoir
    has forgotten that start. Plain folds score this transient along with the model; here the rows just before a fold
    drive the reservoir, and are not scored. With t the first row of the fold of the inner splitter, the test fold is ::

        rows  max(t - washout, 0) ... t - 1,  then the fold itself

    The training fold stays as it is. Nothing leaks: the added rows lie in the past of all that is scored, and whether
    or not they were trained on, their targets are not scored. The scorer leaves them out: `sequence_scorer` with the
    same ``washout``, or the own ``score`` of an estimator that has a ``washout``, drops the first ``washout`` rows of
    its input. Where fewer than ``washout`` rows precede a fold, the first rows of the fold itself make up for them and
    are not scored.

    It is for one series only, in folds of consecutive rows. Many series need no such split: each is a sample of its
    own that starts from rest in training as in testing, so ``KFold`` and `sequence_scorer` with a ``washout`` suffice.

    Parameters
    ----------
    cv : int or splitter, default=5
        The splitter that makes the folds, such as ``TimeSeriesSplit(5, gap=10)`` or ``KFold(5)`` without shuffling. An
        integer n stands for ``TimeSeriesSplit(n)``.
    washout : int, default=100
        Number of rows, at least 0.

    Raises
    ------
    TypeError
        If ``cv`` is not a splitter, or X, y or ``groups`` have no rows.
    ValueError
        If ``washout`` is invalid, X holds many series, y or ``groups`` do not go with its rows, or a test fold is not
        made of consecutive rows.

    References
    ----------
    M. Lukosevicius, "A practical guide to applying echo state networks", in Neural Networks: Tricks of the Trade,
    Springer, 2012, section 4.5 (initial transients).

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.model_selection import TimeSeriesSplit
    >>> from reservoir.model_selection import WashoutSplit
    >>> for train, test in WashoutSplit(TimeSeriesSplit(2), washout=3).split(np.zeros((12, 1))):
    ...     print(train, test)
    [0 1 2 3] [1 2 3 4 5 6 7]
    [0 1 2 3 4 5 6 7] [ 5  6  7  8  9 10 11]
    """

    # Requests groups from metadata routing, as scikit-learn's group splitters do; without a request they are dropped.
    __metadata_request__split = {"groups": True}

    def __init__(self, cv: int | BaseCrossValidator = 5, washout: int = 100) -> None:
        self.cv = cv
        self.washout = washout

    def split(
        self, X: ArrayLike, y: ArrayLike | None = None, groups: ArrayLike | None = None
    ) -> Iterator[tuple[Array, Array]]:
        """Yield the row numbers of the training and the test fold, one pair after another.

        Parameters
        ----------
        X : 2-D array (n_steps, n_features)
        y : array (n_steps,) or (n_steps, n_targets), default=None
            Passed on to the inner splitter.
        groups : array (n_steps,), default=None
            Passed on to the inner splitter.

        Yields
        ------
        train, test : 1-D arrays of int
        """
        washout = check_integer("washout", self.washout, at_least=0)
        n_rows = count_rows("X", X)
        _check_rows(X, y, groups)
        for train, test in self._folds(n_rows, X, y, groups):
            if not _are_consecutive(test, n_rows):
                raise ValueError(
                    f"'cv' must give test folds of consecutive rows, because rows are time steps; got {self.cv!r}. "
                    "Use TimeSeriesSplit, or KFold without shuffling."
                )
            yield train, np.arange(max(int(test[0]) - washout, 0), int(test[-1]) + 1)

    def get_n_splits(
        self, X: ArrayLike | None = None, y: ArrayLike | None = None, groups: ArrayLike | None = None
    ) -> int:
        """Return the number of folds of the inner splitter.

        Parameters
        ----------
        X, y, groups : as in ``split``; most splitters need none of them

        Returns
        -------
        int
        """
        _check_rows(X, y, groups)
        return self._splitter().get_n_splits(X, y, groups)

    def _folds(self, n_rows, *data):
        splitter = self._splitter()
        try:
            for train, test in splitter.split(*data):
                yield train, np.asarray(test)
        except (TypeError, ValueError) as error:
            kind = TypeError if isinstance(error, TypeError) else ValueError
            raise kind(
                f"'cv' must be able to split the {n_rows} rows of 'X'; got {self.cv!r}, which says: {error}"
            ) from None

    def _splitter(self):
        if isinstance(self.cv, numbers.Integral) and not isinstance(self.cv, bool):
            return TimeSeriesSplit(check_integer("cv", self.cv, at_least=2))
        methods = [getattr(self.cv, name, None) for name in ("split", "get_n_splits")]
        if isinstance(self.cv, type) or not all(map(callable, methods)):
            raise TypeError(f"'cv' must be an integer or a splitter such as TimeSeriesSplit(5); got {self.cv!r}.")
        return self.cv


def _check_rows(X, y, groups):
    """Raise unless X is one series, and y and groups are None or have an entry for each row of it."""
    if holds_many(X):
        raise ValueError(
            "'X' must be one 2-D series (n_steps, n_features) for WashoutSplit; got many series. They each start "
            "from rest: use a plain splitter such as KFold, and sequence_scorer with its 'washout'."
        )
    refuse_masked("groups", groups)
    given = {"X": X, "y": y, "groups": groups}
    counts = {name: count_rows(name, values) for name, values in given.items() if values is not None}
    for name, n_found in counts.items():
        first, n_rows = next(iter(counts.items()))
        if n_found != n_rows:
            raise ValueError(f"'{name}' must have one entry for each of the {n_rows} rows of '{first}'; got {n_found}.")


def _are_consecutive(rows, n_rows):
    """Whether row numbers are consecutive and within ``n_rows``."""
    whole = rows.ndim == 1 and rows.dtype.kind in "iu" and rows.size > 0
    return bool(whole and rows[0] >= 0 and rows[-1] < n_rows and np.all(np.diff(rows) == 1))
