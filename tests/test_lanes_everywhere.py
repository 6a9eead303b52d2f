"""Series in lockstep have the bits of each alone, for every reservoir that has lanes, however they are given."""

import threading

import numpy as np
import pytest
from builders import VARIANTS, assert_same, make, takes
from joblib import parallel_config
from numpy.testing import assert_array_equal
from sklearn.base import clone

from reservoir import (
    AdaptiveReservoir,
    CfCLiquid,
    CTRNNLiquid,
    DelayNodeReservoir,
    EchoStateReservoir,
    LTCLiquid,
    ResidualReservoir,
    StackedReservoir,
    StateOverflowError,
)
from reservoir.driving.hooks import ReservoirHooks
from reservoir.driving.lanes import LaneDriver
from reservoir.driving.pieces import drive_pieces
from reservoir.plasticity import IntrinsicPlasticity
from reservoir.series.lazy_series import lazily

# More than a vector of either precision holds; series of one row, of a whole number of pieces, and of equal length.
LENGTHS = (5, 30, 1, 17, 17, 17, 2, 26, 9, 30, 1, 13, 22, 4, 8, 11, 19, 28, 3)
OWN = {name: variant for name, variant in VARIANTS.items() if variant[0]._lanes is not ReservoirHooks._lanes}
TIMED = {f"{name}, timed": name for name, (cls, _) in OWN.items() if takes(cls, "elapsed_column")}
LIQUID = LTCLiquid(6, random_state=2)
CELL = CfCLiquid(7, random_state=3)
ECHO, FLOW = EchoStateReservoir(9, random_state=0), CTRNNLiquid(10, topology="random", random_state=1)
COMPOSITES = {
    "stack": StackedReservoir([ECHO, FLOW]),
    "stack, timed": StackedReservoir([FLOW, ECHO, FLOW], input_to_all=True, output="last", elapsed_column=-1),
    "stack of liquids, timed": StackedReservoir([LIQUID, CELL, LIQUID], elapsed_column=-1),
    "adaptive": AdaptiveReservoir(ECHO, IntrinsicPlasticity()),
}
KINDS = [*OWN, *TIMED, *COMPOSITES]


def ragged(dtype="float64", lengths=LENGTHS, n_features=4):
    """Series, whose last column may be times."""
    drawn = [np.random.RandomState(n).standard_normal((length, n_features)) for n, length in enumerate(lengths)]
    return [np.column_stack([x[:, :-1], np.abs(x[:, -1:])]).astype(dtype) for x in drawn]


def fitted(kind, dtype="float64"):
    """A reservoir of a kind; the second layer of a stack has the other precision."""
    if kind in COMPOSITES:
        one = clone(COMPOSITES[kind])
        if isinstance(one, StackedReservoir):
            one.set_params(layer1__dtype=dtype)
        else:
            one.set_params(reservoir__dtype=dtype)
    else:
        one = make(TIMED.get(kind, kind), dtype=dtype, **({"elapsed_column": -1} if kind in TIMED else {}))
    return one.fit(ragged()[1])


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def alone():
    """What every series is alone, by kind and precision: driven once."""
    known = {}

    def of(kind, dtype):
        if (kind, dtype) not in known:
            reservoir = fitted(kind, dtype)
            series = ragged(reservoir.dtype_)
            known[kind, dtype] = reservoir, series, [reservoir.drive(x) for x in series]
        return known[kind, dtype]

    return of


def states_and_state(number, before, piece):
    states = piece.states.copy() if before is None else np.vstack([before[0], piece.states])
    return states, piece.state


def test_the_kinds_that_have_lanes_are_here():
    assert {cls for cls, _ in OWN.values()} == {
        EchoStateReservoir,
        ResidualReservoir,
        CTRNNLiquid,
        DelayNodeReservoir,
        LTCLiquid,
        CfCLiquid,
    }
    for kind in ("EchoState shift", "CTRNN shift, timed", "stack", "stack, timed", "stack of liquids, timed"):
        assert fitted(kind).lanes() is not None
    assert fitted("adaptive").reservoir_.lanes() is not None


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_transform_returns_what_each_series_has_alone(kind, dtype, n_jobs, alone):
    reservoir, series, expected = alone(kind, dtype)
    with parallel_config("threading", n_jobs=n_jobs):
        driven = reservoir.transform(series)
    for got, (states, _) in zip(driven, expected, strict=True):
        assert_array_equal(got, states, strict=True)
    equal = np.stack([x[:2] for x in series if len(x) > 1])
    for got, x in zip(reservoir.transform(equal), equal, strict=True):
        assert_array_equal(got, reservoir.run(x)[0], strict=True)


