"""From a series to one row of features: the states of a reservoir, summarised while it is driven."""

from typing import Literal, Self, TypeAlias

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import all_at_once, of_one_fit
from readouts.types import Array, SeriesLike
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_choice, check_dtype, check_integer, check_jobs, check_memory, check_number
from reservoir.components import clone_reservoir, default_reservoir
from reservoir.driving.pieces import ROWS_AT_ONCE
from reservoir.encoder.summaries import SUMMARIES
from reservoir.series.absolute_times import warn_of_times_after_fit
from reservoir.series.sequences import read_sequences
from reservoir.series.tables import is_frame

Representation: TypeAlias = Literal["last", "mean", "max", "std", "segments", "model"]


class SequenceEncoder(TransformerMixin, BaseEstimator):
    """One row of features per sequence, made from the states of a reservoir.

    Here a sample is a whole sequence, so the encoder goes before any scikit-learn classifier or regressor and inside
    any cross-validation. States are summarised sequence by sequence; those of all sequences are never held at once.

    Parameters
    ----------
    reservoir : reservoir or None, default=None
        Drives every sequence from rest. It is cloned, not changed. None is an `EchoStateReservoir` with its defaults,
        seeded with 0.
    representation : str, or tuple or list of str, default="mean"
        What to keep of the states x(1) ... x(T), n units wide; several are laid side by side, in their order.

        - ``"last"``: x(T), n features
        - ``"mean"``, ``"max"``, ``"std"``: over time, n features each
        - ``"segments"``: the means of ``n_segments`` equal parts, ``n_segments * n`` features
        - ``"model"``: weights and intercept of a ridge that predicts x(t+1) from x(t), ``n * (n + 1)`` features
    n_segments : int, default=3
        Number of parts for ``"segments"``, at least 1. In a series of fewer steps, parts share a step.
    model_alpha : float, default=1.0
        Ridge penalty for ``"model"``, above 0.
    n_jobs : int or None, default=None
        Number of threads over sequences; that of the reservoir is not used here.

    Attributes
    ----------
    reservoir_ : the fitted reservoir
    n_features_in_ : int
        Features per step; for a 2-D X, steps per case.

    Raises
    ------
    ValueError
        If a parameter or X is invalid.

    References
    ----------
    ``"model"``: F. M. Bianchi, S. Scardapane, S. Lokse and R. Jenssen, "Reservoir computing approaches for
    representation and classification of multivariate time series", IEEE TNNLS 32:2169, 2021, section III.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir, SequenceEncoder
    >>> X = [np.ones((5, 2)), np.ones((9, 2))]
    >>> encoder = SequenceEncoder(EchoStateReservoir(20, random_state=0), representation=("last", "mean"))
    >>> encoder.fit_transform(X).shape
    (2, 40)
    """

    def __init__(
        self,
        reservoir: BaseReservoir | None = None,
        representation: Representation | tuple[Representation, ...] | list[Representation] = "mean",
        *,
        n_segments: int = 3,
        model_alpha: float = 1.0,
        n_jobs: int | None = None,
    ) -> None:
        self.reservoir = reservoir
        self.representation = representation
        self.n_segments = n_segments
        self.model_alpha = model_alpha
        self.n_jobs = n_jobs

    @all_at_once
    def fit(self, X: SeriesLike, y: object = None) -> Self:
        """Fit the reservoir, which draws its weights for the number of features of X.

        Parameters
        ----------
        X : list of 2-D arrays (n_steps, n_features), 3-D array (n_sequences, n_steps, n_features) or 2-D array
            A 2-D array holds one case per row: ``(n_sequences, n_steps)`` of a single feature.
        y : ignored

        Returns
        -------
        self
        """
        self._summaries = self._check_summaries()
        reservoir = clone_reservoir(self.reservoir)
        check_jobs("n_jobs", self.n_jobs)
        self._dtype = check_dtype(reservoir.dtype)
        sequences = read_sequences(self, X, reset=True, dtype=self._dtype, rows="cases", lazy=True)
        # X brings names of columns along, for parameters that name one; the columns of a 2-D X are steps.
        named = hasattr(self, "feature_names_in_") and not _holds_cases(X)
        self.reservoir_ = reservoir.fit(X if named else sequences.series)
        self._check_width()
        self._encode(sequences.series[:1])  # A series that cannot be encoded is refused here, not in transform.
        return self

    @of_one_fit
    def transform(self, X: SeriesLike) -> Array:
        """Drive every sequence from rest and summarise its states.

        Parameters
        ----------
        X : as in ``fit``

        Returns
        -------
        array (n_sequences, n_features_out)
        """
        check_is_fitted(self)
        if _holds_cases(X) and self.reservoir_.n_features_in_ > 1:
            raise ValueError(
                f"'X' as a 2-D array holds one sequence of a single feature per row, but fit saw sequences of "
                f"{self.reservoir_.n_features_in_} features. Wrap a single sequence as [X]."
            )
        sequences = read_sequences(self, X, reset=False, dtype=self._dtype, rows="cases", lazy=True)
        warn_of_times_after_fit(self.reservoir_, sequences.series)
        return np.stack(self._encode(sequences.series, self.n_jobs))

    def get_feature_names_out(self, input_features: object = None) -> Array:
        """Return a name for every column: the summary, then its part, then the unit.

        Parameters
        ----------
        input_features : ignored

        Returns
        -------
        array of str (n_features_out,)
            ``"mean_5"`` is the mean of unit 5, ``"segments_2_5"`` its mean in part 2, ``"model_5_7"`` the weight from
            unit 7 onto unit 5 and ``"model_5"`` the intercept of unit 5.
        """
        check_is_fitted(self)
        units = range(self.reservoir_.n_features_out_)
        names = []
        for name, setting in self._summaries:
            if name == "segments":
                names += [f"segments_{part}_{unit}" for part in range(setting) for unit in units]
            elif name == "model":
                names += [f"model_{unit}_{source}" for unit in units for source in units]
            if name != "segments":
                names += [f"{name}_{unit}" for unit in units]
        return np.array(names, dtype=object)

    def _check_width(self):
        """Refuse numbers of features that no memory holds."""
        n_units = self.reservoir_.n_features_out_
        for name, setting in self._summaries:
            if name == "segments":
                check_memory("n_segments", setting, 8 * setting * n_units)
            elif name == "model":
                check_memory("representation", name, 8 * n_units * (n_units + 1))

    def _encode(self, series, n_jobs=1):
        """Return the features of every series, reduced while it is driven."""

        def summarise(number, summaries, piece):
            n_steps, start, states = len(series[number]), piece.start, piece.states
            if start == 0:
                summaries = [SUMMARIES[name](n_steps, setting) for name, setting in self._summaries]
            for summary in summaries:
                summary.add(states, start)
            if start + len(states) < n_steps:
                return summaries
            return np.concatenate([summary.features() for summary in summaries]).astype(states.dtype, copy=False)

        return self.reservoir_.drive_many(series, summarise, n_rows=ROWS_AT_ONCE, n_jobs=n_jobs)

    def _check_summaries(self):
        """Return the name and the setting of every summary asked for."""
        names = self.representation if isinstance(self.representation, (tuple, list)) else (self.representation,)
        if not names:
            raise ValueError("'representation' must name at least one summary; got none.")
        settings = {
            "segments": check_integer("n_segments", self.n_segments),
            "model": check_number("model_alpha", self.model_alpha, above=0),
        }
        return [(check_choice("representation", name, SUMMARIES), settings.get(name)) for name in names]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        reservoir = default_reservoir() if self.reservoir is None else self.reservoir
        if isinstance(reservoir, BaseReservoir):
            tags.transformer_tags.preserves_dtype = reservoir.__sklearn_tags__().transformer_tags.preserves_dtype
        return tags


def _holds_cases(X):
    """Whether X holds one case of a single feature per row."""
    return is_frame(X) or getattr(X, "ndim", 0) == 2
