import numba
import numpy as np
import pytest

from readouts.compiled import njit


def double(x):
    return 2 * x


def test_compiles():
    assert njit(double)(21) == 42


def test_nan_is_not_optimised_away():
    assert not njit(is_finite)(np.nan)


def is_finite(x):
    return np.isfinite(x)


def refuse_cache(message):
    compile_function = numba.njit

    def compile_or_refuse(function, cache=False, **options):
        if cache:
            raise RuntimeError(message)
        return compile_function(function, **options)

    return compile_or_refuse


def test_without_a_place_for_a_cache_the_kernel_is_compiled_in_memory(monkeypatch):
    monkeypatch.setattr(numba, "njit", refuse_cache("cannot cache function 'double': no locator available"))
    assert njit(double)(21) == 42


def test_another_failure_is_not_hidden(monkeypatch):
    monkeypatch.setattr(numba, "njit", refuse_cache("something else"))
    with pytest.raises(RuntimeError, match="something else"):
        njit(double)
