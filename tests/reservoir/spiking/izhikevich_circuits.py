"""Random circuits of Izhikevich units, drawn alike for Brian2, for NEST and for this library.

As in ``brian2_circuits.py``, only frozen streams of RandomState are used, and every real number is a coarse binary
fraction. Units of many kinds are chaotic in these steps: a last bit that differs changes spikes a few hundred ms later.
Where currents last for a single step, as in NEST, nothing is rounded but the steps of units, whose bits are the same
everywhere. Where synapses decay exponentially, circuits have those kinds and rates that are not chaotic.
"""

import hashlib
from dataclasses import astuple, dataclass

import numpy as np
from brian2_circuits import N_CHANNELS, N_UNITS, coarse, draw_synapses

DURATION = 1000.0  # ms
STEPS = (0.1, 0.25, 1.0)  # ms, of seeds 0, 1, 2 and so on
BRIAN2_CASES = [(seed, dynamic) for seed in range(6) for dynamic in (False, True)]
NEST_SEEDS = range(12)
# a, b, c and d of figure 2 of Izhikevich 2003: RS, IB, CH, FS, LTS, TC, RZ.
KINDS = np.array(
    [
        [0.02, 0.2, -65.0, 8.0],
        [0.02, 0.2, -55.0, 4.0],
        [0.02, 0.2, -50.0, 2.0],
        [0.1, 0.2, -65.0, 2.0],
        [0.02, 0.25, -65.0, 2.0],
        [0.02, 0.25, -65.0, 0.05],
        [0.1, 0.26, -65.0, 2.0],
    ]
)
ALL, CALM, ONE = range(7), (0, 0, 0, 3), (0,)  # numbers of kinds


@dataclass(frozen=True)
class IzhikevichCircuit:
    """Units, then synapses (one entry each, never two for a pair), then inputs; times are steps where they say so."""

    dt: float  # ms
    inhibitory: np.ndarray
    a: np.ndarray
    b: np.ndarray
    reset: np.ndarray
    d: np.ndarray
    peak: np.ndarray
    initial_voltage: np.ndarray
    initial_recovery: np.ndarray
    background_current: np.ndarray
    refractory_steps: np.ndarray
    tau_excitatory: np.ndarray  # this and the next are those of currents of a single step where NEST has them
    tau_inhibitory: np.ndarray
    reversals: np.ndarray  # (2, units), mV, or empty where synapses are currents
    sources: np.ndarray
    targets: np.ndarray
    weights: np.ndarray
    delay_steps: np.ndarray
    utilization: np.ndarray  # this and the next two are empty where synapses are static
    depression: np.ndarray
    facilitation: np.ndarray
    input_weights: np.ndarray  # (units, channels), as the delays
    input_delay_steps: np.ndarray
    input_steps: np.ndarray
    input_channels: np.ndarray

    @property
    def n_steps(self):
        return round(DURATION / self.dt)

    def checksum(self):
        """Return a digest that changes with any bit of the circuit."""
        parts = (np.asarray(part) for part in astuple(self))
        text = b"".join(part.astype("<f8").tobytes() + str(part.shape).encode() for part in parts)
        return hashlib.sha256(text).hexdigest()


