"""Gaps in series filled with the last observation, and the masks and ages that GRU-D is given beside the values."""

from collections.abc import Sequence
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import all_at_once, of_one_fit
from readouts.compiling import njit
from readouts.types import Array, SeriesLike, SeriesOut
from reservoir.checks.arguments import as_list, check_array, check_flag, check_names, check_per_unit, in_precision
from reservoir.series.absolute_times import warn_of_absolute_times
from reservoir.series.elapsed import check_elapsed_with_gaps, find_elapsed
from reservoir.series.lazy_series import blocks, type_for
from reservoir.series.sequences import read_sequences, read_series
from reservoir.series.series_output import SeriesTransformerMixin, in_frames_like, output_container

DTYPES = [np.float64, np.float32]  # either is kept; anything else becomes the first


class ForwardFill(SeriesTransformerMixin, BaseEstimator):
    """Fill gaps in series with the last observation; on demand, add columns that mark gaps and hold times since then.

    Entries that are NaN, None, NA, null or masked are missing. With u_d(t) feature d in row t, which is observed where
    m_d(t) is 1 and missing where it is 0, and s(t) the time of the row::

        values:   x_d(t) = u_d(t)                                if m_d(t) = 1
                           x_d(t-1)                              if m_d(t) = 0, with x_d(0) = initial
        mask:     m_d(t)
        elapsed:  e_d(t) = 0                                     if t = 1
                           s(t) - s(t-1)                         if m_d(t-1) = 1
                           s(t) - s(t-1) + e_d(t-1)              if m_d(t-1) = 0

    These are the inputs of GRU-D. No row depends on later ones, so that streams, and series to be forecast, can be
    filled as well. Put a scaler in front: behind, it would scale masks and times too, by a mean over filled values:
    ``make_pipeline(PerSequence(StandardScaler()), ForwardFill(mask=True), reservoir)``.

    Parameters
    ----------
    mask : bool, default=False
        Whether to add a column for each feature that is 1 where it was observed and 0 where it was filled.
    elapsed : bool, default=False
        Whether to add a column for each feature that holds the time since its last observation before the row, or
        since the first row if there was none.
    elapsed_column : int, str or None, default=None
        Position or name of the column of X that holds the time since the row before, as liquids have it, in any unit.
        It must be complete, is returned as it is, in its place, and is no feature here. None is a time of 1 between
        rows.
    initial : "mean", float or array (n_features,), default="mean"
        What fills a gap before the first observation: the mean of all observations in ``fit``, or given values.

    Attributes
    ----------
    initial_ : array (n_features,)
        Without the elapsed column, as is n_features elsewhere in this docstring.
    elapsed_column_ : int or None
        Position of the elapsed column.
    n_features_in_ : int
        With the elapsed column.
    feature_names_in_ : array of str (n_features_in_,)
        Where X is made of data frames with named columns.

    Raises
    ------
    ValueError
        If a parameter is invalid, if X is infinite somewhere or has a column of the name of one that is added, or if it
        has no observation of a feature in ``fit`` and ``initial`` is ``"mean"``.

    References
    ----------
    Z. Che, S. Purushotham, K. Cho, D. Sontag, Y. Liu (2018), "Recurrent neural networks for multivariate time series
    with missing values", Scientific Reports 8:6085, "Notations" and Figure 2 (mask and time interval).

    Examples
    --------
    The example of the paper, two features at seven times:

    >>> import numpy as np
    >>> import pandas as pd
    >>> from reservoir import ForwardFill
    >>> times = np.array([0, 0.1, 0.6, 1.6, 2.2, 2.5, 3.1])
    >>> frame = pd.DataFrame(
    ...     {
    ...         "dt": np.diff(times, prepend=0.0),
    ...         "a": [47, 49, None, 40, None, 43, 55],
    ...         "b": [None, 15, 14, None, None, None, 15],
    ...     }
    ... )
    >>> ForwardFill(mask=True, elapsed=True, elapsed_column="dt").fit_transform(frame).round(2)
        dt     a      b  a_mask  b_mask  a_elapsed  b_elapsed
    0  0.0  47.0  14.67     1.0     0.0        0.0        0.0
    1  0.1  49.0  15.00     1.0     1.0        0.1        0.1
    2  0.5  49.0  14.00     0.0     1.0        0.5        0.5
    3  1.0  40.0  14.00     1.0     0.0        1.5        1.0
    4  0.6  40.0  14.00     0.0     0.0        0.6        1.6
    5  0.3  43.0  14.00     1.0     0.0        0.9        1.9
    6  0.6  55.0  15.00     1.0     1.0        0.6        2.5
    """

    def __init__(
        self,
        *,
        mask: bool = False,
        elapsed: bool = False,
        elapsed_column: int | str | None = None,
        initial: Literal["mean"] | float | ArrayLike = "mean",
    ) -> None:
        self.mask = mask
        self.elapsed = elapsed
        self.elapsed_column = elapsed_column
        self.initial = initial

    @all_at_once
    def fit(self, X: SeriesLike, y: object = None) -> Self:
        """Find what fills a gap before the first observation.

        Parameters
        ----------
        X : 2-D array (n_steps, n_features), 3-D array (n_sequences, n_steps, n_features), or list of 2-D arrays
            A 1-D array is one series of a single feature.
        y : ignored

        Returns
        -------
        self
        """
        self._adds = check_flag("mask", self.mask), check_flag("elapsed", self.elapsed)
        series = read_sequences(self, X, reset=True, dtype=DTYPES, lazy=True, missing=True, flat=True).series
        self.elapsed_column_ = find_elapsed(self.elapsed_column, self)
        for x in series:
            check_elapsed_with_gaps(x, self.elapsed_column_)
        self._fitted_to_times = self._adds[1] and warn_of_absolute_times(series, self.elapsed_column_)
        self.initial_ = self._find_initial(series)
        self._refuse_taken_names()
        return self

    @of_one_fit
    def transform(self, X: SeriesLike) -> SeriesOut:
        """Fill every series by itself.

        Parameters
        ----------
        X : 2-D array (n_steps, n_features), 3-D array (n_sequences, n_steps, n_features), or list of 2-D arrays

        Returns
        -------
        In the container of X, as many rows: the columns of X, filled, those of ``mask``, and those of ``elapsed``.
            Data frames with named columns are returned as data frames. After ``set_output``, a data frame, or for
            several series, also those of a 3-D array, a list of data frames.
        """
        check_is_fitted(self)
        sequences = read_sequences(self, X, reset=False, dtype=DTYPES, lazy=True, missing=True)
        if self._adds[1] and not self._fitted_to_times:
            warn_of_absolute_times(sequences.series, self.elapsed_column_)
        results = sequences.restore([self._fill(x[:], None)[0] for x in sequences.series])
        named = hasattr(self, "feature_names_in_") and output_container(self) == "default"
        return in_frames_like(X, results, self.get_feature_names_out() if named else None)

    @of_one_fit
    def run(self, X: ArrayLike, state: Any = None) -> tuple[Array, Array]:
        """Fill one series on from a given state, as the ``run`` of a reservoir drives one on.

        ``run(X[:k])`` followed by ``run(X[k:], state)`` gives what ``run(X)`` gives.

        Parameters
        ----------
        X : 2-D array (n_steps, n_features_in_)
            One row at a time will do.
        state : the second value of an earlier ``run``, or None, default=None
            None is the start of a series.

        Returns
        -------
        rows : 2-D array (n_steps, n_columns), what ``transform`` returns
        state : array (2, n_features)
            The last value of each feature, and the time since it was observed.

        Examples
        --------
        >>> import numpy as np
        >>> from reservoir import ForwardFill
        >>> filler = ForwardFill().fit([[1.0], [np.nan], [3.0]])
        >>> rows, state = filler.run([[5.0]])
        >>> rows, state = filler.run([[np.nan]], state)
        >>> rows
        array([[5.]])
        """
        check_is_fitted(self)
        if state is not None:
            state = check_array("state", state, (2, len(self.initial_)))
        rows = read_series(self, X, dtype=type_for(X, DTYPES), missing=True)
        return self._fill(rows, state)

    def get_feature_names_out(self, input_features: Sequence[str] | Array | None = None) -> Array:
        """Return the names of the columns of X, then those with ``_mask``, then those with ``_elapsed`` added to them.

        Parameters
        ----------
        input_features : array of str (n_features_in_,), default=None
            Names of the columns of X; None takes those of ``fit``, or else x0, x1 ...

        Returns
        -------
        array of str
        """
        check_is_fitted(self)
        names = list(getattr(self, "feature_names_in_", [f"x{number}" for number in range(self.n_features_in_)]))
        if input_features is not None and not hasattr(self, "feature_names_in_"):
            names = check_names("input_features", input_features, self.n_features_in_)
        elif input_features is not None and as_list(input_features) != names:
            raise ValueError(
                f"'input_features' must be equal to feature_names_in_, {names}; got {input_features!r}. Leave it out."
            )
        filled = [name for number, name in enumerate(names) if number != self.elapsed_column_]
        for kind, adds in zip(("mask", "elapsed"), self._adds, strict=True):
            names = names + [f"{name}_{kind}" for name in filled] * adds
        return np.array(names, dtype=object)

    def _refuse_taken_names(self):
        """Raise ValueError if a column of X has the name of one that is added."""
        names, counts = np.unique(self.get_feature_names_out(), return_counts=True)
        if counts.max() > 1:
            raise ValueError(
                f"'X' must not have a column {names[counts.argmax()]!r} yet, for that is the name of one that is "
                "added. Rename it first."
            )

    def _features_of(self, rows):
        return rows if self.elapsed_column_ is None else np.delete(rows, self.elapsed_column_, axis=1)

    def _blocks_of(self, series):
        return (self._features_of(block) for x in series for block in blocks(x))

    def _find_initial(self, series):
        """Return the parameter ``initial`` as an array."""
        n_features = self.n_features_in_ - (self.elapsed_column_ is not None)
        if not isinstance(self.initial, str):
            return check_per_unit("initial", self.initial, n_features, what="feature")
        if self.initial != "mean":
            raise ValueError(f"'initial' must be 'mean', a number, or one for each feature; got {self.initial!r}.")
        counts = sum(np.count_nonzero(~np.isnan(part), axis=0) for part in self._blocks_of(series))
        if not counts.all():
            names = list(getattr(self, "feature_names_in_", range(self.n_features_in_)))
            lacking = [name for number, name in enumerate(names) if number != self.elapsed_column_]
            raise ValueError(
                f"'X' must have an observation of every feature; column {lacking[counts.argmin()]!r} has none. Fit "
                "series that have some and fill this one by transform or run, leave the column out, or say what fills "
                "it: initial=0.0, or an array with one value for each feature."
            )
        # Divided first, because the sum of large numbers may be infinite.
        return sum(np.nansum(part / counts, axis=0, dtype=np.float64) for part in self._blocks_of(series))

    def _fill(self, rows, state):
        """Return the columns of a checked series, filled from a state on, and the state after it."""
        column = self.elapsed_column_
        check_elapsed_with_gaps(rows, column)
        gaps = np.ones(len(rows)) if column is None else rows[:, column].astype(np.float64)
        if state is None:
            gaps[0] = 0.0
            state = np.stack([self.initial_, np.zeros(len(self.initial_))])
        last = in_precision("initial", state[0], rows.dtype)
        features = self._features_of(rows)
        filled, mask, elapsed = (np.empty_like(features) for _ in range(3))
        since = state[1].copy()
        run_forward_fill(features, gaps, last, since, filled, mask, elapsed)
        if column is not None:
            filled = np.insert(filled, column, rows[:, column], axis=1)
        added = [part for part, adds in zip((mask, elapsed), self._adds, strict=True) if adds]
        return np.hstack([filled, *added]), np.stack([last.astype(np.float64), since])

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


@njit
def run_forward_fill(features, gaps, last, since, filled, mask, elapsed):
    """Write the three outputs; ``last`` and ``since`` are the state, which is replaced by that after the last row."""
    for t in range(len(features)):
        for d in range(features.shape[1]):
            age = gaps[t] + since[d]
            observed = features[t, d] == features[t, d]  # NaN alone is not equal to itself
            if observed:
                last[d] = features[t, d]
            since[d] = 0.0 if observed else age
            filled[t, d] = last[d]
            mask[t, d] = observed
            elapsed[t, d] = age
