"""A regressor of sktime that predicts with ours."""

from typing import Any

from reservoir.interop.sequence_parameters import SequenceParameters, steps_first
from reservoir.sequence_models import SequenceRegressor

try:
    from sktime.regression.base import BaseRegressor
except ImportError:

    class BaseRegressor:  # type: ignore[no-redef]
        """Stands in for sktime's where there is none."""

        def __init__(self) -> None:
            raise ImportError('SktimeRegressor needs sktime: pip install "liquid-reservoir[sktime]".')


class SktimeRegressor(SequenceParameters, BaseRegressor):
    """A `SequenceRegressor` with the interface of sktime: one number, or several, for every series of a panel.

    Series are given as to `SktimeClassifier`. Needs sktime: ``pip install "liquid-reservoir[sktime]"``.

    Parameters
    ----------
    reservoir, readout, n_units, views, representation, quantiles, lags, random_state, verbose
        As in `SequenceRegressor`.
    n_jobs : int or None, default=1
        Number of threads over sequences; as in sktime, one unless more are asked for.

    Attributes
    ----------
    regressor_ : SequenceRegressor, fitted
        Takes steps in rows, and is what `reservoir.diagnostics.readout_attribution` explains.

    Notes
    -----
    With several columns of targets, sktime fits a regressor for each.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.interop import SktimeRegressor
    >>> frequency = np.linspace(0.1, 1.0, 60)
    >>> X = np.sin(frequency[:, None, None] * np.arange(100.0))
    >>> regressor = SktimeRegressor(n_units=50, random_state=0).fit(X[::2], frequency[::2])  # doctest: +SKIP
    >>> regressor.score(X[1::2], frequency[1::2]) > 0.99  # doctest: +SKIP
    True
    """

    _tags = {
        "authors": "liquid-reservoir developers",
        "maintainers": "liquid-reservoir developers",
        # Whatever is neither of the two becomes the first, which holds series of any lengths.
        "X_inner_mtype": ["df-list", "numpy3D"],
        "capability:multivariate": True,
        "capability:unequal_length": True,
        "capability:missing_values": False,
        "capability:categorical_in_X": False,
        "capability:multithreading": True,
        "capability:random_state": True,
        "property:randomness": "derandomized",
    }

    # scikit-learn 1.9 sets it while it searches, and sktime would delete it, were it no name of the class, in ``fit``.
    _parent_callback_ctx = None

    def __sklearn_tags__(self) -> Any:
        # sktime has none, without which scikit-learn 1.7 and later do not cross-validate.
        return SequenceRegressor().__sklearn_tags__()

    def _fit(self, X, y):
        self.regressor_ = SequenceRegressor(**self.get_params(deep=False)).fit(steps_first(X), y)
        return self

    def _predict(self, X):
        return self.regressor_.predict(steps_first(X))

    @classmethod
    def get_test_params(cls, parameter_set: str = "default") -> list[dict[str, Any]]:
        """Return parameters with which sktime tests this class."""
        return [{"n_units": 5, "views": "standardized"}, {"n_units": 3, "views": None, "representation": "mean"}]
