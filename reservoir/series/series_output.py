"""Data frames for one series or many: ``set_output`` of the transformers whose input and output are series."""

from functools import wraps

import numpy as np
from sklearn import get_config
from sklearn.base import BaseEstimator, TransformerMixin

from reservoir.series.tables import is_column


class SeriesTransformerMixin(TransformerMixin, auto_wrap_output_keys=None):
    """``fit_transform``, and a ``set_output`` that makes one data frame of every series.

    Several series come back as a list of data frames then, whether they came as a list or as a 3-D array, which a data
    frame could not hold. A subclass defines ``fit``, ``transform`` and ``get_feature_names_out``.

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
        # set_output stands, but scikit-learn's own way to follow it knows of one data frame only.
        cls._sklearn_auto_wrap_output_keys = set(auto_wrap_output_keys or ())
        if "transform" in vars(cls) and auto_wrap_output_keys:
            cls.transform = _as_asked_for(cls.transform)

    def fit_transform(self, X, y=None, **fit_params):
        """Fit to X, and y where there is any, and return what ``transform`` makes of X."""
        return self.fit(X, y, **fit_params).transform(X)


def output_container(estimator):
    """Return what ``set_output``, or scikit-learn's configuration, asks for."""
    return getattr(estimator, "_sklearn_output_config", {}).get("transform") or get_config()["transform_output"]


def names_out(estimator, results):
    """Return the names of the columns that came out of a transformer.

    Where it, or a part of it, knows none, they are those of X, if there are as many, or else None.
    """
    try:
        return estimator.get_feature_names_out()
    except AttributeError:
        names = getattr(estimator, "feature_names_in_", None)
        n_columns = np.shape(results[0] if isinstance(results, list) else results)[-1]
        return names if names is not None and len(names) == n_columns else None


def in_frames(library, names, X, results):
    """Return what was made of one series, or of each of several, in data frames.

    Parameters
    ----------
    library : {"pandas", "polars"}
    names : sequence of str, of the columns; None leaves them to the library
    X : what it was made of, which may have an index
    results : 2-D array, or for several series a 3-D array or a list

    Returns
    -------
    data frame, or list of data frames for several series
    """
    if isinstance(results, list) or np.ndim(results) == 3:
        return [in_frames(library, names, x, rows) for x, rows in zip(X, results, strict=True)]
    # Earlier versions of scikit-learn take the index of a data frame only.
    return _Frame(names).set_output(transform=library).transform(X.to_frame() if is_column(X) else X, results)


class _Frame(TransformerMixin, BaseEstimator):
    """What scikit-learn makes of rows that are there already, and of an index that may be in X."""

    def __init__(self, names):
        self.names = names

    def transform(self, X, rows):
        return rows

    def get_feature_names_out(self, input_features=None):
        return None if self.names is None else np.asarray(self.names, dtype=object)


def _as_asked_for(method):
    @wraps(method)
    def transform(self, X, *arguments, **keywords):
        results = method(self, X, *arguments, **keywords)
        library = output_container(self)
        if library == "default" or not hasattr(self, "set_output"):
            return results
        return in_frames(library, names_out(self, results), X, results)

    return transform
