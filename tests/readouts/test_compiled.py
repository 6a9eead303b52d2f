import numba
import numpy as np

from readouts import compiled
from readouts.compiled import njit
from readouts.kernel_cache import KernelCache


def is_finite(x):
    return np.isfinite(x)


def test_a_kernel_is_compiled_and_cached():
    kernel = njit(is_finite)
    assert kernel(1.0)
    assert isinstance(kernel._cache, KernelCache)


def test_nan_is_not_optimised_away():
    assert not njit(is_finite)(np.nan)
    assert not {"nnan", "ninf", "fast"} & compiled.FLAGS


def test_without_compilation_a_kernel_is_its_function(monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)
    assert njit(is_finite) is is_finite
