"""A conceptor: what the states of a reservoir have in common while a pattern drives it, as a matrix with a logic."""

from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import OneToOneFeatureMixin
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import all_at_once, of_one_fit
from readouts.types import Array, SeriesLike, SeriesOut
from reservoir.checks.arguments import check_number, check_per_unit
from reservoir.conceptors import matrices
from reservoir.conceptors.aperture import check_correlation, steepest_aperture
from reservoir.conceptors.logic import ConceptorLogic, freeze, of_matrix
from reservoir.series.lazy_series import blocks
from reservoir.series.sequences import read_sequences
from reservoir.series.series_output import SeriesTransformerMixin

DTYPES = [np.float64, np.float32]  # states of either are kept; anything else becomes the first


class Conceptor(OneToOneFeatureMixin, SeriesTransformerMixin, ConceptorLogic):
    """Lets states pass in the directions in which a pattern has excited them, and attenuates all others.

    With the correlation R of states x(t), and the aperture a::

        R = mean of x(t) x(t)^T,    C = R (R + a^-2 I)^-1,    y(t) = C x(t)

    C is symmetric, and of all matrices that for which the mean of ``|x - C x|^2 + a^-2 |C|^2`` is least. A direction
    of the energy s, an eigenvalue of R, is passed on by the factor s / (s + a^-2), between 0 and 1. Conceptors have a
    logic: ``~C`` passes what C does not, ``A & B`` what both pass, ``A | B`` what either passes, and ``A <= B`` says
    whether B passes all that A does. `Forecaster.forecast` inserts a conceptor into its loop, which then goes through
    the pattern that the conceptor was fitted to; `Morph` mixes two. Operators and ``scale_aperture`` return new
    conceptors, which have ``matrix_`` and what follows from it, but no ``correlation_``.

    Parameters
    ----------
    aperture : float or "steepest", default=10.0
        Above 0, in the inverse unit of the states. The larger it is, the more directions pass. "steepest" is that of
        `steepest_aperture`.

    Attributes
    ----------
    matrix_ : array (n_units, n_units)
        C, in double precision, symmetric and read-only.
    correlation_ : array (n_units, n_units)
        R, read-only.
    aperture_ : float
    weight_seen_ : float
        Number of rows that R is the mean of, or the sum of their weights.
    n_features_in_ : int
        Number of units.

    Raises
    ------
    ValueError
        If the aperture or states are invalid.

    References
    ----------
    H. Jaeger, "Controlling recurrent neural networks by conceptors", Jacobs University Technical Report 31, 2014
    (arXiv:1403.3369), sections 3.4 and 3.8 to 3.10; "Using conceptors to manage neural long-term memories for temporal
    patterns", Journal of Machine Learning Research 18:13, 2017.

    Examples
    --------
    States near a line: the conceptor is nearly the projector on it.

    >>> import numpy as np
    >>> from reservoir import Conceptor
    >>> on_line = np.outer(np.sin(np.arange(100.0)), [1.0, 1.0])
    >>> line = Conceptor(aperture=100.0).fit(on_line)
    >>> line.transform([[1.0, 1.0], [1.0, -1.0]]).round(3).tolist()
    [[1.0, 1.0], [0.0, 0.0]]
    >>> round(line.quota_, 3)
    0.5

    What lies on the line or on the first axis fills the plane; the line and the axis have nothing in common but 0:

    >>> axis = Conceptor(aperture=100.0).fit([[1.0, 0.0]])
    >>> (line | axis).singular_values_.round(2).tolist(), (line & axis).singular_values_.round(2).tolist()
    ([1.0, 1.0], [0.0, 0.0])
    >>> line <= line | axis, line | axis <= line
    (True, False)
    """

    def __init__(self, aperture: float | Literal["steepest"] = 10.0) -> None:
        self.aperture = aperture

    @classmethod
    def from_matrix(cls, matrix: ArrayLike) -> Self:
        """Return the conceptor of a given matrix.

        Parameters
        ----------
        matrix : array (n_units, n_units)
            Symmetric, with eigenvalues from 0 to 1, but for rounding errors of 1e-6, which are taken off.

        Returns
        -------
        Conceptor

        Examples
        --------
        >>> from reservoir import Conceptor
        >>> Conceptor.from_matrix([[0.5, 0.0], [0.0, 0.25]]).quota_
        0.375
        """
        symmetric = check_correlation("matrix", matrix)
        values = np.linalg.eigvalsh(symmetric)
        if values[0] < -1e-6 or values[-1] > 1 + 1e-6:
            raise ValueError(
                f"'matrix' must have eigenvalues from 0 to 1; got {values[0]:.4g} to {values[-1]:.4g}. Matrices "
                "beyond, such as those of a Morph, go into a loop as plain arrays."
            )
        return of_matrix(cls(), matrices.clipped(symmetric))

    @all_at_once
    def fit(self, X: SeriesLike, y: Any = None, sample_weight: ArrayLike | None = None) -> Self:
        """Compute R and C from states.

        Parameters
        ----------
        X : 2-D array (n_steps, n_units), 3-D array (n_sequences, n_steps, n_units), or list of 2-D arrays
            States, such as ``reservoir.transform(series)``, or ``forecaster.states_of(series)``, without a washout.
        y : ignored
        sample_weight : array (n_rows,), number or None, default=None
            A weight for each row, at least 0; the rows of several series one series after the other.

        Returns
        -------
        self
        """
        for name in ("correlation_", "weight_seen_", "aperture_", "matrix_"):
            if hasattr(self, name):
                delattr(self, name)
        return self._add(X, sample_weight, reset=True)

    @all_at_once
    def partial_fit(self, X: SeriesLike, y: Any = None, sample_weight: ArrayLike | None = None) -> Self:
        """Add states to those that R is the mean of, and compute C again, which takes a decomposition of R.

        Parameters
        ----------
        X, y, sample_weight : as in ``fit``

        Returns
        -------
        self
        """
        if hasattr(self, "matrix_") and not hasattr(self, "correlation_"):
            raise ValueError("'X' cannot be added to a conceptor that was made of a matrix or others. Fit a new one.")
        return self._add(X, sample_weight, reset=not hasattr(self, "matrix_"))

    @of_one_fit
    def transform(self, X: SeriesLike) -> SeriesOut:
        """Return ``C x`` for every row x of states.

        Parameters
        ----------
        X : as in ``fit``

        Returns
        -------
        states : in the container and precision of X
        """
        check_is_fitted(self, "matrix_")
        sequences = read_sequences(self, X, reset=False, dtype=DTYPES)
        return sequences.restore([states @ self.matrix_.astype(states.dtype) for states in sequences.series])

    @of_one_fit
    def evidence(self, X: ArrayLike) -> Array:
        """Return the evidence ``x^T C x / x^T x`` of every row of states, from 0 to 1; 0 for a state of 0.

        Parameters
        ----------
        X : 2-D array (n_steps, n_units)

        Returns
        -------
        array (n_steps,)

        Examples
        --------
        >>> from reservoir import Conceptor
        >>> axis = Conceptor.from_matrix([[1.0, 0.0], [0.0, 0.0]])
        >>> axis.evidence([[2.0, 0.0], [1.0, 1.0]]).round(6).tolist()
        [1.0, 0.5]
        """
        check_is_fitted(self, "matrix_")
        sequences = read_sequences(self, X, reset=False, dtype=np.float64)
        if sequences.container != "series":
            raise ValueError("'X' must be one 2-D series; got several. Ask for the evidence of each by itself.")
        states = sequences.series[0]
        largest = np.abs(states).max(axis=1, keepdims=True)
        states = np.divide(states, largest, out=np.zeros_like(states), where=largest > 0)
        passed, energy = np.sum(states @ self.matrix_ * states, axis=1), np.sum(states**2, axis=1)
        return np.clip(np.divide(passed, energy, out=np.zeros_like(passed), where=energy > 0), 0.0, 1.0)

    def __setstate__(self, state):
        super().__setstate__(state)
        freeze(self)

    def _add(self, X, sample_weight, reset):
        """Add rows of states to the mean, and find C."""
        aperture = self.aperture
        if not (isinstance(aperture, str) and aperture == "steepest"):
            if isinstance(aperture, str):
                raise ValueError(f"'aperture' must be a number above 0, or 'steepest'; got {aperture!r}.")
            aperture = check_number("aperture", aperture, above=0)
        series = read_sequences(self, X, reset=reset, dtype=np.float64, lazy=True).series
        weights = None
        if sample_weight is not None:
            weights = check_per_unit("sample_weight", sample_weight, sum(map(len, series)), "row", "X", at_least=0)
        total, weight = _sum_products(series, weights, self.n_features_in_)
        if not reset:
            total, weight = total + self.correlation_ * self.weight_seen_, weight + self.weight_seen_
        if not weight > 0:
            raise ValueError("'sample_weight' must not be zero for all rows; got weights of 0 alone.")
        if not (np.isfinite(total).all() and np.isfinite(weight)):
            raise ValueError("'X' must hold states, and 'sample_weight' weights, whose sums of squares are finite.")
        correlation = total / weight
        if isinstance(aperture, str) and not correlation.any():
            raise ValueError(
                "'X' must hold states that are not all 0 for aperture='steepest'; got 0 alone. Set a number."
            )
        self.aperture_ = steepest_aperture(correlation) if isinstance(aperture, str) else aperture
        self.correlation_, self.weight_seen_ = correlation, float(weight)
        self.matrix_ = matrices.conceptor_matrix(correlation, self.aperture_)
        freeze(self)
        return self


def _sum_products(series, weights, n_units):
    """Return the weighted sum of x x^T over the rows of all series, and the sum of the weights."""
    total, weight, place = np.zeros((n_units, n_units)), 0.0, 0
    with np.errstate(over="ignore", invalid="ignore"):
        for one in series:
            for rows in blocks(one):
                own = np.ones(len(rows)) if weights is None else weights[place : place + len(rows)]
                total += (rows * own[:, None]).T @ rows
                weight += own.sum()
                place += len(rows)
        return (total + total.T) / 2, weight
