"""Objects that are no reservoirs of this library, and have nothing but fit, transform and run."""

import numpy as np
import pandas as pd
import pytest
from builders import VARIANTS, build
from sklearn.exceptions import NotFittedError

from reservoir import EchoStateReservoir, LIFLiquid
from reservoir.base import StateOverflowError
from reservoir.diagnostics import (
    echo_state_index,
    information_processing_capacity,
    memory_capacity,
    memory_function,
    nonlinear_memory_map,
)
from reservoir.diagnostics.by_run import ByRun, as_reservoir, read_input
from reservoir.diagnostics.memory.impulse import is_linear
from reservoir.plots import MemoryDisplay

U = np.random.RandomState(0).uniform(-1, 1, (300, 1))
OF_MEMORY = {
    "memory_function": lambda it, **own: memory_function(it, max_delay=5, n_steps=400, random_state=0, **own),
    "memory_capacity": lambda it, **own: memory_capacity(it, max_delay=5, n_steps=400, random_state=0, **own),
    "information_processing_capacity": lambda it, **own: information_processing_capacity(
        it, max_degree=2, max_delay=5, n_steps=400, random_state=0, **own
    ),
    "nonlinear_memory_map": lambda it, **own: nonlinear_memory_map(
        it, strengths=[1, 2], max_delay=5, n_steps=400, random_state=0, **own
    ),
}


class Foreign:
    """x(t) = the last three inputs, a slot each: nothing but fit, transform and run."""

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return self.run(X)[0]

    def run(self, X, state=None):
        past = np.zeros(2) if state is None else state
        series = np.concatenate([past, X[:, 0]])
        return np.column_stack([series[2:], series[1:-1], series[:-2]]), series[-2:]


class Bare:
    """A reservoir of this library behind a run, and nothing else of it."""

    def __init__(self, reservoir):
        self._inner = reservoir

    def fit(self, X):
        self._inner.fit(X)
        return self

    def transform(self, X):
        return self._inner.transform(X)

    def run(self, X, state=None):
        return self._inner.run(X, state)


class Settled(Bare):
    """The same with a state at rest."""

    def rest(self):
        return self._inner.rest()


def test_three_delays_are_remembered_and_nothing_else():
    memory = memory_function(Foreign().fit(U), max_delay=5, random_state=0)
    np.testing.assert_allclose(memory.capacity, [1, 1, 1, 0, 0, 0], atol=0.01)
    assert memory.rank == 3 and memory.n_steps == 10_000
    assert memory_capacity(Foreign().fit(U), random_state=0) == pytest.approx(3, abs=0.01)  # as many as directions


def test_its_functions_are_linear():
    capacity = information_processing_capacity(Foreign(), max_degree=3, max_delay=5, n_steps=5000, random_state=0)
    np.testing.assert_allclose(capacity.by_degree, [3, 0, 0], atol=1e-6)
    assert sorted(capacity.products) == [((delay, 1),) for delay in range(3)]
    found = nonlinear_memory_map(Foreign(), strengths=[1, 2], max_delay=3, random_state=0).capacity
    np.testing.assert_allclose(found, [[1, 1, 1, 0], [0, 0, 0, 0]], atol=0.01)


@pytest.mark.parametrize("name", OF_MEMORY)
@pytest.mark.parametrize("kind", [*VARIANTS, "float32"])
def test_a_run_is_all_that_is_used(name, kind):
    cls, parameters = VARIANTS.get(kind, (EchoStateReservoir, {"dtype": "float32"}))
    reservoir = build(cls, **parameters).fit(U)
    expected, found = (repr(_values(OF_MEMORY[name](it))) for it in (reservoir, Bare(reservoir)))
    assert found == expected


def _values(result):
    if isinstance(result, float):
        return result
    return {name: np.asarray(value, object).tolist() for name, value in vars(result).items()}


def test_columns_are_those_that_it_says_it_takes():
    seen = []

    class Two(Foreign):
        n_features_in_ = 2

        def run(self, X, state=None):
            seen.append(X.shape[1])
            return super().run(X[:, 1:], state)

    assert memory_capacity(Two(), column=1, max_delay=5, random_state=0) == pytest.approx(3, abs=0.01)
    assert set(seen) == {2}
    with pytest.raises(ValueError, match="The states must vary with the input"):
        memory_capacity(Two(), column=0, max_delay=5, random_state=0)
    with pytest.raises(ValueError, match="'column' must be None or the position of an input among the 2 columns"):
        memory_capacity(Two(), column=2)


