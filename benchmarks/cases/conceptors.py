"""Close the loop through conceptors: a step of ``forecast`` after a Lorenz series, without, with one, and with a morph.

No peer has conceptors for the same loop in Python. A conceptor is a dense matrix that multiplies the state in every
step, and a morph multiplies by two; the network itself has ten connections a unit.
"""

from benchmarks.comparison import Comparison
from benchmarks.networks import Network

N_TRAIN, N_STEPS, ALPHA = 1500, 1000, 1e-4


def comparisons(quick):
    for n_units in (20,) if quick else (100, 500, 1000):
        network = Network(n_units)
        yield Comparison(
            f"{n_units} units",
            "us a step",
            N_STEPS,
            ours={
                "this library": lambda network=network: _loop(network, lambda states: None),
                "this library, a conceptor": lambda network=network: _loop(network, _conceptor),
                "this library, a morph of another mix in each step": lambda network=network: _loop(network, _morph),
            },
        )


def _conceptor(states):
    from reservoir import Conceptor

    return Conceptor(100.0).fit(states)


def _morph(states):
    import numpy as np

    from reservoir.conceptors import Morph

    conceptor = _conceptor(states)
    return Morph(conceptor, conceptor.scale_aperture(2.0), np.linspace(0, 1, N_STEPS))


def _loop(network, make):
    from readouts import RidgeReadout
    from reservoir import Forecaster
    from reservoir.datasets import make_lorenz

    series = make_lorenz(N_TRAIN) / 10
    forecaster = Forecaster(network.here_by_default(), RidgeReadout(ALPHA), range_factor=None).fit(series)
    conceptor = make(forecaster.states_of(series))
    return lambda: forecaster.forecast(N_STEPS, conceptor=conceptor)
