"""Whether Brian2's own solution of linear equations keeps its digits."""

import numpy as np

# It divides by the distance of dt / tau of a current and of the membrane, and takes exponentials.
LEAST_DISTANCE, LARGEST_DECAY = 1e-4, 500.0


def has_exact_solution(circuit, *currents):
    """Return whether a membrane has time constants that Brian2 can tell from those of its currents.

    Parameters
    ----------
    circuit : SpikingCircuit
    *currents : str
        Names of the time constants of currents beside the synaptic ones.
    """
    names = "tau_membrane", "tau_excitatory", "tau_inhibitory", *currents
    membrane, *decays = (circuit.dt / circuit.units[name] for name in names)
    distance = min(np.abs(membrane - decay).min() for decay in decays)
    return distance > LEAST_DISTANCE and max(map(np.max, (membrane, *decays))) < LARGEST_DECAY


def constants_of_step(circuit):
    """Return the responses of V in a step to the background and the two synaptic currents, as `Brian2Model` has them.

    With them a step is written out where Brian2's solution is 0 / 0 or overflows, and where it finds none.
    """
    motion = circuit.neuron.motion(circuit.dt, circuit.units["tau_excitatory"], circuit.units["tau_inhibitory"])
    responses = motion.gain, motion.membrane.by_excitatory, motion.membrane.by_inhibitory
    names = "by_background", "by_excitatory", "by_inhibitory"
    return {name: (values, "MOhm") for name, values in zip(names, responses, strict=True)}
