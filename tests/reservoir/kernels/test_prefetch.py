import numba
import numpy as np

from readouts.compiling import njit
from reservoir.kernels.prefetch import prefetch


@njit
def sum_at(values, places):
    """Return the sum of some values, each asked for before the one before it is added."""
    total = 0.0
    for index in range(places.size):
        if index + 1 < places.size:
            prefetch(values, places[index + 1])
        total += values[places[index]]
    return total


def test_a_kernel_that_asks_for_memory_reads_the_same():
    values = np.random.RandomState(0).standard_normal(1000)
    for kind in (np.uint32, np.uint64):
        places = np.random.RandomState(1).permutation(1000).astype(kind)
        assert sum_at(values, places) == sum(values[places])


def test_it_does_nothing_outside_of_kernels():
    assert prefetch(np.zeros(3), 5) is None


def test_it_is_an_instruction_of_the_processor():
    if hasattr(sum_at, "py_func"):  # not under NUMBA_DISABLE_JIT=1
        compiled = numba.njit(sum_at.py_func)  # what comes from disk has no code to look at
        compiled(np.zeros(3), np.arange(3, dtype=np.uint64))
        assert all("@llvm.prefetch" in code for code in compiled.inspect_llvm().values())
