"""The guarded ``njit`` of all kernels. It is here because the readouts work without reservoirs, and not the reverse."""

import numba
from numba.core.dispatcher import Dispatcher

from readouts.kernel_cache import KernelCache

# Never "nnan" or "ninf": with them isfinite(nan) is true and an overflow would pass unseen.
FLAGS = {"contract", "arcp", "nsz", "reassoc"}


def njit(function):
    """Compile a kernel when it is first called, and keep it on disk for as long as all that it is made of stays.

    Examples
    --------
    >>> from readouts.compiled import njit
    >>> @njit
    ... def double(x):
    ...     return 2 * x
    >>> double(21)
    42
    """
    kernel = numba.njit(function, nogil=True, fastmath=FLAGS, error_model="numpy")
    if isinstance(kernel, Dispatcher):  # under NUMBA_DISABLE_JIT=1 it is the function itself
        kernel._cache = KernelCache(kernel)
    return kernel
