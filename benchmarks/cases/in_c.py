"""Drive one series with what `to_c` writes, beside the same reservoir in Python: an echo state with 3 inputs.

The C code is compiled with the options that are named, and called once for all rows. "Row by row" is a call for each.
rclib draws another network of the same size, and reads one output, too.
"""

import ctypes
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.comparison import Comparison
from benchmarks.networks import Network, uniform_series

N_STEPS = 2000
# Drives from rest, row after row.
DRIVER = """
#include "liquid.h"

void drive(const liquid_real *rows, int n, liquid_real *states)
{
    liquid_state state;
    liquid_init(&state);
    for (int t = 0; t < n; t++) {
        liquid_step(&state, rows + LIQUID_INPUTS * t, states + LIQUID_OUTPUTS * t);
    }
}
"""
WAYS = {
    "this library in C, -O3 -march=native": ("float64", "-O3", "-march=native"),
    "this library in C, -O2": ("float64", "-O2"),
    "this library in C, single precision, -O3 -march=native": ("float32", "-O3", "-march=native"),
}


def comparisons(quick):
    for n_units in (20,) if quick else (100, 300, 1000):
        network = Network(n_units)
        yield _compare(network, "default topology", network.here_by_default)
        yield _compare(network, "general graph", network.here)


def _compare(network, graph, make):
    X = uniform_series(N_STEPS)

    def in_c(dtype, *flags):
        return lambda: _in_c(make().fit(X), X, dtype, flags)

    ours = {name: in_c(*way) for name, way in WAYS.items()}
    ours |= {
        "this library, run of all rows": lambda: _run(make().fit(X), X),
        "this library, run row by row": lambda: _run_by_rows(make().fit(X), X),
    }
    peers = {
        "rclib, C++: its own weights, all rows": lambda: _rclib(network, X),
        "rclib, C++: its own weights, row by row": lambda: _rclib_by_rows(network, X),
    }
    return Comparison(f"{network.n_units} units of degree 10, {graph}", "us a step", N_STEPS, ours, peers)


def _in_c(reservoir, X, dtype, flags):
    from reservoir.interop import to_c

    compiler = shutil.which("cc")
    if compiler is None:
        raise ImportError("a C compiler, cc")
    with tempfile.TemporaryDirectory() as folder:
        files, driver, library = to_c(reservoir, f"{folder}/liquid", dtype=dtype), Path(folder, "driver.c"), "liquid.so"
        driver.write_text(DRIVER)
        command = [
            compiler,
            "-std=c99",
            *flags,
            "-shared",
            "-fPIC",
            str(files.source),
            str(driver),
            "-o",
            library,
            "-lm",
        ]
        subprocess.run(command, cwd=folder, check=True)
        drive = ctypes.CDLL(f"{folder}/{library}").drive
    pointer = np.ctypeslib.ndpointer(dtype, flags="C_CONTIGUOUS")
    drive.argtypes, drive.restype = (pointer, ctypes.c_int, pointer), None
    X, states = X.astype(dtype), np.empty((len(X), files.n_outputs), dtype)

    def run():
        drive(X, len(X), states)
        return states

    return run


def _run(reservoir, X):
    return lambda: reservoir.run(X)[0]


def _run_by_rows(reservoir, X):
    def run():
        state = None
        for t in range(len(X)):
            _, state = reservoir.run(X[t : t + 1], state)

    return run


def _rclib(network, X):
    model = network.in_rclib()
    model.fit(X[:100], X[:100, :1])
    return lambda: model.predict(X)


def _rclib_by_rows(network, X):
    model = network.in_rclib()
    model.fit(X[:100], X[:100, :1])

    def run():
        for t in range(len(X)):
            model.predict_online(X[t : t + 1])

    return run
