"""Circuits that several test files of spiking liquids drive, and series for them."""

import naive
import numpy as np

from reservoir import LIFLiquid, Markram

U = np.random.RandomState(0).standard_normal((40, 3))
SPIKES = np.random.RandomState(2).poisson(0.5, (60, 3)).astype(float)
# Everything that a circuit may have, unlike for different units.
RICH = {
    "short_term_plasticity": Markram(0.5, 200.0, (50.0, 100.0, 20.0, 60.0), spread=0.3, rate=5.0),
    "delays": (7.0, 3.0, 13.0, 25.0),
    "tau_inhibitory": (6.0, 5.0),
    "refractory": (3.0, 2.0),
    "recurrent_scaling": 2.0,
    "input_period": 4.0,
    "dt": 0.5,
    "noise": (5.0, 0.0),
}


def lone_unit(**parameters):
    parameters = {"background_current": 0.0, "input_weights": [[1.0]], "inhibitory": 0.0, "dt": 0.1} | parameters
    return LIFLiquid(recurrent_weights=np.zeros((1, 1)), **parameters).fit(np.zeros((1, 1)))


def steps_of(times, dt):
    return np.floor(times / dt + 0.5).astype(int)


def twin_of(liquid, X, noise=None, motion=naive.lif_motion):
    """What the plain twin makes of a series: traces, counts, voltages and spikes."""
    delays = steps_of(liquid.delays_.toarray(), liquid.dt)
    hold = np.floor(liquid.refractory_ / liquid.dt + 1e-3).astype(int)
    input_delays = np.full((liquid.n_units_, X.shape[1]), steps_of(np.max(liquid.input_delays), liquid.dt))
    markram, dynamics = liquid.short_term_plasticity_, None
    if markram is not None:
        parts = [part.toarray() for part in (markram.utilization, markram.tau_depression, markram.tau_facilitation)]
        dynamics = (*parts, *markram.stationary(*(np.where(part == 0, 1.0, part) for part in parts)))
    return naive.run_spiking(liquid, motion(liquid), delays, input_delays, dynamics, hold, X, noise)
