"""The pulse-coupled network of Izhikevich 2003: a thousand cortical units that fall into rhythms now and then."""

import numpy as np
from scipy.sparse import csr_array

from readouts.types import RandomState
from reservoir.checks.arguments import check_integer, check_memory
from reservoir.presets.columns import sub_seeds
from reservoir.spiking import Izhikevich, SpikingLiquid

# All of the program that is printed in the paper.
N_UNITS = 1000
INHIBITORY = 0.2
LARGEST_WEIGHT = {"excitatory": 0.5, "inhibitory": 1.0}  # nA, uniform from 0 on, between all units of the 1000
NOISE = (5.0, 2.0)  # nA, standard deviations of the thalamic input, (excitatory, inhibitory) units
STEP = 1.0  # ms
AT_ONCE = 0.001  # ms, far below a step: a spike is a current in the next step only
_BYTES_PER_SYNAPSE = 40  # while they are drawn


def izhikevich2003(n_inputs: int = 1, *, n_units: int = N_UNITS, random_state: RandomState = None) -> SpikingLiquid:
    """Make the network of "Simple model of spiking neurons": 800 excitatory and 200 inhibitory units, all to all.

    Excitatory units lie between regular spiking and chattering, inhibitory ones between low-threshold and fast spiking
    (`Izhikevich.of_populations`). A spike is a current to every unit, itself too, in the next step, weights being
    uniform up to 0.5 nA from excitatory and down to -1 nA from inhibitory units. Noise, the thalamic input, of 5 nA for
    excitatory and 2 nA for inhibitory units in every step drives them (V in mV, t in ms, steps of 1 ms)::

        dV/dt = 0.04 V^2 + 5 V + 140 - u + noise + sum of weights of the units that spiked,   du/dt = a (b V - u)

    It fires at 7 Hz, with episodes of rhythms: the spectrum of its rate has peaks at 8 Hz and at 29 to 34 Hz, three
    times and more as high as the dip between. The paper says some 8 Hz of the rate, and 10 and 40 Hz of its alpha
    and gamma rhythms. Intervals have a coefficient of variation of 0.46. The printed program, given these weights and
    this noise, fires the same spikes, until rounding makes two of them differ. A column of X is a current in nA into
    every unit; zeros make the network of the paper.

    Parameters
    ----------
    n_inputs : int, default=1
        Number of columns of X, at least 1.
    n_units : int, default=1000
        Number of units, at least 10; the last fifth is inhibitory. Weights are multiplied by ``1000 / n_units``, so
        that units receive as much on average: at 7 to 9 Hz from 200 units on. Smaller networks fire in one rhythm, at
        30 Hz.
    random_state : int, RandomState or None, default=None
        Seed of the units, the weights and the noise.

    Returns
    -------
    SpikingLiquid
        Not fitted; one row of X lasts 1 ms, states are numbers of spikes. Anything else is changed with ``set_params``.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    E. M. Izhikevich, "Simple model of spiking neurons", IEEE Transactions on Neural Networks 14:1569, 2003.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.presets import izhikevich2003
    >>> counts = izhikevich2003(random_state=0).fit_transform(np.zeros((1000, 1)))
    >>> print(f"{1000 * counts.mean():.0f} Hz")
    8 Hz
    """
    n_inputs = check_integer("n_inputs", n_inputs)
    n_units = check_integer("n_units", n_units, at_least=10)
    check_memory("n_units", n_units, _BYTES_PER_SYNAPSE * n_units**2)
    check_memory("n_inputs", n_inputs, 8 * n_units * n_inputs)
    units, weights, liquid = sub_seeds(random_state, 3)
    inhibitory = np.arange(n_units) >= n_units - round(INHIBITORY * n_units)
    largest = np.where(inhibitory, -LARGEST_WEIGHT["inhibitory"], LARGEST_WEIGHT["excitatory"]) * N_UNITS / n_units
    return SpikingLiquid(
        neuron=Izhikevich.of_populations(inhibitory, random_state=units),
        inhibitory=inhibitory,
        recurrent_weights=csr_array(largest * weights.uniform(size=(n_units, n_units))),
        tau_excitatory=AT_ONCE,
        tau_inhibitory=AT_ONCE,
        background_current=0.0,
        noise=NOISE,
        delays=0.0,
        dt=STEP,
        input="current",
        input_period=STEP,
        input_weights=np.ones((n_units, n_inputs)),
        output="counts",
        random_state=liquid.randint(2**31 - 1),
    )
