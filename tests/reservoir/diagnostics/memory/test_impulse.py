import numpy as np
import pytest
from remembering import EVERY, Leaky, linear
from scipy.linalg import solve_discrete_lyapunov

from reservoir import NVAR, CTRNNLiquid, EchoStateReservoir, LTCLiquid, StackedReservoir
from reservoir.base import StateOverflowError
from reservoir.diagnostics.memory.impulse import exact_capacities, is_linear


@pytest.mark.parametrize("name", EVERY)
def test_no_reservoir_that_squashes_is_linear(name):
    assert not is_linear(EVERY[name])


def test_linear_ones_are_known():
    identity = {"activation": "identity", "random_state": 0}
    yes = [EchoStateReservoir(5, **identity), CTRNNLiquid(5, **identity), NVAR(order=1), NVAR(order=(1,))]
    yes.append(StackedReservoir(yes[:2]))
    for one in yes:
        assert is_linear(one.fit([[0.0]]))
    for one in (NVAR(order=2), NVAR(order=(2,)), StackedReservoir([yes[0], LTCLiquid(5)])):
        assert not is_linear(one.fit([[0.0]]))


def test_class_of_ones_own_can_be_registered():
    class Registered(Leaky):
        pass

    is_linear.register(Registered, lambda reservoir: True)
    assert is_linear(Registered().fit([[0.0]])) and not is_linear(Leaky().fit([[0.0]]))


@pytest.mark.parametrize("rate", [0.3, 0.95, 0.999])
def test_single_unit(rate):
    capacity, rank = exact_capacities(linear(1, [[rate]], [[0.7]]), 40, None)
    np.testing.assert_allclose(capacity, rate ** (2 * np.arange(41)) * (1 - rate**2), rtol=1e-10)
    assert rank == 1


@pytest.mark.parametrize(("n", "radius"), [(7, 0.9), (100, 0.99), (30, 0.5)])
def test_ring_agrees_with_its_closed_form(n, radius):
    # The theorem of Rodan & Tino (2011), who count from delay 1: MC = n - (1 - r^(2 n)).
    capacity, rank = exact_capacities(linear(n, radius * np.roll(np.eye(n), 1, axis=0), np.eye(n)[:, :1]), 4 * n, None)
    laps = np.arange(4 * n + 1) // n
    np.testing.assert_allclose(capacity, radius ** (2 * n * laps) * (1 - radius ** (2 * n)), rtol=1e-7, atol=1e-15)
    assert rank == n


def test_delay_line_remembers_as_many_as_it_has_units():
    capacity, rank = exact_capacities(linear(12, np.diag(np.full(11, 0.6), -1), np.eye(12)[:, :1]), 20, None)
    np.testing.assert_allclose(capacity, [1.0] * 12 + [0.0] * 9, atol=1e-12)
    capacity, _ = exact_capacities(NVAR(delay=3, stride=2, order=1, include_bias=True).fit([[0.0]]), 5, None)
    np.testing.assert_allclose(capacity, [1, 0, 1, 0, 1, 0], atol=1e-14)


def test_agrees_with_the_covariance_where_that_can_be_inverted():
    rng = np.random.RandomState(0)
    rate, W, w, bias = rng.uniform(0.2, 1, 5), rng.uniform(-0.5, 0.5, (5, 5)), rng.uniform(-1, 1, (5, 2)), 100.0
    capacity, rank = exact_capacities(linear(5, W, w, leak_rate=rate, bias=bias), 10, 1)
    A, b = np.diag(1 - rate) + rate[:, None] * W, rate * w[:, 1]
    covariance = solve_discrete_lyapunov(A, np.outer(b, b))
    responses = [np.linalg.matrix_power(A, k) @ b for k in range(11)]
    np.testing.assert_allclose(capacity, [h @ np.linalg.solve(covariance, h) for h in responses], rtol=1e-6)
    assert rank == 5


def test_units_alike_count_once_and_the_deaf_not_at_all():
    capacity, rank = exact_capacities(linear(4, 0.5 * np.eye(4), [[1.0], [2.0], [-1.0], [0.0]]), 30, None)
    assert rank == 1
    assert capacity.sum() == pytest.approx(1)
    with pytest.raises(ValueError, match="depend on the input"):
        exact_capacities(linear(2, np.eye(2) / 2, [[1.0, 0.0], [0.0, 0.0]]), 3, 1)


def test_capacities_of_all_delays_add_up_to_the_rank():
    drawn = EchoStateReservoir(60, topology="random", activation="identity", leak_rate=1.0, random_state=0).fit([[0.0]])
    capacity, rank = exact_capacities(drawn, 1000, None)
    assert 40 < rank < 60  # of 60 in exact arithmetic
    assert capacity.sum() == pytest.approx(rank, abs=1e-9)
    assert np.all((capacity >= 0) & (capacity <= 1 + 1e-12))


def test_what_does_not_forget_is_refused():
    with pytest.raises(ValueError, match="'reservoir' .* must die away .* method='simulated'"):
        exact_capacities(linear(1, [[1.0]], [[1.0]]), 5, None)
    with pytest.raises(StateOverflowError):
        exact_capacities(linear(1, [[9.0]], [[1.0]]), 5, None)
