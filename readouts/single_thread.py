"""Limits of the number of threads of BLAS while other work is going on, restored when all of it has ended."""

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
    """Limit BLAS to so many threads, unless another thread of Python limits it already, and restore the old limits.

    The limits belong to the whole process. If all overlapping users changed them, the last one to end would restore
    the limit of another; and threadpoolctl lets only one of several threads change them at all. So the first user
    decides, and others that overlap work under its limit.
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
                _restore()


def _restore():
    HOLDER["limits"].pop().restore_original_limits()
    if not HOLDER["limits"]:
        HOLDER["thread"] = None


def _restore_in_child():
    """Restore the limits of a thread that does not exist in the forked process."""
    while HOLDER["thread"] not in (None, threading.get_ident()):
        _restore()
    LOCK.release()


# A fork waits until no thread is changing the limits, so that in the child the lock is free, and limits and holder
# agree.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=LOCK.acquire, after_in_parent=LOCK.release, after_in_child=_restore_in_child)


def single_threaded() -> AbstractContextManager[None]:
    """Limit BLAS to one thread.

    The decompositions of a readout cost from two to twenty times more in two threads than in one where the cores have
    other work (measured with OpenBLAS 0.3, QR, eigenvalues and singular values of 300 to 1000 columns).
    """
    return limited_blas(1)
