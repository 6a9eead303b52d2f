"""A guarded ``njit`` of the readouts' own: they work without reservoirs, so they import nothing of them."""

import numba

# Never "nnan" or "ninf": with them isfinite(nan) is true and an overflow would pass unseen.
FLAGS = {"contract", "arcp", "nsz", "reassoc"}


def njit(function):
    """Compile a kernel, cached on disk, or in memory only where a read-only installation has no place for a cache."""
    options = {"nogil": True, "fastmath": FLAGS, "error_model": "numpy"}
    try:
        return numba.njit(function, cache=True, **options)
    except RuntimeError as error:
        if "no locator" not in str(error):
            raise
        return numba.njit(function, **options)
