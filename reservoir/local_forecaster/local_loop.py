"""The closed loop of all patches: each step gathers what they see, drives them in lockstep, and writes what is next."""

from typing import Any, NamedTuple

import numpy as np

from readouts import RidgeReadout
from readouts.compiling import njit
from readouts.slices import slices
from readouts.types import Array
from reservoir.base import BaseReservoir
from reservoir.driving.groups import whole_vectors, widest
from reservoir.driving.lanes import side_by_side
from reservoir.driving.runaway import largest_square_root
from reservoir.forecaster.next_rows import NextRows
from reservoir.kernels.alignment import aligned_zeros
from reservoir.kernels.closed_loop import AffineReadout, find_affine
from reservoir.kernels.lane_products import project_units
from reservoir.kernels.local_leaky import patch_programs, run_local_closed
from reservoir.kernels.program import arguments

FEWEST = 2  # patches that take less time in lockstep than one after the other


class LocalLoop(NamedTuple):
    """What a closed loop of patches is made of.

    Parameters
    ----------
    reservoirs, readouts : list
        One for all patches, or one for each, fitted.
    affine : list of AffineReadout or None
        The affine form of each readout, as it is of its features; None where it has none.
    rows : NextRows
    own, seen : arrays (n_patches, n_own) and (n_patches, n_seen)
        Where the values of each patch are in a row.
    """

    reservoirs: list[BaseReservoir]
    readouts: list[Any]
    affine: list[AffineReadout | None]
    rows: NextRows
    own: Array
    seen: Array

    def follow(self, row: Array, states: list[Any], n_steps: int) -> tuple[Array, int | None]:
        """Return the rows (n_steps, n_values) that follow, and the step that runs away, or None if none does.

        Parameters
        ----------
        row : array (n_values,)
            The last known row, scaled.
        states : list
            The state of each patch before it.
        n_steps : int
        """
        forecast, limit = np.empty((n_steps, len(row))), largest_square_root(row.dtype)
        if len(self.reservoirs) > 1 and self._follow_compiled(row.copy(), states, forecast):
            near = (np.abs(forecast) <= limit).all(axis=1)  # NaN is not
            return forecast, None if near.all() else int(np.argmin(near))
        parts = self._parts(states, row.dtype)
        for t in range(n_steps):
            for part in parts:
                try:
                    with np.errstate(over="ignore", invalid="ignore"):
                        part.step(row, forecast[t])
                except FloatingPointError:  # a state has overflowed
                    return forecast, t
            if not (np.abs(forecast[t]) <= limit).all():
                return forecast, t
            row = forecast[t].astype(row.dtype)
        return forecast, None

    def _follow_compiled(self, row, states, forecast):
        """Write the forecast of patches with reservoirs of their own; return False, without it, if it cannot be."""
        programs = None if None in self.affine else patch_programs(self.reservoirs)
        if programs is None:
            return False
        n_units, n_seen, n_own = self.rows.n_units, self.seen.shape[1], self.own.shape[1]
        readouts = np.zeros((len(self.own), n_own, n_units + n_seen))
        for weights, affine in zip(readouts, self.affine, strict=True):
            weights[:, : affine.weights.shape[1]] = affine.weights
        if self.rows.increments:
            readouts[:, range(n_own), range(n_units, n_units + n_own)] += 1
        intercepts = np.stack([affine.intercept for affine in self.affine])
        given = (
            *arguments(programs),
            readouts,
            intercepts,
            self.rows.squares,
            self.own,
            self.seen,
            row,
            np.stack(states),
        )
        for steps in slices(len(forecast), n_units * len(states)):  # between which Python can be interrupted
            run_local_closed(*given, forecast[steps])
        return True

    def _parts(self, states, dtype):
        """Return what drives all patches: lanes of the only reservoir where it has them, or else one part for each."""
        numbers, shared = np.arange(len(self.own)), len(self.reservoirs) == 1
        reservoir = self.reservoirs[0]
        lanes = reservoir.lanes() if shared and len(numbers) >= FEWEST and reservoir.output_map_ is None else None
        if lanes is None:
            each = [0] * len(numbers) if shared else numbers
            return [_Alone(self, number, of, states[number]) for number, of in zip(numbers, each, strict=True)]
        width = whole_vectors((reservoir.rest(), np.empty(0, dtype)))
        most = widest(reservoir.n_units_, dtype, width, len(numbers), 1)
        groups = [numbers[start : start + most] for start in range(0, len(numbers), most)]
        return [_InLanes(self, group, lanes, -(-len(group) // width) * width, states, dtype) for group in groups]


def affine_of(readout: Any, features: Array) -> AffineReadout | None:
    """Return what `find_affine` does, without a prediction of ridge readouts, which are known to be affine.

    There may be one for each of many patches, and a prediction of some rows takes longer than a step of all of them.

    Parameters
    ----------
    readout : fitted readout
    features : array (n_rows, n_features)
        On which the others predict.

    Examples
    --------
    >>> import numpy as np
    >>> from readouts import RidgeReadout
    >>> from reservoir.local_forecaster.local_loop import affine_of
    >>> X = np.arange(10.0)[:, None]
    >>> affine = affine_of(RidgeReadout(alpha=0).fit(X, 3 * X + 2), X)
    >>> affine.weights.round(9).tolist(), affine.intercept.round(9).tolist()
    ([[3.0]], [2.0])
    """
    if type(readout) is RidgeReadout and hasattr(readout, "coef_"):  # not if it has been replaced by an unfitted one
        fit = readout.ridge_fit_
        if len(fit.coefficients) == features.shape[1]:
            # Copies: arrays that are mapped from disk cannot be written to, and kernels would be compiled for them.
            return AffineReadout(np.array(fit.coefficients.T), np.array(fit.intercept))
    return find_affine(readout, features)


class _Alone:
    """A patch that is driven by itself."""

    def __init__(self, loop, number, of, state):
        self._reservoir, self._readout, self._affine = loop.reservoirs[of], loop.readouts[of], loop.affine[of]
        self._own, self._seen, self._rows, self._state = loop.own[number], loop.seen[number], loop.rows, state

    def step(self, row, following):
        inputs = row[self._seen][None]
        states, self._state = self._reservoir.drive(inputs, self._state)
        both = np.hstack([states, inputs], dtype=np.float64)
        if self._affine is None:
            following[self._own] = self._rows.predict(self._readout, both)[0]
            return
        features = self._rows.features_among(both)[0]
        following[self._own] = self._affine.weights @ features + self._affine.intercept
        if self._rows.increments:
            following[self._own] += inputs[0, : len(self._own)]


class _InLanes:
    """Patches of one reservoir that advance together, each in a lane."""

    def __init__(self, loop, group, lanes, n_lanes, states, dtype):
        self._lanes, self._n, self._rows, self._readout = lanes, len(group), loop.rows, loop.readouts[0]
        self._own, self._seen = loop.own[group].T.copy(), loop.seen[group].T.copy()
        self._state = side_by_side([states[n] for n in group] + [states[group[0]]] * (n_lanes - len(group)))
        n_units, n_seen = loop.reservoirs[0].n_units_, len(self._seen)
        self._inputs = aligned_zeros((1, n_seen, n_lanes), dtype)
        self._states = aligned_zeros((1, n_units, n_lanes), dtype)
        self._active = np.array([self._n])
        self._both = aligned_zeros((n_units + n_seen, n_lanes), np.float64)
        affine = loop.affine[0]
        if affine is not None:
            self._weights = np.ascontiguousarray(affine.weights.T)  # those of all outputs for a feature side by side
            self._intercept = affine.intercept.copy()
            self._outputs = aligned_zeros((len(self._own), n_lanes), np.float64)
        self._affine = affine

    def step(self, row, following):
        inputs, states = self._inputs[0], self._states[0]
        inputs[:, : self._n] = row[self._seen]
        self._lanes(self._inputs, self._active, self._state, self._states)
        if not np.isfinite(states[:, : self._n]).all():
            raise FloatingPointError
        both = self._both
        both[: len(states)], both[len(states) :] = states, inputs
        if self._affine is None:
            following[self._own] = self._rows.predict(self._readout, both[:, : self._n].T.copy()).T
            return
        if self._rows.squares:
            np.square(both[1 : len(states) : 2], out=both[1 : len(states) : 2])
        features = both if self._rows.passthrough else both[: len(states)]
        run_readout_lanes(self._weights, self._intercept, features, self._n, self._outputs)
        outputs = self._outputs[:, : self._n]
        following[self._own] = outputs + inputs[: len(outputs), : self._n] if self._rows.increments else outputs


@njit
def run_readout_lanes(weights, intercept, features, n_lanes, outputs):
    """Write outputs = intercept + weights.T @ features, a chain of fused products for every lane.

    A matrix product would round a lane in a way that depends on where it is, and on how many there are.

    Parameters
    ----------
    weights : array (n_features, n_outputs)
    intercept : array (n_outputs,)
    features : array (n_features, lanes of whole vectors)
    n_lanes : int
        How many of the lanes count.
    outputs : array (n_outputs, lanes of whole vectors)
    """
    project_units(0, outputs.shape[0], weights, intercept, features, n_lanes, outputs)
