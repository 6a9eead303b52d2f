"""The distributions of published circuits: columns on a grid, synaptic parameters, input synapses."""

from collections.abc import Callable, Sequence
from math import prod

import numpy as np
from scipy.sparse import csr_array

from readouts.types import Array, RandomState
from reservoir.checks.arguments import check_integer, check_memory, check_number, check_random_state
from reservoir.spiking.projections import at_synapses
from reservoir.topology import Column, draw_inhibitory

# The position of a unit, whether it is inhibitory, and one synapse.
_BYTES_PER_UNIT = 72
# Means of weights times this scale stay finite.
LARGEST_SCALE = 1e100


def sub_seeds(random_state: RandomState, n_seeds: int) -> list[np.random.RandomState]:
    """Return independent RandomStates, so that each part of a circuit is drawn alike whatever the other parts draw."""
    seeds = check_random_state(random_state).randint(2**31 - 1, size=n_seeds)
    return [np.random.RandomState(seed) for seed in seeds]


def draw_column(
    shape: tuple[int, int, int],
    probability: tuple[float, float, float, float],
    length_scale: float,
    inhibitory_fraction: float,
    random_states: Sequence[np.random.RandomState],
) -> tuple[Array, csr_array]:
    """Draw the units and the graph of a column of units on a grid; one random state for each.

    Returns
    -------
    inhibitory : boolean array (n_units,)
    graph : csr_array (n_units, n_units)
        Row = postsynaptic unit; no unit has a synapse onto itself.
    """
    column = Column(shape=shape, probability=probability, length_scale=length_scale)
    if shape is None:
        raise ValueError("'shape' must be a tuple of three positive integers; got None.")
    n_units = prod(map(int, shape))
    check_memory("shape", shape, _BYTES_PER_UNIT * n_units)
    inhibitory = draw_inhibitory(n_units, inhibitory_fraction, random_states[0])
    return inhibitory, column.connect(n_units, None, random_states[1], inhibitory)


def with_values(graph: csr_array, values: Array) -> csr_array:
    """Return a matrix with the structure of the graph and one value per synapse."""
    return csr_array((values, graph.indices.copy(), graph.indptr.copy()), shape=graph.shape)


def draw_gamma(means: Array, variation: float, random_state: np.random.RandomState) -> Array:
    """Draw from gamma distributions with the given means, signs included, and SDs of ``variation`` times the means."""
    shape = 1 / variation**2
    return means * random_state.gamma(shape, 1 / shape, np.shape(means))


def draw_normal(means: Array, variation: float, random_state: np.random.RandomState, at_most: float = np.inf) -> Array:
    """Draw from normal distributions with SDs of ``variation`` times the means; wrong signs are drawn anew.

    Values of the wrong sign, and those above ``at_most``, are drawn anew, uniform between 0 and twice the mean; the
    papers only speak of "an appropriate uniform distribution". ``at_most`` is at least twice the largest mean.
    """
    means = np.asarray(means, dtype=float)
    values = random_state.normal(means, variation * np.abs(means))
    uniform = 2 * means * (1 - random_state.uniform(size=means.shape))
    return np.where((values * means <= 0) | (values > at_most), uniform, values)


def draw_plasticity(
    utilization: Sequence[float],
    tau_depression: Sequence[float],
    tau_facilitation: Sequence[float],
    graph: csr_array,
    inhibitory: Array,
    random_state: np.random.RandomState,
) -> tuple[csr_array, csr_array, csr_array]:
    """Draw U, D and F of every synapse, normal with an SD of half the mean; D and F in ms, three matrices."""

    def draw(name: str, four: Sequence[float], at_most: float = np.inf) -> csr_array:
        means = at_synapses(name, four, graph, inhibitory)
        return with_values(graph, draw_normal(means, 0.5, random_state, at_most))

    return (
        draw("utilization", utilization, at_most=1.0),
        draw("tau_depression", tau_depression),
        draw("tau_facilitation", tau_facilitation),
    )


def draw_input(
    means: tuple[float, float],
    n_inputs: int,
    probability: float,
    inhibitory: Array,
    distribution: Callable[[Array, np.random.RandomState], Array],
    random_state: np.random.RandomState,
) -> Array:
    """Draw input weights (n_units, n_inputs): the units that each channel reaches, then their weights.

    ``means`` are those of synapses onto excitatory and onto inhibitory units; ``distribution(means, random_state)``
    draws from them.
    """
    n_inputs = check_integer("n_inputs", n_inputs)
    probability = check_number("input_probability", probability, at_least=0, at_most=1)
    size = (len(inhibitory), n_inputs)
    check_memory("n_inputs", n_inputs, 8 * prod(size))
    reached = random_state.uniform(size=size) < probability
    of_units = np.broadcast_to(np.where(inhibitory, means[1], means[0])[:, None], size)
    return np.where(reached, distribution(of_units, random_state), 0.0)
