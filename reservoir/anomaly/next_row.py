"""The row that follows, predicted by a readout from states and inputs."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from readouts.types import Array
from reservoir.base import BaseReservoir, StateOverflowError
from reservoir.driving.pieces import ROWS_AT_ONCE
from reservoir.kernels.closed_loop import AffineReadout, find_affine

FEWEST_ROWS = 5  # to be predicted in fit: the number of folds that choose the penalty of the default readout


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


def collect_rows(
    reservoir: BaseReservoir, series: list, targets: Array, washout: int, n_jobs: int | None
) -> tuple[Array, Array]:
    """Return states and inputs of all series after the washout, side by side, and the target columns of the next rows.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import NVAR
    >>> from reservoir.anomaly.next_row import collect_rows
    >>> u = np.arange(8.0)[:, None]
    >>> features, rows = collect_rows(NVAR(delay=1, order=1).fit(u), [u], np.array([0]), 2, None)
    >>> features[:2].tolist(), rows[:2].tolist()
    ([[2.0, 2.0], [3.0, 3.0]], [[3.0], [4.0]])
    """

    def collect(number, parts, piece):
        return [*(parts or []), np.hstack([piece.states, piece.inputs], dtype=np.float64)]

    n_rows = sum(max(len(x) - 1 - washout, 0) for x in series)
    if n_rows < FEWEST_ROWS:
        raise ValueError(
            f"'X' must have at least {FEWEST_ROWS} rows that follow on others; got {n_rows}, in series of "
            f"{', '.join(str(len(x)) for x in series[:3])} steps (n_samples={len(series[0])}). Take longer series."
        )
    parts = reservoir.drive_many(series, collect, n_rows=ROWS_AT_ONCE, n_jobs=n_jobs)
    parts = [np.concatenate(part)[washout:] for part in parts]
    columns = reservoir.n_features_out_ + targets
    return np.concatenate([part[:-1] for part in parts]), np.concatenate([part[1:, columns] for part in parts])
