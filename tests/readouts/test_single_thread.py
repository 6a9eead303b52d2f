import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from readouts import RidgeReadout
from readouts.single_thread import HOLDER, blas_controller, limited_blas, single_threaded

X = np.random.RandomState(0).standard_normal((200, 20))


def threads():
    return [library["num_threads"] for library in blas_controller().info() if library["user_api"] == "blas"]


def test_one_thread_inside_and_the_number_of_before_after():
    before = threads()
    with limited_blas(2):
        assert threads() == [min(2, number) for number in before]
        with single_threaded():
            assert set(threads()) <= {1}
            with limited_blas(2):
                assert set(threads()) <= {1}
        assert threads() == [min(2, number) for number in before]
    assert threads() == before


def test_users_that_overlap_in_any_order_leave_nothing_behind():
    def use(_):
        with single_threaded():
            return sum(threads())

    before = threads()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(use, range(40)))
        assert threads() == before
        with single_threaded():  # held here, so that the others change nothing
            assert set(pool.map(use, range(8))) == {len(before)}
    assert threads() == before
    one, other = limited_blas(1), limited_blas(2)
    one.__enter__()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(other.__enter__).result()
        one.__exit__(None, None, None)
        pool.submit(other.__exit__, None, None, None).result()
    assert threads() == before


def in_a_fork(work, seconds=30):
    """Return what ``work`` returns in a forked process, a byte, or None if it has not ended in time."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(work())
        finally:
            os._exit(255)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


needs_fork = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="this system, such as Windows, starts processes without fork"
)


def fits():
    return int(not np.allclose(RidgeReadout(0.1).fit(X, X[:, 0]).predict(X), X[:, 0], atol=1e-2))


@needs_fork
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")
def test_a_process_forked_while_a_thread_fits_can_fit():
    stop = threading.Event()

    def fit_all_the_time():
        while not stop.is_set():
            RidgeReadout(0.0, solver="qr").fit(X, X[:, 0])

    worker = threading.Thread(target=fit_all_the_time)
    worker.start()
    try:
        assert all(in_a_fork(fits) == 0 for _ in range(20))
    finally:
        stop.set()
        worker.join()


@needs_fork
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")
def test_a_fork_gives_back_what_a_thread_held_that_it_does_not_have():
    before, held, stop = threads(), threading.Event(), threading.Event()

    def hold():
        with limited_blas(3), single_threaded():
            held.set()
            stop.wait(60)

    def found():
        if threads() != before or HOLDER["thread"] is not None:
            return 1
        with single_threaded():
            if set(threads()) > {1}:
                return 2
        return 0 if threads() == before else 3

    worker = threading.Thread(target=hold)
    worker.start()
    try:
        assert held.wait(30)
        assert in_a_fork(found) == 0
    finally:
        stop.set()
        worker.join()
    assert threads() == before


@needs_fork
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")
def test_a_fork_keeps_what_its_own_thread_holds():
    before = threads()
    with single_threaded():
        assert in_a_fork(lambda: int(set(threads()) != {1})) == 0
        assert set(threads()) == {1}
    assert threads() == before
