"""A reservoir whose states were recorded: of hardware, or of another simulator."""

from typing import Any, Literal, NoReturn, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import snapshot
from readouts.slices import slices
from readouts.types import Array, Precision, SeriesLike
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_choice, check_dtype, check_integer
from reservoir.series.elapsed import check_elapsed, find_elapsed
from reservoir.series.recordings import Recording, groups_of_equal, read_recordings, why_not_recorded
from reservoir.series.sequences import read_sequences, read_series

_FROM_REST = -1  # the number of the recording in the state at rest, from which any may begin


class NotRecordedError(ValueError):
    """What was to be driven was not recorded."""


class MeasuredReservoir(BaseReservoir):
    """Recorded inputs and states in the place of a reservoir, such as of a photonic, memristive or mechanical one.

    With the recorded rows of input u_r(t) of recording r and the states x_r(t) that were read beside them ::

        x(t) = x_r(t)    where  u(s) = u_r(s)  for all  s <= t

    so that what was recorded can be transformed, trained and diagnosed as the states of a reservoir are. Whatever else
    X holds is refused: a measured reservoir cannot be driven. An X may be the input of a recording or its first rows,
    and go on from the state that `run` returned, or from that of a row, which `at` returns.

    Parameters
    ----------
    inputs : 2-D array (n_steps, n_features), 3-D array (n_sequences, n_steps, n_features) or list of 2-D arrays
        What the reservoir was driven by: one recording or several. A data frame stands for a 2-D array.
    states : in the same container, 2-D arrays (n_steps, n_channels)
        What was read of it, a row for every row of ``inputs``. Names of the columns of a data frame are kept.
    samples_per_step : int, default=1
        Number k of rows of states for each row of input, at least 1, such as the virtual nodes of a delay line that is
        sampled by one detector: states are ``(k n_steps, n_channels)``, and k rows are laid side by side, sample by
        sample.
    repeats : {"refuse", "first", "mean"}, default="refuse"
        Which states belong to an input that was recorded several times, and not with the same states each time:
        none, those of the first recording, or the mean of them. Diagnostics that compare responses to one input, such
        as `reservoir.diagnostics.consistency`, take all in any case.
    elapsed_column : int, str or None, default=None
        Column of X with the time since the previous sample, which is no input.
    dtype : {"float64", "float32"}, default="float64"
        Precision in which inputs are compared and states are returned.

    Attributes
    ----------
    recordings_ : list of Recording
        Pairs ``(inputs, states)``, as they were read.
    n_units_ : int
        Columns of the states: ``n_channels * samples_per_step``.
    n_features_in_ : int

    Raises
    ------
    ValueError
        If inputs and states do not belong together, or hold NaN; or, a NotRecordedError, if X was not recorded.

    References
    ----------
    G. Tanaka et al., "Recent advances in physical reservoir computing: a review", Neural Networks 115:100, 2019,
    section 3. Virtual nodes: L. Appeltant et al., "Information processing using a single dynamical node as complex
    system", Nature Communications 2:468, 2011.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import MeasuredReservoir
    >>> u = np.array([[0.0], [1.0], [2.0], [3.0]])
    >>> volts = np.array([[0.1, 0.2], [0.3, 0.1], [0.7, 0.4], [0.9, 0.8]])
    >>> measured = MeasuredReservoir(u, volts).fit()
    >>> measured.transform(u[:2])
    array([[0.1, 0.2],
           [0.3, 0.1]])
    >>> measured.run(u[2:], measured.at(2))[0]
    array([[0.7, 0.4],
           [0.9, 0.8]])
    """

    def __init__(
        self,
        inputs: SeriesLike,
        states: SeriesLike,
        *,
        samples_per_step: int = 1,
        repeats: Literal["refuse", "first", "mean"] = "refuse",
        elapsed_column: int | str | None = None,
        dtype: Precision = "float64",
    ) -> None:
        self.inputs = inputs
        self.states = states
        self.samples_per_step = samples_per_step
        self.repeats = repeats
        self.elapsed_column = elapsed_column
        self.dtype = dtype

    def fit(self, X: SeriesLike | None = None, y: Any = None) -> Self:
        """Read the recordings, which must have the features of X.

        Parameters
        ----------
        X : 2-D array (n_steps, n_features), 3-D array, list of 2-D arrays, or None, default=None
            Only its number of features counts, and their names; None is the recorded inputs.
        y : ignored

        Returns
        -------
        self
        """
        if X is not None:
            return super().fit(X, y)
        try:
            return super().fit(self.inputs, y)
        except (ValueError, TypeError):
            # Read once more by the name that the caller knows them by, for the message.
            read_sequences(snapshot(self), self.inputs, reset=True, dtype=check_dtype(self.dtype), name="inputs")
            raise

    def at(self, step: int, recording: int = 0) -> Array:
        """Return the state before a step of a recording, from which `run` goes on with that step.

        Parameters
        ----------
        step : int
            At least 0, at most the number of steps of the recording.
        recording : int, default=0
            The number of the recording, from 0.

        Returns
        -------
        state : int array (2,), the number of the recording and the step
        """
        check_is_fitted(self)
        step, recording = (
            check_integer(name, value, at_least=0) for name, value in (("step", step), ("recording", recording))
        )
        if recording >= len(self.recordings_):
            raise ValueError(
                f"'recording' must be the number of one of {len(self.recordings_)}, from 0; got {recording}."
            )
        if step > (length := len(self.recordings_[recording].inputs)):
            raise ValueError(f"'step' must be at most {length}, the steps of recording {recording}; got {step}.")
        return np.array([recording, step])

    def responses(self, X: ArrayLike) -> list[Array]:
        """Return the states of every recording that begins with the rows of X, whatever ``repeats`` is.

        Parameters
        ----------
        X : 2-D array (n_steps, n_features)

        Returns
        -------
        list of arrays (n_steps, n_units)
        """
        check_is_fitted(self)
        rows = read_series(self, X, dtype=self.dtype_)
        numbers = self._going_on(range(len(self.recordings_)), 0, rows)
        return [self.recordings_[number].states[: len(rows)].copy() for number in numbers]

    def get_feature_names_out(self, input_features: object = None) -> Array:
        """Return the names of the columns of the states, where they had some, or numbers behind the class.

        Parameters
        ----------
        input_features : ignored

        Returns
        -------
        array of str (n_units_,)
        """
        check_is_fitted(self)
        if self.channels_ is None:
            return super().get_feature_names_out()
        return np.array(self.channels_, dtype=object)

    def drive(self, X: Array, state: Any = None) -> tuple[Array, Any]:
        """Return the states that were recorded with a checked X, and where it ends; see `BaseReservoir.drive`."""
        self._check_sizes(X)
        return self._drive(X, self._rest() if state is None else state)

    def _draw(self, n_features, random_state):
        n_samples = check_integer("samples_per_step", self.samples_per_step)
        repeats = check_choice("repeats", self.repeats, ("refuse", "first", "mean"))
        self.elapsed_column_ = find_elapsed(self.elapsed_column, self)
        self.recordings_, self.channels_ = read_recordings(self, self.inputs, self.states, n_samples, self.dtype_)
        for inputs, _ in self.recordings_:
            check_elapsed(inputs, self.elapsed_column_)
        self.n_units_ = self.recordings_[0].states.shape[1]
        # All that X is looked up in: the recordings, then means of those of the same input.
        self._known, self._preferred = _preferred(self.recordings_, repeats)
        self._first_rows = np.array([inputs[0] for inputs, _ in self._known])

    def _freeze(self):
        for recording in self._known:
            for array in recording:
                array.flags.writeable = False

    def _rest(self):
        return np.array([_FROM_REST, 0])

    def _check_state(self, state):
        try:
            array = np.asarray(state) if isinstance(state, (np.ndarray, list, tuple)) else np.empty(0)
        except ValueError:  # rows of unequal length
            array = np.empty(0)
        if array.shape != (2,) or array.dtype.kind not in "iu" or not self._is_place(*array.tolist()):
            raise ValueError(
                "'state' must be a step of a recording, an array (recording, step) such as run or at returns; "
                f"got {state!r}."
            )
        return array.astype(np.int64)

    def _is_place(self, number, row):
        if number == _FROM_REST:
            return row == 0
        return 0 <= number < len(self._known) and 0 <= row <= len(self._known[number].inputs)

    def _start_of(self, X, state):
        # It is recognised as a whole, as first rows may be those of several recordings.
        return np.array(self._find(X, state))

    def _drive(self, X, state):
        number, row = self._find(X, state)
        stop = row + len(X)
        return self._known[number].states[row:stop].copy(), np.array([number, stop])

    def _close_loop(self, readout, inputs, n_outputs, state):
        raise NotRecordedError(
            "A measured reservoir cannot be driven by outputs that are fed back, for their states were not recorded. "
            "Forecast by a reservoir that can be driven, or by the hardware itself, with the readout in the loop."
        )

    def _find(self, X, state):
        """Return the number of the recording that goes on with X after a state, and the row where it does."""
        number, row = state.tolist()
        if number != _FROM_REST:
            if self._going_on([number], row, X):
                return number, row
            # What led here may have been the input of others, too. Where states agree so far, either may go on.
            past = Recording(*(part[:row] for part in self._known[number]))
            others = self._going_on(self._preferred, 0, past.inputs) if row else self._preferred
            others = [one for one in others if np.array_equal(self._known[one].states[:row], past.states)]
        else:
            others = self._preferred
        found = self._going_on(others, row, X)
        if not found:
            self._refuse(X, number, row)
        states = [self._known[one].states[row : row + len(X)] for one in found]
        differing = [one for one, other in zip(found, states, strict=True) if not np.array_equal(other, states[0])]
        if differing:
            raise ValueError(
                f"'X' must tell recordings apart; its {len(X)} rows are input of both recording {found[0]} and "
                f"{differing[0]}, whose states differ. Pass longer pieces; or, if one input was recorded several "
                "times, set repeats='first' or 'mean'."
            )
        return found[0], row

    def _going_on(self, numbers, row, X):
        """Return which of the recordings with these numbers hold the rows of X from a row on."""
        n_rows = len(X)
        if row == 0 and n_rows:
            numbers = np.asarray(numbers, dtype=int)
            numbers = numbers[(self._first_rows[numbers] == np.asarray(X[:1])).all(axis=1)].tolist()
        candidates = [(one, self._known[one].inputs[row : row + n_rows]) for one in numbers]
        candidates = [(one, inputs) for one, inputs in candidates if len(inputs) == n_rows]
        for rows in slices(n_rows, self.n_units_):
            if candidates:
                piece = np.asarray(X[rows])
                candidates = [(one, inputs) for one, inputs in candidates if np.array_equal(inputs[rows], piece)]
        return [one for one, _ in candidates]

    def _refuse(self, X, number, row) -> NoReturn:
        numbers = self._preferred if number == _FROM_REST else [number]
        reason = why_not_recorded(self._known, self._preferred, X, numbers, None if number == _FROM_REST else row)
        raise NotRecordedError(
            "'X' must be an input whose states were recorded, as a measured reservoir cannot be driven; "
            f"{reason} Record the states of this input too, and add it to 'inputs' and 'states'."
        )


def _preferred(recordings, repeats):
    """Return the recordings and their means, and the numbers of those that X from rest is looked up in."""
    if repeats == "refuse":
        return list(recordings), list(range(len(recordings)))
    groups = groups_of_equal([inputs for inputs, _ in recordings])
    if repeats == "first":
        return list(recordings), [group[0] for group in groups]
    known, numbers = list(recordings), []
    for group in groups:
        if len(group) > 1:
            states = np.mean([recordings[one].states for one in group], axis=0, dtype=np.float64)
            known.append(Recording(recordings[group[0]].inputs, states.astype(recordings[0].states.dtype)))
        numbers.append(group[0] if len(group) == 1 else len(known) - 1)
    return known, numbers
