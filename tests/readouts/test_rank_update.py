import threading
import time

import numpy as np
import pytest

from readouts.rank_update import TILE, add_products, mirror

rng = np.random.RandomState(0)


@pytest.mark.parametrize("n_columns", [1, 2, TILE, 2 * TILE + 3])
@pytest.mark.parametrize("n_rows", [0, 1, 7, 500])
def test_products_are_added(n_rows, n_columns):
    rows, start = rng.standard_normal((n_rows, n_columns)), rng.standard_normal((n_columns, n_columns))
    gram = start.copy()
    add_products(gram, rows)
    np.testing.assert_array_equal(np.triu(gram, 1), np.triu(start, 1))
    expected = np.tril(start) + np.tril(np.einsum("ti,tj->ij", rows, rows))
    np.testing.assert_allclose(np.tril(gram), expected, rtol=1e-12, atol=1e-12)
    mirror(gram)
    np.testing.assert_array_equal(gram, gram.T)
    np.testing.assert_array_equal(np.tril(gram), np.tril(gram.T))


def test_other_threads_go_on_meanwhile():
    rows, gram, ticks = rng.standard_normal((4000, 800)), np.zeros((800, 800)), []
    worker = threading.Thread(target=lambda: [add_products(gram, rows) for _ in range(3)])
    worker.start()
    while worker.is_alive():
        ticks.append(time.perf_counter())
        time.sleep(1e-4)
    # A product that held the interpreter's lock would let one tick through between two of them.
    assert len(ticks) > 10
