"""A regressor of aeon that predicts with ours."""

from typing import Any

from reservoir.interop.sequence_parameters import SequenceParameters, steps_first
from reservoir.sequence_models import SequenceRegressor

try:
    from aeon.regression import BaseRegressor
    from aeon.utils.validation import check_n_jobs
except ImportError:

    class BaseRegressor:  # type: ignore[no-redef]
        """Stands in for aeon's where there is none."""

        def __init__(self) -> None:
            raise ImportError('AeonRegressor needs aeon: pip install "liquid-reservoir[aeon]".')


class AeonRegressor(SequenceParameters, BaseRegressor):
    """A `SequenceRegressor` with the interface of aeon: one number for every series.

    Series are given as to `AeonClassifier`. Needs aeon: ``pip install "liquid-reservoir[aeon]"``.

    Parameters
    ----------
    reservoir, readout, n_units, views, representation, quantiles, lags, random_state, verbose
        As in `SequenceRegressor`.
    n_jobs : int or None, default=1
        Number of threads over sequences; as in aeon, one unless more are asked for.

    Attributes
    ----------
    regressor_ : SequenceRegressor, fitted
        Takes steps in rows, and is what `reservoir.diagnostics.readout_attribution` explains.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.interop import AeonRegressor
    >>> frequency = np.linspace(0.1, 1.0, 60)
    >>> X = np.sin(frequency[:, None, None] * np.arange(100.0))
    >>> regressor = AeonRegressor(n_units=50, random_state=0).fit(X[::2], frequency[::2])  # doctest: +SKIP
    >>> regressor.score(X[1::2], frequency[1::2]) > 0.99  # doctest: +SKIP
    True
    """

    _tags = {
        "X_inner_type": ["np-list", "numpy3D"],
        "capability:multivariate": True,
        "capability:unequal_length": True,
        "capability:missing_values": False,
        "capability:multithreading": True,
    }

    def _fit(self, X, y):
        self._n_jobs = check_n_jobs(self.n_jobs)
        self.regressor_ = SequenceRegressor(**self.get_params(deep=False)).fit(steps_first(X), y)
        return self

    def _predict(self, X):
        return self.regressor_.predict(steps_first(X))

    @classmethod
    def _get_test_params(cls, parameter_set: str = "default") -> dict[str, Any]:
        return {"n_units": 5}
