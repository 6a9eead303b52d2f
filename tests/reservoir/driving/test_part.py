import numpy as np
import pytest
from builders import assert_same, series
from numpy.testing import assert_array_equal

from reservoir import AdaptiveReservoir, CTRNNLiquid, EchoStateReservoir, StackedReservoir
from reservoir.plasticity import IntrinsicPlasticity

X = series(40, 3)


def plain(n_units=6, **parameters):
    return EchoStateReservoir(n_units, random_state=0, **parameters)


COMPOSITES = {
    "": plain(),
    "layer1__ layer2__": StackedReservoir([plain(), plain(5)]),
    "layer1__ layer2__layer1__ layer2__layer2__": StackedReservoir([plain(), StackedReservoir([plain(5), plain(4)])]),
    "reservoir__": AdaptiveReservoir(plain(), IntrinsicPlasticity(n_epochs=1)),
    "layer1__layer1__ layer1__layer2__": StackedReservoir([StackedReservoir([plain(), plain(5)], input_to_all=True)]),
}


@pytest.mark.parametrize("names", COMPOSITES)
def test_parts_are_named_as_their_parameters_are(names):
    composite = COMPOSITES[names].fit(X)
    parts = list(composite.parts())
    assert " ".join(part.name for part in parts) == names
    assert all(part.X is None and part.state is None for part in parts)
    for part in parts:
        assert isinstance(part.reservoir, EchoStateReservoir)
        assert part.reservoir.n_units_ == composite.get_params()[f"{part.name}n_units"]


@pytest.mark.parametrize("names", COMPOSITES)
def test_the_input_of_every_part_leads_to_its_columns(names):
    composite = COMPOSITES[names].fit(X)
    states, state = composite.run(X[:15])
    for rows, before, expected in ((X[:15], None, states), (X[15:], state, composite.run(X[15:], state)[0])):
        driven = [part.reservoir.run(part.X, part.state)[0] for part in composite.parts(rows, before)]
        assert_array_equal(np.hstack(driven), expected)


def test_a_part_by_itself_is_the_reservoir_at_rest():
    reservoir = plain().fit(X)
    (part,) = reservoir.parts(X)
    assert part.reservoir is reservoir and part.X is X
    assert_same(part.state, reservoir.rest())


def test_inputs_of_layers_are_states_then_input_then_times():
    timed = np.hstack([X, np.ones((40, 1))])
    stack = StackedReservoir([plain(), CTRNNLiquid(5, random_state=0)], input_to_all=True, elapsed_column=-1).fit(timed)
    first, second = stack.parts(timed)
    assert_array_equal(first.X, X)
    assert_array_equal(second.X, np.hstack([stack.transform(timed)[:, :6], timed]))
