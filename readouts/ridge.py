"""Ridge regression from states to targets: whole, in chunks, or merged from many machines."""

from collections.abc import Sequence
from math import prod
from typing import Literal, Self, overload

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, MultiOutputMixin, clone
from sklearn.linear_model import Ridge
from sklearn.utils.validation import check_array, check_is_fitted

from readouts.at_once import all_at_once, of_one_fit
from readouts.folds import fit_chunk, fit_rows
from readouts.merging import merged_fit
from readouts.ridge_fit import Penalty
from readouts.scoring import ScoredRegressor
from readouts.types import Array
from readouts.validation import (
    check_alpha,
    check_alphas,
    check_choices,
    check_cv,
    check_groups,
    check_is_given,
    check_rows,
    check_sample_weight,
    in_rows,
    naming,
)


class RidgeReadout(MultiOutputMixin, ScoredRegressor, BaseEstimator):
    """Linear readout with a ridge penalty and an intercept that is not penalised.

    It minimises, over the coefficients w and the intercept b of every target::

        sum_t  sample_weight(t) (y(t) - w . x(t) - b)^2  +  alpha |w|^2

    It keeps sufficient statistics (about n_features^2 numbers), never rows: more rows may come in chunks
    (``partial_fit``), readouts fitted on parts of the data may be merged (``merge``), and the result is that of one
    ``fit`` on all rows, in any order.

    Parameters
    ----------
    alpha : float or array (n_targets,), default=1e-6
        Penalty, at least 0: a number for all targets, or an array with one for each. States of a reservoir are nearly
        collinear, so a small penalty is already a regulariser. With 0 the least-squares solution of smallest norm is
        taken. Not used if ``alphas`` is given.
    alphas : sequence of float or None, default=None
        A grid of positive penalties. The one of least cross-validated squared error is taken, see ``cv``.
    cv : int, list of splits or None, default=None
        Folds for ``alphas``. None leaves out every row in turn, in closed form; only ``fit`` can do so. An integer, at
        least 2, is a number of contiguous blocks of rows, as suits time series: block k of every chunk is part of
        fold k. A list of pairs (train rows, test rows), as of scikit-learn's splitters, must leave out every row once;
        only ``fit`` can use it. If ``groups`` are given to ``fit``, every group is left out in turn,
        whatever ``cv``. All errors are exact: those of readouts fitted without the fold.
    alpha_per_target : bool, default=False
        Whether every target gets the alpha of least error for itself, not the one of least mean error.
    solver : {"auto", "qr"}, default="auto"
        How the statistics are kept. "auto" keeps the scatter of the rows, which is fastest; ``fit`` turns to QR where
        that would lose digits, but chunks cannot, and warn where alpha is below rounding. "qr" keeps a triangular
        factor, in chunks and merges too: all digits for nearly collinear states and a tiny alpha, in five to ten times
        the time. Where features outnumber the rows of ``fit``, "auto" takes products of rows if left-out errors keep
        half of their digits, "qr" the rows themselves; coefficients keep theirs in both.
        Scales of columns cost no digits in either; constant columns get a coefficient of 0.

    Attributes
    ----------
    coef_ : array (n_features,) for a 1-D target, else (n_targets, n_features)
    intercept_ : float for a 1-D target, else array (n_targets,)
    alpha_ : float, or array (n_targets,) with an alpha for every target
        The penalty in use.
    cv_results_ : dict of arrays, with ``alphas`` only
        "alphas" (n_alphas,) and "mean_squared_error" (n_alphas, n_targets), over all rows left out; for folds also
        "folds", "fold_weight" (n_folds,) and "fold_mean_squared_error" (n_folds, n_alphas, n_targets).
    cv_predictions_ : array (n_samples,) or (n_samples, n_targets), with ``alphas`` and without ``cv`` and groups only
    ridge_fit_ : RidgeFit
        The sufficient statistics and what follows from them.
    target_shape_ : tuple
        () for a 1-D target, else (n_targets,).
    n_features_in_ : int

    Raises
    ------
    ValueError
        If a parameter, X, y, ``sample_weight`` or ``groups`` is invalid. Nothing has changed then.

    Warns
    -----
    scipy.linalg.LinAlgWarning
        When coefficients are first needed, if columns of chunks are too nearly collinear for alpha.

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

    In two halves, merged; then with a penalty chosen on blocks left out:

    >>> halves = [RidgeReadout(alpha=0).fit(X[k : k + 5], 3 * X[k : k + 5, 0] + 2) for k in (0, 5)]
    >>> float(np.round(halves[0].merge(halves[1]).coef_[0], 6))
    3.0
    >>> noisy = 3 * X[:, 0] + np.array([1.0, -1.0] * 5)
    >>> RidgeReadout(alphas=[0.1, 1.0, 10.0, 100.0], cv=5).fit(X, noisy).alpha_
    0.1
    """

    def __init__(
        self,
        alpha: float | ArrayLike = 1e-6,
        *,
        alphas: ArrayLike | None = None,
        cv: int | Sequence[tuple[ArrayLike, ArrayLike]] | None = None,
        alpha_per_target: bool = False,
        solver: Literal["auto", "qr"] = "auto",
    ) -> None:
        self.alpha = alpha
        self.alphas = alphas
        self.cv = cv
        self.alpha_per_target = alpha_per_target
        self.solver = solver

    @all_at_once
    def fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None, groups: ArrayLike | None = None
    ) -> Self:
        """Fit the coefficients to these rows alone; earlier rows are discarded.

        Parameters
        ----------
        X : array (n_samples, n_features)
        y : array (n_samples,) or (n_samples, n_targets)
        sample_weight : array (n_samples,), number or None, default=None
            Non-negative. A row of weight 0 counts as absent, a row of weight 2 as given twice; a row left out is left
            out with its whole weight.
        groups : array (n_samples,) or None, default=None
            Labels of groups to be left out in turn for the choice among ``alphas``; not used without.

        Returns
        -------
        self
        """
        X, y, weight, groups, penalty, cv = self._check(X, y, sample_weight, groups, first=True, chunk=False)
        self.ridge_fit_ = fit_rows(X, y, weight, groups, penalty, cv, precise=self.solver == "qr")
        _ = self.ridge_fit_.intercept  # solves
        return self

    @all_at_once
    def partial_fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None, groups: ArrayLike | None = None
    ) -> Self:
        """Add more rows to the fit; the first call sets the shapes.

        Chunks of about as many rows as features, or more, cost the least. The equations are solved when a
        coefficient or prediction is needed. After ``fit`` it continues, except after leave-one-out.

        Parameters
        ----------
        X, y, sample_weight, groups : as in ``fit``
            Weights may be all zero: such a chunk adds nothing. A group may come in many chunks.

        Returns
        -------
        self
        """
        old = getattr(self, "ridge_fit_", None)
        X, y, weight, groups, penalty, cv = self._check(X, y, sample_weight, groups, first=old is None, chunk=True)
        self.ridge_fit_ = fit_chunk(old, X, y, weight, groups, penalty, cv, precise=self.solver == "qr")
        return self

    def merge(self, other: Self) -> Self:
        """Return a new readout that is fitted to the rows of both; neither of the two changes.

        The order of merging does not matter, except for rounding. A readout that was never fitted, such as that of a
        worker without rows, adds nothing.

        Parameters
        ----------
        other : RidgeReadout
            With the same parameters, features, targets and kind of folds.

        Returns
        -------
        RidgeReadout
        """
        merged = clone(self)
        vars(merged).update(merged_fit(self, other))
        return merged

    @overload
    def predict(self, X: ArrayLike, return_std: Literal[False] = False) -> Array: ...

    @overload
    def predict(self, X: ArrayLike, return_std: Literal[True]) -> tuple[Array, Array]: ...

    @of_one_fit
    def predict(self, X: ArrayLike, return_std: bool = False) -> Array | tuple[Array, Array]:
        """Return the targets predicted for X.

        Parameters
        ----------
        X : array (n_samples, n_features)
        return_std : bool, default=False
            Whether to return the standard deviation of the predictive distribution, too. With the noise variance s^2 =
            sum of squared residuals / (sum of weights - 1 - tr H), H the hat matrix of the centred rows, and S their
            scatter, it is the square root of::

                s^2 (1 + 1 / sum of weights + (x - mean)^T (S + alpha I)^-1 (x - mean))

            which is the Bayesian predictive variance for coefficients of prior variance s^2 / alpha and an intercept
            of flat prior (C. M. Bishop, "Pattern Recognition and Machine Learning", 2006, equations 3.59 and 3.95;
            H as in T. Hastie et al., "The Elements of Statistical Learning", 2009, equation 3.50).

        Returns
        -------
        array (n_samples,) or (n_samples, n_targets), as y was in ``fit``; with ``return_std`` a pair of them
        """
        check_is_fitted(self)
        if not isinstance(return_std, bool | np.bool_):
            raise ValueError(f"'return_std' must be True or False; got {return_std!r}.")
        X = check_rows(self, X, reset=False)
        mean = X @ self.coef_.T + self.intercept_
        if not return_std:
            return mean
        deviation = self.ridge_fit_.deviation(X)
        return mean, deviation if self.target_shape_ else deviation[:, 0]

    def to_sklearn(self) -> Ridge:
        """Return a fitted `sklearn.linear_model.Ridge` that predicts the same and carries no statistics."""
        check_is_fitted(self)
        ridge = Ridge(alpha=self.alpha_)
        ridge.coef_, ridge.intercept_ = self.coef_.copy(), np.copy(self.intercept_)[()]
        ridge.n_iter_, ridge.solver_, ridge.n_features_in_ = None, "cholesky", self.n_features_in_
        if hasattr(self, "feature_names_in_"):
            ridge.feature_names_in_ = self.feature_names_in_
        return ridge

    @property
    def coef_(self) -> Array:
        """The coefficients."""
        check_is_fitted(self)
        coefficients = self.ridge_fit_.coefficients
        return coefficients.T if self.target_shape_ else coefficients[:, 0]

    @property
    def intercept_(self) -> float | Array:
        """The intercept."""
        check_is_fitted(self)
        return self.ridge_fit_.intercept if self.target_shape_ else float(self.ridge_fit_.intercept[0])

    @property
    def alpha_(self) -> float | Array:
        """The penalty in use."""
        check_is_fitted(self)
        penalty, alpha = self.ridge_fit_.penalty, self.ridge_fit_.alpha
        several = np.ndim(self._alpha_given) if penalty.grid is None else penalty.per_target and self.target_shape_
        return alpha if several else float(alpha[0])

    @property
    def cv_results_(self) -> dict[str, Array]:
        """The cross-validated errors."""
        check_is_fitted(self)
        if self.ridge_fit_.penalty.grid is None:
            raise AttributeError("'cv_results_' needs a grid; give 'alphas'.")
        return self.ridge_fit_.results

    @property
    def cv_predictions_(self) -> Array:
        """The prediction of each row of ``fit`` by a readout fitted without it, in the shape of y.

        With the penalty in use, in closed form. Needs ``alphas`` without ``cv`` or ``groups``. Rows of weight 0 have
        none.
        """
        check_is_fitted(self)
        if self.ridge_fit_.left_out is None:
            raise AttributeError("'cv_predictions_' needs fit with 'alphas', without 'cv' or 'groups'.")
        return self.ridge_fit_.left_out if self.target_shape_ else self.ridge_fit_.left_out[:, 0]

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "ridge_fit_") and self.ridge_fit_.total.weight > 0

    def _check(self, X, y, sample_weight, groups, first, chunk):
        """Return checked rows of positive weight, the penalty and cv, with the shapes set if they are the first."""
        check_choices(self.solver, self.alpha_per_target)
        grid = check_alphas(self.alphas)
        check_is_given(self, y)
        X, y = check_rows(self, X, y, multi_output=True, y_numeric=True, reset=first)
        alpha = check_alpha(self.alpha, y[:1].size)
        weight = check_sample_weight(sample_weight, len(X), all_zero=chunk)
        cv, groups = check_cv(self.cv, check_groups(groups, len(X)), len(X), chunk)
        self._alpha_given = self.alpha
        if first:
            self.target_shape_ = y.shape[1:]
        elif y.shape[1:] != self.target_shape_:
            raise ValueError(
                f"'y' must have the targets of earlier calls, {prod(self.target_shape_)}; got shape {y.shape}."
            )
        with naming("y"):  # finds None among objects
            y = check_array(y, ensure_2d=False, dtype=np.float64, input_name="y").reshape(len(y), -1)
        if weight is not None and not np.all(weight > 0):
            kept = weight > 0
            X, y, weight, groups = X[kept], y[kept], weight[kept], None if groups is None else groups[kept]
        return in_rows(X), in_rows(y), weight, groups, Penalty(alpha, grid, bool(self.alpha_per_target)), cv
