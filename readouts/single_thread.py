"""How many threads BLAS may use: few where other work is going on, and as before when all of it has ended."""

import threading
from contextlib import contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController

LOCK = threading.Lock()
HOLDER = {"thread": None, "depth": 0}


@cache
def blas_controller():
    """Return the controller of the BLAS libraries in this process; finding them takes milliseconds."""
    return ThreadpoolController()


@contextmanager
def limited_blas(n_threads):
    """Hold BLAS to so many threads, unless another thread of the program holds it already, and give back what it found.

    The numbers belong to the whole process. If users that overlap all changed them, the last to leave would restore
    what another had asked for; and of several threads threadpoolctl lets only one change them at all. So the first
    decides, and whoever comes meanwhile takes what there is.
    """
    mine = threading.get_ident()
    with LOCK:
        holds = HOLDER["thread"] in (None, mine)
        if holds:
            HOLDER["thread"], HOLDER["depth"] = mine, HOLDER["depth"] + 1
            found = [library["num_threads"] for library in blas_controller().info() if library["user_api"] == "blas"]
            limit = blas_controller().limit(limits=min([n_threads, *found]), user_api="blas")
    try:
        yield
    finally:
        with LOCK:
            if holds:
                limit.restore_original_limits()
                HOLDER["depth"] -= 1
                HOLDER["thread"] = mine if HOLDER["depth"] else None


def single_threaded():
    """Hold BLAS to one thread.

    The decompositions of a readout cost from two to twenty times more in two threads than in one where the cores have
    other work (measured with OpenBLAS 0.3, QR, eigenvalues and singular values of 300 to 1000 columns).
    """
    return limited_blas(1)
