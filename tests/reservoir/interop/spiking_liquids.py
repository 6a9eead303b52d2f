"""Random liquids of some hundred units, whose constants, weights and delays are all their own, and series for them."""

import numpy as np
from scipy.sparse import csr_array

from reservoir import (
    AdaptiveExponential,
    AdaptiveLeakyIntegrateAndFire,
    ConductanceSynapses,
    Izhikevich,
    LIFLiquid,
    Markram,
    PerfectIntegrateAndFire,
    SpikingLiquid,
)

N_UNITS, N_CHANNELS, DT, N_STEPS = 300, 5, 0.1, 6000
# Columns: EE, EI, IE, II (from, to). Utilization, depression and facilitation: Maass et al. 2002.
CONSTANTS = ((0.5, 0.05, 0.25, 0.32), (1100.0, 125.0, 700.0, 144.0), (50.0, 1200.0, 20.0, 60.0))
GRAPH = ("inhibitory", "recurrent_weights", "delays", "input_weights", "tau_excitatory", "tau_inhibitory", "refractory")
PLASTICITY = {
    "static": None,
    "by projection": Markram(*CONSTANTS),
    "by synapse, started": Markram(*CONSTANTS, spread=0.5, rate=6.0),
}


def random_liquid(seed, synapses="static", input="current", least_delay=1, n_substeps=10, **changes):
    """Return a fitted liquid, whose units fire at some 10 Hz, and a series of 6,000 steps."""
    random = np.random.RandomState(seed)
    inhibitory = random.permutation(N_UNITS) < N_UNITS // 5
    shape, n_rows = (N_UNITS, N_CHANNELS), N_STEPS // n_substeps
    if input == "current":
        X, input_weights = 3 * random.standard_normal((n_rows, N_CHANNELS)), random.standard_normal(shape)
    else:
        X = random.poisson(0.02 * n_substeps * DT, (n_rows, N_CHANNELS)).astype(float)
        input_weights = random.normal(2.0, 4.0, shape)
    liquid = LIFLiquid(
        inhibitory=inhibitory,
        **random_units(random),
        **random_synapses(random, inhibitory, least_delay, gain=1.0 if synapses == "static" else 4.0),
        short_term_plasticity=PLASTICITY[synapses],
        input=input,
        input_weights=input_weights * (random.uniform(size=shape) < 0.5),
        input_delays=random.randint(0, 20, shape) * DT,
        dt=DT,
        input_period=n_substeps * DT,
        random_state=seed,
    )
    return liquid.set_params(**changes).fit(X), X


def random_perfect_liquid(seed):
    """Return a fitted liquid of perfect units, and a series of 6,000 steps."""
    leaky, X = random_liquid(seed)
    random = np.random.RandomState(seed)
    ranges = {"capacitance": (10, 40), "threshold": (14, 16), "reset": (-2, 2), "initial_voltage": (-2, 14)}
    liquid = SpikingLiquid(
        neuron=PerfectIntegrateAndFire(**{name: random.uniform(*ends, N_UNITS) for name, ends in ranges.items()}),
        background_current=random.uniform(1, 6, N_UNITS),
        **{name: getattr(leaky, f"{name}_") for name in GRAPH},
        dt=DT,
        input_period=1.0,
    )
    return liquid.fit(X), X


def random_adaptive_liquid(seed, **changes):
    """Return a fitted liquid of adaptive leaky units, and a series; ``changes`` are those of `random_liquid`."""
    own = {name: changes.pop(name) for name in [*changes] if name in AdaptiveLeakyIntegrateAndFire.constants()}
    leaky, X = random_liquid(seed, **changes)
    random = np.random.RandomState(seed)
    constants = {name: getattr(leaky, f"{name}_") for name in leaky.neuron_.constants()}
    ranges = {
        "threshold_jump": (0, 2), "tau_threshold": (50, 300), "adaptation_jump": (-0.2, 1), "tau_adaptation": (50, 200),
        "kept_overshoot": (0, 1),
    }  # fmt: skip
    constants |= {name: random.uniform(*bounds, N_UNITS) for name, bounds in ranges.items()} | own
    return of_other_units(leaky, AdaptiveLeakyIntegrateAndFire(**constants), X, background_current=14.0), X


