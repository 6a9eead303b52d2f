"""Random circuits of adaptive units, drawn alike for Brian2 and NEST (``tests/fixtures``) and for this library.

They are the circuits of `brian2_circuits`, whose units have an adaptive threshold and draw a current.
"""

from dataclasses import dataclass

import numpy as np
from brian2_circuits import CASES, N_UNITS, Circuit, coarse, draw_circuit

# A weight of a current is divided by what is near its driving force in mV, and by a power of two, exactly.
FORCE_EXCITATORY, FORCE_INHIBITORY = 64.0, 16.0
REVERSAL_EXCITATORY, REVERSAL_INHIBITORY = 75.0, -5.0
KEPT_OVERSHOOT = {0: 0.0, 2: 1.0, 3: 0.0, 4: 0.5, 5: 1.0}  # by seed; of the others each unit has its own
CONDUCTANCE_CASES = [(0, False), (1, True), (4, True), (5, False)]
HARD = "hard"  # what NEST has: V is reset to a given value

# (seed, dynamic, kind), the kind being "current", "conductance" or HARD.
BRIAN2_CASES = [(*case, "current") for case in CASES] + [(*case, "conductance") for case in CONDUCTANCE_CASES]
NEST_CASES = [(*case, HARD) for case in CASES]


@dataclass(frozen=True)
class AdaptiveCircuit(Circuit):
    """A `Circuit` with the constants of adaptation, one for each unit; weights are conductances in uS if told so."""

    threshold_jump: np.ndarray
    tau_threshold: np.ndarray
    adaptation_jump: np.ndarray
    tau_adaptation: np.ndarray
    kept_overshoot: np.ndarray


def draw_adaptive_circuit(seed, dynamic, kind):
    """Draw one circuit: as `draw_circuit`, even seeds have units that are alike."""
    circuit, random = draw_circuit(seed, dynamic), np.random.RandomState(1000 + seed)
    spread = seed % 2

    def around(centre, width):
        return coarse(centre + spread * width * random.uniform(-1, 1, N_UNITS))

    constants = {
        "threshold_jump": around(0.5, 0.25),
        "tau_threshold": around(120, 80),
        "adaptation_jump": around(0.125, 0.125),
        "tau_adaptation": around(70, 40),
    }
    kept = np.full(N_UNITS, KEPT_OVERSHOOT[seed]) if seed in KEPT_OVERSHOOT else coarse(random.uniform(0, 1, N_UNITS))
    constants["kept_overshoot"] = np.zeros(N_UNITS) if kind == HARD else kept
    parts = vars(circuit) | constants
    if kind == "conductance":
        for name in ("weights", "input_weights"):
            values = getattr(circuit, name)
            parts[name] = values / np.where(values > 0, FORCE_EXCITATORY, FORCE_INHIBITORY)
    return AdaptiveCircuit(**parts)


def name_of(case):
    seed, dynamic, kind = case
    return f"{kind}_{'dynamic' if dynamic else 'static'}_{seed}"
