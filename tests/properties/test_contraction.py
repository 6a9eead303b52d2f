"""Two trajectories under one input come together at least as fast as the Lipschitz constant of a step says.

It is what the echo state property rests on; the bounds are derived from the equations and know nothing of the kernels.
"""

import numpy as np
from builders import dense
from hypothesis import given
from hypothesis import strategies as st

from properties.strategies import arrays, few, generators, logarithmic, matrices, seeds, series, sizes
from reservoir import CfCLiquid, CfCWeights, CTRNNLiquid, EchoStateReservoir, LTCLiquid, Synapses

LIPSCHITZ = {"tanh": 1.0, "identity": 1.0, "relu": 1.0, "sigmoid": 0.25}
activations = st.sampled_from(list(LIPSCHITZ))
methods = st.sampled_from(["exponential", "euler"])
leaks = st.sampled_from([1.0, 0.5, 0.01])
norms = st.sampled_from([0.0, 0.5, 0.99, 1.0, 4.0])
ROUNDING = 1e-14


@st.composite
def weights_of_norm(draw, n_units, order, norm):
    """Weights between units whose operator norm is the given one, or 0."""
    weights = draw(matrices(n_units, n_units))
    size = np.linalg.norm(weights, order)
    return weights * (norm / size if size else 0.0)


def distances(reservoir, X, first, second, order):
    """Return the distance of two trajectories before the first and after every row, and the size of the states."""
    states, others = (np.vstack([start, reservoir.run(X, start)[0]]) for start in (first, second))
    return np.linalg.norm(states - others, ord=order, axis=1), np.abs([states, others]).max()


def assert_each_is_at_most(factors, distance, size):
    assert np.all(distance[1:] <= factors * distance[:-1] * (1 + ROUNDING) + ROUNDING * max(1.0, size))


@given(data=st.data(), n=sizes, X=series(), activation=activations, norm=norms, leak=leaks)
def test_echo_state_in_the_euclidean_norm(data, n, X, activation, norm, leak):
    weights, inputs = data.draw(weights_of_norm(n, 2, norm)), data.draw(matrices(n, 3))
    reservoir = EchoStateReservoir(
        recurrent_weights=weights, input_weights=inputs, leak_rate=leak, activation=activation, random_state=0
    ).fit(X)
    distance, size = distances(reservoir, X, data.draw(arrays(n)), data.draw(arrays(n)), 2)
    assert_each_is_at_most(1 - leak + leak * LIPSCHITZ[activation] * norm, distance, size)


@given(data=st.data(), n=sizes, X=series(), activation=activations, norm=norms)
def test_echo_state_with_a_leak_of_each_unit_in_the_largest_deviation(data, n, X, activation, norm):
    weights, leak = data.draw(weights_of_norm(n, np.inf, norm)), data.draw(logarithmic(0.01, 1.0, n))
    reservoir = EchoStateReservoir(
        recurrent_weights=weights, leak_rate=leak, activation=activation, random_state=0
    ).fit(X)  # fmt: skip
    distance, size = distances(reservoir, X, data.draw(arrays(n)), data.draw(arrays(n)), np.inf)
    factor = np.max(1 - leak + leak * LIPSCHITZ[activation] * np.abs(weights).sum(axis=1))
    assert_each_is_at_most(factor, distance, size)


@given(data=st.data(), n=sizes, X=series(), activation=activations, norm=norms, method=methods)
def test_ctrnn_for_any_time_between_samples(data, n, X, activation, norm, method):
    weights, tau = data.draw(weights_of_norm(n, np.inf, norm)), data.draw(logarithmic(0.01, 100.0, n))
    times = X[:, 2] = data.draw(logarithmic(1e-3, 1e3, len(X)))
    reservoir = CTRNNLiquid(
        recurrent_weights=weights, tau_range=tau, activation=activation, method=method, elapsed_column=2, random_state=0
    ).fit(X)
    distance, size = distances(reservoir, X, data.draw(arrays(n)), data.draw(arrays(n)), np.inf)
    keep = np.exp(-times[:, None] / tau) if method == "exponential" else 1 - np.minimum(times[:, None] / tau, 1)
    factors = np.max(keep + (1 - keep) * LIPSCHITZ[activation] * np.abs(weights).sum(axis=1), axis=1)
    assert_each_is_at_most(factors, distance, size)


@given(data=st.data(), n=few, X=series(), n_substeps=st.integers(1, 3), steepness=st.sampled_from([0.1, 1.0, 5.0]))
def test_ltc_as_steep_synapses_allow(data, n, X, n_substeps, steepness):
    # The Jacobian of v <- (C v + h I) / (C + h G) in v_j is (C / h + dI_i - v_i' dG_i) / (C / h + G_i), and a synapse's
    # part dI - v' dG is at most w slope / 4 times how far its reversal potential lies from a voltage, here within 1.
    conductance, slope = data.draw(matrices(n, n, 0.1, 3.0)), steepness * data.draw(generators()).uniform(size=n * n)
    conductance[0, 0] = 1.0  # a liquid has a synapse
    reversal = data.draw(arrays(n * n))
    present = np.flatnonzero(conductance)
    synapses = Synapses(conductance, slope[present], data.draw(arrays(len(present))), reversal[present])
    capacitance, leak = data.draw(logarithmic(0.1, 10.0, n)), data.draw(logarithmic(0.1, 10.0, n))
    liquid = LTCLiquid(
        recurrent_weights=synapses, capacitance=capacitance, leak_conductance=leak, leak_potential=data.draw(arrays(n)),
        n_substeps=n_substeps, random_state=0,
    ).fit(X)  # fmt: skip
    w, gamma, _, potential = dense(liquid.recurrent_synapses_)
    charge = capacitance * n_substeps
    reach = (w * gamma * (1 + np.abs(potential))).sum(axis=1) / 4
    factor = np.max((charge + reach) / (charge + leak)) ** n_substeps
    distance, size = distances(liquid, X, data.draw(arrays(n)), data.draw(arrays(n)), np.inf)
    assert_each_is_at_most(factor, distance, size)


@given(data=st.data(), n=sizes, X=series(), seed=seeds, norm=norms)
def test_cfc_with_a_gate_that_is_held(data, n, X, seed, norm):
    # A gate without input makes a step a mean of two tanh, each with the constant of its weights.
    first, second = (data.draw(weights_of_norm(n, np.inf, norm)) for _ in range(2))
    heads = [(np.hstack([data.draw(matrices(n, 3)), weights]), data.draw(arrays(n))) for weights in (first, second)]
    heads += [(np.zeros((n, n + 3)), data.draw(arrays(n, low=-3, high=3))) for _ in range(2)]
    liquid = CfCLiquid(weights=CfCWeights(heads)).fit(X)
    distance, size = distances(liquid, X, data.draw(arrays(n)), data.draw(arrays(n)), np.inf)
    assert_each_is_at_most(norm, distance, size)
