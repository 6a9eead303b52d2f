"""Random spiking circuits, drawn alike for Brian2 (``tests/fixtures/make_brian2_spikes.py``) and for this library.

Only frozen streams of RandomState are used, and every real number is rounded to a coarse binary fraction, so that a
circuit is the same in every version of NumPy and on every machine. Times are in ms, or in steps of `DT` where the name
says so; voltages in mV, currents in nA.
"""

import hashlib
from dataclasses import astuple, dataclass

import numpy as np

DT, N_STEPS, N_UNITS, N_CHANNELS = 0.1, 10_000, 200, 40
CASES = [(seed, dynamic) for seed in range(6) for dynamic in (False, True)]

# Columns: EE, EI, IE, II (from, to). Utilization, depression and facilitation: Maass et al. 2002.
MEAN_WEIGHT = np.array([0.6, 1.2, -0.8, -0.8])
MARKRAM = np.array([[0.5, 0.05, 0.25, 0.32], [1100.0, 125.0, 700.0, 144.0], [50.0, 1200.0, 20.0, 60.0]])
DELAY_STEPS = np.array([15, 8, 9, 7])


@dataclass(frozen=True)
class Circuit:
    """Units, then synapses (one entry each, never two for a pair), then inputs."""

    inhibitory: np.ndarray
    tau_membrane: np.ndarray
    tau_excitatory: np.ndarray
    tau_inhibitory: np.ndarray
    threshold: np.ndarray
    reset: np.ndarray
    resting: np.ndarray
    refractory: np.ndarray
    background_current: np.ndarray
    initial_voltage: np.ndarray
    sources: np.ndarray
    targets: np.ndarray
    weights: np.ndarray
    delay_steps: np.ndarray
    utilization: np.ndarray  # this and the next two are empty where synapses are static
    depression: np.ndarray
    facilitation: np.ndarray
    rate: float  # Hz, at which synapses start in their stationary state
    input_weights: np.ndarray  # (units, channels), as the delays
    input_delay_steps: np.ndarray
    input_steps: np.ndarray
    input_channels: np.ndarray
    input_period_steps: int  # input spikes fall on multiples of it

    def checksum(self):
        """Return a digest that changes with any bit of the circuit."""
        parts = (np.asarray(part) for part in astuple(self))
        text = b"".join(part.astype("<f8").tobytes() + str(part.shape).encode() for part in parts)
        return hashlib.sha256(text).hexdigest()

    def initial_resources(self):
        """Return u and r of every synapse at its first spike: the fixed point of regular spikes at ``rate``."""
        if self.rate == 0:
            return self.utilization, np.ones_like(self.utilization)
        interval = 1000 / self.rate
        use = self.utilization / (1 - (1 - self.utilization) * np.exp(-interval / self.facilitation))
        recovered = np.exp(-interval / self.depression)
        return use, (1 - recovered) / (1 - (1 - use) * recovered)


def draw_circuit(seed, dynamic):
    """Draw one circuit: even seeds have units with all constants in common, odd ones have constants of their own.

    Seeds 2 and 5 have one delay and one set of constants a projection, the others one a synapse.
    """
    random = np.random.RandomState(seed)
    inhibitory = np.arange(N_UNITS) >= 0.8 * N_UNITS
    if seed % 3 == 1:
        inhibitory = random.permutation(inhibitory)
    units = draw_units(random, inhibitory, alike=seed % 2 == 0)
    synapses = draw_synapses(random, inhibitory, gain=1.0 + seed, by_projection=seed % 3 == 2, dynamic=dynamic)
    inputs = draw_inputs(random, period=1 if seed < 4 else 10)
    return Circuit(inhibitory=inhibitory, rate=10.0 if seed % 2 else 0.0, **units, **synapses, **inputs)


def draw_units(random, inhibitory, alike):
    spread = 0.0 if alike else 1.0

    def around(centre, width):
        return coarse(centre + spread * width * random.uniform(-1, 1, N_UNITS))

    return {
        "tau_membrane": around(30, 10),
        "tau_excitatory": around(3, 1),
        "tau_inhibitory": around(6, 2),
        "threshold": around(15, 0.5),
        "reset": around(13.5, 0.5),
        "resting": around(0, 0.25),
        "refractory": np.where(inhibitory, 2.0, 3.0),
        "background_current": coarse(random.uniform(13.5, 14.5, N_UNITS)),
        "initial_voltage": coarse(random.uniform(13.5, 14.375, N_UNITS)),
    }


def draw_synapses(random, inhibitory, gain, by_projection, dynamic):
    sources, targets = np.nonzero(random.uniform(size=(N_UNITS, N_UNITS)) < 0.1)
    kind = 2 * inhibitory[sources] + inhibitory[targets]
    weights = MEAN_WEIGHT[kind] * random.gamma(2.0, 0.5, len(sources)) * gain
    if by_projection:
        delay_steps = DELAY_STEPS[kind]
    else:
        delay_steps = random.randint(5, 30, len(sources))
        delay_steps[::50], delay_steps[1::50] = 0, 1
    markram = np.empty((3, 0))
    if dynamic:
        markram = MARKRAM[:, kind]
        weights *= 1 / np.array([0.2, 0.3, 0.2, 0.3])[kind]
        if not by_projection:
            markram = markram * random.uniform(0.5, 1.5, (3, len(sources)))
    return {
        "sources": sources,
        "targets": targets,
        "weights": coarse(weights) + np.sign(weights) * 2.0**-16,  # none of them 0
        "delay_steps": delay_steps,
        **dict(zip(("utilization", "depression", "facilitation"), coarse(markram), strict=True)),
    }


def draw_inputs(random, period):
    """Poisson spikes at 20 Hz in every channel; the last eighth of the channels is inhibitory."""
    received = random.uniform(size=(N_UNITS, N_CHANNELS)) < 0.1
    strength = random.gamma(2.0, 3.0, received.shape) * np.where(np.arange(N_CHANNELS) < N_CHANNELS * 7 // 8, 1, -1)
    spiking = random.uniform(size=(N_STEPS // period, N_CHANNELS)) < 20 * period * DT / 1000
    steps, channels = np.nonzero(spiking)
    return {
        "input_weights": coarse(np.where(received, strength, 0.0)),
        "input_delay_steps": random.randint(0, 30, received.shape),
        "input_steps": steps * period,
        "input_channels": channels,
        "input_period_steps": period,
    }


def coarse(values):
    """Round to 16 binary places: what the last bits of a logarithm or a square root do is forgotten."""
    return np.round(np.asarray(values) * 2.0**16) / 2.0**16
