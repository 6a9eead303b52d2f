"""How far off forecasts are: those of rows of the training series, by readouts that have not been fitted to them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

import numpy as np
from sklearn.base import clone

from readouts import RidgeReadout
from readouts.computed_once import computed_once
from readouts.types import Array
from reservoir.base import BaseReservoir
from reservoir.forecaster.affine_form import find_affine_form
from reservoir.forecaster.next_rows import NextRows
from reservoir.forecaster.origins import (
    Origins,
    find_direct_origins,
    find_loop_origins,
    forecast_directly,
    forecast_in_loops,
    windows,
)
from reservoir.forecaster.preparation import Preparation
from reservoir.forecaster.training import collect_rows
from reservoir.series.lazy_series import lazily

# Every readout is fitted to four fifths of the rows. Forecasts from more origins overlap more, and add little.
N_BLOCKS, MOST_ORIGINS = 5, 200
LAZY = ("prepared", "inputs", "noisy", "ahead")  # rows that are made of the series when they are indexed


@dataclass(frozen=True)
class Calibration:
    """Residuals of forecasts out of sample, by horizon, from evenly spaced origins of the training series.

    The rows that the readout was fitted to are cut into five blocks of time. For each block a readout of the same
    penalty is fitted to the rows outside of it, and to none whose targets reach into it, as far as there are enough
    others; it forecasts from the origins inside. All that is done when residuals are first asked for, so that those who
    ask for none wait for nothing.

    Parameters
    ----------
    reservoir : fitted reservoir
    readout : unfitted scikit-learn regressor
        With the penalty that was chosen.
    task : NextRows
    preparation : Preparation
    series : list of array (n_rows, n_features)
        Rows of data, which nobody else can change.
    prepared, inputs, noisy, ahead : list of LazySeries
        What is made of them: the prepared rows, what drives the reservoir, the same with noise, and what is known of
        the rows ahead.
    washout : int
    direct : bool
    periods : tuple of int
    n_jobs : int or None
    """

    reservoir: BaseReservoir
    readout: Any
    task: NextRows
    preparation: Preparation
    series: list
    prepared: list
    inputs: list
    noisy: list
    ahead: list
    washout: int
    direct: bool
    periods: tuple[int, ...]
    n_jobs: int | None

    def __getstate__(self):
        # Rows are stored, not the functions that make them; what is computed once is computed again.
        state = {field.name: getattr(self, field.name) for field in fields(self)}
        return state | {name: [None if x is None else x[:] for x in state[name]] for name in LAZY}

    def __setstate__(self, state):
        lazy = {name: [None if x is None else lazily(x, x.dtype) for x in state[name]] for name in LAZY}
        vars(self).update(state | lazy)

    def residuals(self, n_steps: int) -> Array:
        """Return truth less forecast of transformed rows, (n_origins, n_steps, n_features).

        They are kept until others are asked for, as forecasts of many contexts ask for the same.
        """
        residuals = self._latest.get(n_steps)
        if residuals is None:
            residuals = self._find_residuals(n_steps)
            self._latest.clear()
            self._latest[n_steps] = residuals
        return residuals

    @computed_once
    def _latest(self) -> dict[int, Array]:
        return {}

    def _find_residuals(self, n_steps):
        found = []
        for number, origins, ahead in self._forecasts(n_steps):
            past, truth = self.around(number, origins, n_steps)
            found.append(self.preparation.to_transformed(truth) - self.preparation.integrate(past, ahead))
        return joined_residuals(found, n_steps)

    def around(self, number: int, origins: Origins, n_steps: int) -> tuple[Array, Array]:
        """Return the rows of data before each origin that differences take, and the ``n_steps`` rows after it."""
        x, n_lost, first = self.series[number], self.preparation.n_lost, origins.positions + 1
        return windows(x, first, n_lost), windows(x, first + n_lost, n_steps)

    @computed_once
    def one_step_residuals(self) -> Array:
        """Truth less one-step prediction of prepared rows, (n_origins, n_features), less its mean.

        A mean would add up in a closed loop.
        """
        found = [
            windows(self.prepared[number], origins.positions + 1, 1) - ahead
            for number, origins, ahead in self._forecasts(1)
        ]
        residuals = np.concatenate(found)[:, 0].astype(np.float64)
        return residuals - residuals.mean(axis=0)

    def _forecasts(self, n_steps):
        """Yield the number of a series, some of its origins, and the prepared rows forecast from these."""
        for number, origins, readout, loop in self.groups(n_steps):
            yield number, origins, self.forecast(origins, n_steps, readout, loop)

    def groups(self, n_steps: int) -> Iterator[tuple[int, Origins, Any, Callable | None]]:
        """Yield for every block what forecasts of rows inside of it take.

        These are the number of a series, the origins of it that have ``n_steps`` rows after them, a readout that has
        not been fitted to the block, and the loop that it makes.
        """
        for number, (origins, blocks) in enumerate(self._origins):
            fits = origins.positions + n_steps <= len(origins.inputs)
            for block, (readout, loop) in enumerate(self._readouts):
                some = origins.among((blocks == block) & fits)
                if len(some.positions):
                    yield number, some, readout, loop

    def forecast(self, origins: Origins, n_steps: int, readout: Any, loop: Callable | None) -> Array:
        """Return the prepared rows forecast from each of some origins, (n_origins, n_steps, n_features)."""
        if self.direct:
            return forecast_directly(self.reservoir, origins, n_steps, self.task, readout)
        return forecast_in_loops(self.reservoir, origins, n_steps, self.task, self.periods, loop, readout)

    @computed_once
    def _edges(self):
        """Where blocks begin and end, among all rows that the readout was fitted to."""
        n_rows = sum(map(self._count_rows, self.prepared))
        return np.linspace(0, n_rows, min(N_BLOCKS, n_rows) + 1).astype(int)

    @computed_once
    def _readouts(self) -> list[tuple[Any, Callable | None]]:
        """The readout of each block, and the loop that it makes."""
        data = self.reservoir, self.task, self.prepared, self.noisy, self.ahead, self.washout, self.n_jobs
        features, targets = collect_rows(*data)
        n_rows = len(features)
        gap = min(self.task.n_ahead - 1, n_rows // 10)
        readouts = []
        for start, stop in zip(self._edges[:-1], self._edges[1:], strict=True):
            kept = np.r_[0 : max(start - gap, 0), min(stop + gap, n_rows) : n_rows]
            readout = clone(self.readout)
            readout.fit(features[kept], targets[kept])
            readouts.append((readout, None if self.direct else self._loop(readout)))
        return readouts

    def _loop(self, readout):
        rows = self.inputs[0][:20]
        states, _ = self.reservoir.drive(rows)
        form = find_affine_form(self.task, readout, np.hstack([states, rows], dtype=np.float64))
        return form.affine or partial(self.task.predict, readout)

    @computed_once
    def _origins(self):
        """For every series its origins, and the number of the block that each is in."""
        n_rows = self._edges[-1]
        numbers = np.unique(np.linspace(0, n_rows - 1, min(MOST_ORIGINS, n_rows)).astype(int))
        found, first = [], 0
        for x, inputs, ahead in zip(self.prepared, self.inputs, self.ahead, strict=True):
            stop = first + self._count_rows(x)
            own = numbers[(numbers >= first) & (numbers < stop)]
            positions = own - first + self.washout
            if self.direct:
                origins = find_direct_origins(self.reservoir, inputs, ahead, positions)
            else:
                origins = find_loop_origins(self.reservoir, inputs, positions)
            found.append((origins, np.searchsorted(self._edges, own, side="right") - 1))
            first = stop
        return found

    def _count_rows(self, prepared):
        return len(prepared) - self.task.n_ahead - self.washout


def joined_residuals(found: list[Array], n_steps: int) -> Array:
    """Return the residuals of all groups of origins, or raise ValueError if there are none."""
    if not found:
        raise ValueError(
            f"'n_steps' must leave rows of the training series to compare forecasts with; got {n_steps}, as long "
            "as the series. Ask for fewer, or leave out 'interval' and 'n_samples'."
        )
    return np.concatenate(found)


def kept_calibration(calibration: Calibration | None, name: str) -> Calibration:
    """Return what the parameter ``name`` of a forecast needs, or raise ValueError if fit has not kept it."""
    if calibration is None:
        raise ValueError(
            f"'{name}' must be None, as fit saw more rows than it keeps for intervals. Fit to the last rows of the "
            "series, or to fewer series."
        )
    return calibration


def with_its_penalty(readout):
    """Return an unfitted clone of a readout, with the penalty that it has chosen if it is a `RidgeReadout`."""
    twin = clone(readout)
    if isinstance(readout, RidgeReadout) and readout.alphas is not None:
        alpha = readout.alpha_
        twin.set_params(alpha=alpha, alphas=None)
    return twin
