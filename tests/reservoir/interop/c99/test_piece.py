import numpy as np

from reservoir.interop.c99.piece import Piece, each, joined, repeated


def test_what_pieces_need_is_put_together():
    first = Piece("a[0] = 1;", {"weights": 1}, {"buffer": 3, "own": 1}, {"sigmoid": "..."}, 2)
    second = Piece("a[1] = 2;", {"bias": 2}, {"buffer": 2}, {"sigmoid": "..."}, 3)
    expected = Piece("a[0] = 1;\na[1] = 2;", {"weights": 1, "bias": 2}, {"buffer": 3, "own": 1}, {"sigmoid": "..."}, 5)
    assert joined(first, Piece(), second) == expected


def test_a_loop_counts_what_it_repeats(run_piece):
    y = np.zeros(3)
    inner = Piece(each(3, "y[i] += (real)step;"), operations=3)
    loop = repeated(inner, 5, "step")
    run_piece(loop, y=y)
    assert loop.operations == 15
    assert y.tolist() == [10, 10, 10]
