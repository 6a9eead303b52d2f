"""The guarded ``njit`` of all kernels. It is here because the readouts work without reservoirs, and not the reverse."""

from collections.abc import Set

import numba
from numba.core.dispatcher import Dispatcher

from readouts.compiling.kernel_cache import KernelCache
from readouts.types import Decorated

# These flags split a sum over SIMD lanes. Never add "nnan" or "ninf": with them isfinite(nan) is true, and an overflow
# would go unnoticed.
SUM_FLAGS = {"contract", "nsz", "reassoc"}


def njit(function: Decorated) -> Decorated:
    """Compile a kernel when it is first called, and keep it on disk for as long as all that it is made of stays.

    A factory may return ``njit`` of an inner function that calls compiled functions given to the factory. Each kernel
    that it makes has its own place on disk. The inner function must get them as variables of the factory, not as
    arguments: what is called through an argument is unknown until then, and nothing of it is kept.

    Examples
    --------
    >>> from readouts.compiling.guard import njit
    >>> @njit
    ... def double(x):
    ...     return 2 * x
    >>> double(21)
    42
    >>> def twice(step):
    ...     def run(x):
    ...         return step(step(x))
    ...     return njit(run)
    >>> twice(double)(21)
    84
    """
    return _guarded(function, fastmath=False)


def njit_sum(function: Decorated) -> Decorated:
    """Compile a sum whose terms may be added in another order; it must not write to any array.

    Sums that store have a scalar version beside the SIMD one, chosen by where arrays lie in memory, and another order
    in each: their last bits would be chosen by the allocator.
    """
    return _guarded(function, fastmath=SUM_FLAGS)


def _guarded(function: Decorated, fastmath: bool | Set[str]) -> Decorated:
    kernel = numba.njit(function, nogil=True, fastmath=fastmath, error_model="numpy")
    if isinstance(kernel, Dispatcher):  # under NUMBA_DISABLE_JIT=1 it is the function itself
        kernel._cache = KernelCache(kernel)
    return kernel
