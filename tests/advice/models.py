"""What the cases are made of: small series and small models."""

import warnings

import numpy as np

from reservoir import (
    AdaptiveReservoir,
    CTRNNLiquid,
    EchoStateReservoir,
    Forecaster,
    LIFLiquid,
    ReservoirRegressor,
)
from reservoir.plasticity import IntrinsicPlasticity
from reservoir.speech import SendOnDeltaEncoder

N = 120
RANDOM = np.random.RandomState(0)
U = RANDOM.standard_normal((N, 2))
Y = U[:, 0] + 0.1 * RANDOM.standard_normal(N)
GAPPY = U.copy()
GAPPY[7, 1] = np.nan
PADDED = np.stack([U, np.where(np.arange(N)[:, None] < 70, U, np.nan)])
LATE = np.where(np.arange(N) % 9 == 4, np.nan, Y)
SOUND = RANDOM.standard_normal(4000)
STEPS = np.column_stack([U[:, 0], np.full(N, 100.0)])
WORDS = [U[:20], U[20:50]]
DELTA = SendOnDeltaEncoder().fit(U)


def esn(**parameters):
    return EchoStateReservoir(**{"n_units": 10, "random_state": 0} | parameters)


def lif(**parameters):
    return LIFLiquid(**{"n_units": 20, "background_current": 16.0, "random_state": 0} | parameters)


def fitted(X=U, **parameters):
    return esn(**parameters).fit(X)


def regressor(*arguments, **parameters):
    return ReservoirRegressor(esn(), *arguments, **parameters)


def forecaster(*arguments, **parameters):
    return Forecaster(esn(), *arguments, **{"washout": 5} | parameters)


def chunks(readout, X=U, y=Y, **keywords):
    for rows in (slice(0, 60), slice(60, N)):
        readout.partial_fit(X[rows], y[rows], **keywords)
    return readout


def adapted(X, **parameters):
    rule = IntrinsicPlasticity(**{"learning_rate": 5e-4, "n_epochs": 1} | parameters)
    return AdaptiveReservoir(esn(input_scaling=5.0), rule).fit(X)


def as_error(call):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return call()


def antisymmetric(**parameters):
    """Run a linear liquid without a leak, which a step of Euler's method makes larger and larger."""
    given = {"activation": "identity", "tau_range": (1.0, 1.0)} | parameters
    return CTRNNLiquid(20, form="antisymmetric", random_state=0, **given).fit_transform(np.ones((8000, 1)))


def refitted(model):
    """Fit a part of a fitted model again by itself, and use the whole."""
    model.reservoir_.fit(U[:, :1])
    return model.predict(U)


LINEAR = {"activation": "identity", "bias_scaling": 0.0}
WIDE = np.tile(U, (1, 9))
NEAR = np.column_stack([U[:, 0], U[:, 0] * (1 + 1e-9 * U[:, 1])])
EXPLICIT = {"n_units": 10, "solver": "rk4", "random_state": 0, "elapsed_column": 1}
