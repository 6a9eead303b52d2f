"""The conductance-based benchmark network of Vogels and Abbott 2005, as in Brette et al. 2007."""

import numpy as np

from readouts.types import RandomState
from reservoir.checks.arguments import check_integer, check_memory
from reservoir.presets.columns import sub_seeds, with_values
from reservoir.spiking import ConductanceSynapses, LIFLiquid
from reservoir.spiking.projections import at_synapses
from reservoir.topology import ErdosRenyi

# Brette et al. 2007, benchmark 1, from the code published with it (ModelDB 83319): Brian/COBA.py, NEST/coba.sli and
# CSIM_benchmark_1_coba_circuit.m have all of these constants; only PyNN has 4 and 51 nS. R is 100 MOhm there and 1 MOhm
# here, so conductances are over the leak of 10 nS, and the membrane time constant is 200 pF / 10 nS.
N_UNITS = 4000
INHIBITORY = 0.2
DEGREE = 80  # of 4000 units: each pair with probability 0.02, a unit with itself too
EXCITATORY_WEIGHT, INHIBITORY_WEIGHT = 6 / 10, -67 / 10  # uS
TAU_MEMBRANE, TAU_EXCITATORY, TAU_INHIBITORY = 20.0, 5.0, 10.0  # ms
REFRACTORY = 5.0  # ms
THRESHOLD, RESET = -50.0, -60.0  # mV; the reset is also the rest
REVERSAL_EXCITATORY, REVERSAL_INHIBITORY = 0.0, -80.0  # mV
STEP = 0.1  # ms
# The simulators of the benchmark wake it in ways of their own: random conductances (Brian), Poisson spikes for 50 ms
# (NEST, CSIM, PyNN). V up to here lets one unit in 51 spike in the first step, which woke all of 50 networks.
HIGHEST_START = -49.8  # mV
_BYTES_PER_UNIT = 16 * DEGREE  # memory of the synapses of a unit


def coba(n_inputs: int = 1, *, n_units: int = N_UNITS, random_state: RandomState = None) -> LIFLiquid:
    """Make the benchmark COBA: 3200 excitatory and 800 inhibitory units that keep each other firing irregularly.

    Each unit receives input from 80 others on average, the last fifth of the units being inhibitory, by conductances in
    units of the leak, which are uS here (V in mV, times in ms)::

        20 dV/dt = -60 - V + g_exc (0 - V) + g_inh (-80 - V),    V from -60 to -50, where it spikes
         5 dg_exc/dt = -g_exc,    10 dg_inh/dt = -g_inh,         g_exc += 0.6,   g_inh += 6.7     at a spike

    Nothing drives it but itself. V starts uniform between -60 and -49.8, so that a fiftieth of the units spikes in the
    first step and wakes the others; from then on it fires at 17 to 25 Hz, as Brian 2.9 and NEST 3.10 do with networks
    of their own (17 to 20 Hz in three each). Brian 2.9, given the same network, fires the same spikes with
    ``method="exponential_euler"``, 144543 in 2 s with ``random_state=0``. A column of X is a current in nA into every
    unit; zeros make the benchmark.

    Parameters
    ----------
    n_inputs : int, default=1
        Number of columns of X, at least 1.
    n_units : int, default=4000
        Number of units, at least 80. Each receives input from 80 on average, whatever their number. With fewer than
        4000, the activity may die.
    random_state : int, RandomState or None, default=None
        Seed of the circuit and the initial voltages.

    Returns
    -------
    LIFLiquid
        Not fitted; one row of X lasts 1 ms, states are numbers of spikes. Anything else is changed with ``set_params``.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    T. P. Vogels and L. F. Abbott, "Signal propagation and logic gating in networks of integrate-and-fire neurons",
    Journal of Neuroscience 25:10786, 2005. R. Brette et al., "Simulation of networks of spiking neurons: a review of
    tools and strategies", Journal of Computational Neuroscience 23:349, 2007, benchmark 1.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.presets import coba
    >>> liquid = coba(random_state=0).fit(np.zeros((1, 1)))
    >>> counts = liquid.transform(np.zeros((500, 1)))
    >>> print(f"{1000 * counts.mean():.0f} Hz")
    19 Hz

    To start it as Brian's code of the benchmark does, with conductances, hand a state to ``run``:

    >>> v, g_exc, g_inh = np.random.RandomState(1).standard_normal((3, 4000))
    >>> start = liquid.rest()._replace(voltage=-65 + 5 * v, current=np.stack([4 + 1.5 * g_exc, 20 + 12 * g_inh]))
    >>> counts, state = liquid.run(np.zeros((500, 1)), start)
    >>> print(f"{1000 * counts.mean():.0f} Hz")
    19 Hz
    """
    n_inputs = check_integer("n_inputs", n_inputs)
    n_units = check_integer("n_units", n_units, at_least=DEGREE)
    check_memory("n_units", n_units, _BYTES_PER_UNIT * n_units)
    check_memory("n_inputs", n_inputs, 8 * n_units * n_inputs)
    graph_seed, voltages, liquid = sub_seeds(random_state, 3)
    inhibitory = np.arange(n_units) >= n_units - round(INHIBITORY * n_units)
    graph = ErdosRenyi().connect(n_units, DEGREE, graph_seed)
    weights = (EXCITATORY_WEIGHT, EXCITATORY_WEIGHT, INHIBITORY_WEIGHT, INHIBITORY_WEIGHT)
    return LIFLiquid(
        inhibitory=inhibitory,
        recurrent_weights=with_values(graph, at_synapses("weights", weights, graph, inhibitory)),
        synapses=ConductanceSynapses(REVERSAL_EXCITATORY, REVERSAL_INHIBITORY),
        tau_membrane=TAU_MEMBRANE,
        tau_excitatory=TAU_EXCITATORY,
        tau_inhibitory=TAU_INHIBITORY,
        threshold=THRESHOLD,
        reset=RESET,
        resting=RESET,
        background_current=0.0,
        refractory=REFRACTORY,
        initial_voltage=voltages.uniform(RESET, HIGHEST_START, n_units),
        delays=0.0,
        dt=STEP,
        input="current",
        input_period=1.0,
        input_weights=np.ones((n_units, n_inputs)),
        output="counts",
        random_state=liquid.randint(2**31 - 1),
    )
