"""Sequences of a single feature, as rows of a 2-D X or as series: after a fit to one of these, the other will do."""

from typing import Any

from sklearn.base import BaseEstimator, clone

from reservoir.series.sequences import read_sequences
from reservoir.series.tables import is_frame


def holds_cases(X: object) -> bool:
    """Whether X holds one case of a single feature per row.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.encoder.cases import holds_cases
    >>> holds_cases(np.ones((5, 30))), holds_cases(np.ones((5, 30, 1)))
    (True, False)
    """
    return is_frame(X) or getattr(X, "ndim", 0) == 2


def read_after_fit(estimator: BaseEstimator, n_features: int, X: Any, dtype: Any) -> list[Any]:
    """Return the checked series of an X after the fit of ``estimator`` to sequences of ``n_features``.

    As scikit-learn demands, ``n_features_in_`` is the number of columns of a 2-D X, and a later 2-D X must have as
    many. Series of a single feature may be of any length all the same.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import SequenceEncoder
    >>> from reservoir.encoder.cases import read_after_fit
    >>> encoder = SequenceEncoder().fit(np.ones((5, 30)))
    >>> [x.shape for x in read_after_fit(encoder, 1, [np.ones((40, 1)), np.ones((20, 1))], float)]
    [(40, 1), (20, 1)]
    """
    if n_features > 1 and holds_cases(X):
        raise ValueError(
            f"'X' as a 2-D array holds one sequence of a single feature per row, but fit saw sequences of {n_features} "
            "features. Wrap a single sequence as [X]."
        )
    fit_held_cases = n_features == 1 < estimator.n_features_in_
    other_form = n_features == 1 and holds_cases(X) != fit_held_cases
    reader = clone(estimator) if other_form else estimator
    series = read_sequences(reader, X, reset=other_form, dtype=dtype, rows="cases", lazy=True).series
    width = series[0].shape[1]
    if width != n_features:
        raise ValueError(
            f"X has {width} features, but {type(estimator).__name__} is expecting {n_features} features as input: "
            "'X' must hold sequences of a single feature, as that of fit did. Time must run along rows."
        )
    return series
