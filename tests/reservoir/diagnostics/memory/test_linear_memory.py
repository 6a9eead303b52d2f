import numpy as np
import pytest
from remembering import EVERY, linear, static
from sklearn.exceptions import NotFittedError

from reservoir import AdaptiveReservoir, CTRNNLiquid, EchoStateReservoir, LIFLiquid
from reservoir.diagnostics.memory import MemoryFunction, linear_memory, memory_capacity, memory_function
from reservoir.plasticity import IntrinsicPlasticity

LINEAR = {"activation": "identity", "leak_rate": 1.0, "random_state": 0}


@pytest.mark.parametrize("name", EVERY)
def test_every_reservoir_remembers_something_and_no_more_than_its_rank(name):
    memory = memory_function(EVERY[name], n_steps=600, washout=50, max_delay=20, random_state=0)
    assert isinstance(memory, MemoryFunction)
    assert memory.rank <= EVERY[name].n_units_
    assert 0 < memory.total <= memory.rank
    assert memory.capacity.shape == memory.raw.shape == memory.standard_error.shape == (21,)
    assert np.all((memory.capacity >= 0) & (memory.capacity <= 1))
    assert np.isfinite(memory.standard_error).all() and memory.total_error > 0
    assert memory.n_steps == 600


def test_linear_orthogonal_reservoir_remembers_nearly_as_much_as_it_has_units():
    orthogonal = EchoStateReservoir(100, topology="orthogonal", **LINEAR).fit([[0.0]])
    exact = memory_function(orthogonal)
    assert 95 <= exact.total <= 100
    assert exact.n_steps == exact.total_error == 0
    simulated = memory_function(orthogonal, method="simulated", n_steps=4000, random_state=0)
    assert 95 <= simulated.total <= 100
    assert abs(simulated.total - exact.total) < 3 * simulated.total_error


@pytest.mark.parametrize(
    "reservoir",
    [
        EchoStateReservoir(20, **LINEAR),
        EchoStateReservoir(20, topology="random", **(LINEAR | {"leak_rate": 0.3})),
        EchoStateReservoir(20, topology="ring", **(LINEAR | {"leak_rate": (0.1, 1.0)})),
        EchoStateReservoir(10, topology="random", dtype="float32", **LINEAR),
    ],
    ids=["shift", "leaky", "spread leaks", "float32"],
)
def test_exact_and_simulated_agree_within_the_stated_error(reservoir):
    exact = memory_function(reservoir.fit([[0.0]]), max_delay=100)
    simulated = memory_function(reservoir, max_delay=100, method="simulated", random_state=0)
    assert exact.rank == simulated.rank
    deviation = (simulated.capacity - exact.capacity) / (simulated.standard_error + 1e-5)
    assert np.sqrt(np.mean(deviation**2)) < 1.5
    assert np.abs(deviation).max() < 5
    assert abs(simulated.total - exact.total) < 3 * simulated.total_error


def test_stated_error_is_that_of_repetition_and_the_bias_is_gone():
    leaky = linear(3, np.diag([0.5, 0.8, 0.95]), np.ones((3, 1)))
    exact = memory_function(leaky, max_delay=8)
    runs = [
        memory_function(leaky, max_delay=8, n_steps=400, method="simulated", random_state=seed) for seed in range(40)
    ]
    totals = np.array([one.total for one in runs])
    assert totals.mean() == pytest.approx(exact.total, abs=4 * totals.std() / np.sqrt(40) + 0.01)
    assert np.mean([one.total_error for one in runs]) == pytest.approx(totals.std(), rel=0.4)
    flat = memory_function(static(np.tanh, np.linspace(0.5, 3, 9)), max_delay=400, n_steps=2000, random_state=0)
    assert flat.raw[1:].mean() == pytest.approx(flat.rank / 2000, rel=0.1)  # nothing is remembered
    assert flat.total == pytest.approx(1, abs=0.15)


def test_nonlinear_unit_agrees_with_quadrature():
    node, weight = np.polynomial.legendre.leggauss(60)
    weight = weight / 2
    expected = (weight @ (node * np.tanh(2 * node))) ** 2 / (weight @ node**2) / (weight @ np.tanh(2 * node) ** 2)
    memory = memory_function(static(np.tanh, [2.0]), max_delay=2, random_state=0)
    assert memory.capacity[0] == pytest.approx(expected, abs=4 * memory.standard_error[0])
    assert memory.standard_error[0] < 0.002
    shifted = memory_function(static(lambda u: np.tanh(2 * (u - 7) / 3), [1.0]), input_range=(4, 10), random_state=0)
    np.testing.assert_allclose(shifted.capacity[0], memory.capacity[0], atol=0.003)