def draw_brian2_circuit(seed, dynamic):
    """Draw a circuit: even seeds have units that are alike and not refractory, odd ones differ and are refractory.

    Synapses are conductances in seeds 2 and 3. Static ones of seeds 1 and 5 are currents of a single step, all others
    decay exponentially. Seeds 2 and 5 have one delay and one set of constants a projection, the others one a synapse.
    """
    random, dt, at_once = np.random.RandomState(100 + seed), STEPS[seed % 3], seed in (1, 5) and not dynamic
    inhibitory = np.arange(N_UNITS) >= 0.8 * N_UNITS
    gain = 8.0 / dt if at_once else 2.0 + seed
    synapses = draw_synapses(random, inhibitory, gain=gain, by_projection=seed % 3 == 2, dynamic=dynamic)
    inputs = draw_inputs(random, dt, scale=1 / dt if at_once else 1.0)
    reversals = np.empty((2, 0))
    if seed in (2, 3):
        reversals = coarse(np.stack([random.uniform(-5, 5, N_UNITS), random.uniform(-95, -75, N_UNITS)]))
        for weights in (synapses["weights"], inputs["input_weights"]):
            weights /= 64  # a power of two; the force at -64 mV
    kinds = ONE if seed % 2 == 0 else CALM if dynamic else ALL
    taus = (
        np.full((2, N_UNITS), dt / 1024) if at_once else coarse(random.uniform([[2.5], [5]], [[4], [8]], (2, N_UNITS)))
    )
    return IzhikevichCircuit(
        dt=dt,
        inhibitory=inhibitory,
        **draw_units(random, kinds),
        refractory_steps=np.where(inhibitory, 2, 3) * (seed % 2),
        tau_excitatory=taus[0],
        tau_inhibitory=taus[1],
        reversals=reversals,
        **synapses,
        **inputs,
    )


def draw_nest_circuit(seed):
    """Draw a circuit whose spikes are currents of a single step, and whose delays are as NEST can have them."""
    random, dt = np.random.RandomState(200 + seed), STEPS[seed % 3]
    inhibitory = np.arange(N_UNITS) >= 0.8 * N_UNITS
    scale = 1 / dt  # so that a spike has the same charge in a shorter step
    synapses = draw_synapses(random, inhibitory, gain=8.0 * scale, by_projection=seed % 4 == 3, dynamic=False)
    return IzhikevichCircuit(
        dt=dt,
        inhibitory=inhibitory,
        **draw_units(random, ALL if seed % 2 else ONE),
        refractory_steps=np.zeros(N_UNITS, int),
        tau_excitatory=np.full(N_UNITS, dt / 1024),
        tau_inhibitory=np.full(N_UNITS, dt / 1024),
        reversals=np.empty((2, 0)),
        **synapses,
        **draw_inputs(random, dt, scale),
    )


def draw_units(random, kinds):
    """Draw units that are all alike, or of several kinds, with a spread of a tenth around the numbers of these."""
    alike = len(kinds) == 1
    kinds, spread = random.permutation(np.resize(kinds, N_UNITS)), 0.0 if alike else 0.1
    a, b, reset, d = KINDS[kinds].T * (1 + spread * random.uniform(-1, 1, (4, N_UNITS)))
    b, voltage = coarse(KINDS[kinds, 1] + (b - KINDS[kinds, 1]) / 8), coarse(random.uniform(-70, -60, N_UNITS))
    voltage = np.full(N_UNITS, -65.0) if alike else voltage
    return {
        "a": coarse(a),
        "b": b,
        "reset": coarse(reset),
        "d": coarse(d),
        "peak": coarse(30 + 5 * (spread > 0) * random.uniform(-1, 1, N_UNITS)),
        "initial_voltage": voltage,
        "initial_recovery": coarse(b * voltage),
        "background_current": coarse(random.uniform(1.0, 4.0, N_UNITS) - (0.0 if alike else 3.0)),
    }


def draw_inputs(random, dt, scale):
    """Poisson spikes at 20 Hz in every channel, in steps of 1 ms; the last eighth of the channels is inhibitory."""
    received = random.uniform(size=(N_UNITS, N_CHANNELS)) < 0.1
    strength = random.gamma(2.0, 3.0, received.shape) * np.where(np.arange(N_CHANNELS) < N_CHANNELS * 7 // 8, 1, -1)
    rows, channels = np.nonzero(random.uniform(size=(round(DURATION), N_CHANNELS)) < 0.02)
    return {
        "input_weights": coarse(np.where(received, scale * strength, 0.0)),
        "input_delay_steps": random.randint(0, 12, received.shape),
        "input_steps": rows * round(1 / dt),
        "input_channels": channels,
    }
