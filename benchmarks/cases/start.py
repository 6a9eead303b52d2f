"""Start: import the library, and run the README's main job with nothing compiled, each in fresh processes.

Seconds are those of the processor, all threads together, which other programs do not prolong much.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.comparison import Comparison
from benchmarks.measure import Reported

IMPORT = """
import time
start = time.process_time()
import {packages}
print(time.process_time() - start)
"""
CLASSIFY = """
from reservoir import ReservoirClassifier
from reservoir.datasets import load_japanese_vowels
X, y = load_japanese_vowels("train")
ReservoirClassifier(random_state=0).fit(X, y).predict(X[:10])
"""


def comparisons(quick):
    ours = {
        "this library": lambda: _import("reservoir"),
        "this library: its dependencies alone": lambda: _import("numpy, scipy.sparse, sklearn.base, numba"),
    }
    yield Comparison("import", "s of the processor", 1, ours)
    if not quick:
        ours = {"this library": _cold_example}
        yield Comparison(
            "plot_japanese_vowels.py, nothing compiled",
            "s of the processor",
            1,
            ours,
            long=True,
        )
        ours = {"this library": _cold_classifier}
        yield Comparison("fit a ReservoirClassifier, nothing compiled", "s of the processor", 1, ours, long=True)


def _checkout():
    """Return the folder that this library was imported from."""
    import reservoir

    return Path(reservoir.__file__).resolve().parent.parent


def _python(arguments, directory, **variables):
    """Run Python in a folder of its own and return what it prints; it imports this library from the same checkout."""
    surroundings = os.environ | {"PYTHONPATH": str(_checkout()), "MPLBACKEND": "Agg"} | variables
    command = [sys.executable, "-P", *arguments]
    done = subprocess.run(command, cwd=directory, env=surroundings, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    return done.stdout


def _import(packages):
    return lambda: Reported(float(_python(["-c", IMPORT.format(packages=packages)], tempfile.gettempdir())))


def _cold_example():
    return lambda: _cold([str(_checkout() / "examples" / "classification" / "plot_japanese_vowels.py")])


def _cold_classifier():
    return lambda: _cold(["-c", CLASSIFY])


def _cold(arguments):
    """Run a program whose kernels have to be compiled."""
    before = _processor_seconds()
    with tempfile.TemporaryDirectory() as directory:
        _python(arguments, directory, NUMBA_CACHE_DIR=directory)
    return Reported(_processor_seconds() - before)


def _processor_seconds():
    """Return what all processes that this one has started, and that have ended, took of the processor."""
    used = os.times()
    return used.children_user + used.children_system
