import os
import threading

import numpy as np
import pytest
from builders import assert_same, build, series
from joblib import parallel_config
from numpy.testing import assert_array_equal

from reservoir import EchoStateReservoir, LIFLiquid, LTCLiquid
from reservoir.driving.pieces import drive_pieces
from reservoir.series.lazy_series import lazily

X = series(30, 3)
MANY = [series(n, 3, seed=n) for n in (30, 4, 17, 1, 25, 8)]


@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
@pytest.mark.parametrize("cls", [EchoStateReservoir, LTCLiquid, LIFLiquid])
@pytest.mark.parametrize("skip", [0, 1, 7, 9, 30, 31])
@pytest.mark.parametrize("n_rows", [None, 1, 7, 30, 10**400])
def test_pieces_are_what_the_whole_is(cls, n_rows, skip):
    reservoir = build(cls).fit(X)
    states, state = reservoir.run(X)
    pieces = list(drive_pieces(reservoir, X, n_rows, skip=skip))
    assert_array_equal(np.concatenate([piece.states for piece in pieces]), states)
    assert_array_equal(np.concatenate([piece.inputs for piece in pieces]), X)
    assert_same(pieces[-1].state, state)
    starts, lengths = [piece.start for piece in pieces], [len(piece.states) for piece in pieces]
    assert starts == np.cumsum([0, *lengths])[:-1].tolist()
    assert max(lengths) <= (n_rows or 30)
    assert skip in (*starts, 30, 31)
    for piece in pieces:
        assert_same(piece.state, reservoir.run(X[: piece.start + len(piece.states)])[1])


def test_pieces_go_on_from_a_state():
    reservoir = build(EchoStateReservoir).fit(X)
    before, state = reservoir.run(X[:12])
    after = [piece.states for piece in drive_pieces(reservoir, X[12:], 5, state=state)]
    assert_array_equal(np.concatenate([before, *after]), reservoir.transform(X))


def test_no_rows_are_no_pieces():
    reservoir = build(EchoStateReservoir).fit(X)
    assert list(drive_pieces(reservoir, X[:0], 5)) == list(drive_pieces(reservoir, X[:0], skip=3)) == []


def test_a_piece_is_driven_when_it_is_asked_for():
    taken = []

    class Watched:
        shape = X.shape

        def __len__(self):
            return len(X)

        def __getitem__(self, rows):
            taken.append(rows.start)
            return X[rows]

    pieces = drive_pieces(build(EchoStateReservoir).fit(X), Watched(), 10)
    assert taken == []
    assert [(next(pieces).start, list(taken)) for _ in range(3)] == [(0, [0]), (10, [0, 10]), (20, [0, 10, 20])]


@pytest.mark.parametrize("n_jobs", [None, 1, 2, -1])
@pytest.mark.parametrize("n_rows, skip", [(None, 0), (7, 0), (7, 3)])
def test_many_series_are_folded_as_each_would_be_alone(n_jobs, n_rows, skip):
    reservoir = build(EchoStateReservoir).fit(X)

    def fold(number, before, piece):
        assert (before is None) == (piece.start == 0)
        return [*(before or []), (number, piece)]

    for lazy in (False, True):
        given = [lazily(x, x.dtype) for x in MANY] if lazy else MANY
        folded = reservoir.drive_many(given, fold, n_rows=n_rows, skip=skip, n_jobs=n_jobs)
        for number, (pieces, x) in enumerate(zip(folded, MANY, strict=True)):
            assert {own for own, _ in pieces} == {number}
            for (_, piece), expected in zip(pieces, drive_pieces(reservoir, x, n_rows, skip=skip), strict=True):
                assert piece.start == expected.start
                assert_array_equal(piece.states, expected.states)
                assert_array_equal(piece.inputs[:], expected.inputs)
                assert_same(piece.state, expected.state)


@pytest.mark.parametrize("backend", ["loky", "multiprocessing", "threading", "sequential"])
def test_many_series_are_driven_in_threads_of_this_process_whatever_the_back_end(backend):
    reservoir, places = build(EchoStateReservoir).fit(X), set()
    expected = reservoir.drive_many(MANY, lambda number, before, piece: piece.states)

    def fold(number, before, piece):
        places.add((os.getpid(), threading.current_thread()))
        return piece.states

    with parallel_config(backend, n_jobs=2):
        folded = reservoir.drive_many(MANY, fold)
    for found, states in zip(folded, expected, strict=True):
        assert_array_equal(found, states)
    assert {process for process, _ in places} == {os.getpid()}


@pytest.mark.parametrize("n_rows", [None, 4])
def test_many_series_go_on_from_starts_of_their_own(n_rows):
    reservoir = build(EchoStateReservoir).fit(X)
    starts = [reservoir.run(X[:length])[1] for length in range(1, len(MANY) + 1)]
    ends = reservoir.drive_many(MANY, lambda number, before, piece: piece.state, starts=starts, n_rows=n_rows)
    for one, start, end in zip(MANY, starts, ends, strict=True):
        assert_array_equal(end, reservoir.run(one, start)[1])
