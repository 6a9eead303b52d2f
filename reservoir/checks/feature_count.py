"""A warning of a linear readout that has more features than rows to be fitted to."""

import warnings
from typing import Any

from sklearn.base import is_classifier

from reservoir.checks.stack_level import stack_level


def warn_of_few_rows(readout: Any, n_rows: int) -> None:
    """Warn if a fitted readout has a coefficient for each of more features than the rows that it was fitted to.

    It can then fit every row exactly, whatever is in it. Readouts without ``coef_``, such as nearest neighbours, are
    passed over; of a pipeline it is the last step that counts, so that one which reduces the features gives no warning.

    Parameters
    ----------
    readout : fitted scikit-learn regressor or classifier, or a pipeline that ends in one
    n_rows : int

    Warns
    -----
    UserWarning
        At the line that called the library.

    Examples
    --------
    >>> import warnings
    >>> import numpy as np
    >>> from readouts import RidgeReadout
    >>> from reservoir.checks.feature_count import warn_of_few_rows
    >>> X = np.arange(12.0).reshape(3, 4)
    >>> with warnings.catch_warnings(record=True, action="always") as caught:
    ...     warn_of_few_rows(RidgeReadout().fit(X, X[:, 0]), len(X))
    >>> str(caught[0].message).split(":")[0]
    "'readout' has 4 features and only 3 rows to be fitted to"
    """
    steps = getattr(readout, "steps", None)
    last = steps[-1][1] if steps else readout
    # The class is asked, for a property such as that of RidgeReadout would solve the equations to answer.
    linear = hasattr(type(last), "coef_") or "coef_" in vars(last)
    n_features = getattr(last, "n_features_in_", 0) if linear else 0
    if n_features <= n_rows:
        return
    if getattr(last, "alphas", None) is not None:
        reason = "nothing but its penalty keeps it from fitting every row exactly, and so few rows may choose a bad one"
        mend = "Use fewer units, or more rows"
    else:
        reason = "it may fit every row exactly, noise included"
        chooses = "RidgeReadoutClassifier" if is_classifier(last) else "RidgeReadout"
        mend = (
            "Use fewer units, or more rows. Where there are none, take a readout that chooses its penalty, "
            f"such as {chooses}(alphas=[...], cv=5)"
        )
    warnings.warn(
        f"'readout' has {n_features} features and only {n_rows} rows to be fitted to: {reason}. {mend}.",
        UserWarning,
        stacklevel=stack_level(),
    )
