import re

import numpy as np
import pytest
from builders import N_UNITS, VARIANTS, series

from reservoir import NVAR, AdaptiveReservoir, BaseReservoir, EchoStateReservoir, LIFLiquid, LTCLiquid, StackedReservoir
from reservoir.plasticity import IntrinsicPlasticity
from reservoir.testing import check_reservoir

OTHERS = {
    "NVAR": NVAR(delay=2),
    "stack": StackedReservoir([EchoStateReservoir(6), LIFLiquid(7)], input_to_all=True),
    "stack of stacks": StackedReservoir([StackedReservoir([EchoStateReservoir(3), NVAR()]), EchoStateReservoir(4)]),
    "adaptive": AdaptiveReservoir(EchoStateReservoir(6), IntrinsicPlasticity()),
}


@pytest.mark.parametrize("name", [*VARIANTS, *OTHERS])
@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
def test_every_reservoir_keeps_its_promises(name):
    cls, parameters = VARIANTS.get(name, (None, None))
    check_reservoir(OTHERS[name] if cls is None else cls(N_UNITS, **parameters))


def test_a_series_of_its_own_is_taken():
    spikes = np.random.RandomState(0).poisson(1.0, (12, 3))
    check_reservoir(LIFLiquid(8, input="spikes", background_current=14.0), spikes)
    check_reservoir(LTCLiquid(8, elapsed_column=-1), np.abs(series(12, 2)))


class Leaky(BaseReservoir):
    """A right one, each of whose subclasses breaks one promise."""

    def __init__(self, n_units=5, leak=0.5, *, n_jobs=None, dtype="float64", random_state=None):
        self.n_units = n_units
        self.leak = leak
        self.n_jobs = n_jobs
        self.dtype = dtype
        self.random_state = random_state

    def _draw(self, n_features, random_state):
        self.n_units_, self.leak_ = self.n_units, self.leak
        self.input_weights_ = random_state.standard_normal((self.n_units, n_features)).astype(self.dtype_)

    def _rest(self):
        return np.zeros(self.n_units_, self.dtype_)

    def _drive(self, X, state):
        states = np.empty((len(X), self.n_units_), self.dtype_)
        for t, u in enumerate(X):
            state = (1 - self.leak_) * state + self.leak_ * np.array([w @ u for w in self.input_weights_])
            states[t] = state
        return states, state.astype(self.dtype_)


class DrawsFromTheGlobalGenerator(Leaky):
    def _draw(self, n_features, random_state):
        super()._draw(n_features, np.random.mtrand._rand)


class ReadsAParameterAfterFit(Leaky):
    def _drive(self, X, state):
        states, state = super()._drive(X, state)
        return (states, state) if self.leak == self.leak_ else (2 * states, state)


class ForgetsItsState(Leaky):
    def _drive(self, X, state):
        return super()._drive(X, self._rest())


class ChangesItsInput(Leaky):
    def _drive(self, X, state):
        states = super()._drive(X, state)
        X *= 2
        return states


class ChangesItself(Leaky):
    def _draw(self, n_features, random_state):
        super()._draw(n_features, random_state)
        self.calls_ = []

    def _drive(self, X, state):
        self.calls_.append(None)
        states, state = super()._drive(X, state)
        return len(self.calls_) * states, state


class ChangesTheStateItIsGiven(Leaky):
    def _drive(self, X, state):
        states, after = super()._drive(X, state)
        state += 1
        return states, after


class ReturnsAViewAsItsState(Leaky):
    def _drive(self, X, state):
        states, _ = super()._drive(X, state)
        return states, states[-1]


class ChangesAParameterInFit(Leaky):
    def _draw(self, n_features, random_state):
        self.n_units = int(self.n_units) + 1
        super()._draw(n_features, random_state)


class IgnoresItsPrecision(Leaky):
    def _drive(self, X, state):
        states, state = super()._drive(X, state)
        return states.astype(np.float64), state


class TakesAnyState(Leaky):
    def _check_state(self, state):
        return self._rest()


class CannotBePickled(Leaky):
    def _draw(self, n_features, random_state):
        super()._draw(n_features, random_state)
        self.rule_ = lambda: None


class ReturnsItsInput(Leaky):
    def _draw(self, n_features, random_state):
        super()._draw(n_features, random_state)
        self.n_units_ = n_features

    def _drive(self, X, state):
        return X, state


class LendsItsRest(Leaky):
    def _draw(self, n_features, random_state):
        super()._draw(n_features, random_state)
        self._start = np.zeros(self.n_units_, self.dtype_)

    def _rest(self):
        return self._start


class WritesOtherStates(Leaky):
    def _write_states(self, X, state, states):
        states[...], state = self._drive(X, state)
        states[-1] += 1
        return state


class ForgetsStarts(Leaky):
    def drive_many(self, series, fold, *, starts=None, **options):
        return super().drive_many(series, fold, **options)


