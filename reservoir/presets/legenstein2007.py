"""The circuit of Legenstein and Maass 2007, on which kernel quality and the edge of chaos were measured."""

from readouts.types import RandomState
from reservoir.checks.arguments import check_number
from reservoir.presets.columns import (
    LARGEST_SCALE,
    draw_column,
    draw_input,
    draw_normal,
    draw_plasticity,
    sub_seeds,
    with_values,
)
from reservoir.presets.maass2002 import (
    DELAYS,
    GRID,
    INHIBITORY,
    INITIAL_VOLTAGE,
    INPUT_PROBABILITY,
    LIQUID_STATE,
    PROBABILITY,
    RESET,
    START_RATE,
    TAU_DEPRESSION,
    TAU_FACILITATION,
    UNITS,
    UTILIZATION,
)
from reservoir.spiking import LIFLiquid, Markram
from reservoir.spiking.projections import at_synapses

# From two scripts that quote the section on the circuit (R. Duarte's, for NEST); the article itself was not available.
# They quote the values that are imported from 2002, except for the initial voltages, which they do not mention.
SHAPE = (6, 6, 15)
WEIGHTS = (1.2, 1.6, -3.0, -2.8)  # nA
INPUT_WEIGHT = 0.1  # nA
VARIATION = 0.5
BACKGROUND = (14.975, 15.025)  # nA, uniform: the threshold is 15 mV


def legenstein2007(
    n_inputs: int = 4,
    *,
    length_scale: float = 2.0,
    weight_scale: float = 1.0,
    rate: float = START_RATE,
    input_probability: float = INPUT_PROBABILITY,
    shape: tuple[int, int, int] = SHAPE,
    random_state: RandomState = None,
) -> LIFLiquid:
    """Make the circuit whose computational power was mapped over length scale and weight scale: 540 units.

    Time constants, graph and synaptic dynamics are those of `maass2002`; weights are an order smaller, with normal laws
    instead of gamma laws, and are scaled together::

        p(a, b) = C exp(-(D(a, b) / length_scale)^2),    A = weight_scale (1.2 EE, 1.6 EI, -3.0 IE, -2.8 II) nA

    Each weight, U, D and F has an SD of 50 % of its mean. Background currents, uniform from 14.975 to 15.025 nA, lie
    around the threshold of 15 mV: half of the units fire without any synapse, at up to 8 Hz, and the circuit is never
    silent. At a length scale of 2, excitatory units fire at 5 to 6 Hz on average for weight scales of 1 to 8 (quoted
    from the paper: 1 to 20 Hz, 7 on average). Input synapses of 0.1 nA are too weak to cause a spike; they shift its
    time. The paper's inputs are 4 Poisson trains of 20 Hz for 200 ms.

    Parameters
    ----------
    n_inputs : int, default=4
        Number of input channels, at least 1; numbers of spikes per ms.
    length_scale : float, default=2.0
        The lambda of the paper, in grid steps, above 0; it was varied.
    weight_scale : float, default=1.0
        The Wscale of the paper, at least 0; it was varied.
    rate : float, default=6.0
        Rate in Hz, at least 0, at whose stationary state the synapses start; as in `maass2002`.
    input_probability : float, default=0.3
        Probability that a channel reaches a unit, from 0 to 1. The scripts have 30 %.
    shape : tuple of 3 ints, default=(6, 6, 15)
        Units along each side of the grid.
    random_state : int, RandomState or None, default=None
        Seed of the circuit and the initial voltages, the latter uniform from 13.5 to 15 mV.

    Returns
    -------
    LIFLiquid
        Not fitted; one row of X lasts 1 ms. Anything else is changed with ``set_params``.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    R. Legenstein and W. Maass, "Edge of chaos and prediction of computational performance for neural circuit models",
    Neural Networks 20:323, 2007.

    Examples
    --------
    >>> from reservoir.presets import legenstein2007
    >>> liquid = legenstein2007(length_scale=3.0, weight_scale=2.0, random_state=0)
    >>> liquid.recurrent_weights.shape
    (540, 540)
    """
    weight_scale = check_number("weight_scale", weight_scale, at_least=0, at_most=LARGEST_SCALE)
    rate = check_number("rate", rate, at_least=0)
    *column, weights, plasticity, inputs, units, liquid = sub_seeds(random_state, 7)
    inhibitory, graph = draw_column(shape, PROBABILITY, length_scale, INHIBITORY, column)
    means = weight_scale * at_synapses("weights", WEIGHTS, graph, inhibitory)
    udf = draw_plasticity(UTILIZATION, TAU_DEPRESSION, TAU_FACILITATION, graph, inhibitory, plasticity)
    size, input_weights = len(inhibitory), (INPUT_WEIGHT, INPUT_WEIGHT)
    return LIFLiquid(
        inhibitory=inhibitory,
        recurrent_weights=with_values(graph, draw_normal(means, VARIATION, weights)),
        delays=DELAYS,
        short_term_plasticity=Markram(*udf, rate=rate),
        input_weights=draw_input(input_weights, n_inputs, input_probability, inhibitory, _draw_input_weights, inputs),
        background_current=units.uniform(*BACKGROUND, size),
        reset=RESET,
        initial_voltage=units.uniform(*INITIAL_VOLTAGE, size),
        random_state=liquid.randint(2**31 - 1),
        **UNITS,
        **LIQUID_STATE,
        **GRID,
    )


def _draw_input_weights(means, random_state):
    return draw_normal(means, VARIATION, random_state)
