"""Many series in lockstep, as rows of features and targets that a readout is given without a piece of any series."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from readouts.types import Array
from reservoir.driving.lanes import LaneBlock
from reservoir.kernels.transposing import take_lanes
from reservoir.regressor.block_fit import BlockFit
from reservoir.regressor.step_targets import StepTargets

# Of the targets of every series at once, and bytes of those of all series.
STEPS_READ, BYTES_READ = 1024, 2**22


class RowPool:
    """A `driving.lanes.Pool` that gives a readout the rows of all series, step by step, in blocks of one buffer.

    Parameters
    ----------
    fit : BlockFit
    n_rows : int
        Of a block, at least the number of series.
    wanted : sequence of StepTargets
        Of all series that there are, by their numbers; numbers, not labels.
    lengths : int array (n_series,)
        Steps of the series of this pool, never increasing.
    washout : int
        Steps at the start of every series that are left out.
    passthrough : bool
        Whether inputs are features, too.
    """

    def __init__(
        self, fit: BlockFit, n_rows: int, wanted: Sequence[StepTargets], lengths: Array, washout: int, passthrough: bool
    ) -> None:
        self._fit, self._n_rows, self._wanted, self._lengths = fit, n_rows, wanted, lengths
        self._washout, self._passthrough = washout, passthrough
        step_bytes = 8 * len(lengths) * int(np.prod(wanted[0].values.shape[1:]))
        self._n_read = min(STEPS_READ, BYTES_READ // max(step_bytes, 1))  # or a block, if that has more
        self._n_before = np.zeros(len(lengths), dtype=np.int64)
        self._buffer: Array | None = None
        self._n_filled, self._parts = 0, list[dict[str, Array]]()
        self._start, self._kept, self._columns = 0, np.empty((0, len(lengths)), dtype=bool), dict[str, Array]()

    def add(self, block: LaneBlock) -> None:
        """Add a block of states."""
        first, stop = max(self._washout - block.start, 0), len(block.states)
        most = max(1, self._n_rows // len(self._lengths))
        for step in range(first, stop, most):
            self._add_steps(block, step, min(step + most, stop))

    def results(self) -> list[Any]:
        """Give the readout what is left, and return nothing for any series."""
        self._flush()
        return [None] * len(self._lengths)

    def _add_steps(self, block, first, stop):
        n_lanes, n_steps = int(block.active[first]), stop - first
        kept, columns = self._targets_of(block, first, stop, n_lanes)
        if self._n_filled + n_steps * n_lanes > self._n_rows:
            self._flush()
        states = block.states[first:stop]
        n_units = states.shape[1]
        if self._buffer is None:
            width = n_units + (block.inputs.shape[1] if self._passthrough else 0)
            self._buffer = np.empty((self._n_rows, width), states.dtype)
        here = self._buffer[self._n_filled : self._n_filled + n_steps * n_lanes]
        rows = here.reshape(n_steps, n_lanes, -1)
        take_lanes(states, n_lanes, 0, rows.transpose(1, 0, 2)[:, :, :n_units])
        if self._passthrough:
            rows[:, :, n_units:] = block.inputs[first:stop, :, :n_lanes].transpose(0, 2, 1)
        n_kept = int(np.count_nonzero(kept))
        if n_kept < len(here):
            here[:n_kept] = rows[kept]
        self._n_filled += n_kept
        self._parts.append({name: column[kept] for name, column in columns.items()})

    def _targets_of(self, block, first, stop, n_lanes):
        """Return which of some steps are kept, (n_steps, n_lanes), and what there is of each beside its features."""
        start, end = block.start + first, block.start + stop
        if end > self._start + len(self._kept):
            self._read(block.numbers, start, max(self._n_read, stop - first))
        here = slice(start - self._start, end - self._start)
        kept = self._kept[here, :n_lanes]
        self._n_before[:n_lanes] += np.count_nonzero(kept, axis=0)
        return kept, {name: column[here, :n_lanes] for name, column in self._columns.items()}

    def _read(self, numbers, start, n_steps):
        """Read what there is of the next steps of every series beside its features."""
        self._start, self._kept, self._columns = start, np.zeros((n_steps, len(numbers)), dtype=bool), {}
        for lane, (number, length) in enumerate(zip(numbers, self._lengths, strict=True)):
            if length <= start:
                break
            stop = min(start + n_steps, length)
            kept, targets, keywords = self._wanted[number].select(slice(start, stop), int(self._n_before[lane]))
            self._kept[: stop - start, lane] = kept
            for name, values in {"y": targets, **keywords}.items():
                if name not in self._columns:
                    self._columns[name] = np.empty((*self._kept.shape, *values.shape[1:]), values.dtype)
                self._columns[name][: stop - start, lane][kept] = values

    def _flush(self):
        if self._n_filled:
            beside = {name: np.concatenate([part[name] for part in self._parts]) for name in self._parts[0]}
            self._fit.add(self._buffer[: self._n_filled], beside.pop("y"), beside)
        self._buffer, self._n_filled, self._parts = None, 0, []
