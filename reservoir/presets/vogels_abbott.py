"""What the current-based and the conductance-based network of Vogels and Abbott 2005 have in common.

As in Brette et al. 2007; sources are named where each of the two is made, in ``cuba.py`` and ``coba.py``.
"""

import numpy as np

from reservoir.checks.arguments import check_integer, check_memory
from reservoir.presets.columns import sub_seeds, with_values
from reservoir.spiking import LIFLiquid
from reservoir.spiking.projections import at_synapses
from reservoir.topology import ErdosRenyi

N_UNITS = 4000
INHIBITORY = 0.2
DEGREE = 80  # of 4000 units: each pair with probability 0.02, a unit with itself too
TAU_MEMBRANE, TAU_EXCITATORY, TAU_INHIBITORY = 20.0, 5.0, 10.0  # ms
REFRACTORY = 5.0  # ms
THRESHOLD, RESET = -50.0, -60.0  # mV; the reset is also the rest
STEP = 0.1  # ms
_BYTES_PER_UNIT = 16 * DEGREE  # memory of the synapses of a unit


def make_network(n_inputs, n_units, random_state, *, excitatory, inhibitory, highest_start, background, synapses=None):
    """Return the network with two weights, in nA or uS, V from the reset up to a start in mV, and a background in nA.

    Where there are ``synapses``, weights are conductances of them; else they are currents.
    """
    n_inputs = check_integer("n_inputs", n_inputs)
    n_units = check_integer("n_units", n_units, at_least=DEGREE)
    check_memory("n_units", n_units, _BYTES_PER_UNIT * n_units)
    check_memory("n_inputs", n_inputs, 8 * n_units * n_inputs)
    graph_seed, voltages, liquid = sub_seeds(random_state, 3)
    is_inhibitory = np.arange(n_units) >= n_units - round(INHIBITORY * n_units)
    graph = ErdosRenyi().connect(n_units, DEGREE, graph_seed)
    weights = (excitatory, excitatory, inhibitory, inhibitory)
    return LIFLiquid(
        inhibitory=is_inhibitory,
        recurrent_weights=with_values(graph, at_synapses("weights", weights, graph, is_inhibitory)),
        synapses=synapses,
        tau_membrane=TAU_MEMBRANE,
        tau_excitatory=TAU_EXCITATORY,
        tau_inhibitory=TAU_INHIBITORY,
        threshold=THRESHOLD,
        reset=RESET,
        resting=RESET,
        background_current=background,
        refractory=REFRACTORY,
        initial_voltage=voltages.uniform(RESET, highest_start, n_units),
        delays=0.0,
        dt=STEP,
        input="current",
        input_period=1.0,
        input_weights=np.ones((n_units, n_inputs)),
        output="counts",
        random_state=liquid.randint(2**31 - 1),
    )
