"""Bounds and certificates of single nodes with delayed feedback."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from reservoir import DelayNodeReservoir
from reservoir.diagnostics import contraction_bound, state_bounds

U = np.random.RandomState(0).standard_normal((30, 2))


NODES = [("sine_squared", 1), ("mackey_glass", 2), ("mackey_glass", 1.3), ("mackey_glass", 7.5), ("mackey_glass", 10)]


@pytest.mark.parametrize(("nonlinearity", "exponent"), NODES)
@pytest.mark.parametrize("desynchronization", [0, 3])
@pytest.mark.parametrize("feedback", [0.4, 5.0])
def test_a_delay_node_stays_between_rest_and_all_that_is_fed_back(nonlinearity, exponent, desynchronization, feedback):
    node = DelayNodeReservoir(
        20, nonlinearity=nonlinearity, exponent=exponent, feedback=feedback, separation=0.5,
        desynchronization=desynchronization, input_scaling=1.0, random_state=0,
    ).fit(U)  # fmt: skip
    z = np.linspace(-20, 20, 400_001)
    power = np.abs(z) ** exponent
    function = np.sin(z + np.pi / 4) ** 2 if nonlinearity == "sine_squared" else z / (1 + power)
    lower, upper = state_bounds(node)
    assert_allclose(upper, feedback * function.max(), rtol=1e-7)
    assert_allclose(lower, min(0, feedback * function.min()), rtol=1e-7)
    for scale in (0.1, 1.0, 1e3):
        states = node.transform(scale * np.random.RandomState(1).standard_normal((200, 2)))
        # A state on its bound is a sum whose terms are rounded.
        assert np.all(states >= lower - 1e-12 * feedback) and np.all(states <= upper + 1e-12 * feedback)


@pytest.mark.parametrize("parameters", [{"nonlinearity": "identity"}, {"exponent": 1}, {"exponent": 3}])
def test_a_delay_node_with_a_pole_or_without_a_nonlinearity_has_no_bounds(parameters):
    lower, upper = state_bounds(DelayNodeReservoir(3, random_state=0, **parameters).fit(U))
    assert np.all(lower == -np.inf) and np.all(upper == np.inf)


@pytest.mark.parametrize(
    ("nonlinearity", "exponent"),
    [("sine_squared", 1), ("identity", 1), ("mackey_glass", 2), ("mackey_glass", 1.5), ("mackey_glass", 9.5)],
)
@pytest.mark.parametrize("desynchronization", [0, 2])
def test_a_delay_node_below_its_bound_of_one_forgets_its_start(nonlinearity, exponent, desynchronization):
    settings = {"nonlinearity": nonlinearity, "exponent": exponent, "desynchronization": desynchronization}
    settings |= {"input_scaling": 1.0, "separation": 0.7, "random_state": 0}
    one = DelayNodeReservoir(10, feedback=1.0, **settings).fit(U)
    steepest = np.abs(one.slope(np.linspace(-5, 5, 100_001))).max()
    assert contraction_bound(one) == pytest.approx(steepest, rel=1e-7) and contraction_bound(one) > steepest - 1e-7
    node = DelayNodeReservoir(10, feedback=0.99 / steepest, **settings).fit(U)
    assert contraction_bound(node) < 1
    X, random = np.random.RandomState(1).standard_normal((1500, 2)), np.random.RandomState(2)
    starts = [5 * random.standard_normal(node.rest().shape) for _ in range(2)]
    ends = [node.run(X, start)[1] for start in starts]
    # The largest distance in the line shrinks by the inertia of its first node and what that leaves of the bound.
    assert np.abs(ends[0] - ends[1]).max() < 1e-3 * np.abs(starts[0] - starts[1]).max()


def test_a_delay_node_with_a_pole_is_not_certified():
    assert contraction_bound(DelayNodeReservoir(4, exponent=3, random_state=0).fit(U)) == np.inf
    assert contraction_bound(DelayNodeReservoir(4, exponent=3, feedback=0.0, random_state=0).fit(U)) == 0
