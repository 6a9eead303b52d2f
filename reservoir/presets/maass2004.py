"""The column that the Circuit-Tool of the Graz group makes by default, as used in its papers of 2004."""

from readouts.types import RandomState
from reservoir.checks.arguments import check_flag, check_number
from reservoir.presets.columns import (
    LARGEST_SCALE,
    draw_column,
    draw_gamma,
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
    INPUT_PROBABILITY,
    INPUT_WEIGHTS,
    LIQUID_STATE,
    PROBABILITY,
    START_RATE,
    TAU_DEPRESSION,
    TAU_FACILITATION,
    UNITS,
    UTILIZATION,
    WEIGHTS,
)
from reservoir.spiking import LIFLiquid, Markram
from reservoir.spiking.projections import at_synapses

# All of default_parameters.m of the Circuit-Tool (a stored copy, last changed in 2004); it repeats the values that are
# imported from 2002, but for the input, which it leaves open.
SHAPE = (3, 3, 15)
BACKGROUND = (13.5, 14.5)  # Iinject, nA, uniform
RESET = (13.8, 14.5)  # Vreset, mV, uniform
INITIAL_VOLTAGE = (13.5, 14.9)  # Vinit, mV, uniform
WEIGHT_VARIATION = 0.7  # SH_W
DELAY_VARIATION = 0.1  # SH_delay


def maass2004(
    n_inputs: int = 1,
    *,
    length_scale: float = 2.0,
    weight_scale: float = 1.0,
    dynamic_synapses: bool = True,
    rate: float = START_RATE,
    input_probability: float = INPUT_PROBABILITY,
    shape: tuple[int, int, int] = SHAPE,
    random_state: RandomState = None,
) -> LIFLiquid:
    """Make the column of the Circuit-Tool: that of 2002 with units and delays that differ.

    Graph, means of the synapses and time constants are those of `maass2002`. Each unit has its own background current
    (uniform, 13.5 to 14.5 nA), reset (13.8 to 14.5 mV) and initial voltage (13.5 to 14.9 mV). Weights have an SD of
    70 % (gamma laws), delays one of 10 % (normal laws); U, D and F keep their 50 %. Synapses start in the stationary
    state of a source that fires at ``rate``::

        u0 = U / (1 - (1 - U) exp(-1 / (rate F))),   r0 = (1 - exp(-1 / (rate D))) / (1 - (1 - u0) exp(-1 / (rate D)))

    No background current reaches the threshold of 15 mV, so it is silent without input. With 20 Hz on one channel for
    1 s, excitatory units fire at 3 to 9 Hz, inhibitory ones at 4 to 19 Hz.

    The source of the constants is the program; the article was not available and may differ in weights and
    noise. (Code after P. Joshi and W. Maass, Neural Computation 17:1715, 2005, has the same units with weights of
    70, 150, -47 and -47 nA.)

    Parameters
    ----------
    n_inputs : int, default=1
        Number of input channels, at least 1; numbers of spikes per ms. As in `maass2002` their synapses are static, of
        18 nA to excitatory and 9 nA to inhibitory units; the program leaves them to its user.
    length_scale : float, default=2.0
        The lambda of the papers, in grid steps, above 0.
    weight_scale : float, default=1.0
        Factor of the recurrent weights (Wscale), at least 0.
    dynamic_synapses : bool, default=True
        False: static synapses, each weight multiplied by its stationary u0 r0 at ``rate``.
    rate : float, default=6.0
        Rate in Hz (f0), at least 0, at whose stationary state dynamic synapses start and static ones stay.
    input_probability : float, default=0.3
        Probability that a channel reaches a unit, from 0 to 1.
    shape : tuple of 3 ints, default=(3, 3, 15)
        Units along each side of the grid.
    random_state : int, RandomState or None, default=None
        Seed of the circuit and the initial voltages.

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
    T. Natschlaeger, H. Markram and W. Maass, "Computer models and analysis tools for neural microcircuits", in
    Neuroscience Databases: A Practical Guide, 2003, chapter 9 (Circuit-Tool, lsm.tugraz.at; default_parameters.m).
    W. Maass, T. Natschlaeger and H. Markram, "Fading memory and kernel properties of generic cortical microcircuit
    models", Journal of Physiology Paris 98:315, 2004.

    Examples
    --------
    >>> from reservoir.presets import maass2004
    >>> liquid = maass2004(random_state=0)
    >>> low, high = liquid.background_current.min(), liquid.background_current.max()
    >>> print(f"{low:.2f} to {high:.2f} nA")
    13.52 to 14.49 nA
    """
    weight_scale = check_number("weight_scale", weight_scale, at_least=0, at_most=LARGEST_SCALE)
    rate, static = check_number("rate", rate, at_least=0), not check_flag("dynamic_synapses", dynamic_synapses)
    *column, weights, plasticity, delays, inputs, units, liquid = sub_seeds(random_state, 8)
    inhibitory, graph = draw_column(shape, PROBABILITY, length_scale, INHIBITORY, column)
    means = weight_scale * at_synapses("weights", WEIGHTS, graph, inhibitory)
    udf = draw_plasticity(UTILIZATION, TAU_DEPRESSION, TAU_FACILITATION, graph, inhibitory, plasticity)
    delay_means = at_synapses("delays", DELAYS, graph, inhibitory)
    size = len(inhibitory)
    return LIFLiquid(
        inhibitory=inhibitory,
        recurrent_weights=with_values(graph, draw_gamma(means, WEIGHT_VARIATION, weights)),
        delays=with_values(graph, draw_normal(delay_means, DELAY_VARIATION, delays)),
        short_term_plasticity=Markram(*udf, rate=rate, static=static),
        input_weights=draw_input(INPUT_WEIGHTS, n_inputs, input_probability, inhibitory, _draw_input_weights, inputs),
        background_current=units.uniform(*BACKGROUND, size),
        reset=units.uniform(*RESET, size),
        initial_voltage=units.uniform(*INITIAL_VOLTAGE, size),
        random_state=liquid.randint(2**31 - 1),
        **UNITS,
        **LIQUID_STATE,
        **GRID,
    )


def _draw_input_weights(means, random_state):
    return draw_gamma(means, WEIGHT_VARIATION, random_state)
