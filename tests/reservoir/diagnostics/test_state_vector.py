from collections import OrderedDict, namedtuple
from dataclasses import dataclass

import numpy as np
import pytest
from builders import VARIANTS, assert_same, build, series

from reservoir import NVAR, EchoStateReservoir, LIFLiquid, StackedReservoir
from reservoir.diagnostics.state_vector import to_vector, with_vector

Pair = namedtuple("Pair", "level clock")
SOME = {
    **{name: lambda cls=cls, own=own: build(cls, **own) for name, (cls, own) in VARIANTS.items()},
    "single": lambda: build(LIFLiquid, dtype="float32"),
    "nvar": lambda: NVAR(delay=3),
    "nvar without a past": lambda: NVAR(delay=1),
    "stack": lambda: StackedReservoir([build(EchoStateReservoir), build(LIFLiquid, dtype="float32")]),
}


@pytest.mark.parametrize("name", SOME)
def test_state_comes_back_whole_and_can_be_run(name):
    reservoir = SOME[name]().fit(np.zeros((1, 5)))
    states, state = reservoir.run(series(12))
    vector = to_vector(state)
    assert vector.dtype == np.float64
    assert vector.ndim == 1
    back = with_vector(state, vector)
    assert type(back) is type(state)
    if vector.size:
        assert_same(back, state)
    assert_same(reservoir.run(series(3), back), reservoir.run(series(3), state))
    changed = with_vector(state, vector + 0.5)
    np.testing.assert_allclose(to_vector(changed), vector + 0.5, rtol=1e-6)
    assert reservoir.run(series(3), changed)[0].shape[0] == 3
    np.testing.assert_array_equal(to_vector(state), vector)


def test_spiking_state_keeps_its_clocks_and_spikes_on_their_way():
    liquid = LIFLiquid(30, input_scaling=60.0, delays=20.0, random_state=0).fit(np.zeros((1, 5)))
    _, state = liquid.run(series(8))
    assert len(state.in_flight) > 0
    vector = to_vector(state)
    assert vector.size == 30 * 4
    np.testing.assert_array_equal(vector[:30], state.voltage)
    np.testing.assert_array_equal(vector[30:90], state.current.ravel())
    other = with_vector(state, np.arange(120.0))
    assert other.step == state.step
    for name in ("release", "in_flight", "delivered"):
        np.testing.assert_array_equal(getattr(other, name), getattr(state, name))
    np.testing.assert_array_equal(other.trace, np.arange(90.0, 120))


def test_every_kind_of_part():
    state = OrderedDict(a=Pair(2.5, 7), b=[np.float32(1.5), None, np.arange(3)], c=(True, np.True_, np.zeros((2, 2))))
    np.testing.assert_array_equal(to_vector(state), [2.5, 1.5, 0, 0, 0, 0])
    back = with_vector(state, [1, 2, 3, 4, 5, 6])
    assert type(back) is OrderedDict
    assert back["a"] == Pair(1.0, 7)
    assert back["b"][:2] == [2.0, None]
    assert type(back["b"][0]) is np.float32
    np.testing.assert_array_equal(back["c"][2], [[3, 4], [5, 6]])
    assert back["c"][:2] == (True, np.True_)


def test_copies_are_independent():
    array = np.zeros(3)
    to_vector(array)[0] = 1
    with_vector(array, [1.0, 1, 1])[0] = 5
    vector = np.ones(3)
    with_vector(array, vector)[0] = 5
    assert not array.any()
    assert vector.all()


@pytest.mark.parametrize(
    "vector", [np.zeros(2), np.zeros(4), np.zeros((3, 1)), 0.0], ids=["short", "long", "2-D", "0-D"]
)
def test_other_length_is_refused(vector):
    with pytest.raises(ValueError, match=r"'vector' must have .* shape \(3,\); got"):
        with_vector((np.zeros(1), np.zeros(2)), vector)


@pytest.mark.parametrize("state", ["x", np.zeros(2, complex), {1, 2}, (np.zeros(2), "x")])
def test_unknown_type_is_named(state):
    for ask in (to_vector, lambda one: with_vector(one, np.zeros(2))):
        with pytest.raises(TypeError, match=r"'state' must be made of arrays .* to_vector\.register"):
            ask(state)


def test_type_of_ones_own_can_be_registered():
    @dataclass
    class Charge:
        level: float
        name: str

    to_vector.register(Charge, lambda charge: np.array([charge.level]))
    with_vector.register(Charge, lambda charge, vector: Charge(float(vector[0]), charge.name))
    state = (np.zeros(1), Charge(2.0, "left"))
    np.testing.assert_array_equal(to_vector(state), [0, 2])
    assert with_vector(state, [1.0, 3.0])[1] == Charge(3.0, "left")
