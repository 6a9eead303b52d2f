"""One BLAS thread for matrix decompositions, whose many small products only wait for one another in several."""

import threading
from contextlib import contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController

LOCK = threading.Lock()
STATE = {"users": 0, "limit": None}


@cache
def blas_controller():
    """Return the controller of the BLAS libraries in this process; finding them takes milliseconds."""
    return ThreadpoolController()


@contextmanager
def single_threaded():
    """Hold BLAS to one thread; the number of before comes back when the last thread of the program has left.

    The decompositions of a readout cost from two to twenty times more in two threads than in one where the cores have
    other work (measured with OpenBLAS 0.3, QR, eigenvalues and singular values of 300 to 1000 columns).
    """
    with LOCK:
        STATE["users"] += 1
        if STATE["users"] == 1:
            STATE["limit"] = blas_controller().limit(limits=1, user_api="blas")
    try:
        yield
    finally:
        with LOCK:
            STATE["users"] -= 1
            if STATE["users"] == 0:
                STATE["limit"].restore_original_limits()
