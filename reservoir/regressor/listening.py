"""What a readout sees: the states of a reservoir, and beside them what it heard, some rows at a time."""

from dataclasses import dataclass

import numpy as np

from readouts.masked import refuse_masked
from reservoir.base import BaseReservoir
from reservoir.regressor.targets import known_rows


@dataclass(frozen=True)
class Listener:
    """A fitted reservoir, and how its states become the rows of a readout.

    A state is that of the reservoir; with feedback it is ``(state, output)``, the output that is heard next.
    """

    reservoir: BaseReservoir
    passthrough: bool
    feedback: bool
    chunk_size: int

    def rest(self, n_targets):
        """Return the state before the first step."""
        state = self.reservoir.rest()
        return (state, np.zeros(n_targets)) if self.feedback else state

    def check_state(self, state, n_targets):
        """Return a state that was passed in, checked."""
        if not self.feedback:
            return self.reservoir.check_state(state)
        refuse_masked("state", state)
        try:
            output = np.asarray(state[1]) if isinstance(state, tuple) and len(state) == 2 else np.empty(0, object)
        except ValueError:  # rows of unequal length
            output = np.empty(0, object)
        if output.dtype.kind not in "fiu" or output.shape != (n_targets,) or not np.isfinite(output).all():
            raise ValueError(
                f"'state' must be a pair of the reservoir's state and the last output, a finite array of shape "
                f"({n_targets},), as predict(..., return_state=True) returns it; got {type(state).__name__}."
            )
        return self.reservoir.check_state(state[0]), output.astype(np.float64)

    def listen(self, X, state, teacher=None, skip=0):
        """Yield ``(start, rows, state)`` for at most ``chunk_size`` steps at a time, and an end after ``skip`` steps.

        With feedback, the reservoir hears row t - 1 of ``teacher`` in front of row t of X.
        """
        cuts = [*range(0, skip, self.chunk_size), *range(skip, len(X), self.chunk_size), len(X)]
        for start, stop in zip(cuts[:-1], cuts[1:], strict=True):
            heard = X[start:stop]
            if self.feedback:
                state, output = state
                taught = teacher[start:stop].reshape(stop - start, -1)
                heard = np.hstack([np.vstack([output, taught[:-1]]), heard]).astype(X.dtype)
            rows, state = self.reservoir.drive(heard, state)
            if self.feedback:
                state = state, taught[-1].copy()
            if self.passthrough:
                rows = np.hstack([rows, heard])
            yield start, rows, state

    def lessons(self, X, y, state, washout):
        """Yield ``(rows, targets, state)`` as ``listen`` does, without the washout and rows of missing targets."""
        skip = min(washout, len(X))
        for start, rows, following in self.listen(X, state, y, skip):
            targets = y[start : start + len(rows)]
            known = known_rows(targets) if start >= skip else np.zeros(len(rows), dtype=bool)
            if not known.all():
                rows, targets = rows[known], targets[known]
            yield rows, targets, following


def gather(lessons, chunk_size):
    """Yield ``(rows, targets)`` of many small lessons in blocks of at most ``chunk_size`` rows."""
    waiting, n_waiting = [], 0
    for rows, targets in lessons:
        if n_waiting and n_waiting + len(rows) > chunk_size:
            yield _join(waiting)
            waiting, n_waiting = [], 0
        if len(rows):
            waiting.append((rows, targets))
            n_waiting += len(rows)
    if n_waiting:
        yield _join(waiting)


def _join(lessons):
    if len(lessons) == 1:
        return lessons[0]
    rows, targets = zip(*lessons, strict=True)
    return np.concatenate(rows), np.concatenate(targets)
