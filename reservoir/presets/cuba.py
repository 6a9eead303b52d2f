"""The current-based benchmark network of Vogels and Abbott 2005, as in Brette et al. 2007."""

from readouts.types import RandomState
from reservoir.presets.vogels_abbott import N_UNITS, RESET, THRESHOLD, make_network
from reservoir.spiking import LIFLiquid

# Brette et al. 2007, benchmark 2, from the code published with it (ModelDB 83319: Brian/CUBA.py; PyNN and CSIM agree,
# NEST has -13.95 mV as the inhibitory weight) and from examples/CUBA.py of Brian 2, whose default is the step.
EXCITATORY_WEIGHT, INHIBITORY_WEIGHT = 60 * 0.27 / 10, -20 * 4.5 / 10  # mV: 1.62 and -9
LEAK = -49.0  # mV


def cuba(n_inputs: int = 1, *, n_units: int = N_UNITS, random_state: RandomState = None) -> LIFLiquid:
    """Make the benchmark CUBA: 3200 excitatory and 800 inhibitory units that keep each other firing irregularly.

    Each unit receives input from 80 others on average, the last fifth of the units being inhibitory; V starts uniform
    between reset and threshold, and the only drive is a leak towards a voltage above the threshold (in mV and ms)::

        20 dV/dt = -49 - V + g_exc + g_inh,   g_exc += 1.62,   g_inh -= 9     at a spike, V from -60 to -50
         5 dg_exc/dt = -g_exc,    10 dg_inh/dt = -g_inh

    It fires at 5 to 6 Hz, intervals having a coefficient of variation of 0.6; Brian 2.9, given the same network, fires
    the same spikes, 42946 in 2 s with ``random_state=0``. Here the leak is written as a rest at the reset and a current
    of 11 nA, the same equation. A column of X is a current in nA into every unit; zeros make the benchmark.

    Parameters
    ----------
    n_inputs : int, default=1
        Number of columns of X, at least 1.
    n_units : int, default=4000
        Number of units, at least 80. Each receives input from 80 on average, whatever their number.
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
    tools and strategies", Journal of Computational Neuroscience 23:349, 2007, benchmark 2.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.presets import cuba
    >>> counts = cuba(n_units=1000, random_state=0).fit_transform(np.zeros((500, 1)))
    >>> print(f"{1000 * counts.mean():.0f} Hz")
    5 Hz
    """
    return make_network(
        n_inputs,
        n_units,
        random_state,
        excitatory=EXCITATORY_WEIGHT,
        inhibitory=INHIBITORY_WEIGHT,
        highest_start=THRESHOLD,
        background=LEAK - RESET,
    )
