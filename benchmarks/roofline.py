"""What the machine could do at most: the bandwidth of reading and the speed of a matrix product, both measured."""

import functools
import time
from typing import NamedTuple

import numba
import numpy as np

TANH = 25  # floating-point operations of the compiled tanh, a polynomial and a division


class Traffic(NamedTuple):
    """What one step of a kernel needs: the bytes that it reads and writes, the operations, and their precision.

    Bytes are those of the weights, their indices, the state and the states that are written, each counted once, as if
    the step were alone. Kernels that advance many series together read weights once for all of them, so that
    they may reach more than the bandwidth.
    """

    bytes: float
    flops: float
    dtype: str = "float64"


def echo_state_traffic(n_units, n_synapses, n_features, dtype="float64", *, indexed=True, stored=True):
    """Return the traffic of one step of one series in an echo state network."""
    size = np.dtype(dtype).itemsize
    values = n_synapses + n_units * (n_features + 1 + 2 + stored)  # weights, bias, the state before and after
    flops = 2 * n_synapses + n_units * (2 * n_features + TANH + 3)
    return Traffic(values * size + indexed * 4 * n_synapses, flops, dtype)


def reach(traffic: Traffic, seconds: float) -> dict[str, float]:
    """Return what a step that takes so many seconds reaches, and what the machine does at most."""
    return {
        "bytes": traffic.bytes,
        "flops": traffic.flops,
        "gb_per_s": traffic.bytes / seconds / 1e9,
        "bandwidth": bandwidth(int(traffic.bytes)),
        "gflop_per_s": traffic.flops / seconds / 1e9,
        "gemm": gemm(traffic.dtype),
    }


@functools.cache
def bandwidth(n_bytes: int) -> float:
    """Return the GB/s at which so many bytes are read again and again, by the dot product of two vectors of BLAS."""
    one, other = np.ones((2, max(1, n_bytes // 16)))
    n_times = max(1, 2**24 // n_bytes)
    return n_times * 2 * one.nbytes / _seconds_of(lambda: _read(one, other, n_times)) / 1e9


@numba.njit
def _read(one, other, n_times):
    """Take the dot product several times; a call of Python each would take longer than a short one."""
    total = 0.0
    for _ in range(n_times):
        total += np.dot(one, other)
    return total


@functools.cache
def gemm(dtype: str, size: int = 512) -> float:
    """Return the GFLOP/s of a product of two square matrices."""
    A = np.ones((size, size), dtype)
    out = np.empty_like(A)
    return 2 * size**3 / _seconds_of(lambda: np.matmul(A, A, out=out)) / 1e9


def _seconds_of(run, seconds=0.3):
    """Return the least time of one call, of as many as fit into so many seconds, but for the first."""
    run()
    best, end = np.inf, time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return best
