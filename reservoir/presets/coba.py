"""The conductance-based benchmark network of Vogels and Abbott 2005, as in Brette et al. 2007."""

from readouts.types import RandomState
from reservoir.presets.vogels_abbott import N_UNITS, make_network
from reservoir.spiking import ConductanceSynapses, LIFLiquid

# Brette et al. 2007, benchmark 1, from the code published with it (ModelDB 83319): Brian/COBA.py, NEST/coba.sli and
# CSIM_benchmark_1_coba_circuit.m have all of these constants; only PyNN has 4 and 51 nS. R is 100 MOhm there and 1 MOhm
# here, so conductances are over the leak of 10 nS, and the membrane time constant is 200 pF / 10 nS.
EXCITATORY_WEIGHT, INHIBITORY_WEIGHT = 6 / 10, -67 / 10  # uS
REVERSAL_EXCITATORY, REVERSAL_INHIBITORY = 0.0, -80.0  # mV
# The simulators of the benchmark wake it in ways of their own: random conductances (Brian), Poisson spikes for 50 ms
# (NEST, CSIM, PyNN). V up to here lets one unit in 51 spike in the first step, which woke all of 50 networks.
HIGHEST_START = -49.8  # mV


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
    return make_network(
        n_inputs,
        n_units,
        random_state,
        excitatory=EXCITATORY_WEIGHT,
        inhibitory=INHIBITORY_WEIGHT,
        highest_start=HIGHEST_START,
        background=0.0,
        synapses=ConductanceSynapses(REVERSAL_EXCITATORY, REVERSAL_INHIBITORY),
    )
