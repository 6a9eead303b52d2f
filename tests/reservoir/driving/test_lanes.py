import tracemalloc

import numpy as np
import pytest
from builders import assert_same, build, series
from numpy.testing import assert_array_equal

from reservoir import EchoStateReservoir
from reservoir.driving import lanes
from reservoir.driving.lanes import DriveAlone, Group, LaneBlock, LaneDriver, are_finite, lane_states, side_by_side

LENGTHS = np.array([20, 11, 11, 7, 3])
X = [series(n, 3, seed=n) for n in LENGTHS]
GROUP = Group(np.arange(5), LENGTHS, 8)


def add_up(X, active, state, states):
    """Lanes whose states are sums of their inputs so far, and NaN where they have no meaning."""
    states[...] = np.nan
    for t, n_active in enumerate(active):
        state[:, :n_active] += X[t, :, :n_active]
        states[t, :, :n_active] = state[:, :n_active]


def driver(lanes=add_up, check=lambda X, first: None, finish=lambda states, state: states, tells=True, maps=False):
    return LaneDriver(lanes, 3, 3, np.dtype(float), np.zeros(3), check, finish, tells, maps)


class Blocks:
    """A pool that keeps what it is given."""

    def __init__(self):
        self.blocks = []

    def add(self, block):
        self.blocks.append(LaneBlock(block.start, block.active.copy(), block.states.copy()))

    def results(self):
        return self.blocks


@pytest.mark.parametrize("state", [np.arange(6.0).reshape(2, 3), (np.ones(2), (np.zeros((0, 2)), np.arange(3)))])
def test_states_side_by_side_come_back(state):
    other = (2 * state) if isinstance(state, np.ndarray) else (3 * state[0], (state[1][0], 4 * state[1][1]))
    together = side_by_side([state, other, state])
    for lane, expected in enumerate([state, other, state]):
        back = lane_states(together)[lane]
        assert_same(back, expected)
    together[0].fill(77)
    assert not np.any(np.asarray(back[0]) == 77), "a state of one lane is an array of its own"


def test_only_active_lanes_have_to_be_finite():
    values = np.ones((4, 2, 3))
    assert are_finite(values, np.array([3, 3, 2, 0]))
    for t, unit, lane in np.ndindex(values.shape):
        for wrong in (np.nan, -np.inf):
            one = values.copy()
            one[t, unit, lane] = wrong
            active = np.array([3, 3, 2, 0])
            assert are_finite(one, active) == (lane >= active[t])
    assert are_finite(np.full((2, 1, 2), 1e200), np.array([2, 2])), "squares may overflow"
    assert are_finite(np.empty((0, 2, 3)), np.empty(0, int))


