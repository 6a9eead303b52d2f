"""What classifier and regressor of whole sequences share: views drive liquids, whose states are pooled and scaled."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.utils import assert_all_finite, column_or_1d
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _num_samples, has_fit_parameter

from readouts.types import Array, RandomState, SeriesLike
from readouts.validation import check_classes, check_groups, check_is_given, naming
from readouts.values import check_labels
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_flag, check_integer, check_jobs, check_memory, check_random_state
from reservoir.checks.later_parameters import LaterParametersMixin
from reservoir.components import Readout, clone_reservoir
from reservoir.echo_state import EchoStateReservoir
from reservoir.encoder import SequenceEncoder
from reservoir.encoder.cases import holds_cases, read_after_fit
from reservoir.encoder.encoder import Representation
from reservoir.encoder.views import ViewName
from reservoir.sequence_models.feature_scale import fit_scaler
from reservoir.series.sequences import read_sequences

DTYPES = [np.float64, np.float32]
LARGEST_SEED = np.iinfo(np.int32).max

Views: TypeAlias = ViewName | tuple[ViewName, ...] | list[ViewName] | None
Representations: TypeAlias = Representation | tuple[Representation, ...] | list[Representation]


def default_liquid(n_units: int, n_features: int, random_state: int) -> EchoStateReservoir:
    """Return the reservoir, not fitted, that a model of sequences has if it is given none.

    Unlike one for prediction, half of its units follow the input at once, and the others have time constants from one
    step to twenty; it is a little beyond the edge of stability where the input is 0. Features of unit variance drive a
    unit by the same variance, however many they are.

    Examples
    --------
    >>> from reservoir.sequence_models.sequence_model import default_liquid
    >>> liquid = default_liquid(6, 4, random_state=0)
    >>> liquid.input_scaling, liquid.leak_rate.round(2).tolist()
    (0.25, [1.0, 1.0, 1.0, 0.05, 0.22, 1.0])
    """
    n_slow = n_units // 2
    return EchoStateReservoir(
        n_units,
        topology="random",
        degree=min(5, n_units),
        spectral_radius=1.1,
        leak_rate=np.concatenate([np.ones(n_units - n_slow), np.geomspace(0.05, 1, n_slow)]),
        input_scaling=0.5 * n_features**-0.5,
        bias_scaling=0.1,
        dtype="float32",
        random_state=random_state,
    )


class SequenceModel(LaterParametersMixin, BaseEstimator):
    """An encoder of sequences, a scaler of its features and a readout, made and fitted in ``fit``."""

    def __init__(
        self,
        reservoir: BaseReservoir | None = None,
        readout: Readout | None = None,
        *,
        n_units: int = 1000,
        views: Views = ("scaled", "scaled_differences", "standardized", "standardized_differences"),
        representation: Representations = ("ppv", "mean", "std", "max", "min"),
        quantiles: Sequence[float] | Array | int = 3,
        lags: int | tuple[int, ...] | list[int] | ArrayLike | None = None,
        n_jobs: int | None = None,
        random_state: RandomState = None,
        verbose: bool = False,
    ) -> None:
        self.reservoir = reservoir
        self.readout = readout
        self.n_units = n_units
        self.views = views
        self.representation = representation
        self.quantiles = quantiles
        self.lags = lags
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose

    def _fit_features(self, X: SeriesLike, y: ArrayLike, groups: ArrayLike | None, readout: Readout) -> Array:
        """Fit the encoder and the scaler to the sequences of X and return their features.

        As driving may take long, it is checked before whether the readout will take ``y`` and ``groups``, one for each.
        """
        random_state = check_random_state(self.random_state)
        n_units, n_jobs = check_integer("n_units", self.n_units), check_jobs("n_jobs", self.n_jobs)
        series = read_sequences(self, X, reset=True, dtype=DTYPES, rows="cases", lazy=True).series
        check_targets(X, y, series)
        if self.readout is None and len(series) < 2:
            raise ValueError(
                "'X' must hold at least 2 sequences, each of which is left out in turn to choose the penalty; got 1 "
                "sample. Give more, or a 'readout' of a penalty of its own, such as RidgeReadout(alpha=1.0)."
            )
        _check_groups(groups, len(series), readout)
        seeds = [int(seed) for seed in random_state.randint(LARGEST_SEED, size=2)]
        reservoir = self.reservoir
        if reservoir is None:
            check_memory("n_units", n_units, 8 * n_units * len(series))  # each series has a feature of every unit
            reservoir = default_liquid(n_units, series[0].shape[1], seeds[0])
        self.encoder_ = SequenceEncoder(
            clone_reservoir(reservoir),
            self.representation,
            views=self.views,
            quantiles=self.quantiles,
            lags=self.lags,
            n_jobs=n_jobs,
            random_state=seeds[1],
            verbose=check_flag("verbose", self.verbose),
        )
        features = self.encoder_.fit_transform(self._as_named(X, series))
        self.scaler_ = fit_scaler(features, self.encoder_)
        return self.scaler_.transform(features)

    def _features(self, X: SeriesLike) -> Array:
        """Return the scaled features of the sequences of X."""
        series = read_after_fit(self, self.encoder_.reservoir_.n_features_in_, X, DTYPES)
        return self.scaler_.transform(self.encoder_.transform(self._as_named(X, series)))

    def _as_named(self, X, series):
        """Return X itself if its columns have names, which the reservoir may look for, or else the series read."""
        return X if hasattr(self, "feature_names_in_") else series

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        return tags


def read_labels(estimator: BaseEstimator, y: ArrayLike) -> Array:
    """Return the labels of sequences that were passed to an estimator, one for each, of two classes at least."""
    check_is_given(estimator, y)
    with naming("y"):
        labels = check_labels("y", y)
        assert_all_finite(labels, input_name="y")
        check_classification_targets(labels)
        labels = np.asarray(column_or_1d(labels, warn=True))
    check_classes("y", labels)
    return labels


def check_targets(X: SeriesLike, y: ArrayLike, series: Sequence) -> None:
    """Raise ValueError unless y has an entry for each of the series read from X."""
    with naming("y"):
        n_targets = _num_samples(y)
    if n_targets != len(series):
        raise ValueError(
            f"'y' must have one entry for each of the {len(series)} sequences of 'X'; got {n_targets}."
            f"{_hint_at_entries(X, series, n_targets)}"
        )


def _check_groups(groups, n_series, readout):
    """Raise ValueError unless groups are None, or one label for each series, that the readout can leave out."""
    labels = check_groups(groups, n_series)
    if labels is None:
        return
    if len(set(labels)) < 2:
        raise ValueError(
            f"'groups' must hold at least 2 groups, to leave out in turn; got only {labels.tolist()[0]!r}."
        )
    if not has_fit_parameter(readout, "groups"):
        raise ValueError(f"'groups' must be None for a readout whose fit does not take them; got {readout!r}.")


def _hint_at_entries(X, series, n_targets):
    """Return what to do if X is a table of steps, or y has an entry for each step, else ""."""
    if holds_cases(X):
        return (
            " A 2-D X holds one sequence of a single feature in every row. If its rows are steps, make a list of "
            "sequences by reservoir.split_by_group(X, groups), with the sequence that each row belongs to."
        )
    if n_targets == sum(x.shape[0] for x in series):
        return " These are as many as steps: give one for each sequence. A ReservoirRegressor takes one for each step."
    return ""
