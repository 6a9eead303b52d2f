import numpy as np
import pytest
from numpy.testing import assert_array_equal

from reservoir import CTRNNLiquid, EchoStateReservoir, LIFLiquid, LTCLiquid, StackedReservoir
from reservoir.driving.lanes import DriveAlone, side_by_side
from reservoir.driving.stacked_lanes import stacked_lanes

X = [np.random.RandomState(n).uniform(0, 1, (1 + 2 * n, 3)) for n in range(11)]
ECHO = EchoStateReservoir(9, topology="random", random_state=0)
SINGLE = EchoStateReservoir(10, dtype="float32", random_state=1)
FLOW = CTRNNLiquid(11, random_state=2)
STACKS = {
    "two kinds": StackedReservoir([ECHO, FLOW]),
    "one layer": StackedReservoir([FLOW]),
    "input to all": StackedReservoir([ECHO, FLOW, ECHO], input_to_all=True),
    "the last": StackedReservoir([ECHO, FLOW], output="last"),
    "times": StackedReservoir([ECHO, FLOW, FLOW], elapsed_column=1, input_to_all=True),
    "times of the first": StackedReservoir([CTRNNLiquid(4, elapsed_column=0, random_state=3), ECHO]),
    "single above double": StackedReservoir([ECHO, SINGLE]),
    "single below double": StackedReservoir([SINGLE, ECHO], output="last"),
    "single": StackedReservoir([SINGLE, SINGLE]),
    "stacks": StackedReservoir([StackedReservoir([SINGLE, FLOW], output="last"), StackedReservoir([ECHO, SINGLE])]),
    "stacks with times": StackedReservoir([StackedReservoir([ECHO, FLOW]), FLOW], elapsed_column=-1),
}


@pytest.mark.parametrize("n_rows", [None, 3])
@pytest.mark.parametrize("name", STACKS)
def test_layers_in_lockstep_have_the_bits_of_each_series_alone(name, n_rows):
    def join(number, before, piece):
        return piece.states.copy() if before is None else np.vstack([before, piece.states])

    stack = STACKS[name].fit(X)
    series = [x.astype(stack.dtype_) for x in X]
    assert stack.lanes() is not None
    for got, x in zip(stack.drive_many(series, join, n_rows=n_rows), series, strict=True):
        assert_array_equal(got, stack.drive(x)[0], strict=True)
    for got, x in zip(stack.transform(X), X, strict=True):
        assert_array_equal(got, stack.run(x)[0], strict=True)


def test_there_are_no_lanes_where_a_layer_has_none():
    for layers in ([ECHO, LIFLiquid(5)], [StackedReservoir([ECHO, LIFLiquid(5)]), ECHO]):
        stack = StackedReservoir(layers, random_state=0).fit(X)
        assert stack.lanes() is None


@pytest.mark.parametrize("lane, raises", [(0, True), (1, False)])
def test_what_is_too_large_counts_in_lanes_that_are_advanced_only(lane, raises):
    layer = EchoStateReservoir(3, dtype="float32", random_state=0).fit(X[0])
    drive = stacked_lanes([layer], [False], None, False, slice(None), pieces=False)
    given, state = np.zeros((2, 3, 16)), (side_by_side([layer.rest()] * 16),)
    given[1, 0, lane] = 1e300
    active, states = np.array([2, 1]), np.empty((2, 3, 16), np.float32)
    if raises:
        with pytest.raises(DriveAlone):
            drive(given, active, state, states)
    else:
        drive(given, active, state, states)
        assert_array_equal(states[1, :, 0], layer.run(np.zeros((2, 3)))[0][1])


def test_a_layer_refuses_rows_that_are_too_long_for_it_as_if_alone():
    stiff = LTCLiquid(4, solver="euler", random_state=0)
    stack = StackedReservoir([ECHO, stiff], elapsed_column=-1).fit(X)
    series = [x.copy() for x in X]
    series[3][2, -1], series[9][5, -1] = 1e6, 1e7
    for given in (series, series[3]):
        with pytest.raises(ValueError, match=r"^Layer 2: 'elapsed_column' must hold shorter times .* a row of 1e\+06"):
            stack.transform(given)