def random_izhikevich_liquid(seed, **changes):
    """Return a fitted liquid of units of Izhikevich, and a series; ``changes`` are those of `random_liquid`."""
    leaky, X = random_liquid(seed, **{"refractory": None} | changes)
    random = np.random.RandomState(seed)
    ranges = {
        "a": (0.02, 0.1), "b": (0.19, 0.25), "reset": (-65, -50), "d": (0.5, 8), "peak": (25, 35),
        "initial_voltage": (-70, -60), "initial_recovery": (-15, -12),
    }  # fmt: skip
    neuron = Izhikevich(**{name: random.uniform(*bounds, N_UNITS) for name, bounds in ranges.items()})
    return of_other_units(leaky, neuron, X, background_current=random.uniform(3, 8, N_UNITS)), X


def random_exponential_liquid(seed, **changes):
    """Return a fitted liquid of adaptive exponential units, and a series; ``changes`` are those of `random_liquid`."""
    leaky, X = random_liquid(seed, **{"refractory": None} | changes)
    random = np.random.RandomState(seed)
    ranges = {
        "tau_membrane": (8, 20), "threshold": (-51, -49), "slope": (1, 3), "resting": (-66, -64), "reset": (-60, -48),
        "peak": (-20, 10), "adaptation_coupling": (-0.1, 0.3), "adaptation_jump": (1, 4), "tau_adaptation": (50, 150),
    }  # fmt: skip
    neuron = AdaptiveExponential(**{name: random.uniform(*bounds, N_UNITS) for name, bounds in ranges.items()})
    return of_other_units(leaky, neuron, X, background_current=random.uniform(12, 20, N_UNITS)), X


def of_other_units(leaky, neuron, X, **changes):
    """Return a fitted liquid with the circuit and input of a leaky one, but units of another model."""
    names = set(SpikingLiquid().get_params()) - {"neuron"}
    parameters = {name: value for name, value in leaky.get_params().items() if name in names}
    return SpikingLiquid(neuron=neuron, **parameters).set_params(**changes).fit(X)


def with_conductances(liquid, X):
    """Return a fitted liquid whose synapses are conductances, of the currents that they were near the threshold."""
    weights, inputs = liquid.recurrent_weights_.copy(), liquid.input_weights_
    force = {1: 50.0, -1: 25.0, 0: 1.0}  # mV from about -50 mV to the reversal potentials
    weights.data = weights.data / [force[int(sign)] for sign in np.sign(weights.data)]
    if liquid.input_ == "spikes":
        inputs = inputs / np.vectorize(force.get)(np.sign(inputs))
    random = np.random.RandomState(0)
    synapses = ConductanceSynapses(random.uniform(-2, 2, N_UNITS), random.uniform(-77, -73, N_UNITS))
    given = {"recurrent_weights": weights, "input_weights": inputs, "synapses": synapses}
    return liquid.set_params(**given).fit(X)


def random_units(random):
    ranges = {
        "tau_membrane": (10, 40),
        "tau_excitatory": (2, 4),
        "tau_inhibitory": (4, 8),
        "threshold": (-51, -49),
        "reset": (-62, -58),
        "resting": (-61, -59),
        "refractory": (0, 5),
        "background_current": (8, 12),
        "initial_voltage": (-60, -48),  # some of them above the threshold
    }
    return {name: random.uniform(*bounds, N_UNITS) for name, bounds in ranges.items()}


def random_synapses(random, inhibitory, least_delay, gain):
    targets, sources = np.nonzero(random.uniform(size=(N_UNITS, N_UNITS)) < 0.1)
    weights = np.where(inhibitory[sources], -2.0, 1.0) * random.gamma(2.0, 0.5 * gain, len(sources))
    delays = random.randint(least_delay, 30, len(sources)) * DT
    return {
        name: csr_array((values, (targets, sources)), shape=(N_UNITS, N_UNITS))
        for name, values in (("recurrent_weights", weights), ("delays", delays))
    }


def n_different(spikes, expected):
    """Return how many spikes, pairs of a step and a unit, only one of the two has."""
    one, other = (set(zip(*(part.tolist() for part in pair), strict=True)) for pair in (spikes, expected))
    return len(one ^ other)
