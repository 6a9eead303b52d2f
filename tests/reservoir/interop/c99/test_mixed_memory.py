import naive
import numpy as np
import pytest
from numpy.testing import assert_allclose

from reservoir import MemoryCell
from reservoir.interop.c99.mixed_memory import memory_cell
from reservoir.interop.c99.piece import Piece, joined


@pytest.mark.parametrize("elapsed", [None, 1])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_cell_does_what_its_plain_twin_does(run_piece, dtype, elapsed):
    cell = MemoryCell.draw(n_units=5, n_inputs=2, random_state=0)
    own = Piece("struct { real *memory; } whole = {c}, *s = &whole;")
    piece = joined(own, memory_cell(cell.arguments(dtype), "h", elapsed))
    random = np.random.RandomState(0)
    h, c = random.uniform(-1, 1, (2, 5)).astype(dtype)
    expected = h.astype(float), c.astype(float)
    for row in random.standard_normal((4, 2)).astype(dtype):
        u = row if elapsed is None else np.insert(row, elapsed, np.nan)
        run_piece(piece, u=u, h=h, c=c)
        expected = naive.step_memory_cell(cell, row, *expected)
        for found, wanted in zip((h, c), expected, strict=True):
            assert_allclose(found, wanted, rtol=0, atol=20 * np.finfo(dtype).eps)


def test_there_may_be_no_cell():
    assert memory_cell(None, "h", None) == Piece()
