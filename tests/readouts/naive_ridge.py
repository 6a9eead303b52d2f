"""Plain twins of the ridge readouts: normal equations in full, and cross-validation by refitting."""

import numpy as np


def ridge(X, y, alpha, weight=None):
    """Return coefficients and intercepts by the normal equations of centred rows."""
    weight = np.ones(len(X)) if weight is None else weight
    mean_x, mean_y = np.average(X, 0, weight), np.average(y, 0, weight)
    x, z = X - mean_x, y - mean_y
    coefficients = np.linalg.solve((x.T * weight) @ x + alpha * np.eye(x.shape[1]), (x.T * weight) @ z)
    return coefficients, mean_y - mean_x @ coefficients


def left_out_errors(X, y, folds, alphas, weight=None):
    """Return the squared errors (n_folds, n_alphas, n_targets) on arrays of rows, by fits without them."""
    weight = np.ones(len(X)) if weight is None else weight
    errors = np.empty((len(folds), len(alphas), y.shape[1]))
    for f, rows in enumerate(folds):
        rest = np.setdiff1d(np.arange(len(X)), rows)
        for k, alpha in enumerate(alphas):
            coefficients, intercept = ridge(X[rest], y[rest], alpha, weight[rest])
            errors[f, k] = weight[rows] @ (y[rows] - X[rows] @ coefficients - intercept) ** 2
    return errors
