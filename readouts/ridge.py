"""Ridge regression from states to targets, solved on the centred Gram matrix."""

import numbers
import warnings

import numpy as np
from scipy.linalg import LinAlgError, LinAlgWarning, solve
from sklearn.base import BaseEstimator, MultiOutputMixin, RegressorMixin
from sklearn.utils.validation import check_array, check_is_fitted, validate_data


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
        X, y = validate_data(self, X, y, dtype=np.float64, multi_output=True, y_numeric=True)
        targets = y.astype(np.float64).reshape(len(y), -1)
        try:
            weight = _check_sample_weight(sample_weight, len(X))
        except Exception:
            vars(self).clear()
            vars(self).update(before)
            raise
        share = weight / weight.sum()
        mean_x, mean_y = share @ X, share @ targets
        root = np.sqrt(weight)[:, None]
        coefficients = _solve((X - mean_x) * root, (targets - mean_y) * root, alpha)
        intercept = mean_y - mean_x @ coefficients
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


def _solve(X, y, alpha):
    """Return the coefficients for centred, weighted X and y: through the smaller of the two Gram matrices."""
    if alpha == 0:
        return np.linalg.lstsq(X, y, rcond=None)[0]
    n_samples, n_features = X.shape
    dual = n_samples < n_features
    gram = X @ X.T if dual else X.T @ X
    gram.flat[:: len(gram) + 1] += alpha
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", LinAlgWarning)
            if dual:
                return X.T @ solve(gram, y, assume_a="pos")
            return solve(gram, X.T @ y, assume_a="pos")
    except (LinAlgError, LinAlgWarning):
        # Collinear to working precision. Squaring X into its Gram matrix has lost digits, so go back to X itself.
        penalty = np.sqrt(alpha) * np.eye(n_features)
        padding = np.zeros((n_features, y.shape[1]))
        return np.linalg.lstsq(np.vstack([X, penalty]), np.vstack([y, padding]), rcond=None)[0]


def _check_alpha(alpha):
    valid = isinstance(alpha, numbers.Real) and not isinstance(alpha, bool) and np.isfinite(alpha) and alpha >= 0
    if not valid:
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
