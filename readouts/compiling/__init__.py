"""How kernels are compiled: the guarded ``njit`` of both packages, and the arithmetic that they share.

It is here because the readouts work without reservoirs, and not the reverse.
"""

from readouts.compiling.arithmetic import dot, fma
from readouts.compiling.guard import njit, njit_sum
from readouts.compiling.kernel_cache import KernelCacheWarning

__all__ = ["KernelCacheWarning", "dot", "fma", "njit", "njit_sum"]
