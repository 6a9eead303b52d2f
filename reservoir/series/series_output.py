"""Data frames for one series or many: ``set_output`` of the transformers whose input and output are series."""

from collections.abc import Sequence
from functools import wraps
from typing import Any

import numpy as np
from sklearn import get_config
from sklearn.base import BaseEstimator, TransformerMixin

from readouts.types import Array, SeriesLike, SeriesOut
from reservoir.series.tables import is_column, is_frame, library_of


class SeriesTransformerMixin(
    TransformerMixin,
    auto_wrap_output_keys=None,  # type: ignore[call-arg]  # taken by scikit-learn, which has no types
):
    """``fit_transform``, and a ``set_output`` that makes one data frame of every series.

    Several series are then returned as a list of data frames, whether they were given as a list or as a 3-D array,
    which a data frame could not hold. A subclass defines ``fit``, ``transform`` and ``get_feature_names_out``.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> reservoir = EchoStateReservoir(2, degree=1, random_state=0).set_output(transform="pandas")
    >>> states = reservoir.fit_transform([np.ones((3, 1)), np.ones((5, 1))])
    >>> [(type(x).__name__, x.shape) for x in states]
    [('DataFrame', (3, 2)), ('DataFrame', (5, 2))]
    """

    def __init_subclass__(cls, auto_wrap_output_keys=("transform",), **keywords):
        super().__init_subclass__(auto_wrap_output_keys=None, **keywords)
        # set_output of scikit-learn is kept, but its wrapper of transform returns a single data frame only.
        cls._sklearn_auto_wrap_output_keys = set(auto_wrap_output_keys or ())
        if "transform" in vars(cls) and auto_wrap_output_keys:
            cls.transform = _in_output_container(cls.transform)

    def fit_transform(self, X: SeriesLike, y: object = None, **fit_params: Any) -> SeriesOut:
        """Fit to X, and to y if it is given, and return the transformed X."""
        return self.fit(X, y, **fit_params).transform(X)


def output_container(estimator: Any) -> str:
    """Return the container that ``set_output``, or scikit-learn's configuration, asks for."""
    return getattr(estimator, "_sklearn_output_config", {}).get("transform") or get_config()["transform_output"]


def names_out(estimator: Any, results: SeriesOut) -> Array | None:
    """Return the names of the columns of the output of a transformer.

    If it, or a part of it, has none, they are those of X, if there are as many, or else None.
    """
    try:
        return estimator.get_feature_names_out()
    except AttributeError:
        names = getattr(estimator, "feature_names_in_", None)
        n_columns = np.shape(results[0] if isinstance(results, list) else results)[-1]
        return names if names is not None and len(names) == n_columns else None


def in_frames(library: str | None, names: Sequence[str] | Array | None, X: Any, results: SeriesOut) -> Any:
    """Return the results of one series, or of each of several, in data frames.

    Parameters
    ----------
    library : {"pandas", "polars"}
    names : sequence of str, of the columns; None leaves them to the library
    X : the series, which may have an index
    results : 2-D array, or for several series a 3-D array or a list

    Returns
    -------
    data frame, or list of data frames for several series
    """
    if isinstance(results, list) or np.ndim(results) == 3:
        return [in_frames(library, names, x, rows) for x, rows in zip(X, results, strict=True)]
    # Earlier versions of scikit-learn take the index of a data frame only.
    return _Frame(names).set_output(transform=library).transform(X.to_frame() if is_column(X) else X, results)


def in_frames_like(X: Any, results: SeriesOut, names: Sequence[str] | Array | None) -> Any:
    """Return results in data frames with columns of these names if the series of X are such, or else as they are."""
    first = X[0] if isinstance(results, list) else X
    return results if names is None or not is_frame(first) else in_frames(library_of(first), names, X, results)


class _Frame(TransformerMixin, BaseEstimator):
    """A transformer that returns given rows, which scikit-learn puts into a data frame with the index of X."""

    def __init__(self, names):
        self.names = names

    def transform(self, X, rows):
        return rows

    def get_feature_names_out(self, input_features=None):
        return None if self.names is None else np.asarray(self.names, dtype=object)


def _in_output_container(method):
    @wraps(method)
    def transform(self, X, *arguments, **keywords):
        results = method(self, X, *arguments, **keywords)
        library = output_container(self)
        if library == "default" or not hasattr(self, "set_output"):
            return results
        return in_frames(library, names_out(self, results), X, results)

    return transform
