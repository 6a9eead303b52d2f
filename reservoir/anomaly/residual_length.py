"""How long residuals are, measured by their covariance in the training data."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular
from sklearn.covariance import ledoit_wolf

from readouts.types import Array

# The least deviation that a residual may have, in scales of its column, and the least variance that a direction may
# have, in mean variances: a series that is predicted without error, or columns that are equal, have none.
LEAST_DEVIATION, LEAST_VARIANCE = 1e-6, 1e-8


@dataclass(frozen=True)
class ResidualLength:
    """The squared Mahalanobis length of residuals.

    Parameters
    ----------
    whitening : array (n_features, n_features)
        The matrix that makes the covariance of residuals the identity.
    """

    whitening: Array

    def squared(self, residuals: Array) -> Array:
        """Return the squared length of every row of residuals (n_rows, n_features)."""
        white = residuals @ self.whitening.T
        return np.einsum("ij,ij->i", white, white)


def fit_residual_length(residuals: Array, scale: Array) -> ResidualLength:
    """Return the length by the covariance of residuals, shrunk towards independence by the rule of Ledoit and Wolf.

    Residuals are divided by their root mean square, column by column, before they are shrunk, so that the result does
    not depend on the units of the columns.

    Parameters
    ----------
    residuals : array (n_rows, n_features)
        Of mean 0.
    scale : array (n_features,)
        The scale of every column of the series.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.anomaly.residual_length import fit_residual_length
    >>> length = fit_residual_length(np.array([[2.0], [-2.0]]), np.ones(1))
    >>> length.squared(np.array([[6.0]])).round(6)
    array([9.])
    """
    deviations = np.maximum(np.sqrt(np.mean(residuals**2, axis=0)), LEAST_DEVIATION * scale)
    covariance, _ = ledoit_wolf(residuals / deviations, assume_centered=True)
    # A column below the least deviation has a variance below 1 here, of which shrinkage would take a share to others.
    np.fill_diagonal(covariance, np.maximum(covariance.diagonal(), 1.0) + LEAST_VARIANCE)
    lower = np.linalg.cholesky(covariance)
    return ResidualLength(solve_triangular(lower, np.diag(1 / deviations), lower=True))
