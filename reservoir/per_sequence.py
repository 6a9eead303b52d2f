"""Any row-wise transformer, such as a scaler or a PCA, on series: fitted to all rows, applied series by series."""

from collections.abc import Sequence
from typing import Any, Literal, Self

import numpy as np
from scipy.sparse import issparse
from sklearn.base import BaseEstimator, clone
from sklearn.utils import get_tags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import all_at_once, of_one_fit
from readouts.masked import is_masked, mark_missing
from readouts.types import Array, SeriesLike, SeriesOut
from readouts.values import refuse_missing
from reservoir.checks.arguments import as_list, check_choice, check_names
from reservoir.checks.missing_values import with_advice
from reservoir.checks.naming import called
from reservoir.series.kept_columns import choose_columns
from reservoir.series.sequences import read_sequences
from reservoir.series.series_output import (
    SeriesTransformerMixin,
    in_frames,
    in_frames_like,
    names_out,
    output_container,
)
from reservoir.series.stacked_rows import stack_rows, targets_of_rows
from reservoir.series.tables import library_of

DTYPES = [np.float64, np.float32]  # either is kept; anything else becomes the first


def _wrapped_has(name):
    return lambda self: hasattr(getattr(self, "transformer_", self.transformer), name)


class PerSequence(SeriesTransformerMixin, BaseEstimator):
    """Apply a transformer of rows to series of any container, one series or many, equal or ragged.

    With the rows of series i called u_i(1) ... u_i(T_i)::

        fit:        g = transformer fitted on [u_1(1) ... u_1(T_1), u_2(1) ... u_2(T_2), ...]
        transform:  Y_i = g([u_i(1) ... u_i(T_i)]) for every i

    In a pipeline it can stand wherever series are: before a reservoir, between frames of sound and a
    `SequenceEncoder`, or behind a reservoir, on its states. All rows have the same weight in ``fit``, so long series
    weigh more than short ones.

    Parameters
    ----------
    transformer : transformer
        From scikit-learn or alike, such as ``StandardScaler()``. It is cloned, not changed, and has to return one row
        of finite, dense values for each row of its input. Its input is a data frame if X has data frames with named
        columns, and an array otherwise. It is given NaN where entries of X are NaN, NA, null or
        masked, which it may refuse, fill, as ``SimpleImputer()`` and ``KNNImputer()`` do, or leave, as
        ``StandardScaler()`` does in front of a `ForwardFill`.
    exclude : int, str, list of these, or None, default=None
        Columns that the transformer is not given and that are returned unchanged, such as elapsed times: positions,
        negative ones counted from the end, or names. If the transformer returns as many columns as it is given, every
        column stays in its place; otherwise the excluded ones come last.

    Attributes
    ----------
    transformer_ : the fitted transformer
    excluded_ : tuple of int
        Positions of the columns that it is not given.
    n_features_in_ : int
    feature_names_in_ : array of str (n_features_in_,)
        Where X is made of data frames with named columns.

    Raises
    ------
    TypeError
        If ``transformer`` is not a transformer.
    ValueError
        If X is invalid, or if the transformer does not return one row of finite, dense values for each row; NaN may
        be in series that had NaN before.

    References
    ----------
    The contract of ``fit`` and ``transform``: "Developing scikit-learn estimators", scikit-learn's user guide.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import RidgeClassifier
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from reservoir import EchoStateReservoir, SequenceEncoder
    >>> from reservoir.datasets import load_japanese_vowels
    >>> from reservoir import PerSequence
    >>> X, y = load_japanese_vowels()
    >>> scaled = PerSequence(StandardScaler()).fit_transform(X)
    >>> len(scaled), scaled[0].shape
    (270, (20, 12))
    >>> rows = np.concatenate(scaled)
    >>> bool(np.allclose(rows.mean(axis=0), 0) and np.allclose(rows.std(axis=0), 1))
    True

    In front of a reservoir that is summarised by one row per utterance:

    >>> encoder = SequenceEncoder(EchoStateReservoir(50, random_state=0))
    >>> classifier = make_pipeline(PerSequence(StandardScaler()), encoder, RidgeClassifier()).fit(X, y)
    >>> X_test, y_test = load_japanese_vowels("test")
    >>> classifier.score(X_test, y_test) > 0.9
    True

    Elapsed times must not be scaled. Data frames are returned as such, so that the liquid finds its columns by name:

    >>> import pandas as pd
    >>> from reservoir import CTRNNLiquid
    >>> frames = [pd.DataFrame({"dt": 0.5, "pulse": [60.0, 64.0, 60.0]}), pd.DataFrame({"dt": 2.0, "pulse": [64.0]})]
    >>> scaler = PerSequence(StandardScaler(), exclude="dt")
    >>> scaler.fit_transform(frames)[1]
        dt  pulse
    0  2.0    1.0
    >>> states = make_pipeline(scaler, CTRNNLiquid(20, elapsed_column="dt", random_state=0)).fit_transform(frames)
    >>> [x.shape for x in states]
    [(3, 20), (1, 20)]
    """

    def __init__(self, transformer: Any, *, exclude: int | str | Sequence[int | str] | Array | None = None) -> None:
        self.transformer = transformer
        self.exclude = exclude

    @all_at_once
    def fit(self, X: SeriesLike, y: Any = None) -> Self:
        """Fit a clone of the transformer on the rows of all series, stacked.

        Parameters
        ----------
        X : 2-D array (n_steps, n_features), 3-D array (n_sequences, n_steps, n_features), or list of 2-D arrays
        y : targets for a transformer that uses them, default=None
            For one series, whatever the transformer takes. For many, one entry per series: an array with a target for
            every row of it, or else the target of the whole series, which then is that of each of its rows.

        Returns
        -------
        self
        """
        transformer = self.transformer
        usable = hasattr(transformer, "fit") and hasattr(transformer, "transform")
        if not usable or isinstance(transformer, type):
            raise TypeError(
                f"'transformer' must be a transformer with fit and transform, such as StandardScaler(); "
                f"got {transformer!r}."
            )
        sequences = read_sequences(self, X, reset=True, dtype=DTYPES, lazy=True, missing=True)
        series, names = sequences.series, getattr(self, "feature_names_in_", None)
        self._columns = choose_columns("exclude", self.exclude, self.n_features_in_, names)
        self.excluded_ = tuple(self._columns.kept)
        self._library = None if names is None else library_of(_entries_of(X, sequences)[0])
        y = mark_missing(y)
        if sequences.container != "series":
            y = targets_of_rows(series, y)
        rows = series[0][:] if len(series) == 1 else stack_rows(series)
        try:
            self.transformer_ = clone(transformer).fit(self._given(None, rows), y)
        except (TypeError, ValueError) as error:
            if y is not None:
                refuse_missing("y", y)
            _raise_advised(error)
        return self

    @of_one_fit
    def transform(self, X: SeriesLike) -> SeriesOut:
        """Transform every series by itself.

        Parameters
        ----------
        X : 2-D array (n_steps, n_features), 3-D array (n_sequences, n_steps, n_features), or list of 2-D arrays

        Returns
        -------
        In the container of X, as many rows, and the columns that the transformer returns.
            Data frames with named columns are returned as data frames, if the transformer names its columns, or returns
            as many as it is given, which then keep their names. After ``set_output``, a data frame, or for several
            series, also those of a 3-D array, a list of data frames.
        """
        check_is_fitted(self)
        sequences = read_sequences(self, X, reset=False, dtype=DTYPES, lazy=True, missing=True)
        pairs = zip(_entries_of(X, sequences), sequences.series, strict=True)
        results = [self._transform_one(x, rows[:]) for x, rows in pairs]
        names = names_out(self, results) if output_container(self) == "default" else None
        return self._in_container_of(X, sequences.restore(results), names)

    def set_output(self, *, transform: Literal["default", "pandas", "polars"] | None = None) -> Self:
        """Choose the container of the series that ``transform`` returns.

        Parameters
        ----------
        transform : {"default", "pandas", "polars"} or None, default=None
            ``"default"`` is the container of X, None changes nothing.

        Returns
        -------
        self
        """
        # Unlike scikit-learn's own, this works for a transformer without column names too, such as FunctionTransformer.
        if transform is not None:
            check_choice("transform", transform, ("default", "pandas", "polars"))
            self._sklearn_output_config = getattr(self, "_sklearn_output_config", {}) | {"transform": transform}
        return self

    @available_if(_wrapped_has("inverse_transform"))
    @of_one_fit
    def inverse_transform(self, X: SeriesLike) -> SeriesOut:
        """Undo ``transform``, as far as the transformer can.

        Parameters
        ----------
        X : what ``transform`` returns, in any of the three containers

        Returns
        -------
        In the container of X, as many rows, and the columns of fit.
        """
        check_is_fitted(self)
        # A new estimator reads X, because its columns are those that transform returns, not those of fit.
        sequences = read_sequences(type(self)(self.transformer), X, reset=True, dtype=DTYPES, lazy=True, missing=True)
        separated = [self._columns.separate(x[:]) for x in sequences.series]
        n_columns = sequences.series[0].shape[1]
        try:
            results = [self._rows("inverse_transform", made) for made, _ in separated]
        except ValueError as error:
            raise ValueError(
                f"'X' must be what transform returns, and the transformer able to undo it; got {n_columns} columns, of "
                f"which {type(self.transformer_).__name__} says: {error}"
            ) from error
        if results[0].shape[1] != len(self._columns.given):  # a scaler of one column broadcasts over any number
            raise ValueError(
                f"'X' must have the columns that transform returns; got {n_columns} columns, which make "
                f"{results[0].shape[1] + len(self._columns.kept)} instead of the {self.n_features_in_} of fit."
            )
        results = [self._columns.place(rows, kept) for rows, (_, kept) in zip(results, separated, strict=True)]
        return self._in_container_of(X, sequences.restore(results), getattr(self, "feature_names_in_", None))

    @available_if(_wrapped_has("get_feature_names_out"))
    def get_feature_names_out(self, input_features: Sequence[str] | Array | None = None) -> Array:
        """Return the transformer's names of its columns.

        Parameters
        ----------
        input_features : array of str (n_features_in_,), default=None
            Names of the columns of X; None takes those of ``fit``, if there were any.

        Returns
        -------
        array of str
        """
        check_is_fitted(self)
        names = getattr(self, "feature_names_in_", None)
        if names is not None and input_features is not None and as_list(input_features) != list(names):
            raise ValueError(
                f"'input_features' must be equal to feature_names_in_, {list(names)}; got {input_features!r}. "
                "Leave it out."
            )
        if names is None and input_features is not None:
            names = check_names("input_features", input_features, self.n_features_in_)
        kept, given = self._columns.kept, self._columns.given
        if names is None and kept:
            names = [f"x{number}" for number in range(self.n_features_in_)]
        array: Any = None if names is None else np.array(names, dtype=object)
        with called("input_features"):
            made = self.transformer_.get_feature_names_out(None if array is None else array[given])
        return self._columns.place(made[None], array[None, kept])[0] if kept else made

    def _given(self, x, rows):
        """Return the input of the transformer for one series: its checked rows, in a data frame if fit had such."""
        rows = np.take(rows, self._columns.given, axis=1) if self._columns.kept else rows
        if self._library is None:
            return rows
        return in_frames(self._library, self.feature_names_in_[self._columns.given], x, rows)

    def _in_container_of(self, X, results, names):
        """Return results in data frames if the series of X are such, and the results have names."""
        return in_frames_like(X, results, None if self._library is None else names)

    def _transform_one(self, x, rows):
        """Return one series transformed: the columns of the transformer, and those that it was not given."""
        made = self._rows("transform", self._given(x, rows))
        if not self._columns.kept:
            return made
        return self._columns.place(made, rows[:, self._columns.kept])

    def _rows(self, method, given):
        """Return the result of a method of the fitted transformer for one series, one finite row for each."""
        name = f"{method} of {type(self.transformer_).__name__}"
        try:
            rows = getattr(self.transformer_, method)(given)
        except ValueError as error:
            _raise_advised(error)
        if issparse(rows):
            raise ValueError(f"{name} must return a dense array; got a sparse one. Set sparse_output=False, if it can.")
        if type(rows) is not np.ndarray:
            if is_masked(rows):
                raise ValueError(f"{name} must return finite real numbers; got masked ones.")
            rows = np.asarray(rows)
        if rows.ndim != 2 or len(rows) != len(given):
            raise ValueError(f"{name} must return one row for each row, {len(given)} here; got shape {rows.shape}.")
        if rows.dtype.kind not in "fiub":
            raise ValueError(f"{name} must return finite real numbers; got dtype {rows.dtype}.")
        if not np.isfinite(rows).all() and (np.isinf(rows).any() or not np.isnan(np.asarray(given, dtype=float)).any()):
            raise ValueError(f"{name} must return finite real numbers; got NaN or infinity from a finite series.")
        return rows

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        if isinstance(self.transformer, BaseEstimator):
            inner = get_tags(self.transformer)
            tags.input_tags.positive_only = inner.input_tags.positive_only
            tags.input_tags.allow_nan = inner.input_tags.allow_nan
            tags.target_tags = inner.target_tags
            tags.non_deterministic = inner.non_deterministic
            if inner.transformer_tags is not None:
                tags.transformer_tags.preserves_dtype = inner.transformer_tags.preserves_dtype
        return tags


def _entries_of(X, sequences):
    """Return the series of X as they were given, of which ``sequences`` are the rows."""
    return [X] if sequences.container == "series" else X


def _raise_advised(error):
    """Raise the error of a transformer, with advice for series if it is about NaN."""
    message = with_advice(str(error))
    if message == str(error):
        raise error
    raise ValueError(message) from None
