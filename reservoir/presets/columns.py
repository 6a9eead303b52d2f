"""What the published circuits are drawn from: columns on a grid, laws of synaptic parameters, input synapses."""

from math import prod

import numpy as np
from scipy.sparse import csr_array

from reservoir.checks.arguments import check_integer, check_memory, check_number, check_random_state
from reservoir.spiking.projections import at_synapses
from reservoir.topology import Column, draw_inhibitory

# Where a unit stands, whether it inhibits, and a synapse.
_BYTES_PER_UNIT = 72
# Means of weights stay finite times this.
LARGEST_SCALE = 1e100


def sub_seeds(random_state, n_seeds):
    """Return independent RandomStates, so that each part of a circuit is drawn alike whatever the other parts take."""
    seeds = check_random_state(random_state).randint(2**31 - 1, size=n_seeds)
    return [np.random.RandomState(seed) for seed in seeds]


def draw_column(shape, probability, length_scale, inhibitory_fraction, random_states):
    """Draw the units and the graph of a column of units on a grid; one random state for each.

    Returns
    -------
    inhibitory : boolean array (n_units,)
    graph : csr_array (n_units, n_units)
        Row = listener, no unit listening to itself.
    """
    column = Column(shape=shape, probability=probability, length_scale=length_scale)
    if shape is None:
        raise ValueError("'shape' must be a tuple of three positive integers; got None.")
    n_units = prod(map(int, shape))
    check_memory("shape", shape, _BYTES_PER_UNIT * n_units)
    inhibitory = draw_inhibitory(n_units, inhibitory_fraction, random_states[0])
    return inhibitory, column.connect(n_units, None, random_states[1], inhibitory)


def with_values(graph, values):
    """Return a matrix with the structure of the graph and one value per synapse."""
    return csr_array((values, graph.indices.copy(), graph.indptr.copy()), shape=graph.shape)


def draw_gamma(means, variation, random_state):
    """Draw from gamma laws of the given means, which lend their signs, and SDs of ``variation`` times the means."""
    shape = 1 / variation**2
    return means * random_state.gamma(shape, 1 / shape, np.shape(means))


def draw_normal(means, variation, random_state, at_most=np.inf):
    """Draw from normal laws with SDs of ``variation`` times the means; what has the wrong sign is drawn anew.

    It is then uniform between 0 and twice the mean: the papers say "an appropriate uniform distribution", no more. So
    is what lies over ``at_most``, which must be twice the largest mean at least.
    """
    means = np.asarray(means, dtype=float)
    values = random_state.normal(means, variation * np.abs(means))
    uniform = 2 * means * (1 - random_state.uniform(size=means.shape))
    return np.where((values * means <= 0) | (values > at_most), uniform, values)


def draw_plasticity(utilization, depression, facilitation, graph, inhibitory, random_state):
    """Draw U, D and F of every synapse, normal with an SD of half the mean; D and F in ms, three matrices."""
    matrices = []
    laws = (
        ("utilization", utilization, 1.0),
        ("depression", depression, np.inf),
        ("facilitation", facilitation, np.inf),
    )
    for name, four, at_most in laws:
        means = at_synapses(name, four, graph, inhibitory)
        matrices.append(with_values(graph, draw_normal(means, 0.5, random_state, at_most)))
    return matrices


def draw_input(means, n_inputs, probability, inhibitory, law, random_state):
    """Draw input weights (n_units, n_inputs): which units each channel reaches, then each weight from its law.

    ``means`` are those to an excitatory and to an inhibitory unit, ``law(means, random_state)`` draws.
    """
    n_inputs = check_integer("n_inputs", n_inputs)
    probability = check_number("input_probability", probability, at_least=0, at_most=1)
    size = (len(inhibitory), n_inputs)
    check_memory("n_inputs", n_inputs, 8 * prod(size))
    reached = random_state.uniform(size=size) < probability
    means = np.broadcast_to(np.where(inhibitory, means[1], means[0])[:, None], size)
    return np.where(reached, law(means, random_state), 0.0)
