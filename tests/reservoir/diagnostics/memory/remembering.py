"""Fitted reservoirs of every class, and one of a user's own, for diagnostics of memory."""

import builders
import numpy as np

from reservoir import NVAR, EchoStateReservoir, LTCLiquid, StackedReservoir
from reservoir.base import BaseReservoir


class Leaky(BaseReservoir):
    """A reservoir of one's own: every unit leaks towards its neighbour and the input."""

    def __init__(self, n_units=6, random_state=0):
        self.n_units = n_units
        self.random_state = random_state

    def _draw(self, n_features, random_state):
        self.n_units_ = self.n_units
        self.weights_ = random_state.uniform(-1, 1, (self.n_units, n_features))

    def _rest(self):
        return {"potential": np.zeros(self.n_units_)}

    def _check_state(self, state):
        return dict(state)

    def _check_finite(self, states, state):
        assert np.isfinite(states).all()

    def _drive(self, X, state):
        states, x = np.empty((len(X), self.n_units_)), state["potential"]
        for t, u in enumerate(X):
            x = 0.5 * x + 0.5 * np.tanh(0.9 * np.roll(x, 1) + self.weights_ @ u)
            states[t] = x
        return states, {"potential": x}


def _every():
    every = {name: builders.build(cls, **parameters) for name, (cls, parameters) in builders.VARIANTS.items()}
    every |= {
        "NVAR": NVAR(delay=2, order=2),
        "stack": StackedReservoir([EchoStateReservoir(8), LTCLiquid(5, mixed_memory=True)], random_state=0),
        "output map": LTCLiquid(8, output_weights=np.eye(8)[:3], random_state=0),
        "float32": EchoStateReservoir(8, dtype="float32", random_state=0),
        "own": Leaky(),
    }
    return {name: one.fit(np.zeros((3, 2))) for name, one in every.items()}


EVERY = _every()


def linear(n_units, W, w, **parameters):
    """x <- W x + w u, fitted."""
    settings = {"leak_rate": 1.0, "activation": "identity", "bias": 0.0} | parameters
    return EchoStateReservoir(n_units, recurrent_weights=W, input_weights=w, **settings).fit(np.zeros((1, len(w[0]))))


def static(f, weights=(1.0,)):
    """A reservoir without memory: x_i(t) = f(w_i u(t))."""
    weights = np.array(weights)

    class Static(Leaky):
        def _drive(self, X, state):
            return f(X[:, :1] * weights), state

    return Static(len(weights)).fit([[0.0]])