class InLockstep(Leaky):
    """A right one: what many series do in lockstep."""

    def _lanes(self, pieces):
        return self._drive_lanes

    def _drive_lanes(self, X, active, state, states):
        for t, n_active in enumerate(active):
            for lane in range(n_active):
                one, after = self._drive(np.ascontiguousarray(X[t : t + 1, :, lane]), state[:, lane].copy())
                states[t, :, lane], state[:, lane] = one[0], after


class GoesOnAfterTheEnd(InLockstep):
    def _drive_lanes(self, X, active, state, states):
        super()._drive_lanes(X, np.full_like(active, X.shape[2]), state, states)
        states[...] += state.shape[1] > active.min()


class SumsInAnotherOrder(InLockstep):
    def _drive_lanes(self, X, active, state, states):
        super()._drive_lanes(X, active, state, states)
        states *= 1 + 4 * np.finfo(states.dtype).eps


class ForgetsStartsInLockstep(InLockstep):
    def _drive_lanes(self, X, active, state, states):
        super()._drive_lanes(X, active, np.zeros_like(state), states)


class LoopsNothing(Leaky):
    def _close_loop(self, readout, inputs, n_outputs, state):
        return np.zeros((len(inputs), n_outputs))


class HasNoParts(Leaky):
    def _parts(self, X, state):
        return iter(())


class KeepsAList(Leaky):
    def _draw(self, n_features, random_state):
        super()._draw(n_features, random_state)
        self.notes.append(n_features)

    def __init__(self, n_units=5, leak=0.5, notes=(), *, n_jobs=None, dtype="float64", random_state=None):
        super().__init__(n_units, leak, n_jobs=n_jobs, dtype=dtype, random_state=random_state)
        self.notes = notes


class ReadsItsPrecisionAfterFit(Leaky):
    def _rest(self):
        return np.zeros(self.n_units_, self.dtype)


class DependsOnItsWholeInput(Leaky):
    def _drive(self, X, state):
        return super()._drive(X - X.mean(axis=0), state)


BROKEN = {
    DrawsFromTheGlobalGenerator: "fit must draw from its 'random_state' only",
    ReadsAParameterAfterFit: "only fitted attributes may be used",
    ForgetsItsState: r"run\(X\[1:\], state\) must equal run\(X\); they differ by up to .*, first in row 1",
    ChangesItsInput: "run must leave the reservoir, X and the given state as they were",
    ChangesItself: "must return the same states when it is called again",
    ChangesTheStateItIsGiven: "the given state as they were",
    ReturnsAViewAsItsState: "run must return states and a state that are no views of X, of each other",
    ChangesAParameterInFit: r"fit\(X\) must change no parameter; it has set n_units",
    IgnoresItsPrecision: "States must be of dtype='float32'; got float64",
    TakesAnyState: "run must refuse text as a state; it returned",
    CannotBePickled: "Clones, copies and pickles do as the original does. It raised",
    ReturnsItsInput: "no views of X",
    LendsItsRest: "no views of X, of each other or of the reservoir",
    WritesOtherStates: "transform of a memory map must equal that of X",
    ForgetsStarts: "drive_many with starts must equal drive of each series",
    GoesOnAfterTheEnd: "_lanes, .* must give each the states that it has alone; they differ",
    SumsInAnotherOrder: "in pieces, must give each the states that it has alone; they differ",
    ForgetsStartsInLockstep: "must give each the states that it has alone; they differ",
    LoopsNothing: "close_loop must return the outputs of the readout",
    HasNoParts: r"parts\(X\) must yield at least one part",
    KeepsAList: "fit(.*) must change no parameter; it has set notes",
    ReadsItsPrecisionAfterFit: "Parameters that are set after `fit` change nothing before the next. It raised",
    DependsOnItsWholeInput: r"run\(X\[:1\]\) and then run\(X\[1:\], state\) must equal run\(X\)",
}


def test_a_right_one_passes():
    check_reservoir(Leaky())
    check_reservoir(InLockstep())


@pytest.mark.parametrize("cls", BROKEN)
def test_every_broken_promise_is_named(cls):
    with pytest.raises(AssertionError, match=f"{cls.__name__} breaks") as caught:
        check_reservoir(cls(notes=[]) if cls is KeepsAList else cls())
    assert re.search(BROKEN[cls], str(caught.value)), caught.value


class Rounds(Leaky):
    """Its last digits depend on the number of rows, as those of a matrix product do."""

    def _drive(self, X, state):
        states, state = super()._drive(X, state)
        return states * (1 + len(X) * np.finfo(self.dtype_).eps), state


def test_a_tolerance_allows_for_other_last_digits():
    with pytest.raises(AssertionError, match="must equal"):
        check_reservoir(Rounds())
    check_reservoir(Rounds(), rtol=1e-5)
