import matplotlib
import numpy as np
import pytest
from builders import VARIANTS, build, series

from reservoir import NVAR, BaseReservoir, CTRNNLiquid, EchoStateReservoir, LIFLiquid, StackedReservoir

matplotlib.use("Agg")


class OwnReservoir(BaseReservoir):
    """A user's own: leaky units on a ring."""

    def __init__(self, n_units=9, *, random_state=None):
        self.n_units = n_units
        self.random_state = random_state

    def _draw(self, n_features, random_state):
        self.n_units_ = self.n_units
        self.input_weights_ = random_state.uniform(-1, 1, (self.n_units, n_features))

    def _rest(self):
        return np.zeros(self.n_units_)

    def _drive(self, X, state):
        states = np.empty((len(X), self.n_units_))
        for t, u in enumerate(X):
            state = 0.5 * state + 0.5 * np.tanh(0.9 * np.roll(state, 1) + self.input_weights_ @ u)
            states[t] = state
        return states, state


KINDS = ["EchoState shift", "CTRNN random antisymmetric", "LTC shift", "CfC wired memory", "LIF shift"]
EVERY = {name: build(VARIANTS[name][0], **VARIANTS[name][1]) for name in KINDS} | {
    "NVAR": NVAR(2),
    "stack": StackedReservoir([EchoStateReservoir(9), CTRNNLiquid(7)], random_state=0),
    "spiking stack": StackedReservoir([EchoStateReservoir(9), LIFLiquid(7, input_scaling=99.0)], random_state=0),
    "own": OwnReservoir(random_state=0),
}


@pytest.fixture(params=EVERY)
def every(request):
    """A reservoir of every kind, not fitted."""
    return EVERY[request.param]


@pytest.fixture
def X():
    """A series too short to judge the health of a spiking liquid by: 9 rows of 10 ms."""
    return series(9, 2)
