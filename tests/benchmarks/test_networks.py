"""The network that all libraries are given, and what a step of it needs."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from benchmarks.networks import LEAK_RATE, RADIUS, Network, uniform_series
from benchmarks.roofline import TANH, echo_state_traffic


def test_each_unit_receives_input_from_as_many_others_as_its_degree():
    W = Network(300, degree=10).weights
    assert W.shape == (300, 300)
    assert np.diff(W.indptr).tolist() == [10] * 300
    assert W.has_canonical_format
    assert max(abs(np.linalg.eigvals(W.toarray()))) == pytest.approx(RADIUS, abs=0.1)


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-14), ("float32", 1e-6)])
def test_here_it_is_driven_by_the_equation_that_peers_have(dtype, tolerance):
    network, X = Network(20, 5, dtype), uniform_series(30, dtype=dtype)
    W, state, expected = network.weights.toarray(), np.zeros(20), []
    for u in X:
        state = (1 - LEAK_RATE) * state + LEAK_RATE * np.tanh(W @ state + network.input_weights @ u)
        expected.append(state)
    states, _ = network.here().fit(X).run(X)
    assert states.dtype == dtype
    assert_allclose(states, expected, rtol=0, atol=tolerance)


def test_every_draw_is_the_same():
    one, other = Network(50), Network(50)
    assert (one.weights != other.weights).nnz == 0
    assert np.array_equal(one.input_weights, other.input_weights)
    assert np.array_equal(uniform_series(2, 5), uniform_series(2, 5))


def test_traffic_of_a_step():
    # 2 units, 6 synapses, 3 inputs: weights 6, 6 input weights, and for each unit a bias, the state before and after.
    traffic = echo_state_traffic(2, 6, 3, "float32", indexed=False, stored=False)
    assert traffic == (4 * (6 + 6 + 2 * 3), 2 * 6 + 2 * (2 * 3 + TANH + 3), "float32")
    assert echo_state_traffic(2, 6, 3).bytes == 8 * (6 + 6 + 2 * 4) + 4 * 6  # states that are kept, indices of 32 bits
