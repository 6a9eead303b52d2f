"""A spiking liquid and its twins, each of which lacks one spike."""

import numpy as np
from scipy.signal import lfilter

from reservoir.spiking.steps import rounded_steps

MARGIN = 1000  # spikes that memory is reserved for, beside twice those of the original; if there are more, a second run


class Twins:
    """The original along one series, and runs of the same liquid without one of its spikes.

    Parameters
    ----------
    liquid : fitted SpikingLiquid
    X : checked 2-D array (n_rows, n_features)
    horizon : int
        Number of rows, less than those of X, that twins are followed for from the row of the dropped spike on.
    of_inputs : bool
        Whether spikes of inputs are dropped, not of units.
    """

    def __init__(self, liquid, X, horizon, of_inputs):
        self.liquid, self.X, self.horizon, self.of_inputs = liquid, X, horizon, of_inputs
        self.n_substeps = liquid.n_substeps_
        self.steps, self.units, _ = liquid.events(X)
        # What a spike does to its own unit is the model's secret, so the spike is taken away after that, before it
        # arrives anywhere. This is not possible where a delay is 0, nor in the middle of a row of noise.
        self._takes_away = np.all(rounded_steps(liquid.delays_.data, liquid.dt_) > 0) and not liquid.noise_.any()
        if self._takes_away:
            sampling = liquid.program_.sampling
            one_step = sampling._replace(trace_decay=sampling.trace_decay[:2].copy())
            self._stepwise = liquid.with_program(liquid.program_._replace(sampling=one_step))

    def draw(self, washout, n_twins, random_state):
        """Draw the spikes to drop, and keep the original's state around each: arrays (row, step, source)."""
        rows, steps, sources = self._inputs() if self.of_inputs else self._first_of_units()
        reach = np.flatnonzero((rows >= washout) & (rows < len(self.X) - self.horizon))
        if not reach.size:
            remedy = "Use dropped='units'." if self.of_inputs and self.liquid.input_ != "spikes" else "Use more input."
            what = "input channel" if self.of_inputs else "unit"
            raise ValueError(
                f"No {what} spikes in rows {washout} to {len(self.X) - self.horizon - 1}, so none can be dropped. "
                f"{remedy}"
            )
        drawn = np.sort(random_state.choice(reach, min(n_twins, reach.size), replace=False))
        self._states = self._states_before(np.concatenate([rows[drawn], rows[drawn] + self.horizon + 1]))
        return [tuple(int(part[index]) for part in (rows, steps, sources)) for index in drawn]

    def compare(self, dropped):
        """Return what differs without a spike: arrays of spikes, and whether the states in the end are the same.

        Of every spike that only one has fired: steps since the dropped one, unit, and 1 if of the twin, else -1.
        """
        row, step, source = dropped
        end = row + self.horizon + 1
        X, state = self.X[row:end], self._states[row]
        n_units, begin, others = self.liquid.n_units_, row * self.n_substeps, np.empty(0, np.int64)
        if self.of_inputs:
            X = X.copy()
            X[0, source] -= 1
        elif self._takes_away:
            others, state = self._without(row, step, source)
            begin, X = step + 1, X[1:]
        else:
            state = self._fail(state, step, source)
        first, last = np.searchsorted(self.steps, [begin, end * self.n_substeps])
        own = self.steps[first:last] * n_units + self.units[first:last]
        steps, units, state = self.liquid.events(X, state, 2 * (last - first) + MARGIN)
        others = np.append(others, steps * n_units + units)
        differing = np.setxor1d(own, others, assume_unique=True)
        signs = np.where(np.isin(differing, others, assume_unique=True), 1, -1)
        since, units = differing // n_units - step, differing % n_units
        if self.of_inputs or self._takes_away:
            whose = n_units if self.of_inputs else source
            since, units, signs = (np.append(part, one) for part, one in ((since, 0), (units, whose), (signs, -1)))
        within = since <= self.horizon * self.n_substeps
        return (since[within], units[within], signs[within]), self._same(state, self._states[end])

    def distance(self, differing, tau_trace):
        """Return the distance of the traces, one row after another from the dropped spike on, and two numbers.

        These are the logarithm of the last distance, and the time in ms of the last spike that differs.
        """
        since, units, signs = differing
        period, dt = self.liquid.input_period_, self.liquid.input_period_ / self.n_substeps
        rows = -(-since // self.n_substeps)
        _, columns = np.unique(units, return_inverse=True)
        traces = np.zeros((self.horizon + 1, columns.max() + 1))
        np.add.at(traces, (rows, columns), signs * np.exp(-(rows * self.n_substeps - since) * dt / tau_trace))
        traces = lfilter([1.0], [1.0, -np.exp(-period / tau_trace)], traces, axis=0)
        distances = np.sqrt(np.sum(traces**2, axis=1))
        # Without another spike the distance fades at a known rate; its logarithm is finite where it underflows.
        last = rows.max()
        logarithm = np.log(max(distances[last], np.finfo(float).tiny)) - (self.horizon - last) * period / tau_trace
        return distances, logarithm, since.max() * dt

    def _first_of_units(self):
        # A unit that is reset before its first spike in a row, instead of at it, is missed by no other unit until then.
        rows = self.steps // self.n_substeps
        _, first = np.unique(rows * self.liquid.n_units_ + self.units, return_index=True)
        return rows[first], self.steps[first], self.units[first]

    def _inputs(self):
        rows, channels = np.nonzero(self.X) if self.liquid.input_ == "spikes" else np.empty((2, 0), np.int64)
        return rows, rows * self.n_substeps, channels

    def _states_before(self, rows):
        states, state, done = {}, self.liquid.rest(), 0
        for row in np.unique(rows).tolist():
            if row > done:
                _, state = self.liquid.run(self.X[done:row], state)
            states[row], done = state, row
        return states

    def _without(self, row, step, unit):
        """Return the spikes of a row after a step in which a spike is taken away, and the state after the row."""
        X = np.repeat(self.X[row : row + 1], self.n_substeps, axis=0)
        if self.liquid.input_ == "spikes":
            X[1:] = 0
        n_before = step + 1 - row * self.n_substeps
        _, state, _ = self._stepwise.simulate(X[:n_before], self._states[row], 0)
        is_dropped = (state.in_flight[:, 0] == step) & (state.in_flight[:, 1] == unit)
        state = state._replace(in_flight=state.in_flight[~is_dropped])
        room = self.n_substeps * self.liquid.n_units_
        _, state, (steps, units, n_spikes) = self._stepwise.simulate(X[n_before:], state, room)
        return steps[:n_spikes] * self.liquid.n_units_ + units[:n_spikes], state

    def _fail(self, state, step, unit):
        """Return the state in which a unit stays silent until a spike in ``step`` would have released it."""
        release, voltage = state.release.copy(), state.voltage.copy()
        release[unit] = step + max(self.liquid.refractory_steps_[unit], 1)
        voltage[unit] = self.liquid.reset_[unit]
        return state._replace(release=release, voltage=voltage)

    @staticmethod
    def _same(one, other):
        """Return whether two states at a time will lead to the same spikes; traces, and releases long past, do not."""
        parts = [name for name in one._fields if name not in ("step", "release", "trace")]
        alike = all(np.array_equal(getattr(one, name), getattr(other, name)) for name in parts)
        return alike and np.array_equal(*(np.maximum(state.release, state.step) for state in (one, other)))
