"""A class for every sequence: that whose conceptor its states agree with."""

from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import all_at_once, of_one_fit
from readouts.scoring import ScoredClassifier
from readouts.types import Array, RandomState, SeriesLike
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import (
    check_choice,
    check_flag,
    check_integer,
    check_jobs,
    check_memory,
    check_number,
    check_random_state,
)
from reservoir.components import clone_reservoir
from reservoir.conceptors import Conceptor
from reservoir.conceptors.aperture import steepest_of
from reservoir.driving.pieces import own_states
from reservoir.echo_state import EchoStateReservoir
from reservoir.encoder.cases import read_after_fit
from reservoir.sequence_models.resampling import resampling
from reservoir.sequence_models.sequence_model import DTYPES, LARGEST_SEED, check_targets, read_labels
from reservoir.series.sequences import read_sequences

LARGEST_POINT = 1e15  # beyond it, sums of squares keep no digit of the states beside it


class ConceptorClassifier(ScoredClassifier, BaseEstimator):
    """Classifier of whole sequences by the conceptors of their classes, with a reservoir of a few units.

    A sequence is scaled to [0, 1] by the training data and shortened to a few points, which drive a small reservoir
    from rest. Its states and inputs at all of these points, side by side, are one vector z. With the mean R_k of z z^T
    over the vectors of class k, and the conceptors C_k of these, z has for each class two evidences::

        positive:  z^T C_k z / z^T z,    negative:  z^T N_k z / z^T z,    N_k = not (any other class)

    Their sum decides, after each has been scaled to [0, 1] over the classes (but for two classes, of which these are
    always 0 and 1). Nothing is trained but these matrices, and classes can be added without a look at the others. The
    method suits few and short sequences; `ReservoirClassifier` is more accurate on most others.

    Parameters
    ----------
    reservoir : reservoir or None, default=None
        Is cloned, not changed. None is an `EchoStateReservoir` of ``n_units`` without leak, connected all to all, with
        a spectral radius of 1.2.
    n_units : int, default=10
        Units of the reservoir. Not used with ``reservoir``.
    n_points : int, default=4
        Number of points, at least 1, that a sequence is shortened to.
    degree : int or None, default=3
        Degree, at least 0, of the polynomial in time through each feature on which the points lie. None takes them
        from straight lines between the rows.
    aperture : float or "steepest", default="steepest"
        Of all conceptors, above 0. "steepest" is the mean of that of `steepest_aperture` over the classes, found for
        those of the classes and for those of all others.
    evidence : {"combined", "positive", "negative"}, default="combined"
        Which evidence decides.
    include_query : bool, default=True
        Whether the vector that is classified is counted among those of every class, as one more of them, before it is
        compared with their conceptors.
    n_jobs : int or None, default=None
        Number of threads over sequences.
    random_state : int, RandomState or None, default=None
        Seed of the reservoir, if none is given.

    Attributes
    ----------
    classes_ : array (n_classes,)
    conceptors_ : list of Conceptor
        C_k of every class, of vectors z; made when they are asked for.
    apertures_ : tuple of float
        Of the conceptors of the classes, and of those of all others.
    reservoir_ : the fitted reservoir
    range_ : array (2, n_features)
        Least and largest value of every feature in the training data.
    n_features_in_ : int

    Raises
    ------
    ValueError
        If a parameter or an argument is invalid.

    References
    ----------
    H. Jaeger, "Controlling recurrent neural networks by conceptors", Jacobs University Technical Report 31, 2014
    (arXiv:1403.3369), section 3.12, whose settings for the Japanese vowels are the defaults, but that its network
    starts from a random state.

    Examples
    --------
    >>> from reservoir import ConceptorClassifier
    >>> from reservoir.datasets import load_japanese_vowels
    >>> X, y = load_japanese_vowels()
    >>> classifier = ConceptorClassifier(random_state=0).fit(X, y)
    >>> classifier.score(*load_japanese_vowels("test")) > 0.97
    True
    """

    def __init__(
        self,
        reservoir: BaseReservoir | None = None,
        *,
        n_units: int = 10,
        n_points: int = 4,
        degree: int | None = 3,
        aperture: float | Literal["steepest"] = "steepest",
        evidence: Literal["combined", "positive", "negative"] = "combined",
        include_query: bool = True,
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.reservoir = reservoir
        self.n_units = n_units
        self.n_points = n_points
        self.degree = degree
        self.aperture = aperture
        self.evidence = evidence
        self.include_query = include_query
        self.n_jobs = n_jobs
        self.random_state = random_state

    @all_at_once
    def fit(self, X: SeriesLike, y: ArrayLike) -> Self:
        """Compute a conceptor for every class.

        Parameters
        ----------
        X : list of 2-D arrays (n_steps, n_features), 3-D array (n_sequences, n_steps, n_features) or 2-D array
            A 2-D array holds one case per row: ``(n_sequences, n_steps)`` of a single feature.
        y : array (n_sequences,) of labels, at least two of them different

        Returns
        -------
        self
        """
        y = read_labels(self, y)
        reservoir = self._check_parameters()
        series = read_sequences(self, X, reset=True, dtype=DTYPES, rows="cases", lazy=True).series
        check_targets(X, y, series)
        self._n_features = series[0].shape[1]
        ends = [(np.min(rows[:], axis=0), np.max(rows[:], axis=0)) for rows in series]
        self.range_ = np.stack([np.min([low for low, _ in ends], 0), np.max([high for _, high in ends], 0)])
        self.reservoir_ = reservoir.fit(np.zeros((1, self._n_features)))
        if self.reservoir_.elapsed_column_ is not None:
            raise ValueError(
                "'reservoir' must have no elapsed_column, as sequences are shortened to a few points evenly apart; got "
                f"{self.reservoir_.elapsed_column_}. Set its elapsed_column=None."
            )
        self.classes_, numbers = np.unique(y, return_inverse=True)
        width = self._n_points * (self.reservoir_.n_features_out_ + self._n_features)
        check_memory("n_points", self._n_points, 8 * width * (4 * len(series) * len(self.classes_) + width))
        vectors = self._vectors(series)
        self._fit_evidences([vectors[numbers == number] for number in range(len(self.classes_))])
        return self

    @of_one_fit
    def predict(self, X: SeriesLike) -> Array:
        """Return the class of every sequence, (n_sequences,)."""
        check_is_fitted(self)
        return self.classes_[np.argmax(self._decisions(X), axis=1)]

    @of_one_fit
    def decision_function(self, X: SeriesLike) -> Array:
        """Return the evidences: (n_sequences,) for two classes, positive for the second, else one for each class."""
        check_is_fitted(self)
        decisions = self._decisions(X)
        return decisions[:, 1] - decisions[:, 0] if len(self.classes_) == 2 else decisions

    @property
    def conceptors_(self) -> list[Conceptor]:
        """The conceptor of every class."""
        check_is_fitted(self)
        squared = _square(self.apertures_[0])
        found = []
        for (axes, energies), grown in zip(self._axes[0], self._grown, strict=True):
            passed = squared * grown * energies
            passed = np.divide(passed, 1 + passed, out=np.ones_like(passed), where=np.isfinite(passed))
            found.append(Conceptor.from_matrix((axes * passed) @ axes.T))
        return found

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        return tags

    def _check_parameters(self):
        """Record the parameters that later calls need; return the unfitted reservoir."""
        self._n_points = check_integer("n_points", self.n_points)
        self._degree = None if self.degree is None else check_integer("degree", self.degree, at_least=0)
        self._evidence = check_choice("evidence", self.evidence, ("combined", "positive", "negative"))
        self._included = float(check_flag("include_query", self.include_query))
        self._n_jobs = check_jobs("n_jobs", self.n_jobs)
        if not isinstance(self.aperture, str):
            check_number("aperture", self.aperture, above=0)
        elif self.aperture != "steepest":
            raise ValueError(f"'aperture' must be a number above 0, or 'steepest'; got {self.aperture!r}.")
        n_units, random_state = check_integer("n_units", self.n_units), check_random_state(self.random_state)
        if self.reservoir is not None:
            return clone_reservoir(self.reservoir)
        check_memory("n_units", n_units, 8.0 * n_units**2)
        return EchoStateReservoir(
            n_units,
            topology="random",
            degree=n_units,
            spectral_radius=1.2,
            leak_rate=1.0,
            input_scaling=0.2 * 3**0.5,  # the deviation of a uniform distribution is its half width over sqrt(3)
            bias_scaling=3**0.5,
            random_state=int(random_state.randint(LARGEST_SEED)),
        )

    def _vectors(self, series):
        """Return the vector of states and inputs of every sequence, (n_sequences, width)."""
        width = self.range_[1] - self.range_[0]
        width = np.where(width > 0, width, 1.0)
        shortened, matrices = [], {}
        for rows in series:
            if len(rows) not in matrices:
                matrices[len(rows)] = resampling(len(rows), self._n_points, self._degree)
            with np.errstate(over="ignore", invalid="ignore"):
                points = matrices[len(rows)] @ ((rows[:] - self.range_[0]) / width)
                shortened.append(np.ascontiguousarray(points, dtype=self.reservoir_.dtype_))
        largest = max(float(np.abs(points).max()) for points in shortened)
        if not largest <= LARGEST_POINT:
            raise ValueError(
                f"'X' must hold sequences whose points are within {LARGEST_POINT:.0e} widths of the range of the "
                f"training data; got some {largest:.3g} widths away. Scale them as those of fit, or lower 'degree'."
            )
        states = self.reservoir_.drive_many(shortened, own_states, n_jobs=self._n_jobs)
        beside = [np.hstack([x, u], dtype=np.float64) for x, u in zip(states, shortened, strict=True)]
        return np.stack(beside).reshape(len(series), -1)

    def _fit_evidences(self, vectors):
        """Find apertures, and the axes and energies of the correlations of every class and of all others."""
        counts = np.array([len(z) for z in vectors], dtype=float)
        numbers = range(len(vectors))

        def others(number, weights):
            share = 1 / (len(vectors) - 1)
            return np.concatenate([(share * weights[j]) ** 0.5 * vectors[j] for j in numbers if j != number])

        if isinstance(self.aperture, str):
            means = [z / len(z) ** 0.5 for z in vectors], [others(number, 1 / counts) for number in numbers]
            self.apertures_ = tuple(float(np.mean([_steepest(rows) for rows in own])) for own in means)
        else:
            self.apertures_ = (float(self.aperture),) * 2
        # With the vector itself, of weight 1 in every class, each mean gets a further term of rank one.
        weights = 1 / (counts + self._included)
        shares = self._included * weights
        self._shares = shares, (shares.sum() - shares) / (len(shares) - 1)
        positive = [_axes(weight**0.5 * z) for weight, z in zip(weights, vectors, strict=True)]
        self._axes = positive, [_axes(others(number, weights)) for number in numbers]
        self._grown = (counts + self._included) / counts  # from these energies to those of the class alone

    def _decisions(self, X):
        """Return the evidence that decides, (n_sequences, n_classes)."""
        z = self._vectors(read_after_fit(self, self._n_features, X, DTYPES))
        energy = np.sum(z**2, axis=1, keepdims=True)
        blocked = []
        for axes, shares, aperture in zip(self._axes, self._shares, self.apertures_, strict=True):
            squared = _square(aperture)
            # z^T (I - C) z = z^T (a^2 R + I)^-1 z, in which R has the term of rank one.
            form = np.stack([_blocked(z, *one, squared) for one in axes], axis=1)
            form = form / (1 + shares * squared * form)
            blocked.append(np.divide(form, energy, out=np.zeros_like(form), where=energy > 0))
        positive, negative = 1 - blocked[0], blocked[1]
        if self._evidence != "combined":
            return positive if self._evidence == "positive" else negative
        return positive + negative if len(self.classes_) == 2 else _scaled(positive) + _scaled(negative)


def _axes(rows):
    """Return the axes (width, rank) of the correlation ``rows^T rows``, and their energies (rank,)."""
    if len(rows) < rows.shape[1]:
        _, values, axes = np.linalg.svd(rows, full_matrices=False)
        return np.ascontiguousarray(axes.T), values**2
    values, axes = np.linalg.eigh(rows.T @ rows)
    return axes, np.maximum(values, 0.0)


def _steepest(rows):
    values = np.linalg.svd(rows, compute_uv=False) ** 2
    if not values.any():
        raise ValueError("'X' must hold sequences whose vectors of states and inputs are not all 0. Set 'aperture'.")
    return steepest_of(values)


def _square(aperture):
    """Return the square of an aperture, of the largest ones a number that is finite."""
    return min(aperture * aperture, 1e300)


def _blocked(z, axes, energies, squared):
    """Return what conceptors of these axes take from the energy of vectors: ``z^T (a^2 R + I)^-1 z``."""
    along = z @ axes
    beside = z - along @ axes.T  # whose small squares keep digits that a difference of squares has lost
    with np.errstate(over="ignore"):
        return np.sum(beside**2, axis=1) + along**2 @ (1 / (1 + squared * energies))


def _scaled(evidence):
    """Return every row scaled to [0, 1]."""
    least = evidence.min(axis=1, keepdims=True)
    width = evidence.max(axis=1, keepdims=True) - least
    return np.divide(evidence - least, width, out=np.zeros_like(evidence), where=width > 0)