@pytest.mark.parametrize("block_bytes", [1, 8 * 3 * 8 * 3, 2**19])
@pytest.mark.parametrize("rows_read", [1, 4, 1024])
def test_a_pool_is_given_every_row_once_and_in_order(monkeypatch, block_bytes, rows_read):
    monkeypatch.setattr(lanes, "BLOCK_BYTES", block_bytes)
    monkeypatch.setattr(lanes, "READ_BYTES", rows_read * 8 * 8 * X[0].shape[1])
    blocks = driver().pool(X, GROUP, None, Blocks())
    assert [block.start for block in blocks] == np.cumsum([0, *(len(b.states) for b in blocks)])[:-1].tolist()
    assert max(len(block.states) for block in blocks) <= max(1, 2 * block_bytes // 192)
    states = np.concatenate([block.states for block in blocks])
    active = np.concatenate([block.active for block in blocks])
    assert_array_equal(active, (np.arange(20)[:, None] < LENGTHS).sum(axis=1))
    for lane, x in enumerate(X):
        assert_array_equal(states[: len(x), :, lane], np.cumsum(x, axis=0))


@pytest.mark.parametrize("block_bytes", [1, 2**19])
@pytest.mark.parametrize("n_rows, skip", [(None, 0), (1, 0), (5, 0), (5, 7), (None, 11), (30, 40)])
def test_a_fold_is_given_the_pieces_of_each_series(monkeypatch, block_bytes, n_rows, skip):
    monkeypatch.setattr(lanes, "BLOCK_BYTES", block_bytes)
    starts = [None, *np.arange(12.0).reshape(4, 3)]
    kept = [None if start is None else start.copy() for start in starts]

    def fold(number, before, piece):
        return [*(before or []), piece]

    folded = driver().fold(X, GROUP, starts, fold, n_rows, skip)
    for x, start, pieces in zip(X, starts, folded, strict=True):
        expected = np.cumsum(np.vstack([np.zeros(3) if start is None else start, x]), axis=0)[1:]
        assert_array_equal(np.concatenate([piece.states for piece in pieces]), expected)
        assert_array_equal(np.concatenate([piece.inputs for piece in pieces]), x)
        for piece in pieces:
            assert_array_equal(piece.state, expected[piece.start + len(piece.states) - 1])
            assert piece.start in (0, skip) or n_rows and (piece.start - min(skip, piece.start)) % n_rows == 0
    for start, before in zip(starts, kept, strict=True):
        assert_array_equal(start, before)


def test_pieces_that_a_fold_keeps_are_not_written_over():
    kept = driver().fold(X, GROUP, None, lambda number, before, piece: [*(before or []), piece.states], 4, 0)
    for states, x in zip(kept, X, strict=True):
        assert_array_equal(np.concatenate(states), np.cumsum(x, axis=0))


@pytest.mark.parametrize("n_units", [3, 200])
def test_memory_grows_neither_with_steps_nor_with_features(n_units):
    wide = np.ones((3000, 400))
    reservoir = EchoStateReservoir(n_units, random_state=0).fit(wide[:1])
    group, rule = Group(np.arange(32), np.full(32, 3000), 32), reservoir.lanes()
    one = LaneDriver(rule, n_units, 400, wide.dtype, np.zeros(n_units), lambda X, first: None, None, True, False)
    one.pool([wide[:2]] * 32, group._replace(lengths=np.full(32, 2)), None, Nothing())
    tracemalloc.start()
    one.pool([wide] * 32, group, None, Nothing())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * lanes.BLOCK_BYTES < wide.nbytes


class Nothing:
    """A pool that keeps nothing."""

    def add(self, block):
        pass

    def results(self):
        return []


def test_numbers_are_those_of_the_whole_list():
    group = Group(np.array([4, 2]), np.array([20, 11]), 8)
    given = [None, None, X[1], None, X[0]]
    numbers = driver().fold(given, group, None, lambda number, before, piece: (number, len(piece.states)), None, 0)
    assert numbers == [(4, 20), (2, 11)]


def test_what_cannot_be_driven_is_left_to_series_alone():
    def check(X, first):
        if first == 4:
            raise ValueError("negative")

    for drive in (lambda one: one.pool(X, GROUP, None, Blocks()), lambda one: fold_in_fours(one)):
        with pytest.raises(DriveAlone):
            drive(driver(check=lambda X, first: check(X, 4)))
    with pytest.raises(DriveAlone):
        fold_in_fours(driver(check=check))


def fold_in_fours(one):
    return one.fold(X, GROUP, None, lambda number, before, piece: None, 4, 0)


@pytest.mark.parametrize("tells", [True, False])
@pytest.mark.parametrize("row, lane, raises", [(19, 0, True), (2, 4, True), (12, 1, False)])
def test_a_pool_is_not_left_with_states_that_are_not_finite(tells, row, lane, raises):
    def overflow(X, active, state, states):
        add_up(X, active, state, states)
        states[row, 1, lane] = np.inf
        state[1, lane] = np.inf if row < LENGTHS[lane] else state[1, lane]

    if raises:
        with pytest.raises(DriveAlone):
            driver(overflow, tells=tells).pool(X, GROUP, None, Blocks())
    else:
        driver(overflow, tells=tells).pool(X, GROUP, None, Blocks())


def test_a_state_that_comes_back_to_finite_numbers_is_seen_where_the_last_does_not_tell():
    def blink(X, active, state, states):
        add_up(X, active, state, states)
        states[3, 1, 0] = np.inf

    with pytest.raises(DriveAlone):
        driver(blink, tells=False).pool(X, GROUP, None, Blocks())


def test_states_are_finished_piece_by_piece():
    finished = driver(finish=lambda states, state: states[:, :2] + state[0]).fold(
        X, GROUP, None, lambda number, before, piece: piece.states, None, 0
    )
    for states, x in zip(finished, X, strict=True):
        sums = np.cumsum(x, axis=0)
        assert_array_equal(states, sums[:, :2] + sums[-1, 0])


def test_lanes_that_hold_no_series_do_no_harm():
    reservoir = build(EchoStateReservoir).fit(X[0])
    wide = GROUP._replace(n_lanes=32)
    one = LaneDriver(
        reservoir.lanes(), 13, 3, np.dtype(float), reservoir.rest(), reservoir.check_rows, lambda s, _: s, True, False
    )
    for group in (GROUP, wide):
        for states, x in zip(one.fold(X, group, None, lambda n, b, piece: piece.states, None, 0), X, strict=True):
            assert_array_equal(states, reservoir.drive(x)[0])