def test_what_is_kept_of_one_series_keeps_no_other(kind):
    reservoir, given = fitted(kind), ragged(lengths=(9,) * 5 + (8, 7, 6, 5))
    ends = reservoir.drive_many(given, lambda number, before, piece: piece.state)
    for one in [*reservoir.transform(given), *parts_of(ends)]:
        assert one.base is None and one.flags.carray


def parts_of(states):
    return [states] if isinstance(states, np.ndarray) else [part for one in states for part in parts_of(one)]


@pytest.mark.parametrize("n_series", [7, 8, 9, 16, 17])
def test_neither_order_nor_company_counts(kind, n_series, alone):
    reservoir, series, expected = alone(kind, "float32")
    chosen = np.random.RandomState(n_series).permutation(len(series))[:n_series]
    driven = reservoir.drive_many([series[number] for number in chosen], states_and_state)
    for number, got in zip(chosen, driven, strict=True):
        assert_same(got, expected[number])


@pytest.mark.parametrize("n_rows, skip", [(None, 0), (1, 0), (7, 0), (7, 3), (None, 17), (10**400, 29), (1000, 31)])
def test_pieces_are_those_of_each_series_alone(kind, n_rows, skip, alone):
    reservoir, series, _ = alone(kind, "float64")
    starts = [None if n % 3 == 0 else reservoir.drive(series[n - 1])[1] for n in range(len(series))]

    def fold(number, before, piece):
        assert (before is None) == (piece.start == 0)
        return [*(before or []), piece._replace(states=piece.states.copy(), inputs=np.array(piece.inputs[:]))]

    for given in (series, [lazily(x, x.dtype) for x in series]):
        driven = reservoir.drive_many(given, fold, starts=starts, n_rows=n_rows, skip=skip, n_jobs=2)
        for pieces, x, start in zip(driven, series, starts, strict=True):
            expected = list(drive_pieces(reservoir, x, n_rows, state=start, skip=skip))
            assert [piece.start for piece in pieces] == [piece.start for piece in expected]
            for got, piece in zip(pieces, expected, strict=True):
                assert_same(got[1:], piece[1:])


def test_series_without_rows_are_among_others(kind, alone):
    reservoir, series, expected = alone(kind, "float64")
    with_empty = [series[0][:0], *series, series[0][:0]]
    empty, *driven, other = reservoir.drive_many(with_empty, states_and_state, n_rows=5)
    assert empty is other is None
    for got, one in zip(driven, expected, strict=True):
        assert_same(got, one)


def test_series_from_disk_are_driven_as_those_in_memory(kind, alone, tmp_path):
    reservoir, series, expected = alone(kind, "float32")
    for n, x in enumerate(series):
        np.save(tmp_path / f"{n}.npy", x)
    mapped = [np.load(tmp_path / f"{n}.npy", mmap_mode="r") for n in range(len(series))]
    for got, (states, _) in zip(reservoir.transform(mapped), expected, strict=True):
        assert_array_equal(got, states, strict=True)


@pytest.mark.parametrize("n_features", [1, 2, 3, 5, 8, 40])
@pytest.mark.parametrize("make_one", [EchoStateReservoir, CTRNNLiquid])
def test_any_number_of_features(make_one, n_features):
    series = [x[:, -n_features:] for x in ragged(lengths=LENGTHS[:9], n_features=n_features)]
    reservoir = make_one(5, topology="random", random_state=0).fit(series)
    for got, x in zip(reservoir.transform(series), series, strict=True):
        assert_array_equal(got, reservoir.run(x)[0], strict=True)


# What goes wrong


def unstable(**parameters):
    unit = EchoStateReservoir(recurrent_weights=[[4.0]], activation="identity", leak_rate=1.0, bias=0.0, **parameters)
    return unit.set_params(input_weights=[[1.0]])


def impulses(*steps, n_steps=900):
    """Series that are 1 in one step, after which a unit of weight 4 grows past every number in 512 steps."""
    return [(np.arange(n_steps) == step).astype(float)[:, None] for step in steps]