def test_capacity_is_the_total():
    for reservoir in (EVERY["own"], linear(2, np.diag([0.5, 0.9]), np.ones((2, 1)))):
        settings = {"max_delay": 5, "n_steps": 300, "washout": 20, "input_range": (0, 1), "random_state": 3}
        total = memory_capacity(reservoir, **settings)
        assert isinstance(total, float)
        assert total == memory_function(reservoir, **settings).total


def test_many_delays_are_taken_in_parts(monkeypatch):
    whole = memory_function(EVERY["own"], max_delay=30, n_steps=400, random_state=0)
    monkeypatch.setattr(linear_memory, "_AT_ONCE", 200)
    parts = memory_function(EVERY["own"], max_delay=30, n_steps=400, random_state=0)
    np.testing.assert_allclose(parts.capacity, whole.capacity, rtol=1e-9)
    assert parts.total_error == pytest.approx(whole.total_error)


def test_column_chooses_the_input():
    two = linear(2, np.zeros((2, 2)), np.array([[1.0, 0.0], [0.0, 0.0]]))
    for method in ("exact", "simulated"):
        found = memory_function(two, column=0, method=method, n_steps=200, random_state=0)
        np.testing.assert_allclose(found.capacity[0], 1)
        with pytest.raises(ValueError, match="The states must"):
            memory_function(two, column=1, method=method, n_steps=200)


def test_seed_reproduces_and_the_reservoir_stays_as_it_was():
    before = EVERY["own"].transform(np.ones((4, 2)))
    first, again, other = (
        memory_function(EVERY["own"], n_steps=200, max_delay=3, random_state=seed) for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first.capacity, again.capacity)
    assert np.any(first.capacity != other.capacity)
    np.testing.assert_array_equal(EVERY["own"].transform(np.ones((4, 2))), before)
    with pytest.raises(AttributeError):
        first.total = 0


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="'method' must be one of 'auto', 'exact', 'simulated'; got 'quick'"):
        memory_function(EVERY["own"], method="quick")
    with pytest.raises(ValueError, match="'method' must be 'auto' or 'simulated' for Leaky.*; got 'exact'"):
        memory_capacity(EVERY["own"], method="exact")
    with pytest.raises(ValueError, match="'max_delay'"):
        memory_function(linear(1, [[0.5]], [[1.0]]), max_delay=1.5)
    with pytest.raises(NotFittedError):
        memory_function(EchoStateReservoir())
    silent = LIFLiquid(5, background_current=0.0, random_state=0).fit([[0.0]])
    with pytest.raises(ValueError, match="must vary with the input.*input_range"):
        memory_function(silent, n_steps=200, washout=0, input_range=(0, 1e-6))


def test_all_delays_count_however_slowly_it_forgets():
    slow = EchoStateReservoir(40, topology="orthogonal", spectral_radius=0.999, **LINEAR).fit([[0.0]])
    assert memory_function(slow).total == 40
    assert memory_function(slow, max_delay=80).total < 20


@pytest.mark.parametrize("parameters", [{"input_scaling": 1e-6}, {"input_scaling": 1e-3, "bias_scaling": 1e6}])
def test_neither_weak_inputs_nor_large_biases_hide_the_memory(parameters):
    reservoir = EchoStateReservoir(20, topology="orthogonal", **(LINEAR | {"bias_scaling": 0.2} | parameters))
    assert memory_function(reservoir.fit([[0.0]])).total == 20


def test_an_adapted_reservoir_is_given_regular_times():
    inner = CTRNNLiquid(10, elapsed_column=1, random_state=0)
    X = np.column_stack([np.sin(np.arange(50.0)), np.ones(50)])
    adapted = AdaptiveReservoir(inner, IntrinsicPlasticity(learning_rate=1e-9)).fit(X)
    settings = {"max_delay": 5, "n_steps": 1000, "random_state": 0}
    expected = memory_function(adapted.reservoir_, **settings).total
    assert memory_function(adapted, **settings).total == pytest.approx(expected)
    with pytest.raises(ValueError, match="which holds elapsed times"):
        memory_function(adapted, column=1, **settings)
