"""Drive one series with 3 inputs by every kind of reservoir, and close the loop by what forecasts: the cost of a step.

"Of ours" is the time over that of the echo state network of as many units. All have their defaults: a row is three
sub-steps of a liquid time-constant network and ten of a spiking liquid; a Legendre memory has its units shared out
among the inputs; an NVAR has as many features as its delays make that are at most as many as there are units. A step of
a local forecaster is that of one patch, of one point with one beside it on either side; one of a coupled ensemble is
that of its ten members. Readouts of closed loops see the state alone.
"""

import inspect
import warnings

import numpy as np

from benchmarks.comparison import Comparison
from benchmarks.networks import N_FEATURES, Network, uniform_series

SIZES = [(100, 1000), (1000, 100)]  # units, and steps of the series
PROXIMITY = 0.1
N_TRAIN, N_STEPS, N_PATCHES, N_MEMBERS = 1500, 1600, 8, 10


def comparisons(quick):
    for n_units, n_steps in [(21, 50)] if quick else SIZES:
        yield Comparison(
            f"drive {n_units} units, {n_steps} steps",
            "us a step",
            n_steps,
            ours={name: lambda make=make, size=(n_units, n_steps): _drive(make, *size) for name, make in KINDS.items()},
        )
        peer = "reservoirpy, NumPy"
        yield Comparison(
            f"drive {n_units} units of degree 10 with an orthogonal skip path (ES2N), {n_steps} steps",
            "us a step",
            n_steps,
            ours={"this library": lambda size=(n_units, n_steps): _residual_here(*size)},
            peers={peer: lambda size=(n_units, n_steps): _residual_in_reservoirpy(*size)},
            equal={peer: 1e-10},
        )
    for n_units in (21,) if quick else (100, 1000):
        yield Comparison(
            f"close the loop of {n_units} units, {N_STEPS} steps",
            "us a step",
            N_STEPS,
            ours={name: lambda make=make, n_units=n_units: make(n_units) for name, make in LOOPS.items()},
        )


def _of(name, **settings):
    """Return a function that makes a reservoir of a class with a number of units."""
    return lambda n_units: _public(name)(n_units, random_state=0, **settings)


def _legendre(n_units):
    return _public("LegendreMemory")(n_units // N_FEATURES)


def _nvar(n_units):
    """Return an NVAR of the most delays whose values and products of two are at most as many as the units."""
    delay = max(d for d in range(1, 100) if (n := d * N_FEATURES) + n * (n + 1) // 2 <= n_units or d == 1)
    return _public("NVAR")(delay=delay, order=2)


KINDS = {
    "this library": _of("EchoStateReservoir"),
    "this library, ResidualReservoir, cyclic": _of("ResidualReservoir", skip="cyclic"),
    "this library, ResidualReservoir, orthogonal": _of("ResidualReservoir"),
    "this library, LegendreMemory": _legendre,
    "this library, DelayNodeReservoir": _of("DelayNodeReservoir"),
    "this library, CTRNNLiquid": _of("CTRNNLiquid"),
    "this library, LTCLiquid": _of("LTCLiquid"),
    "this library, LTCLiquid, gates": _of("LTCLiquid", synapse="gate"),
    "this library, CfCLiquid": _of("CfCLiquid"),
    "this library, LIFLiquid": _of("LIFLiquid"),
    "this library, NVAR": _nvar,
}


def _public(name):
    """Return something of this library, which another checkout of it may not have."""
    import reservoir

    if not hasattr(reservoir, name):
        raise ImportError(f"this checkout has no {name}")
    return getattr(reservoir, name)


def _drive(make, n_units, n_steps):
    X = uniform_series(n_steps)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the health of a spiking liquid is not asked for
        reservoir = make(n_units).fit(X)
    return lambda: reservoir.run(X)[0]


def _residual_here(n_units, n_steps):
    network, X = Network(n_units), uniform_series(n_steps)
    reservoir = _public("ResidualReservoir")(
        recurrent_weights=network.weights,
        input_weights=network.input_weights,
        bias=0.0,
        skip=_orthogonal(n_units),
        proximity=PROXIMITY,
    ).fit(X)
    return lambda: reservoir.run(X)[0]


def _residual_in_reservoirpy(n_units, n_steps):
    from reservoirpy.nodes import ES2N

    network, X = Network(n_units), uniform_series(n_steps)
    node = ES2N(
        W=network.weights, Win=network.input_weights, O=_orthogonal(n_units), bias=0.0, proximity=PROXIMITY
    )  # fmt: skip
    node.run(X[:1])

    def run():
        node.reset()
        return node.run(X)

    return run


def _orthogonal(n_units):
    return np.linalg.qr(np.random.default_rng(3).standard_normal((n_units, n_units)))[0]


def _plain(n_units):
    forecaster = _forecaster(n_units)
    return lambda: _forecast(forecaster, N_STEPS)


def _with_expert(n_units):
    forecaster = _forecaster(n_units, expert=lambda rows: 0.99 * rows)
    return lambda: _forecast(forecaster, N_STEPS)


def _with_conceptor(n_units):
    conceptor_class, forecaster = _public("Conceptor"), _forecaster(n_units)
    conceptor = conceptor_class(100.0).fit(forecaster.states_of(_series()))
    return lambda: _forecast(forecaster, N_STEPS, conceptor=conceptor)


def _coupled(n_units):
    ensemble = _public("EnsembleForecaster")(_unfitted(n_units), N_MEMBERS, coupled=True).fit(_series())
    return lambda: _forecast(ensemble, N_STEPS)


def _patches(n_units):
    from readouts import RidgeReadout

    local, places = _public("LocalForecaster"), 2 * np.pi / N_PATCHES * np.arange(N_PATCHES)
    times = np.arange(N_TRAIN)[:, None]
    field = np.sin(places - 0.1 * times) + 0.5 * np.sin(2 * places + 0.17 * times)
    forecaster = local(_echo_state(n_units), RidgeReadout(1e-4), patch=1, halo=1, passthrough=False).fit(field)
    return lambda: _forecast(forecaster, N_STEPS // N_PATCHES)


LOOPS = {
    "this library": _plain,
    "this library, with an expert": _with_expert,
    "this library, with a conceptor": _with_conceptor,
    "this library, ten coupled members": _coupled,
    "this library, LocalForecaster": _patches,
}


def _echo_state(n_units):
    return _public("EchoStateReservoir")(n_units, random_state=0)


def _forecaster(n_units, **settings):
    return _unfitted(n_units, **settings).fit(_series())


def _unfitted(n_units, **settings):
    from readouts import RidgeReadout

    forecaster = _public("Forecaster")
    for name in settings.keys() - inspect.signature(forecaster).parameters:
        raise ImportError(f"the Forecaster of this checkout has no parameter {name}")
    return forecaster(_echo_state(n_units), RidgeReadout(1e-4), passthrough=False, **settings)


def _series():
    from reservoir.datasets import make_lorenz

    return make_lorenz(N_TRAIN) / 10


def _forecast(forecaster, n_steps, **settings):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where it goes is not asked for
        return forecaster.forecast(n_steps, **settings)
