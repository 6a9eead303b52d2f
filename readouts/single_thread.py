"""How many threads BLAS may use: few where other work is going on, and as before when all of it has ended."""

import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import Any

from threadpoolctl import ThreadpoolController

LOCK = threading.RLock()
HOLDER: dict[str, Any] = {"thread": None, "limits": []}


@cache
def blas_controller() -> ThreadpoolController:
    """Return the controller of the BLAS libraries in this process; finding them takes milliseconds."""
    return ThreadpoolController()


@contextmanager
def limited_blas(n_threads: int) -> Iterator[None]:
    """Hold BLAS to so many threads, unless another thread of the program holds it already, and give back what it found.

    The numbers belong to the whole process. If users that overlap all changed them, the last to leave would restore
    what another had asked for; and of several threads threadpoolctl lets only one change them at all. So the first
    decides, and whoever comes meanwhile takes what there is.
    """
    mine = threading.get_ident()
    with LOCK:
        holds = HOLDER["thread"] in (None, mine)
        if holds:
            found = [library["num_threads"] for library in blas_controller().info() if library["user_api"] == "blas"]
            limit = blas_controller().limit(limits=min([n_threads, *found]), user_api="blas")
            HOLDER["thread"] = mine
            HOLDER["limits"].append(limit)
    try:
        yield
    finally:
        if holds:
            with LOCK:
                _give_back()


def _give_back():
    HOLDER["limits"].pop().restore_original_limits()
    if not HOLDER["limits"]:
        HOLDER["thread"] = None


def _let_go_in_child():
    """Give back what a thread holds that has not come along into the forked process."""
    while HOLDER["thread"] not in (None, threading.get_ident()):
        _give_back()
    LOCK.release()


# A fork waits until no thread is changing the numbers, so that the child has a lock that is free, and numbers and
# holder that agree.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=LOCK.acquire, after_in_parent=LOCK.release, after_in_child=_let_go_in_child)


def single_threaded() -> AbstractContextManager[None]:
    """Hold BLAS to one thread.

    The decompositions of a readout cost from two to twenty times more in two threads than in one where the cores have
    other work (measured with OpenBLAS 0.3, QR, eigenvalues and singular values of 300 to 1000 columns).
    """
    return limited_blas(1)
