"""The circuits of `brian2_circuits` with other units: leaky ones with conductances, and adaptive exponential ones.

What is drawn beside comes from frozen streams of its own, rounded as coarsely. Conductances are in uS.
"""

import hashlib
from dataclasses import astuple, dataclass, replace

import numpy as np
from brian2_circuits import CASES, N_UNITS, Circuit, coarse, draw_circuit

KINDS = ("leaky conductances", "exponential currents", "exponential conductances")
EVERY = [(kind, *case) for kind in KINDS for case in CASES]
ADEX = ("slope", "peak", "adaptation_coupling", "adaptation_jump", "tau_adaptation")


@dataclass(frozen=True)
class Units:
    """The circuit, and constants (units,) that it does not have: reversal potentials in mV, and those of `ADEX`."""

    circuit: Circuit
    reversal_excitatory: np.ndarray
    reversal_inhibitory: np.ndarray
    slope: np.ndarray
    peak: np.ndarray
    adaptation_coupling: np.ndarray
    adaptation_jump: np.ndarray
    tau_adaptation: np.ndarray

    def checksum(self):
        """Return a digest that changes with any bit of it."""
        rest = b"".join(np.asarray(part).astype("<f8").tobytes() for part in astuple(self)[1:])
        return hashlib.sha256(self.circuit.checksum().encode() + rest).hexdigest()


def name_of(case):
    kind, seed, dynamic = case
    return f"{kind.replace(' ', '_')}_{'dynamic' if dynamic else 'static'}_{seed}"


def draw_units(kind, seed, dynamic):
    """Draw a circuit with units of a kind: of even seeds all units have their constants in common."""
    random, circuit = np.random.RandomState(1000 + seed), draw_circuit(seed, dynamic)
    spread = float(seed % 2)

    def around(centre, width):
        return coarse(centre + spread * width * random.uniform(-1, 1, N_UNITS))

    if kind.startswith("exponential"):
        circuit = replace(
            circuit,
            tau_membrane=around(15, 5),
            threshold=around(-50, 1),
            reset=around(-58 if seed % 3 else -48, 2),  # below or above the threshold
            resting=around(-65, 1),
            background_current=coarse(random.uniform(12, 20, N_UNITS)),
            initial_voltage=coarse(random.uniform(-65, -55, N_UNITS)),
            refractory=np.where(circuit.inhibitory, 0.0, 2.0),
        )
    constants = {
        "reversal_excitatory": around(0, 2),
        "reversal_inhibitory": around(-80, 2),
        "slope": around(2, 0.5),
        "peak": around(0, 10),
        "adaptation_coupling": around(0.1, 0.2),
        "adaptation_jump": around(4, 2),
        "tau_adaptation": around(120, 50),
    }
    if kind == "leaky conductances":
        constants |= {"reversal_excitatory": around(70, 5), "reversal_inhibitory": around(-10, 2)}
    if kind.endswith("conductances"):
        circuit = as_conductances(circuit, constants)
    elif kind.startswith("exponential"):
        circuit = replace(circuit, weights=2 * circuit.weights, input_weights=2 * circuit.input_weights)
    return Units(circuit, **constants)


def as_conductances(circuit, constants):
    """Return a circuit whose weights, as conductances, are the same currents a little below the threshold."""
    voltage = np.mean(circuit.threshold) - 3
    excitatory = np.mean(constants["reversal_excitatory"]) - voltage
    inhibitory = voltage - np.mean(constants["reversal_inhibitory"])

    def scaled(weights):
        return coarse(weights / np.where(weights > 0, excitatory, inhibitory)) + np.sign(weights) * 2.0**-16

    return replace(circuit, weights=scaled(circuit.weights), input_weights=scaled(circuit.input_weights))


def draw_lone_units(kind):
    """Draw 20 units without synapses between them, for 300 ms: constants by name, and spikes (rows of 1 ms, units)."""
    random, n_units = np.random.RandomState(2000 + KINDS.index(kind)), 20
    exponential, conductances = kind.startswith("exponential"), kind.endswith("conductances")

    def around(centre, width):
        return coarse(centre + width * random.uniform(-1, 1, n_units))

    constants = {
        "tau_membrane": around(15, 5),
        "threshold": around(-50, 1),
        "reset": around(-58, 2),
        "resting": around(-65, 1),
        "refractory": np.where(np.arange(n_units) % 2, 2.0, 0.0 if exponential else 1.0),
        "background_current": around(18, 6),
        "tau_excitatory": around(4, 1),
        "tau_inhibitory": around(8, 2),
    }
    if exponential:
        constants |= {
            "slope": around(2, 0.5), "peak": around(-20, 10), "adaptation_coupling": around(0.1, 0.2),
            "adaptation_jump": around(4, 2), "tau_adaptation": around(120, 50),
        }  # fmt: skip
    if conductances:
        constants |= {"reversal_excitatory": around(0, 2), "reversal_inhibitory": around(-80, 2)}
    excitatory, inhibitory = (random.uniform(size=(300, n_units)) < rate for rate in (0.15, 0.05))
    weights = (0.15, -0.3) if conductances else (8.0, -6.0)
    return constants, weights, excitatory, inhibitory