def test_a_class_that_is_registered_as_linear_has_an_exact_memory():
    class Line(Foreign):
        pass

    is_linear.register(Line, lambda reservoir: True)
    memory = memory_function(Line(), max_delay=4, method="exact")
    np.testing.assert_allclose(memory.capacity, [1, 1, 1, 0, 0], atol=1e-12)
    with pytest.raises(ValueError, match="'method' must be 'auto' or 'simulated' for Foreign"):
        memory_function(Foreign(), method="exact")


def test_its_memory_is_drawn():
    assert MemoryDisplay.from_estimator(Foreign(), n_steps=400, max_delay=4).memory.rank == 3


@pytest.mark.parametrize("returned", ["numbers", "lists", "single precision", "half precision"])
def test_states_may_be_any_real_numbers(returned):
    kinds = {"numbers": np.array, "lists": np.ndarray.tolist, "single precision": np.float32, "half precision": np.half}

    class Kind(Foreign):
        def run(self, X, state=None):
            states, state = super().run(X, state)
            return kinds[returned](states), state

    assert memory_capacity(Kind(), max_delay=5, random_state=0) == pytest.approx(3, abs=1e-3)
    assert as_reservoir(Kind()).dtype_ == (np.float32 if returned == "single precision" else np.float64)


@pytest.mark.parametrize(
    ("error", "said", "wrong"),
    [
        (TypeError, "must return a pair from run, .* returned ndarray", lambda X: np.zeros((len(X), 2))),
        (ValueError, "a row for each of the 1 of X; .* of shape", lambda X: (np.zeros((3, 2)), None)),
        (ValueError, "must return numbers from run", lambda X: (np.full((len(X), 2), "a"), None)),
        (StateOverflowError, "is NaN or infinite", lambda X: (np.full((len(X), 2), np.nan), None)),
    ],
)
def test_a_run_that_does_something_else_is_refused(error, said, wrong):
    class Wrong:
        def run(self, X, state=None):
            return wrong(X)

    with pytest.raises(error, match=said):
        memory_capacity(Wrong())


@pytest.mark.parametrize("name", OF_MEMORY)
def test_what_has_no_run_is_no_reservoir(name):
    for wrong in (None, U, Foreign, EchoStateReservoir, object()):
        with pytest.raises(TypeError, match="'reservoir' must be a fitted reservoir"):
            OF_MEMORY[name](wrong)
    with pytest.raises(NotFittedError):
        OF_MEMORY[name](EchoStateReservoir())


def test_names_of_columns_do_not_matter_and_stay():
    frame = pd.DataFrame(U, columns=["a"])
    reservoir = build(EchoStateReservoir).fit(frame)
    assert memory_capacity(reservoir, max_delay=5, n_steps=400, random_state=0) == memory_capacity(
        build(EchoStateReservoir).fit(U), max_delay=5, n_steps=400, random_state=0
    )
    assert list(reservoir.feature_names_in_) == ["a"]


@pytest.mark.parametrize("radius", [0.5, 5.0])
def test_the_index_of_echoes_needs_a_run_only(radius):
    reservoir = EchoStateReservoir(50, spectral_radius=radius, random_state=0).fit(U)
    own = echo_state_index(reservoir, U, random_state=0)
    assert echo_state_index(Settled(reservoir), U, random_state=0) == own
    bare = echo_state_index(Bare(reservoir), U.tolist(), random_state=0)
    assert (bare < 1e-9) if radius < 1 else (bare > 0.1)


def test_the_index_of_echoes_of_spikes_needs_a_run_only():
    liquid = build(LIFLiquid).fit(U)
    assert echo_state_index(Settled(liquid), U, n_starts=2, random_state=0) == echo_state_index(
        liquid, U, n_starts=2, random_state=0
    )
    assert echo_state_index(Foreign(), U, random_state=0) == 0


def test_rows_are_checked_for_either():
    reservoir = EchoStateReservoir(5, dtype="float32").fit(U)
    assert read_input(reservoir, U).dtype == np.float32 and read_input(Foreign(), U).dtype == np.float64
    for one in (reservoir, Foreign()):
        with pytest.raises(ValueError, match="X"):
            read_input(one, [np.nan])
    assert as_reservoir(reservoir) is reservoir
    assert isinstance(as_reservoir(Foreign()), ByRun)
