import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone

from reservoir import NVAR, EchoStateReservoir, LIFLiquid, StackedReservoir
from reservoir.encoder.reseeded import reseeded
from reservoir.plasticity import AdaptiveReservoir, IntrinsicPlasticity

X = np.random.RandomState(0).standard_normal((20, 2))


def states_of(reservoirs):
    return [one.fit(X).transform(X) for one in reservoirs]


def layers():
    return [EchoStateReservoir(4, random_state=3), EchoStateReservoir(5, random_state=3)]


@pytest.mark.parametrize(
    "reservoir",
    [
        EchoStateReservoir(6, random_state=0),
        EchoStateReservoir(6, random_state=np.random.RandomState(0)),
        StackedReservoir(layers()),
        StackedReservoir(layers(), random_state=0),
        AdaptiveReservoir(EchoStateReservoir(6, random_state=0), IntrinsicPlasticity(n_epochs=1)),
        LIFLiquid(6, background_current=16.0, noise=1.0, random_state=0),
    ],
    ids=lambda one: type(one).__name__,
)
@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
def test_copies_differ_and_the_first_is_the_reservoir(reservoir):
    first, *others = states_of(reseeded(reservoir, 4))
    assert_array_equal(first, clone(reservoir).fit(X).transform(X))
    for number, one in enumerate(others):
        assert not any(np.array_equal(one, other) for other in [first, *others[:number]])
    for one, again in zip([first, *others], states_of(reseeded(reservoir, 4)), strict=True):
        assert_array_equal(one, again)


def test_more_copies_do_not_change_the_first_ones():
    few, many = (reseeded(EchoStateReservoir(6, random_state=0), n_copies) for n_copies in (2, 5))
    assert [one.random_state for one in many[:2]] == [one.random_state for one in few]


def test_no_seed_is_a_new_seed_each_time():
    one, other = states_of(reseeded(EchoStateReservoir(6), 2))
    assert not np.array_equal(one, other)


def test_a_reservoir_with_nothing_random_and_given_weights_are_the_same_in_all():
    assert_array_equal(*states_of(reseeded(NVAR(), 2)))
    given = {"recurrent_weights": np.eye(3) / 2, "input_weights": np.ones((3, 2)), "bias": np.zeros(3)}
    assert_array_equal(*states_of(reseeded(EchoStateReservoir(**given, leak_rate=0.5, random_state=0), 2)))


def test_the_reservoir_is_left_alone():
    random_state = np.random.RandomState(0)
    reservoir = EchoStateReservoir(6, random_state=random_state)
    reseeded(reservoir, 3)
    assert reservoir.random_state is random_state
    assert random_state.randint(1000) == np.random.RandomState(0).randint(1000)
