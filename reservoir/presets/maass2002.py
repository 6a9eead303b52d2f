"""The column of Maass, Natschlaeger and Markram 2002, the first liquid state machine."""

from typing import Any

from readouts.types import RandomState
from reservoir.checks.arguments import check_flag, check_number
from reservoir.presets.columns import (
    LARGEST_SCALE,
    draw_column,
    draw_gamma,
    draw_input,
    draw_plasticity,
    sub_seeds,
    with_values,
)
from reservoir.spiking import LIFLiquid, Markram
from reservoir.spiking.projections import at_synapses

# All of the paper, appendix B, unless said otherwise; fours are (EE, EI, IE, II), EI from excitatory to inhibitory.
SHAPE = (15, 3, 3)
INHIBITORY = 0.2
PROBABILITY = (0.3, 0.2, 0.4, 0.1)
WEIGHTS = (30.0, 60.0, -19.0, -19.0)  # nA
WEIGHT_VARIATION = 1.0
UTILIZATION = (0.5, 0.05, 0.25, 0.32)
TAU_DEPRESSION = (1100.0, 125.0, 700.0, 144.0)  # ms
TAU_FACILITATION = (50.0, 1200.0, 20.0, 60.0)  # ms
DELAYS = (1.5, 0.8, 0.8, 0.8)  # ms
INPUT_WEIGHTS = (18.0, 9.0)  # nA, to excitatory and to inhibitory units
BACKGROUND = 13.5  # nA
RESET = 13.5  # mV
INITIAL_VOLTAGE = (13.5, 15.0)  # mV, uniform
UNITS: dict[str, Any] = {
    "tau_membrane": 30.0,
    "tau_excitatory": 3.0,
    "tau_inhibitory": 6.0,
    "threshold": 15.0,
    "resting": 0.0,
    "refractory": (3.0, 2.0),
}
LIQUID_STATE: dict[str, Any] = {"output": "traces", "tau_trace": 30.0}  # section 5: exponential filters of 30 ms
# The delays are multiples of 0.1 ms and of nothing coarser. A row of spikes lasts 1 ms: ours, not the paper's.
GRID: dict[str, Any] = {"dt": 0.1, "input": "spikes", "input_period": 1.0}
INPUT_PROBABILITY = 0.3  # ours: the paper does not say which units the input reaches
START_RATE = 6.0  # Hz, f0 in default_parameters.m of the authors' later Circuit-Tool; the paper does not say


def maass2002(
    n_inputs: int = 1,
    *,
    length_scale: float = 2.0,
    weight_scale: float = 1.0,
    dynamic_synapses: bool = True,
    rate: float | None = None,
    input_probability: float = INPUT_PROBABILITY,
    shape: tuple[int, int, int] = SHAPE,
    random_state: RandomState = None,
) -> LIFLiquid:
    """Make the column of "Real-time computing without stable states": 135 units with dynamic synapses.

    The units stand on a grid; unit b receives input from unit a with a probability that falls with their distance, C
    being 0.3, 0.2, 0.4 and 0.1 for EE, EI, IE and II (EI: from excitatory to inhibitory)::

        p(a, b) = C exp(-(D(a, b) / length_scale)^2)

    About 640 synapses at a length scale of 2 (197 at 1.2, 1792 at 4). Weights follow gamma laws with an SD of 100 % of
    their means, 30, 60, -19 and -19 nA; U, D and F of the synapses normal laws with 50 %. Each channel of X, numbers of
    spikes per ms, reaches a part of the units through static synapses of 18 nA (excitatory units) and 9 nA.

    Synapses start rested, with u = U and r = 1, so that a first spike causes a burst of the whole column. The
    paper does not say how they start; its figure 2 shows no burst, and the authors' later Circuit-Tool starts them in
    the stationary state (u0, r0) of a source that fires at 6 Hz: ``rate=6.0``.

    The column is silent without input; with 20 Hz on one channel for 1 s, it fires at 3 to 5 Hz on average over
    circuits, at 2 to 3 Hz with ``rate=6.0``. The weights belong to dynamic synapses: static as they are, by
    ``.set_params(short_term_plasticity=None)``, they make it fire at more than 100 Hz. ``dynamic_synapses=False``
    rescales them by u0 r0, as the Circuit-Tool did, and it fires at 3 to 4 Hz.

    Parameters
    ----------
    n_inputs : int, default=1
        Number of input channels, at least 1.
    length_scale : float, default=2.0
        The lambda of the paper, in grid steps, above 0; it was varied up to 8.
    weight_scale : float, default=1.0
        Factor of the recurrent weights, at least 0.
    dynamic_synapses : bool, default=True
        False: static synapses, each weight multiplied by its stationary u0 r0 at ``rate``.
    rate : float or None, default=None
        Rate in Hz, at least 0, at whose stationary state dynamic synapses start and static ones stay. None is 0 for
        dynamic synapses and 6 for static ones.
    input_probability : float, default=0.3
        Probability that a channel reaches a unit, from 0 to 1. Not stated in the paper.
    shape : tuple of 3 ints, default=(15, 3, 3)
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
    W. Maass, T. Natschlaeger and H. Markram, "Real-time computing without stable states: a new framework for neural
    computation based on perturbations", Neural Computation 14:2531, 2002, appendix B.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.presets import maass2002
    >>> liquid = maass2002(random_state=0)
    >>> spikes = np.random.RandomState(0).poisson(0.02, (500, 1))  # 20 Hz for 500 rows of 1 ms
    >>> liquid.fit_transform(spikes).shape
    (500, 135)
    >>> liquid.recurrent_weights_.nnz
    659
    """
    weight_scale = check_number("weight_scale", weight_scale, at_least=0, at_most=LARGEST_SCALE)
    static = not check_flag("dynamic_synapses", dynamic_synapses)
    rate = (START_RATE if static else 0.0) if rate is None else check_number("rate", rate, at_least=0)
    *column, weights, plasticity, inputs, voltages, liquid = sub_seeds(random_state, 7)
    inhibitory, graph = draw_column(shape, PROBABILITY, length_scale, INHIBITORY, column)
    means = weight_scale * at_synapses("weights", WEIGHTS, graph, inhibitory)
    udf = draw_plasticity(UTILIZATION, TAU_DEPRESSION, TAU_FACILITATION, graph, inhibitory, plasticity)
    return LIFLiquid(
        inhibitory=inhibitory,
        recurrent_weights=with_values(graph, draw_gamma(means, WEIGHT_VARIATION, weights)),
        delays=DELAYS,
        short_term_plasticity=Markram(*udf, rate=rate, static=static),
        input_weights=draw_input(INPUT_WEIGHTS, n_inputs, input_probability, inhibitory, _draw_input_weights, inputs),
        background_current=BACKGROUND,
        reset=RESET,
        initial_voltage=voltages.uniform(*INITIAL_VOLTAGE, len(inhibitory)),
        random_state=liquid.randint(2**31 - 1),
        **UNITS,
        **LIQUID_STATE,
        **GRID,
    )


def _draw_input_weights(means, random_state):
    return draw_gamma(means, WEIGHT_VARIATION, random_state)
