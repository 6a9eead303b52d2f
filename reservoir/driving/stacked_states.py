"""The states of series of one length as a single array, which series in lockstep are written into at once."""

from threading import Lock
from typing import Any

import numpy as np

from readouts.types import Array
from reservoir.driving.pieces import Piece


class StackedStates:
    """A ``fold`` of `BaseReservoir.drive_many` that puts the states of whole series on top of each other.

    Parameters
    ----------
    n_series, n_steps : int

    Attributes
    ----------
    states : array (n_series, n_steps, n_features_out)
        From the first call on, which shows the precision.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.driving.stacked_states import StackedStates
    >>> stacked = StackedStates(2, 5)
    >>> _ = EchoStateReservoir(3).fit([[0.0]]).drive_many(np.ones((2, 5, 1)), stacked)
    >>> stacked.states.shape
    (2, 5, 3)
    """

    def __init__(self, n_series: int, n_steps: int) -> None:
        self._shape = n_series, n_steps
        self._lock = Lock()
        self.states: Any = None

    def __call__(self, number: int, before: Any, piece: Piece) -> None:
        """Put the states of series ``number`` into their place, unless they have been written there."""
        self._allocate(piece.states.shape[1], piece.states.dtype)
        if piece.states.base is not self.states:
            self.states[number] = piece.states

    def room(self, numbers: Array, n_features: int, dtype: Any) -> Array | None:
        """Return where the states of series with these numbers belong, None if they do not follow each other."""
        self._allocate(n_features, dtype)
        first, stop = int(numbers[0]), int(numbers[-1]) + 1
        return self.states[first:stop] if stop - first == len(numbers) else None

    def _allocate(self, n_features, dtype):
        with self._lock:  # threads begin at the same time
            if self.states is None:
                self.states = np.empty((*self._shape, n_features), dtype)
