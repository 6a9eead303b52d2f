"""Series with targets that need the past, and small regressors for them, for several test files."""

import numpy as np

from reservoir import EchoStateReservoir, ReservoirRegressor

LENGTHS = (40, 25, 60, 33)


def numbers(*shape, seed=0):
    return np.random.RandomState(seed).standard_normal(shape)


def task(n_steps=120, n_targets=None, seed=0):
    X = numbers(n_steps, 2, seed=seed)
    y = np.column_stack([X[:, 0] * np.roll(X[:, 1], k) for k in range(1, 1 + (n_targets or 1))])
    return X, y[:, 0] if n_targets is None else y


def ragged(n_targets=None):
    return tuple(map(list, zip(*(task(n, n_targets, seed=n) for n in LENGTHS), strict=True)))


def small(readout=None, **parameters):
    return ReservoirRegressor(EchoStateReservoir(12, random_state=0), readout, **parameters)


def rows_of(model, x):
    states = EchoStateReservoir(12, random_state=0).fit(x).transform(x)
    return np.hstack([states, x]) if model.passthrough else states
