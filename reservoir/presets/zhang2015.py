"""The column of Zhang, Li, Jin and Choe 2015, for spoken digits in digital hardware."""

import numpy as np

from readouts.types import RandomState
from reservoir.checks.arguments import check_integer, check_memory, check_number
from reservoir.presets.columns import LARGEST_SCALE, draw_column, sub_seeds, with_values
from reservoir.spiking import LIFLiquid
from reservoir.spiking.projections import at_synapses

# The article was not available. Its values are from three transcriptions that cite it: G, the parameter file and
# createNetworkM.m of A. Gorad (MATLAB); H, the repository HC1608 (MATLAB); A, the repository AnDa-creator (Python).
SHAPE = (3, 3, 15)  # default of createNetworkM.m (G)
INHIBITORY = 0.2  # G, H, A
PROBABILITY = (0.45, 0.3, 0.6, 0.15)  # G, H, A
WEIGHTS = (3.0, 6.0, -2.0, -2.0)  # mV, G, H, A
INPUT_WEIGHT = 8.0  # mV, of either sign: G, H, A
INPUT_FAN_OUT = 4  # G, H, A
THRESHOLD = 20.0  # mV, G, H, A
TAU_MEMBRANE = 32.0  # ms: A; G and H have 64
REFRACTORY = 2.0  # ms: H, A; G has 3
DELAY = 1.0  # ms, G, H, A
STEP = 1.0  # ms, G, H
TAU_SYNAPSE = {"excitatory": (8.0, 4.0), "inhibitory": (4.0, 2.0)}  # ms, of the second-order synapses: G, A


def zhang2015(
    n_inputs: int = 78,
    *,
    length_scale: float = 2.0,
    weight_scale: float = 1.0,
    input_fan_out: int = INPUT_FAN_OUT,
    shape: tuple[int, int, int] = SHAPE,
    random_state: RandomState = None,
) -> LIFLiquid:
    """Make the column of "A digital liquid state machine": 135 units with static synapses of four fixed weights.

    C is 0.45, 0.3, 0.6 and 0.15 and the weight w 3, 6, -2 and -2 mV for EE, EI, IE and II (EI: from excitatory to
    inhibitory)::

        p(a, b) = C exp(-(D(a, b) / length_scale)^2)
        dV/dt = -V / 32 ms + w (exp(-t / tau_1) - exp(-t / tau_2)) / (tau_1 - tau_2)        of the paper
        dV/dt = -V / 32 ms + w exp(-t / tau) / tau,   tau = tau_1 + tau_2                    here

    Its synapses are of second order (8 and 4 ms from excitatory, 4 and 2 ms from inhibitory units), those of the liquid
    of first order: they are replaced by those of the same charge and the same mean time of arrival, 12 and 6 ms. V is
    not clipped from below. Each input channel reaches 4 random units with 8 mV, positive or negative by chance. Without
    input the column rests at 0 mV.

    Parameters
    ----------
    n_inputs : int, default=78
        Number of input channels, at least 1; numbers of spikes per ms. 78 are the channels of the ear model.
    length_scale : float, default=2.0
        The r of the paper, in grid steps, above 0.
    weight_scale : float, default=1.0
        Factor of the recurrent weights, at least 0.
    input_fan_out : int, default=4
        Number of units that each channel reaches, at least 1.
    shape : tuple of 3 ints, default=(3, 3, 15)
        Units along each side of the grid.
    random_state : int, RandomState or None, default=None
        Seed of the circuit.

    Returns
    -------
    LIFLiquid
        Not fitted; one row of X lasts 1 ms, the step of the grid. Anything else is changed with ``set_params``.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    Y. Zhang, P. Li, Y. Jin and Y. Choe, "A digital liquid state machine with biologically inspired learning and its
    application to speech recognition", IEEE Transactions on Neural Networks and Learning Systems 26:2635, 2015. Its
    constants come from transcriptions, which disagree about the membrane time constant (32 ms or 64 ms) and the
    refractory time (2 ms or 3 ms).

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.presets import zhang2015
    >>> spikes = np.random.RandomState(0).poisson(0.05, (300, 78))
    >>> zhang2015(random_state=0).fit_transform(spikes).shape
    (300, 135)
    """
    weight_scale = check_number("weight_scale", weight_scale, at_least=0, at_most=LARGEST_SCALE)
    *column, inputs, liquid = sub_seeds(random_state, 4)
    inhibitory, graph = draw_column(shape, PROBABILITY, length_scale, INHIBITORY, column)
    tau_excitatory, tau_inhibitory = (sum(taus) for taus in TAU_SYNAPSE.values())
    # A jump of the current that moves V by w in total: R I decays with tau, and V integrates it over tau_membrane.
    jumps = weight_scale * np.array(WEIGHTS) * TAU_MEMBRANE / np.repeat((tau_excitatory, tau_inhibitory), 2)
    signs = _draw_signs(len(inhibitory), n_inputs, input_fan_out, inputs)
    input_weights = INPUT_WEIGHT * signs * TAU_MEMBRANE / np.where(signs > 0, tau_excitatory, tau_inhibitory)
    return LIFLiquid(
        inhibitory=inhibitory,
        recurrent_weights=with_values(graph, at_synapses("weights", jumps, graph, inhibitory)),
        tau_membrane=TAU_MEMBRANE,
        tau_excitatory=tau_excitatory,
        tau_inhibitory=tau_inhibitory,
        threshold=THRESHOLD,
        reset=0.0,
        resting=0.0,
        refractory=REFRACTORY,
        background_current=0.0,
        delays=DELAY,
        dt=STEP,
        input="spikes",
        input_period=STEP,
        input_weights=input_weights,
        random_state=liquid.randint(2**31 - 1),
    )


def _draw_signs(n_units, n_inputs, fan_out, random_state):
    n_inputs, fan_out = check_integer("n_inputs", n_inputs), check_integer("input_fan_out", fan_out)
    if fan_out > n_units:
        raise ValueError(f"'input_fan_out' must be at most the number of units, {n_units}; got {fan_out}.")
    check_memory("n_inputs", n_inputs, 8 * n_units * n_inputs)
    reached = np.argsort(random_state.uniform(size=(n_units, n_inputs)), axis=0) < fan_out
    return np.where(reached, random_state.choice((-1.0, 1.0), (n_units, n_inputs)), 0.0)
