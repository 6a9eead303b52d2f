"""Ridge regression from states to targets: by the centred Gram matrix, or by QR where that would lose digits."""

import numbers

import numpy as np
from scipy.linalg import solve_triangular
from scipy.linalg.lapack import dpocon, dpotrf, dpotrs
from sklearn.base import BaseEstimator, MultiOutputMixin, RegressorMixin
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

# Below, forming the Gram matrix has cost about half of the digits.
SAFE_RECIPROCAL_CONDITION = 1e-8


class RidgeReadout(MultiOutputMixin, RegressorMixin, BaseEstimator):
    """Linear readout with a ridge penalty and an intercept that is not penalised.

    It minimises, over the coefficients w and the intercept b of every target::

        sum_t  sample_weight(t) (y(t) - w . x(t) - b)^2  +  alpha |w|^2

    Parameters
    ----------
    alpha : float, default=1e-6
        Penalty, at least 0. States of a reservoir are nearly collinear, so a small penalty is already a regulariser.
        With 0 the least-squares solution of smallest norm is taken.

    Attributes
    ----------
    coef_ : array (n_features,) for a 1-D target, else (n_targets, n_features)
    intercept_ : float for a 1-D target, else array (n_targets,)
    n_features_in_ : int

    Raises
    ------
    ValueError
        If ``alpha``, X, y or ``sample_weight`` is invalid.

    References
    ----------
    A. E. Hoerl and R. W. Kennard, "Ridge regression: biased estimation for nonorthogonal problems", Technometrics
    12:55, 1970, section 3.

    Examples
    --------
    >>> import numpy as np
    >>> from readouts import RidgeReadout
    >>> X = np.arange(10.0)[:, None]
    >>> readout = RidgeReadout(alpha=0).fit(X, 3 * X[:, 0] + 2)
    >>> float(np.round(readout.coef_[0], 6)), round(readout.intercept_, 6)
    (3.0, 2.0)
    """

    def __init__(self, alpha=1e-6):
        self.alpha = alpha

    def fit(self, X, y, sample_weight=None):
        """Fit the coefficients.

        Parameters
        ----------
        X : array (n_samples, n_features)
        y : array (n_samples,) or (n_samples, n_targets)
        sample_weight : array (n_samples,), number or None, default=None
            Non-negative. A row of weight 0 counts as absent, a row of weight 2 as given twice.

        Returns
        -------
        self
        """
        alpha = _check_alpha(self.alpha)
        before = dict(vars(self))
        try:
            X, y = validate_data(self, X, y, dtype=np.float64, multi_output=True, y_numeric=True)
            weight = _check_sample_weight(sample_weight, len(X))
            coefficients, intercept = _fit(X, y.astype(np.float64).reshape(len(y), -1), weight, alpha)
        except Exception:
            vars(self).clear()
            vars(self).update(before)
            raise
        one_target = y.ndim == 1
        self.coef_ = coefficients[:, 0] if one_target else coefficients.T
        self.intercept_ = float(intercept[0]) if one_target else intercept
        return self

    def predict(self, X):
        """Return the targets predicted for X.

        Parameters
        ----------
        X : array (n_samples, n_features)

        Returns
        -------
        array (n_samples,) or (n_samples, n_targets), as y was in ``fit``
        """
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=np.float64)
        return X @ self.coef_.T + self.intercept_


def _fit(X, y, weight, alpha):
    share = weight / weight.sum()
    mean_x, mean_y = share @ X, share @ y
    root = np.sqrt(weight)[:, None]
    coefficients = _solve((X - mean_x) * root, (y - mean_y) * root, alpha)
    return coefficients, mean_y - mean_x @ coefficients


def _solve(X, y, alpha):
    """Return the coefficients for centred, weighted X and y."""
    if alpha == 0:
        return np.linalg.lstsq(X, y, rcond=None)[0]
    if len(X) < X.shape[1]:
        dual = _solve_gram(X @ X.T, y, alpha)
        coefficients = None if dual is None else X.T @ dual
    else:
        coefficients = _solve_gram(X.T @ X, X.T @ y, alpha)
    return _solve_by_reflections(X, y, alpha) if coefficients is None else coefficients


def _solve_gram(gram, right, alpha):
    """Solve (gram + alpha I) w = right by Cholesky, or return None where that would lose too many digits."""
    gram.flat[:: len(gram) + 1] += alpha
    norm = np.abs(gram).sum(axis=0).max()
    factor, failed = dpotrf(gram, lower=1)
    if failed or dpocon(factor, norm, uplo="L")[0] < SAFE_RECIPROCAL_CONDITION:
        return None
    return dpotrs(factor, right, lower=1)[0]


def _solve_by_reflections(X, y, alpha):
    """Solve by a QR decomposition of X over sqrt(alpha) I, whose condition number is not squared."""
    n_features = X.shape[1]
    penalty = np.sqrt(alpha) * np.eye(n_features)
    augmented = np.block([[X, y], [penalty, np.zeros((n_features, y.shape[1]))]])
    triangle = np.linalg.qr(augmented, mode="r")
    return solve_triangular(triangle[:n_features, :n_features], triangle[:n_features, n_features:])


def _check_alpha(alpha):
    valid = isinstance(alpha, numbers.Real) and not isinstance(alpha, bool)
    if not (valid and 0 <= alpha <= np.finfo(float).max):
        raise ValueError(f"'alpha' must be a finite number of at least 0; got {alpha!r}.")
    return float(alpha)


def _check_sample_weight(sample_weight, n_samples):
    if sample_weight is None:
        return np.ones(n_samples)
    if isinstance(sample_weight, numbers.Real):
        sample_weight = np.full(n_samples, sample_weight)
    weight = check_array(sample_weight, ensure_2d=False, dtype=np.float64, input_name="sample_weight")
    if weight.shape != (n_samples,):
        raise ValueError(f"'sample_weight' must have shape ({n_samples},); got shape {weight.shape}.")
    if np.any(weight < 0) or weight.sum() == 0:
        raise ValueError("'sample_weight' must be non-negative with a positive sum; got negative or only zero weights.")
    return weight
