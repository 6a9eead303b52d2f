"""Any row-wise transformer, such as a scaler or a PCA, on series: learned from all rows, applied series by series."""

from contextlib import contextmanager

import numpy as np
from scipy.sparse import issparse
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.utils import get_tags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import all_at_once, of_one_fit
from readouts.masked import is_masked, mark_missing
from reservoir.arguments import as_list, check_names
from reservoir.base import refuse_output_container
from reservoir.lazy_series import blocks
from reservoir.sequences import FILL, advise_on_nan, called, read_sequences

DTYPES = [np.float64, np.float32]  # either is kept; anything else becomes the first


def _wrapped_has(name):
    return lambda self: hasattr(getattr(self, "transformer_", self.transformer), name)


class PerSequence(TransformerMixin, BaseEstimator):
    """Apply a transformer of rows to series of any container, one series or many, equal or ragged.

    With the rows of series i called u_i(1) ... u_i(T_i)::

        fit:        g = transformer fitted on [u_1(1) ... u_1(T_1), u_2(1) ... u_2(T_2), ...]
        transform:  Y_i = g([u_i(1) ... u_i(T_i)]) for every i

    In a pipeline it goes wherever series are: before a reservoir, between frames of sound and a `SequenceEncoder`,
    or behind a reservoir, on its states. Every row counts the same in ``fit``, so long series count more than short.

    Parameters
    ----------
    transformer : transformer
        From scikit-learn or alike, such as ``StandardScaler()``. It is cloned, not changed, and has to give one row of
        finite, dense values for each row that it gets. NaN in X is its own to fill or refuse, as ``SimpleImputer()``
        does, ``KNNImputer()``, or a function that fills forward.

    Attributes
    ----------
    transformer_ : the fitted transformer
    n_features_in_ : int
    feature_names_in_ : array of str (n_features_in_,)
        Where X is made of data frames with named columns. The transformer itself is given arrays.

    Raises
    ------
    TypeError
        If ``transformer`` is not a transformer.
    ValueError
        If X is invalid, or if the transformer gives other than one row of finite, dense values for each row.

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
    """

    def __init__(self, transformer):
        self.transformer = transformer

    @all_at_once
    def fit(self, X, y=None):
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
        series = sequences.series
        y = mark_missing(y)
        if sequences.container != "series":
            y = _targets_of_rows(series, y)
        rows = series[0][:] if len(series) == 1 else _stack(series)
        with _nan_advised():
            self.transformer_ = clone(transformer).fit(rows, y)
        if np.isnan(rows).any():  # refused here and now, unless the transformer fills it
            self._rows("transform", next(x for x in series if np.isnan(x[:]).any()))
        return self

    @of_one_fit
    def transform(self, X):
        """Transform every series by itself.

        Parameters
        ----------
        X : 2-D array (n_steps, n_features), 3-D array (n_sequences, n_steps, n_features), or list of 2-D arrays

        Returns
        -------
        In the container of X, as many rows, and the columns that the transformer gives.
        """
        check_is_fitted(self)
        sequences = read_sequences(self, X, reset=False, dtype=DTYPES, lazy=True, missing=True)
        if sequences.container != "series":
            refuse_output_container(self)
        return sequences.restore([self._rows("transform", x) for x in sequences.series])

    @available_if(_wrapped_has("inverse_transform"))
    @of_one_fit
    def inverse_transform(self, X):
        """Undo ``transform``, as far as the transformer can.

        Parameters
        ----------
        X : what ``transform`` returns, in any of the three containers

        Returns
        -------
        In the container of X, as many rows, and the columns of fit.
        """
        check_is_fitted(self)
        # Read for a stranger, because the columns are those that come out of transform.
        sequences = read_sequences(type(self)(self.transformer), X, reset=True, dtype=DTYPES, lazy=True)
        try:
            results = [self._rows("inverse_transform", x) for x in sequences.series]
            found = f"which make {results[0].shape[1]} instead of the {self.n_features_in_} of fit"
        except ValueError as error:
            results, found = None, f"of which {type(self.transformer_).__name__} says: {error}"
        if results is None or results[0].shape[1] != self.n_features_in_:  # a scaler of one spreads it over any number
            came = sequences.series[0].shape[1]
            raise ValueError(f"'X' must have the columns that transform returns; got {came} columns, {found}.")
        return sequences.restore(results)

    @available_if(_wrapped_has("get_feature_names_out"))
    def get_feature_names_out(self, input_features=None):
        """Return the transformer's names of its columns.

        Parameters
        ----------
        input_features : array of str (n_features_in_,), default=None
            Names of the columns of X; None takes those that fit saw, if it saw any.

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
        if input_features is None:
            return self.transformer_.get_feature_names_out(names)
        with called("input_features"):
            return self.transformer_.get_feature_names_out(check_names("input_features", input_features))

    def _rows(self, method, x):
        """Return what a method of the fitted transformer makes of one series, one finite row for each."""
        name = f"{method} of {type(self.transformer_).__name__}"
        with _nan_advised():
            rows = getattr(self.transformer_, method)(x[:])
        if issparse(rows):
            raise ValueError(f"{name} must return a dense array; got a sparse one. Set sparse_output=False, if it can.")
        if is_masked(rows):
            raise ValueError(f"{name} must return finite real numbers; got masked ones.")
        rows = np.asarray(rows)
        if rows.ndim != 2 or len(rows) != len(x):
            raise ValueError(f"{name} must return one row for each row, {len(x)} here; got shape {rows.shape}.")
        if rows.dtype.kind not in "fiub" or not np.isfinite(rows).all():
            found = f"dtype {rows.dtype}." if rows.dtype.kind not in "fiub" else "NaN or infinity from a finite series."
            if rows.dtype.kind in "fiub" and np.isnan(x[:]).any():
                found = f"NaN, which it leaves where X has it. {FILL}"
            raise ValueError(f"{name} must return finite real numbers; got {found}")
        return rows

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        if isinstance(self.transformer, BaseEstimator):
            inner = get_tags(self.transformer)
            tags.input_tags.positive_only = inner.input_tags.positive_only
            # Of those that take NaN, scalers leave it where it is; what fills it can say what counts as missing.
            tags.input_tags.allow_nan = inner.input_tags.allow_nan and hasattr(self.transformer, "missing_values")
            tags.target_tags = inner.target_tags
            tags.non_deterministic = inner.non_deterministic
            if inner.transformer_tags is not None:
                tags.transformer_tags.preserves_dtype = inner.transformer_tags.preserves_dtype
        return tags


@contextmanager
def _nan_advised():
    """Let a transformer that refuses NaN say what to do about it in a series."""
    try:
        yield
    except ValueError as error:
        said = advise_on_nan(str(error))
        if said == str(error):
            raise
        raise ValueError(said) from None


def _stack(series):
    """Return the rows of all series, of which each is converted by itself."""
    rows = np.empty((sum(map(len, series)), series[0].shape[1]), np.result_type(*(x.dtype for x in series)))
    stop = 0
    for block in (block for x in series for block in blocks(x)):
        start, stop = stop, stop + len(block)
        rows[start:stop] = block
    return rows


def _targets_of_rows(series, y):
    if y is None:
        return None
    try:
        n_targets = len(y)
    except TypeError:
        n_targets = repr(y)
    if n_targets != len(series):
        raise ValueError(f"'y' must have one entry per series, {len(series)} here; got {n_targets}.")
    lengths = [len(x) for x in series]
    targets = list(y.to_numpy() if hasattr(y, "to_numpy") else y)
    if [np.shape(target)[:1] for target in targets] == [(length,) for length in lengths]:
        return np.concatenate(targets)
    if len({np.shape(target) for target in targets}) > 1:
        raise ValueError(
            "'y' must hold, for each series, a target for every row or one target; got entries of shapes "
            f"{', '.join(str(np.shape(target)) for target in targets[:3])} ... for series of "
            f"{', '.join(map(str, lengths[:3]))} ... rows."
        )
    return np.repeat(np.asarray(targets), lengths, axis=0)
