"""Plain twins of the ridge readouts: normal equations in full, cross-validation by refitting, and chunks of rows."""

import numpy as np
from mpmath import lu_solve, matrix, mp


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


def exact_ridge(X, y, alpha, weight=None, digits=60):
    """Return the coefficients (n_features, n_targets) with many digits; those of smallest norm for alpha = 0."""
    weight = np.ones(len(X)) if weight is None else weight
    with mp.workdps(digits):
        share = matrix(weight.tolist()) / mp.fsum(weight.tolist())
        x, z = (matrix(part.reshape(len(part), -1).tolist()) for part in (X, y))
        x, z = (part - matrix([[1]] * len(X)) * (share.T * part) for part in (x, z))
        weighted = matrix([[w * x[t, i] for i in range(x.cols)] for t, w in enumerate(weight.tolist())])
        gram = weighted.T * x
        for i in range(x.cols):  # a penalty below all digits that come back, for alpha = 0
            gram[i, i] += mp.mpf(float(alpha)) or mp.mpf(10) ** -(digits // 2)
        right = weighted.T * z
        columns = [lu_solve(gram, right[:, k]) for k in range(z.cols)]
        return np.array([[float(value) for value in column] for column in columns]).T


def exact_left_out_errors(X, y, folds, alphas):
    """Return what left_out_errors returns, with many digits."""
    errors = np.empty((len(folds), len(alphas), y.shape[1]))
    for f, rows in enumerate(folds):
        rest = np.setdiff1d(np.arange(len(X)), rows)
        # Deviations from the mean of the rest, of columns of any scale, lose no digits if means are near 0.
        step, target = X[rows] - X[rest].mean(axis=0), y[rows] - y[rest].mean(axis=0)
        for k, alpha in enumerate(alphas):
            errors[f, k] = ((target - step @ exact_ridge(X[rest], y[rest], alpha)) ** 2).sum(axis=0)
    return errors


def exact_wide_ridge(X, y, alpha, digits=60):
    """Return coefficients (n_features, n_targets) and intercepts with many digits, by products of rows, alpha > 0."""
    with mp.workdps(digits):
        n_rows, rows, targets = len(X), matrix(X.tolist()), matrix(y.tolist())
        share = matrix([[mp.mpf(1) / n_rows] * n_rows])
        mean, target = share * rows, share * targets
        x, z = (part - matrix([[1]] * n_rows) * centre for part, centre in ((rows, mean), (targets, target)))
        coefficients = x.T * ((x * x.T + mp.mpf(float(alpha)) * mp.eye(n_rows)) ** -1 * z)
        return coefficients, target - mean * coefficients


def exact_wide_row_errors(X, y, alpha, digits=60):
    """Return the sums of squared errors (n_targets,) of rows predicted by fits without them, with many digits."""
    with mp.workdps(digits):
        errors = np.zeros(y.shape[1])
        for row in range(len(X)):
            rest = np.delete(np.arange(len(X)), row)
            coefficients, intercept = exact_wide_ridge(X[rest], y[rest], alpha, digits)
            error = matrix([y[row].tolist()]) - matrix([X[row].tolist()]) * coefficients - intercept
            errors += [float(e) ** 2 for e in error]
        return errors


def in_chunks(readout, X, y, cuts, **per_row):
    """Return the readout after partial_fit of the rows cut at the given places, with what else there is per row."""
    names = list(per_row)
    for x, z, *rest in zip(*(np.split(a, cuts) for a in (X, y, *per_row.values())), strict=True):
        readout.partial_fit(x, z, **dict(zip(names, rest, strict=True)))
    return readout
