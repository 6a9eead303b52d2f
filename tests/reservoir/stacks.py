"""Layers to stack, and what is asked of their states."""

import numpy as np
from numpy.testing import assert_array_equal

from reservoir import (
    BaseReservoir,
    EchoStateReservoir,
    LIFLiquid,
    LTCLiquid,
    StackedReservoir,
)
from reservoir.series.elapsed import find_elapsed, split_elapsed


class Relaxation(BaseReservoir):
    """Units that relax exactly towards the sum of their inputs, with time constant 1; no random weights."""

    def __init__(self, n_units=2, elapsed_column=None):
        self.n_units = n_units
        self.elapsed_column = elapsed_column

    def _draw(self, n_features, random_state):
        self.n_units_ = self.n_units
        self._elapsed = find_elapsed(self.elapsed_column, self)

    def _rest(self):
        return np.zeros(self.n_units_)

    def _drive(self, X, state):
        inputs, elapsed = split_elapsed(X, self._elapsed)
        states = np.empty((len(X), self.n_units_))
        for t, row in enumerate(inputs):
            keep = np.exp(-(1.0 if self._elapsed is None else elapsed[t]))
            state = states[t] = keep * state + (1 - keep) * row.sum()
        return states, states[-1].copy()


def series(n_steps=30, n_features=3, seed=0):
    return np.random.RandomState(seed).standard_normal((n_steps, n_features))


def sampled(n_steps=30):
    """Return two inputs and, as a third column, irregular times."""
    return np.hstack([series(n_steps, 2), np.random.RandomState(1).uniform(0.1, 3.0, (n_steps, 1))])


def echo(n_units=6, seed=0, **parameters):
    return EchoStateReservoir(n_units, random_state=seed, **parameters)


def leaky(leak_rate):
    return EchoStateReservoir(
        leak_rate=leak_rate, activation="identity", input_weights=[[1.0]], recurrent_weights=[[0.0]], bias=0.0
    )


def parts(state):
    if isinstance(state, tuple):
        return [leaf for part in state for leaf in parts(part)]
    return [state]


def assert_same(first, second):
    for a, b in zip(parts(first), parts(second), strict=True):
        assert_array_equal(a, b, strict=True)


KINDS = {
    "echo over echo": [echo(6, 0), echo(5, 1)],
    "echo over LTC": [LTCLiquid(6, random_state=0), echo(5)],
    "echo over LIF": [LIFLiquid(6, random_state=0), echo(5)],
    "LIF over echo": [echo(6), LIFLiquid(5, random_state=0)],
    "float32 below": [echo(6, dtype="float32"), LTCLiquid(5, random_state=1)],
    "float32 above": [LIFLiquid(6, random_state=0), echo(5, dtype="float32")],
    "float32": [echo(6, dtype="float32"), LIFLiquid(5, dtype="float32", random_state=0)],
    "one layer": [echo(6)],
    "nested": [echo(4), StackedReservoir([echo(3), LIFLiquid(5, random_state=0)], output="last"), echo(2)],
}
