"""From a series to one row of features: the states of a reservoir, summarised while it is driven."""

from collections.abc import Sequence
from typing import Literal, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import all_at_once, of_one_fit
from readouts.types import Array, RandomState, SeriesLike
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import (
    check_array,
    check_dtype,
    check_flag,
    check_jobs,
    check_random_state,
)
from reservoir.checks.later_parameters import LaterParametersMixin
from reservoir.checks.progress import Progress
from reservoir.components import clone_reservoir, default_reservoir
from reservoir.encoder.cases import holds_cases, read_after_fit
from reservoir.encoder.checked_settings import check_summaries, check_views
from reservoir.encoder.feature_layout import check_width, feature_layout
from reservoir.encoder.one_view import OneView
from reservoir.encoder.over_steps import split_over_steps
from reservoir.encoder.reseeded import reseeded
from reservoir.encoder.views import ViewName, fit_view
from reservoir.lagged import LaggedReservoir, check_lags, check_reach, with_lags
from reservoir.series.absolute_times import warn_of_times_after_fit
from reservoir.series.sequences import read_sequences

Representation: TypeAlias = Literal["last", "mean", "std", "max", "min", "ppv", "segments", "model"]


class SequenceEncoder(TransformerMixin, LaterParametersMixin, BaseEstimator):
    """One row of features per sequence, made from the states of a reservoir.

    Here a sample is a whole sequence, so the encoder goes before any scikit-learn classifier or regressor and inside
    any cross-validation. States are summarised while sequences are driven, and those of all are never held at once.

    Parameters
    ----------
    reservoir : reservoir or None, default=None
        Drives every sequence from rest. It is cloned, not changed. None is an `EchoStateReservoir` with its defaults,
        seeded with 0.
    representation : str, or tuple or list of str, default="mean"
        What to keep of the states x(1) ... x(T), n units wide; several are laid side by side, in their order.

        - ``"last"``: x(T), n features
        - ``"mean"``, ``"std"``, ``"max"``, ``"min"``: over time, n features each
        - ``"ppv"``: the share of steps in which a unit is above each of its thresholds, which are quantiles of its
          states over all steps of the series of ``fit``; n features for each of the ``quantiles``
        - ``"segments"``: the means of ``n_segments`` equal parts, ``n_segments * n`` features
        - ``"model"``: weights and intercept of a ridge that predicts x(t+1) from x(t), ``n * (n + 1)`` features
    views : str, tuple or list of str, or None, default=None
        What the reservoir is driven by: None is the series itself. Each name is a view of it that drives a reservoir of
        its own, whose features are laid side by side. The first reservoir has the seed of ``reservoir``, and the others
        have seeds drawn from that; weights that were given are the same in all.

        - ``"series"``: as it is
        - ``"scaled"``: each column less its mean, over its standard deviation, both over all series of ``fit``
        - ``"standardized"``: each column less its mean, over its standard deviation, both over the series itself
        - ``"differences"``, ``"scaled_differences"``, ``"standardized_differences"``: the same of u(t) - u(t-1)
        - with ``"reversed_"`` in front: of these, the last step first

        A column that does not vary beyond rounding becomes 0 where it is scaled. A series of one step has one
        difference, which is 0.
    quantiles : sequence of numbers, or int, default=(0.25, 0.5, 0.75)
        Shares of the training states, above 0 and below 1, at or below the thresholds of ``"ppv"``. An integer is the
        number of thresholds of every unit, whose shares then differ between units and fill the interval evenly. Of more
        than 4096 steps in all, so many are drawn at random.
    n_segments : int, default=3
        Number of parts for ``"segments"``, at least 1. In a series of fewer steps, parts share a step.
    lags : int, sequence of int, or None, default=None
        Steps of delay l, each at least 1 and less than the steps of every sequence of ``fit``. Not x(t) alone is then
        summarised, but [x(t), u(t), x(t-l), u(t-l), ...], with u(t) what the reservoir is driven by, and zeros before
        the start. One number L stands for 1 to L. They add most to ``"last"`` and ``"model"``: over all steps of a
        series, means and the like of delayed states are nearly those of the present ones.
    model_alpha : float, default=1.0
        Ridge penalty for ``"model"``, above 0.
    n_jobs : int or None, default=None
        Number of threads over sequences; that of the reservoir is not used here.
    random_state : int, RandomState or None, default=0
        Seed of the steps that are drawn for ``quantiles``.
    verbose : bool, default=False
        Whether to print what is being done: which view is being driven, by how many sequences.

    Attributes
    ----------
    reservoirs_ : list of the fitted reservoirs, one for each view
        With ``lags``, each a `reservoir.lagged.LaggedReservoir`, whose columns count as units.
    reservoir_ : the first of them
    thresholds_ : list of arrays (n_quantiles, n_units), one for each view, or of None without ``"ppv"``
    summaries_ : list of pairs of the name of every summary and its setting
    views_ : list of FittedView, one for each reservoir, or of None where it is driven by the series itself
    feature_units_ : int array (n_features_out, 2)
        The number of the view and of the unit that each feature is of; a ``"model"`` weight is of the unit predicted.
    n_features_in_ : int
        Features per step; for a 2-D X, steps per case.

    Raises
    ------
    ValueError
        If a parameter or X is invalid.

    References
    ----------
    ``"model"``: F. M. Bianchi, S. Scardapane, S. Lokse and R. Jenssen, "Reservoir computing approaches for
    representation and classification of multivariate time series", IEEE TNNLS 32:2169, 2021, section III. ``"ppv"``, of
    random convolutions: A. Dempster, F. Petitjean and G. I. Webb, "ROCKET", Data Mining and Knowledge Discovery
    34:1454, 2020, section 3.2.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir, SequenceEncoder
    >>> X = [np.ones((5, 2)), np.ones((9, 2))]
    >>> encoder = SequenceEncoder(EchoStateReservoir(20, random_state=0), representation=("last", "mean"))
    >>> encoder.fit_transform(X).shape
    (2, 40)

    Two views, each with its own reservoir of 20 units:

    >>> encoder.set_params(views=("standardized", "standardized_differences")).fit_transform(X).shape
    (2, 80)
    >>> encoder.get_feature_names_out()[-1]
    'standardized_differences_mean_19'
    """

    def __init__(
        self,
        reservoir: BaseReservoir | None = None,
        representation: Representation | tuple[Representation, ...] | list[Representation] = "mean",
        *,
        views: ViewName | tuple[ViewName, ...] | list[ViewName] | None = None,
        quantiles: Sequence[float] | Array | int = (0.25, 0.5, 0.75),
        n_segments: int = 3,
        lags: int | tuple[int, ...] | list[int] | ArrayLike | None = None,
        model_alpha: float = 1.0,
        n_jobs: int | None = None,
        random_state: RandomState = 0,
        verbose: bool = False,
    ) -> None:
        self.reservoir = reservoir
        self.representation = representation
        self.views = views
        self.quantiles = quantiles
        self.n_segments = n_segments
        self.lags = lags
        self.model_alpha = model_alpha
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose

    @all_at_once
    def fit(self, X: SeriesLike, y: object = None) -> Self:
        """Fit the reservoirs, which draw their weights for the number of features of X, and find the thresholds.

        Parameters
        ----------
        X : list of 2-D arrays (n_steps, n_features), 3-D array (n_sequences, n_steps, n_features) or 2-D array
            A 2-D array holds one case per row: ``(n_sequences, n_steps)`` of a single feature. Sequences of a single
            feature may later come in any of these shapes; in a 2-D one, as long as here.
        y : ignored

        Returns
        -------
        self
        """
        self.summaries_ = check_summaries(self.representation, self.quantiles, self.n_segments, self.model_alpha)
        reservoir = clone_reservoir(self.reservoir)
        self._names = check_views(self.views, reservoir)
        reservoir = with_lags(reservoir, self.lags, "all")
        check_jobs("n_jobs", self.n_jobs)
        random_state, self._verbose = check_random_state(self.random_state), check_flag("verbose", self.verbose)
        # Views are computed before numbers are rounded to the precision of the reservoir.
        self._dtype = check_dtype(reservoir.dtype) if self._names is None else [np.float64, np.float32]
        sequences = read_sequences(self, X, reset=True, dtype=self._dtype, rows="cases", lazy=True)
        if self.lags is not None:
            check_reach(check_lags(self.lags), sequences.series)
        # X brings names of columns along, for parameters that name one; the columns of a 2-D X are steps.
        named = hasattr(self, "feature_names_in_") and not holds_cases(X)
        self._parts = self._fit_reservoirs(reservoir, X if named else sequences.series, sequences.series)
        self._say(f"reservoirs fitted to {len(sequences.series):,} sequences")
        self.reservoirs_ = [part.reservoir for part in self._parts]
        self.reservoir_ = self.reservoirs_[0]
        self.views_ = [part.view for part in self._parts]
        check_width(self.summaries_, self.reservoir_.n_features_out_)
        quantiles = dict(self.summaries_).get("ppv")
        if quantiles is not None:
            self._parts = [
                part.with_thresholds(sequences.series, quantiles, random_state, self.n_jobs)
                for part in self._shown("thresholds of")
            ]
        self.thresholds_ = [part.thresholds for part in self._parts]
        for part in self._parts:  # A series that cannot be encoded is refused here, not in transform.
            part.start(self.summaries_, len(part.seen(sequences.series[:1])[0]))
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
        series = self._read(X)
        encoded = [part.encode(series, self.summaries_, self.n_jobs) for part in self._shown("states of")]
        self._say(f"{len(series):,} sequences encoded")
        return np.hstack([np.stack(features) for features in encoded])

    @of_one_fit
    def split_over_steps(self, X: SeriesLike, weights: ArrayLike, centre: ArrayLike) -> list[Array]:
        """Split weighted sums of the features z of every sequence, ``(z - centre) @ weights``, into what its steps add.

        How each summary is split is said in `reservoir.diagnostics.readout_attribution`, which this is for.

        Parameters
        ----------
        X : as in ``fit``
        weights : array (n_features_out, n_outputs)
        centre : array (n_features_out,)

        Returns
        -------
        list of arrays (n_steps, n_outputs), one for each sequence, in double precision
        """
        check_is_fitted(self)
        if any(name == "model" for name, _ in self.summaries_):
            raise ValueError(
                "'representation' must not have 'model' to be split over steps, to all of which its weights are fitted "
                "together. Use other summaries, or ask what units add."
            )
        n_features = len(self.feature_units_)
        weights = check_array("weights", weights, (n_features, "n_outputs"))
        centre = check_array("centre", centre, (n_features,))
        series, n_views = self._read(X), len(self._parts)
        own = zip(np.split(weights, n_views), np.split(centre, n_views), strict=True)
        parts = zip(self._shown("steps of"), own, strict=True)
        added = [split_over_steps(part, series, self.summaries_, *of_view, self.n_jobs) for part, of_view in parts]
        return [sum(of_views) for of_views in zip(*added, strict=True)]

    @property
    def feature_units_(self) -> Array:
        """The view and the unit of every feature, (n_features_out, 2)."""
        units = [unit for _, unit in feature_layout(self.summaries_, self.reservoir_.n_features_out_)]
        n_views = len(self._parts)
        return np.column_stack([np.repeat(np.arange(n_views), len(units)), np.tile(units, n_views)])

    def get_feature_names_out(self, input_features: object = None) -> Array:
        """Return a name for every column: the view if there are any, the summary, then its part, then the unit.

        Parameters
        ----------
        input_features : ignored

        Returns
        -------
        array of str (n_features_out,)
            ``"mean_5"`` is the mean of unit 5, ``"ppv_0.25_5"`` its share of steps above the first quartile,
            ``"ppv_0_5"`` that above its first threshold if ``quantiles`` is an integer,
            ``"segments_2_5"`` its mean in part 2, ``"model_5_7"`` the weight from unit 7 onto unit 5 and ``"model_5"``
            the intercept of unit 5. With ``lags``, ``"last_5(t-2)"`` and ``"last_x0(t-2)"`` are unit 5 and input 0 two
            steps before the last.
        """
        check_is_fitted(self)
        labels = self.reservoir_.columns_ if isinstance(self.reservoir_, LaggedReservoir) else None
        names = [name for name, _ in feature_layout(self.summaries_, self.reservoir_.n_features_out_, labels)]
        if self._names is not None:
            names = [f"{view}_{name}" for view in self._names for name in names]
        return np.array(names, dtype=object)

    def _read(self, X):
        """Return the checked series of an X after ``fit``."""
        series = read_after_fit(self, self.reservoir_.n_features_in_, X, self._dtype)
        warn_of_times_after_fit(self.reservoir_, series)
        return series

    def _fit_reservoirs(self, reservoir, given, series):
        """Return one reservoir fitted to X as it was given, or one for every view."""
        if self._names is None:
            return [OneView(None, reservoir.fit(given))]
        views = [fit_view(name, series) for name in self._names]
        dtype = check_dtype(reservoir.dtype)
        return [
            OneView(view, one.fit([view.of(x, dtype) for x in series]))
            for view, one in zip(views, reseeded(reservoir, len(views)), strict=True)
        ]

    def _shown(self, what):
        """Yield the views, each announced if ``verbose``."""
        for number, part in enumerate(self._parts):
            name = "series" if self._names is None else self._names[number]
            self._say(f"{what} view {number + 1} of {len(self._parts)}, {name}")
            yield part

    def _say(self, text):
        Progress("SequenceEncoder", self._verbose).say(text)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        reservoir = default_reservoir() if self.reservoir is None else self.reservoir
        if isinstance(reservoir, BaseReservoir):
            tags.transformer_tags.preserves_dtype = reservoir.__sklearn_tags__().transformer_tags.preserves_dtype
        return tags