@pytest.mark.parametrize("n_rows", [None, 100])
@pytest.mark.parametrize("layers", [1, 2])
def test_the_first_series_that_overflows_is_told_of_as_if_alone(layers, n_rows):
    one = (
        unstable() if layers == 1 else StackedReservoir([unstable().set_params(recurrent_weights=[[0.0]]), unstable()])
    )
    series = [*impulses(900, 900, 900, 300, 100), *impulses(*[0] * 6, n_steps=901)]
    one.fit(series)
    with pytest.raises(StateOverflowError) as expected:
        list(drive_pieces(one, series[3], n_rows))
    with pytest.raises(StateOverflowError) as caught:
        one.drive_many(series, lambda number, before, piece: None, n_rows=n_rows)
    assert str(caught.value) == str(expected.value)
    assert (caught.value.__context__ is None) == (layers == 1), "that lanes were tried first is not told"
    assert str(caught.value).startswith("Layer 2: " if layers == 2 else "The state of EchoState")
    assert ("step 812 of 900" if n_rows is None else "step 12 of 100") in str(caught.value)
    with pytest.raises(StateOverflowError, match="step 812 of 900"):
        one.transform(series)


def test_an_input_too_large_for_a_layer_is_told_of_as_if_alone():
    stack = StackedReservoir([unstable(), EchoStateReservoir(3, dtype="float32")])
    series = impulses(*range(9), n_steps=80)
    stack.fit([[0.0]])
    with pytest.raises(StateOverflowError, match="Layer 2: Its input is too large for float32"):
        stack.transform(series)
    for got, x in zip(stack.transform([x[:60] for x in series]), series, strict=True):
        assert_array_equal(got, stack.run(x[:60])[0], strict=True)


@pytest.mark.parametrize("kind", ["CTRNN shift, timed", "stack, timed"])
def test_times_that_are_refused_are_those_of_the_first_such_series(kind):
    reservoir, series = fitted(kind), ragged()
    series[3][7, -1], series[1][20, -1] = -2.0, -3.0
    with pytest.raises(ValueError, match="got -3.0 in row 20"):
        reservoir.drive_many(series, states_and_state)
    with pytest.raises(ValueError, match="got -3.0 in row"):
        reservoir.drive_many(series, states_and_state, n_rows=4)


def test_a_series_that_is_longer_than_all_others_is_not_refused_before_them():
    given = ragged(lengths=(20,) * 12 + (500,))
    flow = CTRNNLiquid(5, elapsed_column=-1, random_state=0).fit(given)
    given[3][8, -1], given[12][7, -1] = -3, -2
    with pytest.raises(ValueError, match="got -3.0 in row 8"):
        flow.transform(given)


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt, MemoryError])
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_what_a_fold_raises_comes_out_and_nothing_has_changed(error, n_jobs, alone):
    reservoir, series, expected = alone("EchoState random", "float64")

    def fold(number, before, piece):
        raise error

    with pytest.raises(error if isinstance(error, type) else type(error)):
        reservoir.drive_many(series, fold, n_rows=5, n_jobs=n_jobs)
    for got, one in zip(reservoir.drive_many(series, states_and_state), expected, strict=True):
        assert_same(got, one)


def test_an_interrupt_between_blocks_comes_out(monkeypatch, alone):
    reservoir, series, expected = alone("EchoState random", "float64")
    blocks = []

    def interrupted(self, *arguments):
        blocks.append(self)
        if len(blocks) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(LaneDriver, "_check", interrupted)
    with pytest.raises(KeyboardInterrupt):
        reservoir.drive_many(series, states_and_state, n_rows=4)
    monkeypatch.undo()
    for got, one in zip(reservoir.drive_many(series, states_and_state), expected, strict=True):
        assert_same(got, one)


def test_threads_of_a_caller_do_not_disturb_each_other(kind, alone):
    reservoir, series, expected = alone(kind, "float64")
    found = [None] * 4

    def drive(thread):
        order = np.roll(np.arange(len(series)), thread)
        driven = reservoir.drive_many([series[n] for n in order], states_and_state)
        found[thread] = [driven[place] for place in np.argsort(order)]

    threads = [threading.Thread(target=drive, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for driven in found:
        for got, one in zip(driven, expected, strict=True):
            assert_same(got, one)
