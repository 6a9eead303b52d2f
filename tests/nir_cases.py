"""Spiking liquids of all kinds that a graph of NIR can say, with series that make them spike."""

import numpy as np

from reservoir import LIFLiquid, PerfectIntegrateAndFire, SpikingLiquid

N_UNITS, N_ROWS = 12, 25
DRAWN = np.random.RandomState(3)
ONE_CURRENT = {"input": "spikes", "tau_excitatory": 5.0, "tau_inhibitory": 5.0}
PER_UNIT = {
    "tau_membrane": DRAWN.uniform(10, 30, N_UNITS),
    "tau_excitatory": DRAWN.uniform(2, 5, N_UNITS),
    "threshold": DRAWN.uniform(10, 20, N_UNITS),
    "reset": DRAWN.uniform(-5, 5, N_UNITS),
}
CASES = {
    "default": {},
    "delays": {"delays": (1.5, 0.8, 0.7, 2.0), "dt": 0.5},
    "no delays": {"delays": 0.0},
    "one current": {**ONE_CURRENT, "background_current": 13.0},
    "spikes by two currents": {"input": "spikes", "input_delays": (0.0, 1.3), "background_current": 13.0, "dt": 0.5},
    "spikes of both signs": {
        "input": "spikes",
        "background_current": 13.0,
        "input_weights": DRAWN.normal(0, 20, (N_UNITS, 2)),
    },
    "per unit": PER_UNIT,
    "-65 mV": {"resting": -65.0, "reset": -60.0, "threshold": -50.0, "initial_voltage": -62.0},
    "float32": {"dtype": "float32"},
    "no recurrence": {"recurrent_weights": np.zeros((N_UNITS, N_UNITS))},
    "one unit": {"n_units": 1, "inhibitory": 0.0},
    "no leak": {"neuron": PerfectIntegrateAndFire(reset=-2.0), "background_current": 8.0},
    "no leak, spikes": {"neuron": PerfectIntegrateAndFire(), "background_current": 4.0, **ONE_CURRENT},
}


def fitted(name, **settings):
    """Return the liquid of a case, and a series."""
    settings = {"n_units": N_UNITS, "refractory": 0.0, "random_state": 0, **CASES[name], **settings}
    drawn = np.random.RandomState(0)
    counts = settings.get("input") == "spikes"
    X = drawn.poisson(1.0, (N_ROWS, 2)).astype(float) if counts else drawn.normal(size=(N_ROWS, 2))
    return (SpikingLiquid if "neuron" in settings else LIFLiquid)(**settings).fit(X[:1]), X


def trains(liquid, X):
    """Return 1 for every spike, (n_steps, n_units)."""
    steps, units = liquid.spikes(X)
    spikes = np.zeros((len(X) * liquid.n_substeps_, liquid.n_units_))
    spikes[steps, units] = 1
    return spikes


def fed(liquid, X, late=0):
    """Return what a runtime is fed, a row for every step: currents are held, spikes come in the first step."""
    if liquid.input_ == "current":
        return np.repeat(X, liquid.n_substeps_, axis=0)
    rows = np.zeros((len(X) * liquid.n_substeps_ + late, X.shape[1]))
    rows[late :: liquid.n_substeps_][: len(X)] = X
    return rows[: len(X) * liquid.n_substeps_]
