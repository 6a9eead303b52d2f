"""Compiled loops give way to Ctrl-C in a fraction of a second, however long the series, and change nothing by it."""

import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from builders import VARIANTS, assert_same, build, series
from numpy.testing import assert_array_equal

from readouts import RLSReadout
from readouts import slices as module
from reservoir import AdaptiveReservoir, CfCLiquid, CTRNNLiquid, EchoStateReservoir, Forecaster, LTCLiquid
from reservoir.plasticity import IntrinsicPlasticity
from reservoir.speech import BSAEncoder, Gammatone, LyonEar, gammatone_kernel

# A dense network of 800 units takes about half a millisecond a row. Where tests run in the background, all that they
# start ignores Ctrl-C, unless it is taken up again.
PROGRAM = """
import signal
import time
import numpy as np
from reservoir import {cls}, Forecaster, StackedReservoir

signal.signal(signal.SIGINT, signal.default_int_handler)
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


@pytest.fixture
def short_slices(monkeypatch):
    """Return a function from which on slices have a few steps."""

    def shorten():
        for name, value in (("FIRST_PRODUCTS", 0), ("FEWEST", 3), ("LONGEST", 1e-5)):
            monkeypatch.setattr(module, name, value)

    return shorten


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
def test_slices_leave_no_trace_in_states(name, short_slices):
    cls, parameters = VARIANTS[name]
    X = series()
    states, state = build(cls, **parameters).fit(X).run(X)
    short_slices()
    sliced, end = build(cls, **parameters).fit(X).run(X)
    assert_array_equal(sliced, states, strict=True)
    assert_same([end], [state])


def forecast(cls, parameters):
    model = Forecaster(build(cls, **parameters), washout=5).fit(series(60, 2))
    return model.forecast(50)


def adapt():
    rule = IntrinsicPlasticity(n_epochs=2)
    return AdaptiveReservoir(build(EchoStateReservoir, input_scaling=0.01), rule).fit(series(60)).transform(series(60))


def recall():
    X = series(60)
    readout = RLSReadout(forgetting=0.9)
    return np.append(readout.partial_fit_predict(X, X @ np.arange(5.0)), readout.coef_)


def encode(front_end):
    return front_end.fit_transform(np.random.RandomState(0).standard_normal(4000))


WORK = {
    "closed loop, echo state": lambda: forecast(EchoStateReservoir, {}),
    "closed loop, CTRNN": lambda: forecast(CTRNNLiquid, {}),
    "closed loop, LTC": lambda: forecast(LTCLiquid, {}),
    "closed loop, LTC gate": lambda: forecast(LTCLiquid, {"synapse": "gate"}),
    "closed loop, CfC": lambda: forecast(CfCLiquid, {}),
    "intrinsic plasticity": adapt,
    "recursive least squares": recall,
    "Lyon's ear": lambda: encode(LyonEar(sampling_rate=8000)),
    "gammatone": lambda: encode(Gammatone(sampling_rate=8000)),
    "BSA": lambda: BSAEncoder().fit_transform(np.abs(series(60))),
}


@pytest.mark.parametrize("work", WORK)
def test_slices_leave_no_trace_in_what_follows(work, short_slices, monkeypatch):
    expected = WORK[work]()
    short_slices()
    monkeypatch.setattr(gammatone_kernel, "SAMPLES_AT_ONCE", 1)
    assert_array_equal(WORK[work](), expected, strict=True)
