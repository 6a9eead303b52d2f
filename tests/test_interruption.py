"""Compiled loops give way to Ctrl-C in a fraction of a second, however long the series, and change nothing by it."""

import signal
import subprocess
import sys
import time

import pytest
from builders import VARIANTS, assert_same, build, series
from numpy.testing import assert_array_equal

from readouts import slices as module

# A dense network of 800 units takes about half a millisecond a row.
PROGRAM = """
import time
import numpy as np
from reservoir import {cls}, Forecaster, StackedReservoir

X = np.zeros((60_000, 2))
reservoir = {cls}({n_units}, random_state=0, recurrent_weights=np.full(({n_units}, {n_units}), 1e-6))
{prepare}
print("ready", flush=True)
try:
    {drive}
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""
FIT = "reservoir.fit(X[:1]); reservoir.transform(X[:600])"
CASES = {
    "transform": ("EchoStateReservoir", 800, FIT, "reservoir.transform(X)"),
    "run": ("EchoStateReservoir", 800, FIT, "reservoir.run(X)"),
    "stack": (
        "EchoStateReservoir",
        800,
        "stack = StackedReservoir([reservoir]).fit(X[:1]); stack.transform(X[:600])",
        "stack.transform(X)",
    ),
    "closed loop": (
        "EchoStateReservoir",
        800,
        "model = Forecaster(reservoir, washout=0).fit(X[:50]); model.forecast(600)",
        "model.forecast(60_000)",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_an_interrupt_is_heeded_soon(case):
    cls, n_units, prepare, drive = CASES[case]
    program = PROGRAM.format(cls=cls, n_units=n_units, prepare=prepare, drive=drive)
    with subprocess.Popen([sys.executable, "-W", "ignore", "-c", program], stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout.readline() == "ready\n"
            time.sleep(1.0)
            child.send_signal(signal.SIGINT)
            start = time.monotonic()
            assert child.stdout.readline() == "interrupted\n"  # else it has come to its end, and says nothing
            assert time.monotonic() - start < 5.0  # on a busy machine; without slices it would take a minute
        finally:
            child.kill()


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
def test_slices_leave_no_trace(name, monkeypatch):
    cls, parameters = VARIANTS[name]
    X = series()
    liquid = build(cls, **parameters).fit(X)
    states, state = liquid.run(X)
    monkeypatch.setattr(module, "FIRST_PRODUCTS", 0)
    monkeypatch.setattr(module, "FEWEST", 3)
    monkeypatch.setattr(module, "LONGEST", 1e-5)
    sliced, end = liquid.run(X)
    assert_array_equal(sliced, states, strict=True)
    assert_same([end], [state])
