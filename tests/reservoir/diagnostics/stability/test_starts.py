import numpy as np

from reservoir import NVAR, CfCLiquid, EchoStateReservoir, LIFLiquid, StackedReservoir
from reservoir.diagnostics.stability.starts import random_start
from reservoir.diagnostics.state_vector import to_vector

U = np.random.RandomState(0).uniform(-1, 1, (40, 2))


def start(reservoir, X, seed=0):
    _, end = reservoir.run(X)
    return random_start(reservoir, X, end, np.random.RandomState(seed)), end


def test_arrays_are_drawn_within_1_around_rest_or_as_far_as_the_input_drives():
    reservoir = EchoStateReservoir(2000, random_state=0).fit(U)
    drawn, _ = start(reservoir, U)
    assert drawn.shape == (2000,)
    assert 0.99 < np.abs(drawn).max() <= 1
    far, end = start(NVAR(delay=200).fit(U), 50 * U)
    assert 0.95 * np.abs(end).max() < np.abs(far).max() <= np.abs(end).max()


def test_states_without_numbers_are_what_they_are():
    drawn, _ = start(NVAR(delay=1).fit(U), U)
    assert drawn.shape == (0, 2)


def test_constant_input_makes_different_starts_of_every_kind():
    X = np.ones((30, 2))
    for reservoir in (
        LIFLiquid(10, random_state=0),
        CfCLiquid(10, mixed_memory=True, random_state=0),
        StackedReservoir([EchoStateReservoir(5, degree=2), LIFLiquid(10)], random_state=0),
    ):
        first, _ = start(reservoir.fit(X[:3]), X)
        second, _ = start(reservoir, X, seed=1)
        assert type(first) is type(reservoir.rest())
        assert np.abs(to_vector(first) - to_vector(second)).max() > 0.1
        assert reservoir.run(X, first)[0].shape[0] == 30


def test_spiking_state_is_between_zero_and_where_shuffled_rows_lead():
    liquid = LIFLiquid(10, input_scaling=40.0, random_state=0).fit(U[:3])
    first, end = start(liquid, U)
    assert first.step == end.step == 400
    assert np.all(first.trace >= 0)
    assert first.trace.max() <= 20


def test_parts_of_a_stack_are_drawn_as_they_are_alone():
    stack = StackedReservoir([EchoStateReservoir(200), EchoStateReservoir(300)], random_state=0).fit(U)
    drawn, _ = start(stack, U)
    assert [part.shape for part in drawn] == [(200,), (300,)]
    assert all(0.9 < np.abs(part).max() <= 1 for part in drawn)
