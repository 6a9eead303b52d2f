import numba
import numpy as np
import pytest

from readouts.compiling.guard import SUM_FLAGS, njit, njit_sum
from readouts.compiling.kernel_cache import KernelCache


def is_finite(x):
    return np.isfinite(x)


def test_a_kernel_is_compiled_and_cached():
    kernel = njit(is_finite)
    assert kernel(1.0)
    assert isinstance(kernel._cache, KernelCache)


@pytest.mark.parametrize("compile_kernel", [njit, njit_sum])
def test_nan_is_not_optimised_away(compile_kernel):
    assert not compile_kernel(is_finite)(np.nan)
    assert not {"nnan", "ninf", "fast"} & SUM_FLAGS


def test_without_compilation_a_kernel_is_its_function(monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)
    assert njit(is_finite) is is_finite
