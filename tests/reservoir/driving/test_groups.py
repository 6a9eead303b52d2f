import numpy as np
import pytest
from builders import series
from numpy.testing import assert_array_equal

from reservoir import CfCLiquid, EchoStateReservoir, StateOverflowError
from reservoir.driving import groups
from reservoir.driving.groups import group_series, whole_vectors, widest
from reservoir.driving.lanes import LaneDriver


@pytest.mark.parametrize("width", [8, 16])
@pytest.mark.parametrize("most", [16, 32, 64])
@pytest.mark.parametrize("n_series", [0, 1, 7, 8, 9, 16, 33, 100])
def test_every_series_is_in_one_group_with_others_of_its_length(n_series, most, width):
    lengths = np.random.RandomState(n_series).randint(0, 20, n_series)
    found = group_series(lengths, most, width)
    numbers = np.concatenate([group.numbers for group in found]) if found else np.empty(0)
    assert sorted(numbers) == list(range(n_series))
    assert np.all(np.diff(lengths[numbers.astype(int)]) <= 0)
    for group in found:
        assert_array_equal(group.lengths, lengths[group.numbers])
        together = len(group.numbers)
        assert together == group.n_lanes == 1 or width // 2 <= together <= min(most, group.n_lanes)
        assert group.n_lanes == 1 or group.n_lanes % width == 0 and group.n_lanes - together < width
        assert together == 1 or group.lengths.all()
        assert together == 1 or 2 * group.lengths[width // 2 - 1] >= group.lengths[0]


def test_series_without_others_of_half_their_length_are_driven_alone():
    def in_lanes(lengths):
        return [group.numbers.tolist() for group in group_series(lengths, 16, 8) if group.n_lanes > 1]

    assert in_lanes([10] * 20 + [1000] * 3) == [[*range(16)], [16, 17, 18, 19]]
    assert in_lanes([10] * 19 + [0] * 9) == [[*range(16)]]
    assert in_lanes([10] * 12 + [20] * 4) == [[12, 13, 14, 15, *range(12)]]
    assert in_lanes([10] * 13 + [21] * 3) == [[*range(13)]]
    assert in_lanes(2 ** np.arange(30)) == []


def test_series_of_equal_length_keep_their_order():
    assert [group.numbers.tolist() for group in group_series([4] * 16, 8, 8)] == [[*range(8)], [*range(8, 16)]]


def test_pieces_of_a_group_fit_into_memory(monkeypatch):
    monkeypatch.setattr(groups, "PIECES_BYTES", 10_000)
    assert max(len(group.numbers) for group in group_series([100] * 64, 64, 8, row_bytes=10)) == 10
    assert max(len(group.numbers) for group in group_series([100] * 64, 64, 8, row_bytes=10, n_rows=50)) == 20
    assert max(len(group.numbers) for group in group_series([100] * 64, 64, 8, row_bytes=10, n_rows=10**400)) == 10
    assert max(len(group.numbers) for group in group_series([100] * 64, 64, 8, row_bytes=100)) == 1
    assert max(len(group.numbers) for group in group_series([100] * 64, 64, 8)) == 64


def test_states_of_all_lanes_fit_into_the_caches_and_threads_have_work():
    assert widest(100, np.float64, 8, 10_000, 1) == 32
    assert widest(100, np.float32, 16, 10_000, 1) == 64
    assert widest(100, np.float64, 16, 10_000, 1) == 32
    assert widest(10**6, np.float64, 8, 10_000, 1) == 8
    assert widest(10**6, np.float64, 16, 10_000, 1) == 16
    assert widest(8192, np.float64, 8, 10_000, 1) == 16
    assert widest(100, np.float64, 8, 20, 1) == 24
    assert widest(100, np.float64, 8, 32, 2) == 16
    assert widest(100, np.float64, 8, 9, 4) == 8


def test_vectors_are_whole_in_every_precision_of_a_state():
    single, double = np.zeros(3, np.float32), np.zeros(3)
    assert whole_vectors(double) == whole_vectors((double, (double,))) == 8
    assert whole_vectors(single) == whole_vectors((double, (double, single))) == 16


@pytest.mark.parametrize("n_bytes", [2**24, 2**10])
def test_states_that_an_output_map_is_applied_to_are_pieces_of_bounded_memory(monkeypatch, n_bytes):
    monkeypatch.setattr(groups, "PIECES_BYTES", n_bytes)
    driven = []
    fold = LaneDriver.fold
    monkeypatch.setattr(LaneDriver, "fold", lambda *args: driven.append(args[2]) or fold(*args))
    given = np.stack([series(20, 2, seed=n) for n in range(9)])
    liquid = CfCLiquid(6, output_weights=np.ones((1, 6)), random_state=0).fit(given)
    assert_array_equal(liquid.transform(given), [liquid.transform(x) for x in given])
    assert bool(driven) == (n_bytes > 9 * 20 * 8 * 8)


class Total:
    """A fold that counts what it is given, with or without lanes."""

    def __init__(self):
        self.pooled = self.folded = 0

    def __call__(self, number, before, piece):
        self.folded += 1
        return piece.states.sum(axis=0) + (0 if before is None else before)


class Pooled(Total):
    def in_lanes(self, lengths):
        self.lengths, self.totals = lengths, 0
        return self

    def add(self, block):
        self.pooled += 1
        where = np.arange(block.states.shape[2]) < block.active[:, None, None]
        self.totals = self.totals + np.where(where, block.states, 0).sum(axis=0)

    def results(self):
        return list(self.totals.T[: len(self.lengths)])


X = [series(n, 2, seed=n) for n in (3, 30, 20, 7, 16, 9, 9, 25, 5, 2, 11)]


def test_a_fold_that_takes_lanes_is_given_no_pieces():
    reservoir, plain, pooled = EchoStateReservoir(10, random_state=0).fit(X), Total(), Pooled()
    expected, found = reservoir.drive_many(X, plain), reservoir.drive_many(X, pooled)
    assert plain.folded == len(X) and pooled.pooled and not pooled.folded
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


def test_a_pool_that_overflows_ends_with_the_error_of_the_first_such_series():
    unit = EchoStateReservoir(recurrent_weights=[[4.0]], input_weights=[[1.0]], bias=0.0, activation="identity")
    given = [np.zeros((n, 1)) for n in range(900, 912)]
    given[3][200], given[7][100] = 1, 1
    unit.set_params(leak_rate=1.0).fit(given)
    with pytest.raises(StateOverflowError, match="step 712 of 903"):
        unit.drive_many(given, Pooled())
