import os
import threading
import time

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.multioutput import MultiOutputRegressor
from sums import Sums
from threadpoolctl import threadpool_info

from readouts import RidgeReadout
from reservoir.regressor import block_fit
from reservoir.regressor.block_fit import BlockFit, merge_all, one_blas_thread_for_each


def numbers(*shape, seed=0):
    return np.random.RandomState(seed).standard_normal(shape)


def parts(*sizes):
    return [(numbers(n, 3, seed=k), numbers(n, seed=k)) for k, n in enumerate(sizes)]


def together(parts):
    return [np.concatenate(part) for part in zip(*parts, strict=True)]


def fit(readout, parts, block_size=8, **options):
    with BlockFit(readout, block_size, {}, **options) as blocks:
        for part in parts:
            blocks.add(*part)
        return blocks.finish()


@pytest.mark.parametrize("overlap", [True, False])
@pytest.mark.parametrize("n_blocks", [1, 2, 3, 8])
def test_a_readout_is_fitted_to_every_block_once(n_blocks, overlap):
    rows = parts(*[8] * n_blocks)
    fitted = fit(Sums(), rows, overlap=overlap)
    whole = Sums().partial_fit(*together(rows))
    assert fitted.sizes_ == [8] * n_blocks
    assert_allclose(fitted.gram_, whole.gram_, rtol=1e-13)
    assert_allclose(fitted.predict(numbers(4, 3)), whole.predict(numbers(4, 3)), rtol=1e-9)
    assert_array_equal(fitted.gram_, fit(Sums(), rows, overlap=not overlap).gram_)


def test_no_row_no_readout():
    assert fit(Sums(), []) is None
    assert fit(Sums(), parts(0, 0)) is None
    assert merge_all([None, None]) is None


@pytest.mark.parametrize("n_blocks", [1, 2])
def test_a_readout_whose_partial_fit_returns_nothing_is_fitted(n_blocks):
    rows = [(numbers(8, 3, seed=k), numbers(8, 2, seed=k)) for k in range(n_blocks)]
    fitted = fit(MultiOutputRegressor(RidgeReadout()), rows)  # as of scikit-learn 1.9
    expected = RidgeReadout().fit(*together(rows))
    assert_allclose(fitted.predict(rows[0][0]), expected.predict(rows[0][0]), rtol=1e-9)


def test_a_readout_that_was_fitted_before_is_fitted_on():
    rows = parts(8, 8, 8, 8)
    before = Sums().partial_fit(*rows[0])
    assert_allclose(fit(before, rows[1:]).gram_, fit(Sums(), rows).gram_, rtol=1e-13)


class Blocks:
    """Keeps what it is given, in order."""

    def __init__(self):
        self.blocks = []

    def partial_fit(self, X, y, scale=1):
        self.blocks.append((X, scale * y))
        return self


def test_small_numbers_of_rows_are_joined_into_blocks():
    rows = parts(3, 0, 4, 4, 10, 0, 1, 0)
    blocks = fit(Blocks(), rows, block_size=10).blocks
    assert [len(X) for X, _ in blocks] == [7, 4, 10, 1]
    for joined, expected in zip(together(blocks), together(rows), strict=True):
        assert_array_equal(joined, expected)
    assert [len(X) for X, _ in fit(Blocks(), parts(30, 2), block_size=10).blocks] == [30, 2]


def test_keywords_are_handed_on():
    with BlockFit(Blocks(), 10, {"scale": -2}) as blocks:
        blocks.add(np.ones((1, 1)), np.ones(1))
        assert blocks.finish().blocks[0][1] == -2


def test_arguments_with_an_entry_for_every_row_are_joined_with_the_rows():
    with BlockFit(Blocks(), 4, {}) as blocks:
        for scale in (1.0, 2.0, 3.0):
            blocks.add(np.ones((2, 1)), np.ones(2), {"scale": np.full(2, scale)})
        given = blocks.finish().blocks
    assert [y.tolist() for _, y in given] == [[1, 1, 2, 2], [3, 3]]


class Order:
    """Is fitted to one number after the other, and notes whether the next one was made meanwhile."""

    made = 0

    def __init__(self):
        self.seen, self.ahead = [], []

    def partial_fit(self, X, y):
        number, start = X[0], time.perf_counter()
        while Order.made < number + 2 and time.perf_counter() - start < 0.2:
            time.sleep(0.001)
        self.ahead.append(Order.made - number - 1)
        self.seen.append(number)
        return self


def test_a_readout_that_does_not_merge_is_fitted_in_order_while_the_next_block_is_made(monkeypatch):
    monkeypatch.setattr(block_fit.os, "cpu_count", lambda: 2)
    Order.made = 0

    def made():
        for number in range(6):
            Order.made = number + 1
            yield [number], [None]

    readout = fit(Order(), made(), block_size=1)
    assert readout.seen == list(range(6))
    assert min(readout.ahead[:-2]) >= 1


@pytest.mark.parametrize("where", ["drive", "fit"])
def test_an_error_comes_out_and_no_thread_stays(where):
    def bad():
        yield from parts(8, 8, 8, 8)
        if where == "drive":
            raise KeyError("broken")
        yield numbers(8, 4), numbers(8)

    before = threading.active_count()
    limits = [library["num_threads"] for library in threadpool_info()]
    with pytest.raises((KeyError, ValueError)):
        fit(Sums(), bad())
    assert threading.active_count() == before
    assert [library["num_threads"] for library in threadpool_info()] == limits


def test_workers_share_the_cores():
    with one_blas_thread_for_each(os.cpu_count()):
        assert {one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"} == {1}


def test_a_report_counts_the_rows(capsys, monkeypatch):
    monkeypatch.setattr(block_fit, "REPORT_EVERY", 20)
    fit(Sums(), parts(*[8] * 6), verbose=True)
    lines = capsys.readouterr().out.splitlines()
    assert lines == [f"[ReservoirRegressor] {n} rows fitted" for n in (24, 48)] + [
        "[ReservoirRegressor] 48 rows fitted, done"
    ]
