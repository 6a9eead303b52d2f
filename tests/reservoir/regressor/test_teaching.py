import threading
import time

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sums import Sums
from threadpoolctl import threadpool_info

from reservoir import EchoStateReservoir
from reservoir.regressor import teaching
from reservoir.regressor.listening import Listener
from reservoir.regressor.teaching import batches_of, merge_all, report, teach, teach_series


def numbers(*shape, seed=0):
    return np.random.RandomState(seed).standard_normal(shape)


def blocks(n_blocks=5):
    return [(numbers(8, 3, seed=k), numbers(8, seed=k)) for k in range(n_blocks)]


def everything(blocks):
    return [np.concatenate(part) for part in zip(*blocks, strict=True)]


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("n_blocks", [1, 2, 3, 8])
def test_every_block_is_learnt_once(n_blocks, alone):
    taught = teach(Sums(), iter(blocks(n_blocks)), {}, alone)
    whole = Sums().partial_fit(*everything(blocks(n_blocks)))
    assert taught.sizes_ == [8] * n_blocks
    assert_allclose(taught.gram_, whole.gram_, rtol=1e-13)
    assert_allclose(taught.predict(numbers(4, 3)), whole.predict(numbers(4, 3)), rtol=1e-9)
    assert_array_equal(taught.gram_, teach(Sums(), iter(blocks(n_blocks)), {}, not alone).gram_)


def test_no_block_no_readout():
    assert teach(Sums(), iter([]), {}) is None
    assert merge_all([None, None]) is None


class Order:
    """Learns in one piece after the other, and notes whether the next block was made meanwhile."""

    made = 0

    def __init__(self):
        self.learnt, self.ahead = [], []

    def partial_fit(self, X, y):
        start = time.perf_counter()
        while Order.made < X + 2 and time.perf_counter() - start < 0.2:
            time.sleep(0.001)
        self.ahead.append(Order.made - X - 1)
        self.learnt.append(X)
        return self


def test_a_readout_that_does_not_merge_learns_in_order_while_the_next_block_is_made(monkeypatch):
    monkeypatch.setattr(teaching.os, "cpu_count", lambda: 2)
    Order.made = 0

    def made():
        for number in range(6):
            Order.made = number + 1
            yield number, None

    readout = teach(Order(), made(), {})
    assert readout.learnt == list(range(6))
    assert min(readout.ahead[:-1]) >= 1


@pytest.mark.parametrize("where", ["drive", "learn"])
def test_an_error_comes_out_and_no_thread_stays(where):
    def bad():
        yield from blocks(4)
        if where == "drive":
            raise KeyError("broken")
        yield numbers(8, 4), numbers(8)

    before = threading.active_count()
    limits = [library["num_threads"] for library in threadpool_info()]
    with pytest.raises((KeyError, ValueError)):
        teach(Sums(), bad(), {})
    assert threading.active_count() == before
    assert [library["num_threads"] for library in threadpool_info()] == limits


def test_batches_depend_on_lengths_alone():
    assert batches_of([5, 5, 5], 10) == [range(2), range(2, 3)]
    assert batches_of([50], 10) == [range(1)]
    many = batches_of([7] * 1000, 10)
    assert len(many) <= 32 and [i for batch in many for i in batch] == list(range(1000))


@pytest.mark.parametrize("n_jobs", [2, 3])
def test_workers_change_nothing(n_jobs):
    series = [numbers(n, 2, seed=n) for n in (30, 4, 17, 60, 25, 8)]
    targets = [x.sum(axis=1) for x in series]
    targets[1][:] = np.nan
    ear = Listener(EchoStateReservoir(6, random_state=0).fit(series), True, False, 10)

    def learn(n_jobs):
        return teach_series(ear, Sums(), series, targets, 3, n_jobs=n_jobs, keywords={}, verbose=False)

    one, more = learn(None), learn(n_jobs)
    rows = [np.hstack([ear.reservoir.transform(x), x, np.ones((len(x), 1))])[3:] for x in series]
    rows = np.concatenate(rows[:1] + rows[2:])
    assert_allclose(one.gram_, rows.T @ rows, rtol=1e-12, atol=1e-12)
    assert_array_equal(one.gram_, more.gram_)
    assert one.sizes_ == more.sizes_


def test_a_report_counts_the_rows(capsys, monkeypatch):
    monkeypatch.setattr(teaching, "REPORT_EVERY", 20)
    assert len(list(report(blocks(6)))) == 6
    lines = capsys.readouterr().out.splitlines()
    assert lines == [f"[ReservoirRegressor] {n} rows learnt" for n in (24, 48)] + [
        "[ReservoirRegressor] 48 rows learnt, done"
    ]
