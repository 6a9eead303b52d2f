"""What every reservoir shares: fit draws the weights, transform drives from rest, run continues from a state."""

from abc import ABC, abstractmethod

import numpy as np
from scipy.sparse import issparse
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import all_at_once, of_one_fit
from readouts.masked import refuse_masked
from readouts.slices import first_slice, slices
from reservoir.checks.arguments import check_dtype, check_jobs, check_random_state
from reservoir.driving.threads import map_series
from reservoir.kernels.output_map import map_outputs
from reservoir.series.elapsed import elapsed_index, warn_of_absolute_times
from reservoir.series.lazy_series import is_finite, rows_at_once
from reservoir.series.sequences import read_sequences, read_series
from reservoir.series.series_output import SeriesTransformerMixin


class StateOverflowError(FloatingPointError, ValueError):
    """A state grew past every finite number, or an output in a loop past what can be squared: settings are unstable."""


class BaseReservoir(ClassNamePrefixFeaturesOutMixin, SeriesTransformerMixin, BaseEstimator, ABC):
    """A random recurrent network that is driven by series and never trained.

    A subclass is a new reservoir. Its constructor stores arguments, ``n_jobs``, ``dtype`` and ``random_state`` among
    them where they are not to stay at their defaults, and it defines three methods:

    - ``_draw(n_features, random_state)``: draw everything random into attributes that end in ``_``, among them
      ``n_units_``;
    - ``_rest()``: the state before the first input, an array ``(n_units_,)`` unless ``_check_state`` says otherwise;
    - ``_drive(X, state)``: the pure rule. It takes a checked 2-D ``X`` and a state it must not change, and returns
      ``(states, state)``, the states ``(n_steps, n_units_)`` and the state after the last step. Neither may be a view
      of ``X``, which belongs to the caller.

    Six more may be redefined: ``_prepare()``, called by ``fit`` once the weights stand, to arrange them for a kernel;
    ``_inspect(series)``, called last, to warn; ``_check_rows(X, first)``, to refuse rows that cannot be driven;
    ``_check_state(state)``; ``_write_states(X, state, states)``, ``_drive`` into an array that is there already; and
    ``_remedy()``, the advice given when a state overflows. After ``fit`` only attributes that it has set should be
    used, not parameters, which may have been changed since; ``_dtype`` is the fitted precision.

    A series is driven in slices, between which Python can be interrupted, and from a snapshot of the attributes, which
    a fit in another thread does not change.
    """

    n_jobs = None
    dtype = "float64"
    random_state = None

    # True where a state that is not finite stays so: then a look at the last one tells, and reading all rows again,
    # which takes a tenth of the time of driving, is spared.
    _never_recovers = False

    # What `output_map.check_output_map` returned, where a reservoir shows a linear map of its states instead of them.
    _output_map = None

    @all_at_once
    def fit(self, X, y=None):
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
        self._dtype = check_dtype(self.dtype)
        check_jobs("n_jobs", self.n_jobs)
        sequences = read_sequences(self, X, reset=True, dtype=self._dtype, lazy=True)
        self._draw(self.n_features_in_, check_random_state(self.random_state))
        self._prepare()
        self._keep_sizes()
        self._freeze()
        warn_of_absolute_times(sequences.series, elapsed_index(self))
        self._inspect(sequences.series)
        return self

    @of_one_fit
    def transform(self, X):
        """Drive every series of X from rest; as many rows come back as went in.

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
        sequences = read_sequences(self, X, reset=False, dtype=self._dtype, lazy=True)
        if sequences.container == "array":
            return self._stack(sequences.series)
        return sequences.restore(map_series(self._from_rest, sequences.series, self.n_jobs))

    @of_one_fit
    def run(self, X, state=None):
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
        if not hasattr(self, "n_units_"):  # check_is_fitted takes longer than a step of the stream
            check_is_fitted(self)
        X = read_series(self, X, dtype=self._dtype, lazy=True)
        return self._states(X, self._rest() if state is None else self._check_state(state))

    @abstractmethod
    def _draw(self, n_features, random_state):
        """Draw the weights."""

    @abstractmethod
    def _rest(self):
        """Return the state before the first input."""

    @abstractmethod
    def _drive(self, X, state):
        """Return ``(states, state)``."""

    def _close_loop(self, readout, inputs, n_outputs, state):
        """Drive on by the outputs of ``readout`` and return them, an array ``(len(inputs), n_outputs)``.

        ``readout`` makes a row of outputs of a row with the state and the input that led to it. Each goes into the
        leading columns of the next row of ``inputs``, which is changed; its first row, and the other columns, are
        given. From a step on where a number is not finite, the outputs are not either. A subclass whose rule is
        compiled may compile its loop too, for a readout that is an `AffineReadout`.
        """
        outputs = np.full((len(inputs), n_outputs), np.nan)
        for t in range(len(inputs)):
            with np.errstate(over="ignore", invalid="ignore"):
                try:
                    states, state = self._states(inputs[t : t + 1], state)
                except StateOverflowError:
                    break
                outputs[t] = readout(np.hstack([states, inputs[t : t + 1]], dtype=np.float64))[0]
                inputs[t + 1 : t + 2, :n_outputs] = outputs[t]
            if not np.isfinite(inputs[t + 1 : t + 2]).all():
                break
        return outputs

    def _write_states(self, X, state, states):
        """Write the states of the rows of X into ``states``, an array, and return the state after the last."""
        states[...], state = self._drive(X, state)
        return state

    def _prepare(self):
        """Arrange the weights for the kernel."""

    def _inspect(self, series):
        """Warn if the fitted reservoir is of no use on its series, a list of things whose slices are checked arrays."""

    def _check_rows(self, X, first=0):
        """Raise unless the rows of a checked X, of which row ``first`` of the series is the first, can be driven."""

    def _check_state(self, state):
        rest = self._rest()
        plain = type(state) is np.ndarray and state.dtype == rest.dtype and state.shape == rest.shape
        if plain and state.flags.carray and is_finite(state):
            return state
        refuse_masked("state", state)
        try:
            array = np.asarray(state)
        except ValueError:  # parts of unequal length, such as the state of another kind of reservoir
            array = np.empty(0)
        shape = rest.shape
        if array.shape != shape or array.dtype.kind not in "fiu" or not np.isfinite(array).all():
            raise ValueError(
                f"'state' must be a finite array of shape {shape}, the second value that run returns; "
                f"got {_describe(state)}."
            )
        return np.array(array, dtype=self._dtype)

    def _remedy(self):
        return "Use smaller weights or inputs."

    def _from_rest(self, X):
        return self._states(X, self._rest())[0]

    def _stack(self, series):
        """Return the states of equal series as one array, filled as they come."""
        first = self._from_rest(series[0][:1])
        states = np.empty((len(series), len(series[0]), first.shape[1]), first.dtype)

        def fill(number):
            states[number] = self._from_rest(series[number])

        map_series(fill, range(len(series)), self.n_jobs)
        return states

    def _states(self, X, state):
        self._check_sizes(X)
        if type(X) is np.ndarray and len(X) <= self._n_at_once:
            self._check_rows(X)
            states, state = self._drive(X, state)
        else:
            states, state = self._drive_slices(X, state)
        if self._output_map is not None:
            states = map_outputs(self._output_map, states)
        if states.shape != (len(X), self._n_features_out):
            raise ValueError(
                f"_drive of {type(self).__name__} must return states of shape {(len(X), self._n_features_out)}; "
                f"got {states.shape}."
            )
        self._check_finite(states, state)
        return states, state

    def _keep_sizes(self):
        """Remember the sizes of what the kernel was given, whatever becomes of the public attributes."""
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
        """Drive through a long series, or a `LazySeries`, of which never more than a slice is held."""
        self._check_rows(X[:1])
        first, state = self._drive(X[:1], state)  # tells what states look like
        states = np.empty((len(X), *first.shape[1:]), first.dtype)
        states[:1] = first
        most = None if type(X) is np.ndarray else rows_at_once(X, self.n_units_)
        for rows in slices(len(X) - 1, self.n_units_, most):
            start, stop = rows.start + 1, rows.stop + 1
            inputs = X[start:stop]
            self._check_rows(inputs, start)
            state = self._write_states(inputs, state, states[start:stop])
        return states, state

    def _check_finite(self, states, state):
        parts = state if isinstance(state, tuple) else (state,)
        finite = all(map(is_finite, parts))
        tells_all = self._never_recovers and self._output_map is None  # outputs may overflow for a single row
        if not (finite and (tells_all or is_finite(states))):
            overflowed = np.append(np.flatnonzero(~np.isfinite(states).all(axis=1)), len(states) - 1)
            raise StateOverflowError(
                f"The state of {type(self).__name__} overflowed at step {overflowed[0]} of {len(states)}. "
                f"{self._remedy()}"
            )

    def _freeze(self):
        # Weights changed in place would disagree with what the kernel was given, so they are made read-only.
        fitted = [value for name, value in vars(self).items() if name.endswith("_")]
        matrices = [value for value in fitted if issparse(value)]
        for array in fitted + [part for matrix in matrices for part in (matrix.data, matrix.indices, matrix.indptr)]:
            if isinstance(array, np.ndarray):
                array.setflags(write=False)

    def __setstate__(self, state):
        super().__setstate__(state)
        for name in ("_arguments", "_output_map"):
            if name in vars(self):
                setattr(self, name, _as_own(getattr(self, name)))
        self._freeze()

    @property
    def _n_features_out(self):
        return self.n_units_ if self._output_map is None else len(self._output_map[1])

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        known = self.dtype in ("float64", "float32", np.float64, np.float32)
        tags.transformer_tags.preserves_dtype = [np.dtype(self.dtype).name] if known else []
        return tags


def _as_own(arguments):
    # Arrays that a pickle maps from disk are read-only, which would compile another version of every kernel.
    if isinstance(arguments, tuple):
        return tuple(_as_own(part) for part in arguments)
    return np.array(arguments) if isinstance(arguments, np.ndarray) else arguments


def _describe(state):
    if isinstance(state, tuple):
        return f"a {type(state).__name__} of {len(state)} parts (of `states, state = run(X)` only the second is meant)"
    if isinstance(state, np.ndarray) and state.dtype.kind == "f" and not np.isfinite(state).all():
        return "NaN or infinity"
    return f"{type(state).__name__} of shape {np.shape(state)}" if isinstance(state, np.ndarray) else repr(state)
