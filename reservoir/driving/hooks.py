"""What a subclass of `BaseReservoir` writes: three methods that it must define, and others with defaults."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from readouts.types import Array
from reservoir.driving.lanes import Lanes
from reservoir.driving.loop_by_rows import loop_by_rows
from reservoir.driving.part import Part
from reservoir.driving.plain_state import check_plain_state
from reservoir.series.lazy_series import is_finite


class StateOverflowError(FloatingPointError, ValueError):
    """A state grew past every finite number, or an output in a loop past what can be squared: settings are unstable."""


class ReservoirHooks(ABC):
    """The underscored methods of a reservoir, which only `BaseReservoir` calls.

    A subclass defines the first three, and any others:

    ==================================== ==============================================================================
    ``_draw(n_features, random_state)``  checks the parameters and draws everything random into attributes that end
                                         in ``_``, among them ``n_units_``
    ``_rest()``                          returns the state before the first input, any array; any other state needs a
                                         ``_check_state``, too
    ``_drive(X, state)``                 returns ``(states, state)`` for a checked 2-D X: an array ``(n_steps,
                                         n_units_)`` and the state after the last step; changes neither X nor the
                                         given state, and returns no view of X, which belongs to the caller
    ``_prepare()``                       returns the program of a kernel, see `program_`
    ``_inspect(series)``                 warns if the fitted reservoir is of no use on its series
    ``_check_rows(X, first)``            refuses rows that cannot be driven
    ``_start_of(X, state)``              returns the state from which a series is driven piece by piece
    ``_check_state(state)``              returns a state that a caller passed, or refuses it
    ``_write_states(X, state, states)``  is ``_drive`` that writes into a given array, and returns the state after the
                                         last step, which is no view of ``states``
    ``_lanes(pieces)``                   returns what drives many series in lockstep, see `reservoir.driving.lanes`
    ``_close_loop(...)``                 is a compiled `close_loop`
    ``_check_finite(states, state)``     raises if a state has overflowed
    ``_remedy()``                        returns the advice that ends the message of this error
    ``_parts(X, state)``                 yields a `Part` for every reservoir that a composite is made of
    ``_n_features_out``                  is the number of columns of the states
    ``_freeze()``                        makes fitted arrays read-only
    ==================================== ==============================================================================

    After ``fit``, these methods use fitted attributes only, not parameters, which may have been changed since.
    """

    n_units_: int
    elapsed_column_: int | None = None
    fitted_to_times_: bool = False  # whether `fit` warned of times of samples in this column, so that once is enough
    output_map_: tuple[Array, Array] | None = None

    # If True, NaN and infinity persist in the state to the last row, so checking the final state suffices. Reading all
    # rows again would take a tenth of the time of driving.
    _never_recovers = False

    @abstractmethod
    def _draw(self, n_features: int, random_state: np.random.RandomState) -> None:
        """Check the parameters and draw what is random into attributes that end in ``_``, among them ``n_units_``."""

    @abstractmethod
    def _rest(self) -> Any:
        """Return the state before the first input."""

    @abstractmethod
    def _drive(self, X: Array, state: Any) -> tuple[Array, Any]:
        """Return the states and the state after the last row, without changing X or the given state."""

    def _write_states(self, X: Array, state: Any, states: Array) -> Any:
        """Write the states of the rows of X into ``states``, an array, and return the state after the last row."""
        if type(self)._drive is drive_into_new:
            raise TypeError(f"{type(self).__name__} must define '_write_states', by which its '_drive' drives.")
        states[...], state = self._drive(X, state)
        return state

    def _lanes(self, pieces: bool) -> Lanes | None:
        """Return what drives many series in lockstep, with the bits of each alone; None if nothing does.

        With ``pieces``, states are written series by series afterwards, which may take more time than it saves. It is
        not asked of a subclass that drives one series in another way than the class that defines this.
        """
        return None

    def _prepare(self) -> tuple | None:
        """Return the program of the kernel, a NamedTuple; None if there is no kernel."""
        return None

    def _inspect(self, series: Sequence) -> None:
        """Warn if the fitted reservoir is of no use on its series, whose slices are checked arrays."""
        return None

    def _check_rows(self, X: Array, first: int = 0) -> None:
        """Raise unless the rows of a checked X can be driven; row ``first`` of the series is the first of them."""
        return None

    def _start_of(self, X: Array, state: Any) -> Any:
        """Return the state from which a series is driven piece by piece: here the given one.

        Where the first rows do not say what all of X does, which state it is, return the one that all rows ask for.
        """
        return state

    def _check_state(self, state: Any) -> Any:
        """Return a state that a caller passed, or raise ValueError."""
        return check_plain_state(state, self._rest())

    def _check_finite(self, states: Array, state: Any) -> None:
        """Raise StateOverflowError if states, or the state after them, are not finite."""
        parts = state if isinstance(state, tuple) else (state,)
        finite = all(map(is_finite, parts))
        tells_all = self._never_recovers and self.output_map_ is None  # outputs may overflow for a single row
        if not (finite and (tells_all or is_finite(states))):
            overflowed = np.append(np.flatnonzero(~np.isfinite(states).all(axis=1)), len(states) - 1)
            raise StateOverflowError(
                f"The state of {type(self).__name__} overflowed at step {overflowed[0]} of {len(states)}. "
                f"{self._remedy()}"
            )

    def _remedy(self) -> str:
        """Return what to change where a state overflows."""
        return "Use smaller weights or inputs."

    def _close_loop(self, readout: Callable, inputs: Array, n_outputs: int, state: Any) -> Array:
        """Drive on by the outputs of a readout, as `close_loop` says: here one row after the other."""
        return loop_by_rows(self, readout, inputs, n_outputs, state)

    def _parts(self, X: Array | None, state: Any) -> Iterator[Part]:
        """Yield a `Part` for every reservoir that this one is made of: here itself."""
        yield Part("", self, X, state)

    @property
    def _n_features_out(self) -> int:
        """Number of columns of the states."""
        return self.n_units_ if self.output_map_ is None else len(self.output_map_[1])


def drive_into_new(self: Any, X: Array, state: Any) -> tuple[Array, Any]:
    """Be the ``_drive`` of a class that defines ``_write_states``, by ``_drive = drive_into_new`` in its body."""
    states = np.empty((len(X), self.n_units_), self.dtype_)
    return states, self._write_states(X, state, states)


def has_own_lanes(cls: type) -> bool:
    """Whether the class that says how one series is driven, or a subclass of that, defines ``_lanes``."""

    def owner(name):
        return next(base for base in cls.__mro__ if name in vars(base))

    return all(issubclass(owner("_lanes"), owner(name)) for name in ("drive", "_drive", "_write_states"))
