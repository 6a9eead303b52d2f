"""The row that follows, predicted by a readout from states and inputs."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from readouts.types import Array
from reservoir.base import StateOverflowError
from reservoir.kernels.closed_loop import AffineReadout, find_affine


@dataclass(frozen=True)
class NextRow:
    """Predicts the next row by a fitted readout.

    Parameters
    ----------
    readout : fitted scikit-learn regressor
    affine : AffineReadout or None
        What the readout does, without the checks of its input, which take longer than a row of a stream.
    """

    readout: Any
    affine: AffineReadout | None

    def __call__(self, features: Array) -> Array:
        """Return the predicted row (n_rows, n_targets) for every row of features."""
        if self.affine is not None:
            predictions = self.affine(features)
        else:
            predictions = np.asarray(self.readout.predict(features), dtype=np.float64).reshape(len(features), -1)
        if not np.isfinite(predictions).all():
            raise StateOverflowError(
                f"{type(self.readout).__name__} predicted NaN or infinity. Scale the series to that of fit."
            )
        return predictions


def fit_next_row(readout: Any, features: Array, targets: Array) -> NextRow:
    """Fit a readout, which is changed, to predict targets (n_rows, n_targets) from features.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LinearRegression
    >>> from reservoir.anomaly.next_row import fit_next_row
    >>> rows = np.arange(4.0)[:, None]
    >>> fit_next_row(LinearRegression(), rows, rows + 1)(np.array([[9.0]])).round(6)
    array([[10.]])
    """
    single = targets.shape[1] == 1  # some regressors refuse a single column
    readout.fit(features, targets[:, 0] if single else targets)
    return NextRow(readout, find_affine(readout, features[:20]))
