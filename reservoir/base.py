"""What every reservoir shares: fit draws the weights, transform drives from rest, run continues from a state."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, clone
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import all_at_once, of_one_fit
from readouts.slices import first_slice, slices
from readouts.types import Array, Precision, RandomState, SeriesLike, SeriesOut
from reservoir.checks.arguments import check_dtype, check_jobs, check_random_state
from reservoir.driving.groups import FEWEST, drive_groups
from reservoir.driving.hooks import ReservoirHooks, has_own_lanes
from reservoir.driving.hooks import StateOverflowError as StateOverflowError
from reservoir.driving.lanes import LaneDriver, Lanes
from reservoir.driving.parameters_now import parameters_now, shared_with
from reservoir.driving.part import Part
from reservoir.driving.pieces import drive_pieces, own_states
from reservoir.driving.stacked_states import StackedStates
from reservoir.driving.threads import map_series
from reservoir.kernels.fitted_program import FittedProgramMixin
from reservoir.kernels.output_map import map_outputs
from reservoir.kernels.program import detached
from reservoir.series.absolute_times import warn_of_absolute_times, warn_of_times_after_fit
from reservoir.series.lazy_series import rows_at_once
from reservoir.series.sequences import read_sequences, read_series
from reservoir.series.series_output import SeriesTransformerMixin


class BaseReservoir(
    ReservoirHooks, FittedProgramMixin, ClassNamePrefixFeaturesOutMixin, SeriesTransformerMixin, BaseEstimator
):
    """A random recurrent network that is driven by series and never trained.

    A subclass is a new reservoir. Its constructor stores arguments, ``n_jobs``, ``dtype`` and ``random_state`` among
    them where they are not to stay at their defaults. It defines the methods ``_draw``, ``_rest`` and ``_drive``, and
    any others of `reservoir.driving.hooks.ReservoirHooks`, which says what each of them is for.

    A series is driven in slices, between which Python can be interrupted, and from a snapshot of the attributes, which
    a fit in another thread does not change.

    Attributes
    ----------
    dtype_ : dtype
        Precision of weights and states, as fitted.
    n_features_out_ : int
        Number of columns of the states that ``transform`` and ``run`` return.
    elapsed_column_ : int or None
        Position of the column of X that holds elapsed times.
    """

    n_jobs: int | None = None
    dtype: Precision = "float64"
    random_state: RandomState = None

    @all_at_once
    def fit(self, X: SeriesLike, y: Any = None) -> Self:
        """Draw the weights for the number of features of X, from ``random_state``.

        Parameters
        ----------
        X : 2-D array (n_steps, n_features), 3-D array (n_sequences, n_steps, n_features), or list of 2-D arrays
            Only its number of features counts. A data frame stands for a 2-D array, and a Series for a single feature,
            as does a 1-D array where it cannot be a row: in a list with others of other lengths, and for a reservoir
            that was fitted to one feature.
        y : ignored

        Returns
        -------
        self
        """
        self._forget_fit()
        self._parameters = parameters_now(self)
        self.dtype_ = check_dtype(self.dtype)
        check_jobs("n_jobs", self.n_jobs)
        sequences = read_sequences(self, X, reset=True, dtype=self.dtype_, lazy=True)
        self._draw(self.n_features_in_, check_random_state(self.random_state))
        self._parameters = shared_with(vars(self), self._parameters)  # gives memory back before more is taken
        program = self._prepare()
        self._take_program(program if program is None else detached(program, self._fitted_arrays()))
        self._keep_sizes()
        self._parameters = shared_with(vars(self), self._parameters)
        self._freeze()
        self.fitted_to_times_ = warn_of_absolute_times(sequences.series, self.elapsed_column_)
        self._inspect(sequences.series)
        return self

    @of_one_fit
    def transform(self, X: SeriesLike) -> SeriesOut:
        """Drive every series of X from rest; every row of X gives a row of states.

        Parameters
        ----------
        X : 2-D array (n_steps, n_features), 3-D array (n_sequences, n_steps, n_features), or list of 2-D arrays

        Returns
        -------
        states : in the container of X, ``n_units`` columns
            Row t is the state after input row t. After ``set_output(transform="pandas")``, or with ``"polars"``, a data
            frame, or for several series, of a 3-D array too, a list of data frames.
        """
        check_is_fitted(self)
        sequences = read_sequences(self, X, reset=False, dtype=self.dtype_, lazy=True)
        warn_of_times_after_fit(self, sequences.series)
        if sequences.container == "array":
            return self._stack(sequences.series)
        return sequences.restore(self.drive_many(sequences.series, own_states, n_jobs=self.n_jobs))

    @of_one_fit
    def run(self, X: ArrayLike, state: Any = None) -> tuple[Array, Any]:
        """Drive one series on from a given state.

        ``run(X[:k])`` followed by ``run(X[k:], state)`` gives what ``run(X)`` gives.

        Parameters
        ----------
        X : 2-D array (n_steps, n_features)
            One row at a time will do.
        state : the second value of an earlier ``run``, or None
            None starts at rest.

        Returns
        -------
        states : 2-D array (n_steps, n_units)
        state : the state after the last step, to be handed to the next ``run``
        """
        self._require_fit()
        series = read_series(self, X, dtype=self.dtype_, lazy=True)
        if len(series) > 1:
            warn_of_times_after_fit(self, [series])
        return self.drive(series, None if state is None else self._check_state(state))

    def rest(self) -> Any:
        """Return the state before the first input."""
        self._require_fit()
        return self._rest()

    def check_state(self, state: Any) -> Any:
        """Return a state that a caller passed, in the precision of this reservoir, or raise ValueError."""
        return self._check_state(state)

    def start_of(self, X: Array, state: Any) -> Any:
        """Return the state from which X is driven piece by piece; None is at rest."""
        return self._start_of(X, self._rest() if state is None else state)

    def check_rows(self, X: Array, first: int = 0) -> None:
        """Raise ValueError unless rows of a checked X can be driven; row ``first`` of the series is the first."""
        self._check_rows(X, first)

    @property
    def inspects(self) -> bool:
        """Whether `inspect` does anything."""
        return type(self)._inspect is not BaseReservoir._inspect

    def inspect(self, series: Sequence) -> None:
        """Warn if the fitted reservoir is of no use on a list of series, whose slices are checked arrays."""
        self._inspect(series)

    def remedy(self) -> str:
        """Return what to change where a state overflows."""
        return self._remedy()

    def lanes(self, pieces: bool = False) -> Lanes | None:
        """Return what drives many series in lockstep, with the bits of each alone, or None; see `ReservoirHooks`."""
        return self._lanes(pieces) if has_own_lanes(type(self)) else None

    def drive(self, X: Array, state: Any = None) -> tuple[Array, Any]:
        """Drive one series on from a state, as `run` does, but without checking either.

        Parameters
        ----------
        X : array (n_steps, n_features_in_) of the precision ``dtype_``, or an object whose slices are such arrays
        state : a state that `rest`, `check_state`, `run` or `drive` returned, or None, default=None
            None is at rest.

        Returns
        -------
        states : array (n_steps, n_features_out_)
        state : the state after the last step
        """
        state = self._rest() if state is None else state
        self._check_sizes(X)
        if type(X) is np.ndarray and len(X) <= self._n_at_once:
            self._check_rows(X)
            states, state = self._drive(X, state)
        else:
            states, state = self._drive_slices(X, state)
        if self.output_map_ is not None:
            states = map_outputs(self.output_map_, states)
        if states.shape != (len(X), self._n_features_out):
            raise ValueError(
                f"_drive of {type(self).__name__} must return states of shape {(len(X), self._n_features_out)}; "
                f"got {states.shape}."
            )
        self._check_finite(states, state)
        return states, state

    def drive_many(
        self, series: Sequence, fold: Callable, *,
        starts: Sequence | None = None, n_rows: int | None = None, skip: int = 0, n_jobs: int | None = None,
    ) -> list:  # fmt: skip
        """Drive every series on from its own start, and return what ``fold`` makes of the states of each.

        Everything that drives many series does it here. Series of similar lengths advance in lockstep where the
        reservoir can do that, which changes no bit of any. There are threads at most, whatever back end of joblib is
        active. A reservoir that drives a batch in a way of its own redefines this method only.

        Parameters
        ----------
        series : sequence of series, as `drive` takes them
        fold : callable
            ``fold(number, before, piece)`` returns what becomes of series ``number`` with its next `Piece`; ``before``
            is what it returned for the piece before, None at first. Calls of one series come one after the other. If
            it has ``in_lanes(lengths)``, which returns a `Pool`, series in lockstep go into that instead.
        starts : sequence of states, one for each series, or None, default=None
            None is at rest.
        n_rows : int or None, default=None
            Most rows of a piece; None is the whole series.
        skip : int, default=0
            A piece ends after so many rows of each series, such as those of a washout.
        n_jobs : int or None, default=None
            Number of threads, in which ``fold`` is called too.

        Returns
        -------
        list of what ``fold`` returned for the last piece of each series
        """

        def drive_one(number):
            folded, state = None, None if starts is None else starts[number]
            for piece in drive_pieces(self, series[number], n_rows, state=state, skip=skip):
                folded = fold(number, folded, piece)
            return folded

        maps = self.output_map_ is not None
        pieces = maps or getattr(fold, "in_lanes", None) is None
        lanes = self.lanes(pieces) if len(series) >= FEWEST else None
        if lanes is None:
            return map_series(drive_one, range(len(series)), n_jobs)
        for one in series:
            self._check_sizes(one)
        sizes = self.n_units_ if maps else self._n_features_out, self.n_features_in_, self.dtype_, self._rest()
        driver = LaneDriver(lanes, *sizes, self._check_rows, self._finish, self._never_recovers, maps)
        return drive_groups(driver, series, fold, drive_one, starts=starts, n_rows=n_rows, skip=skip, n_jobs=n_jobs)

    def close_loop(self, readout: Callable, inputs: Array, n_outputs: int, state: Any) -> Array:
        """Drive on by the outputs of a readout and return them.

        Parameters
        ----------
        readout : callable
            Returns a row of outputs for a row of features, ``(1, n_features_out_ + n_features_in_)``: the state and the
            input that led to it. Compiled if an `AffineReadout`; one that changes has ``at(t)``, that of step t.
        inputs : array (n_steps, n_features_in_)
            Its first row is given, and so are the columns after the leading ``n_outputs``; each output goes into the
            leading columns of the next row. Changed in place.
        n_outputs : int
        state : the state before the first row

        Returns
        -------
        array (n_steps, n_outputs)
            Not finite from the step on in which a number overflows.
        """
        self._check_sizes(inputs)
        return self._close_loop(readout, inputs, n_outputs, state)

    def parts(self, X: Array | None = None, state: Any = None) -> Iterator[Part]:
        """Yield a `Part` for every reservoir that this one is made of: itself, or those of a composite, in their order.

        Parameters
        ----------
        X : array (n_steps, n_features_in_) or None, default=None
            A series, of which each part yields its own input. None is for the reservoirs alone.
        state : state before the first row, or None, default=None
            None is at rest.
        """
        self._require_fit()
        if X is not None and state is None:
            state = self._rest()
        for part in self._parts(X, state):
            if part.reservoir is self:
                yield part
            else:
                for inner in part.reservoir.parts(part.X, part.state):
                    yield inner._replace(name=part.name + inner.name)

    def unfitted(self) -> Self:
        """Return an unfitted reservoir with the parameters that ``fit`` found, whatever they have been set to since."""
        check_is_fitted(self)
        return clone(type(self)(**self._parameters))

    @property
    def n_features_out_(self) -> int:
        """Number of columns of the states."""
        return self._n_features_out

    def _stack(self, series):
        """Return the states of equal series as one array, filled as they come."""
        stacked = StackedStates(len(series), len(series[0]))
        self.drive_many(series, stacked, n_jobs=self.n_jobs)
        return stacked.states

    def _finish(self, states, state):
        """Return states as they are handed on; raise StateOverflowError if they, or the state after, are not finite."""
        if self.output_map_ is not None:
            states = map_outputs(self.output_map_, states)
        self._check_finite(states, state)
        return states

    def _keep_sizes(self):
        """Keep the sizes of the arrays that the kernel was given, because public attributes may be changed."""
        self._sizes = self.n_features_in_, self.n_units_
        self._n_at_once = first_slice(self.n_units_)

    def _check_sizes(self, X):
        """Raise unless X has the features, and this reservoir the units, that the kernel was given weights for."""
        if (X.shape[1], self.n_units_) == self._sizes:
            return
        n_features, n_units = self._sizes
        if self.n_units_ != n_units:
            raise ValueError(f"'n_units_' must stay {n_units}, as fit found it; got {self.n_units_}. Fit again.")
        raise ValueError(
            f"'X' must have the {n_features} features that {type(self).__name__} was fitted to; got {X.shape[1]}. "
            "A part of a fitted model must not be fitted again by itself: fit the whole again."
        )

    def _drive_slices(self, X, state):
        """Drive a long series, or a `LazySeries`, slice by slice, so that only one slice is in memory."""
        self._check_rows(X[:1])
        first, state = self._drive(X[:1], self._start_of(X, state))  # one row shows the shape and precision of states
        states = np.empty((len(X), *first.shape[1:]), first.dtype)
        states[:1] = first
        most = None if type(X) is np.ndarray else rows_at_once(X, self.n_units_)
        for rows in slices(len(X) - 1, self.n_units_, most):
            start, stop = rows.start + 1, rows.stop + 1
            inputs = X[start:stop]
            self._check_rows(inputs, start)
            state = self._write_states(inputs, state, states[start:stop])
        return states, state

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        dtype = getattr(self, "dtype_", None) or self.dtype
        known = dtype in ("float64", "float32", np.float64, np.float32)
        tags.transformer_tags.preserves_dtype = [np.dtype(dtype).name] if known else []
        return tags
