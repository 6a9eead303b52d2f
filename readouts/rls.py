"""Recursive least squares: a linear readout that is updated row by row, with forgetting, and stays finite."""

import copy
import math
from functools import lru_cache
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, MultiOutputMixin
from sklearn.utils.validation import check_array, check_consistent_length, check_is_fitted

from readouts.at_once import all_at_once, of_one_fit
from readouts.entries import numbers_expected
from readouts.masked import refuse_masked
from readouts.rls_kernel import run_rls
from readouts.scoring import ScoredRegressor
from readouts.slices import slices
from readouts.types import Array
from readouts.validation import (
    FILL,
    check_is_given,
    check_rows,
    check_sample_weight,
    has_shape_of_fit,
    is_number,
    naming,
)

# A feature whose penalty has decayed below e^-4 of itself is due for renewal.
LONGEST_DECAY = 4.0
LARGEST = float(np.finfo(float).max)
_ONE = np.ones(1)  # which kernels read only


class ReadoutDivergedError(FloatingPointError, ValueError):
    """The data, or the coefficients that they lead to, are not finite; the readout is as it was before the call."""


class RLSReadout(MultiOutputMixin, ScoredRegressor, BaseEstimator):
    """Linear readout that is updated one row at a time, with optional exponential forgetting of past rows.

    After row t it minimises, over the coefficients w and the intercept b of every target::

        sum_s  forgetting^(t-s) sample_weight(s) (y(s) - w . x(s) - b)^2  +  alpha |w|^2

    which for ``forgetting=1`` is ridge regression. With forgetting, the penalty would be forgotten as well and the
    coefficients would diverge in directions that the inputs leave unexcited. So the penalty is renewed, one feature
    after the other, in a way that holds the coefficients where they are instead of drawing them towards 0.

    Parameters
    ----------
    alpha : float, default=1e-6
        Penalty, above 0.
    forgetting : float, default=1.0
        Weight of the past, per row, in (0, 1]. The memory is about ``1 / (1 - forgetting)`` rows.

    Attributes
    ----------
    coef_ : array (n_features,) for a 1-D target, else (n_targets, n_features)
    intercept_ : float for a 1-D target, else array (n_targets,)
    n_features_in_ : int

    Raises
    ------
    ReadoutDivergedError
        If X or y is not finite, or so large that an update with it would overflow. Nothing of that call is kept. It
        is a ``ValueError``.
    ValueError
        If ``alpha``, ``forgetting``, X, y or ``sample_weight`` is invalid otherwise.

    Notes
    -----
    The state is in double precision, whatever the precision of the data. A row costs O(n_features^2), and O(n_features)
    for every target. With few rows of memory and many features, penalties decay fast, and several are renewed at a row.

    References
    ----------
    G. J. Bierman, "Factorization methods for discrete sequential estimation", Academic Press, 1977, chapters II and V
    (Potter's square root). N. A. Carlson, "Fast triangular formulation of the square root filter", AIAA Journal
    11:1259, 1973. J. W. Stokes and J. C. Platt, "Robust RLS with round robin regularization including application to
    stereo acoustic echo cancellation", ICASSP 2006, doi:10.1109/ICASSP.2006.1660759. A. P. Liavas and P. A. Regalia,
    "On the numerical stability and accuracy of the conventional recursive least squares algorithm", IEEE Transactions
    on Signal Processing 47:88, 1999 (what goes wrong without a square root).

    Examples
    --------
    A gain that jumps halfway is followed:

    >>> import numpy as np
    >>> from readouts import RLSReadout
    >>> X = np.random.RandomState(0).standard_normal((400, 1))
    >>> gain = np.where(np.arange(400) < 200, 3.0, -1.0)
    >>> readout = RLSReadout(forgetting=0.9).partial_fit(X[:200], gain[:200] * X[:200, 0])
    >>> print(f"{readout.coef_[0]:.3f}")
    3.000
    >>> predicted = readout.partial_fit_predict(X[200:], gain[200:] * X[200:, 0])  # each before its target is seen
    >>> error = np.abs(predicted - gain[200:] * X[200:, 0])
    >>> print(f"{readout.coef_[0]:.3f}; first errors {error[:5].max():.1f}, last errors {error[-50:].max():.4f}")
    -1.000; first errors 4.5, last errors 0.0000
    """

    def __init__(self, alpha: float = 1e-6, forgetting: float = 1.0) -> None:
        self.alpha = alpha
        self.forgetting = forgetting

    def __copy__(self) -> Self:
        return copy.deepcopy(self)  # an update changes in place what a shallow copy would share

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Start again and update the coefficients with the rows in the order given.

        Parameters
        ----------
        X : array (n_samples, n_features)
        y : array (n_samples,) or (n_samples, n_targets)
        sample_weight : array (n_samples,), number or None, default=None
            Non-negative. A row of weight 0 counts as absent. A row of weight 2 counts as given twice if
            ``forgetting=1``; otherwise the second time would also have aged the past.

        Returns
        -------
        self
        """
        self._update(X, y, sample_weight, start=True, all_zero=False)
        return self

    def partial_fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Update with more rows; arguments as for ``fit``. Rows in one call or in many give the same bits."""
        self._update(X, y, sample_weight, start=not hasattr(self, "coef_"))
        return self

    def partial_fit_predict(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Array:
        """Update with more rows and return the prediction for each from before the update with it.

        Arguments are as for ``fit``. The first row of all is predicted as 0.

        Returns
        -------
        array of the shape of y
        """
        return self._update(X, y, sample_weight, start=not hasattr(self, "coef_"))

    @of_one_fit
    def predict(self, X: ArrayLike) -> Array:
        """Return the targets predicted for X.

        Parameters
        ----------
        X : array (n_samples, n_features)

        Returns
        -------
        array (n_samples,) or (n_samples, n_targets), as y was
        """
        check_is_fitted(self)
        return self._check_features(X, start=False) @ self.coef_.T + self.intercept_

    @all_at_once
    def _update(self, X, y, sample_weight, start, all_zero=True):
        alpha, forgetting = _check_alpha(self.alpha), _check_forgetting(self.forgetting)
        X = self._check_features(X, start)
        y = self._check_targets(y, X, start)
        if sample_weight is None:
            weight = _ones(len(X))
        else:
            weight = np.require(check_sample_weight(sample_weight, len(X), all_zero), np.float64, "CAW")
        return self._run(X, y, weight, alpha, forgetting, start)

    def _run(self, X, y, weight, alpha, forgetting, start):
        rows = y.reshape(len(y), -1)
        root, coefficients, *rest = self._begin(X, rows, alpha) if start else self._resume(X)
        visits, excitation = _plan_renewal(alpha, forgetting, X.shape[1])
        predictions = np.empty_like(rows)
        done, state = 0, (root, coefficients, *rest)
        for part in slices(len(X), X.shape[1]):
            batch = X[part], rows[part], weight[part]
            done += run_rls(*batch, forgetting, excitation, visits, *state, predictions[part])
            if done < part.stop:
                break
        if done < len(X):
            raise ReadoutDivergedError(
                f"'X', 'y' and 'sample_weight' must be small enough for an update without an overflow; got entries up "
                f"to {np.abs(X[done]).max():.3g} and {np.abs(rows[done]).max():.3g} with weight {weight[done]:.3g} in "
                f"row {done}. Scale them, use a larger 'alpha' or 'forgetting', or start again by fit; the "
                "coefficients are those from before the call."
            )
        self._state = (root, *rest)
        mean_x, mean_y = rest[:2]
        intercept = mean_y - coefficients @ mean_x
        self.coef_ = coefficients[0] if y.ndim == 1 else coefficients
        self.intercept_ = float(intercept[0]) if y.ndim == 1 else intercept
        return predictions.reshape(y.shape)

    def _begin(self, X, y, alpha):
        n_features, n_targets = X.shape[1], y.shape[1]
        root = np.zeros((n_features, n_features))
        np.fill_diagonal(root, 1 / math.sqrt(alpha))
        # Total weight, squared norm of the root, the feature whose penalty is renewed next.
        progress = np.array([0.0, n_features / alpha, 0.0])
        return root, np.zeros((n_targets, n_features)), np.zeros(n_features), np.zeros(n_targets), progress

    def _resume(self, X):
        root, *small = self._state
        # A refused row changes nothing, but accepted rows before it do: several rows are therefore used on a copy.
        root = root.copy() if len(X) > 1 else root
        mean_x, mean_y, progress = (array.copy() for array in small)
        coefficients = np.array(self.coef_, dtype=np.float64, ndmin=2)
        if X.shape[1] != mean_x.size:
            raise ValueError(
                f"'X' must have the {mean_x.size} features of fit; got {X.shape[1]}. Call fit to start anew."
            )
        if coefficients.shape != (mean_y.size, mean_x.size):
            raise ValueError(
                f"'coef_' must have the shape of fit, {mean_y.size} targets by {mean_x.size} features; got "
                f"{np.shape(self.coef_)}. Call fit to start anew."
            )
        return root, coefficients, mean_x, mean_y, progress

    def _check_features(self, X, start):
        if start or not (_is_plain(X) and has_shape_of_fit(self, X)):
            X = check_rows(self, X, reset=start, ensure_all_finite=False)
            X = np.require(X, np.float64, "CAW")  # one memory layout: another would be compiled anew
        _refuse_non_finite("X", X)
        return X

    def _check_targets(self, y, X, start):
        check_is_given(self, y)
        if not (_is_plain(y) and 1 <= y.ndim <= 2 and len(y) == len(X)):
            refuse_masked("y", y)
            with naming("y"), numbers_expected("y", y):
                y = check_array(y, dtype=np.float64, ensure_2d=False, ensure_all_finite=False, input_name="y")
                check_consistent_length(X, y)
            y = np.require(y, np.float64, "CAW")
        if y.ndim > 2 or y.size == 0:
            raise ValueError(f"'y' must have shape (n_samples,) or (n_samples, n_targets); got shape {y.shape}.")
        if not start and y.shape[1:] != getattr(self.intercept_, "shape", ()):
            expected = ("n_samples", *np.shape(self.intercept_))
            raise ValueError(
                f"'y' must have shape ({', '.join(map(str, expected))}) as in the first call; got shape {y.shape}. "
                "Call fit to start again with other targets."
            )
        _refuse_non_finite("y", y)
        return y


@lru_cache(maxsize=16)
def _plan_renewal(alpha, forgetting, n_features):
    """Return how many features have their penalty renewed at every row, and the size of the pseudo-samples for it."""
    if forgetting == 1:
        return 0, 0.0
    visits = math.ceil(-math.log(forgetting) * n_features / LONGEST_DECAY)
    visits = min(max(visits, 1), n_features)
    return visits, math.sqrt((1 - forgetting) * n_features * alpha / visits)


def _ones(n_rows):
    """Return the weights of rows without any; those of a single row, of a stream, are not made anew."""
    return _ONE if n_rows == 1 else np.ones(n_rows)


def _is_plain(array):
    """Whether nothing has to be converted: row by row, scikit-learn's checks take longer than the update."""
    return type(array) is np.ndarray and array.dtype == np.float64 and array.flags.carray


def _refuse_non_finite(name, array):
    if math.isfinite(np.vdot(array, array)):  # a sum of squares, had in half the time
        return
    finite = np.isfinite(array)
    if not finite.all():
        where = np.argwhere(~finite)[0]
        raise ReadoutDivergedError(
            f"'{name}' must be finite, without NaN or infinity; got {array[tuple(where)]} in row {where[0]}. "
            f"Leave such rows out{FILL if name == 'X' else ''}; nothing of this call has been used."
        )


def _check_alpha(alpha):
    if not (is_number(alpha) and 0 < alpha <= LARGEST):
        raise ValueError(f"'alpha' must be a finite number above 0; got {alpha!r}.")
    return float(alpha)


def _check_forgetting(forgetting):
    if not (is_number(forgetting) and 0 < forgetting <= 1):
        raise ValueError(f"'forgetting' must be a number above 0 and at most 1; got {forgetting!r}.")
    return float(forgetting)
