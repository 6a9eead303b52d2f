import os
import subprocess
import sys
from types import CodeType, FunctionType, ModuleType

import numba
import pytest
from numba.core import event

from readouts.compiling.fingerprint import _Reached, fingerprint

HEADER = """
import enum, typing
import numba
import numpy as np
from numba.extending import intrinsic, overload, register_jitable
from readouts.compiling.guard import njit
"""
# What a kernel of another file uses of this one; each edit changes what the kernel computes, or how.
HELPER = """
FACTOR = 2.0
WEIGHTS = np.array([1.0, 2.0])
LAYOUT = (1, (2.5, "left"))

class Point(typing.NamedTuple):
    x: float
    y: float

class Mode(enum.IntEnum):
    SLOW = 0
    FAST = 1

ORIGIN = Point(0.5, 0.25)

@numba.njit(fastmath={"contract"})
def scale(x, offset=0.125):
    return FACTOR * shift(x) + offset

@njit
def shift(x):
    return x + 1.5

def bound(x): return x

@overload(bound)
def compile_bound(x):
    return lambda x: min(x, 10.0)

@register_jitable
def square(x):
    return x**2

@intrinsic
def one(context):
    return numba.float64(), lambda context, builder, signature, arguments: context.get_constant(numba.float64, 1.0)

def make(exponent):
    return numba.njit(lambda x: x**exponent)

cube = make(3)

@numba.vectorize
def halve(x):
    return x / 2.0
"""
KERNEL = """
import helper
from helper import *

def unused(x):
    return x - 1.0

@njit
def kernel(x):
    total = scale(x) + bound(x) + square(x) + one() + cube(x) + helper.FACTOR
    corner = Point(x, ORIGIN.y)
    return total + WEIGHTS[0] + LAYOUT[0] + corner.x + WEIGHTS[Mode.FAST.value] + halve(x)
"""


def load(monkeypatch, helper=HELPER, kernel=KERNEL):
    for name, source in {"helper": helper, "mine": kernel}.items():
        module = ModuleType(name)
        monkeypatch.setitem(sys.modules, name, module)
        exec(HEADER + source, vars(module))
    return module.kernel


def test_the_kernel_of_these_tests_compiles(monkeypatch):
    expected = (2 * 3.5 + 0.125) + 2 + 4 + 1 + 8 + 2 + 1 + 1 + 2 + 2 + 1
    assert load(monkeypatch)(2.0) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("FACTOR = 2.0", "FACTOR = 3.0"),
        ("FACTOR = 2.0", "FACTOR = 2"),
        ("[1.0, 2.0]", "[1.0, 2.5]"),
        ('"left"', '"right"'),
        ("x: float\n    y: float", "y: float\n    x: float"),
        ("FAST = 1", "FAST = -1"),
        ("Point(0.5", "Point(0.0"),
        ('{"contract"}', '{"contract", "nsz"}'),
        ("offset=0.125", "offset=0.25"),
        ("x + 1.5", "x - 1.5"),
        ("10.0", "11.0"),
        ("x**2", "x**4"),
        ("make(3)", "make(4)"),
        ("numba.float64, 1.0", "numba.float64, 2.0"),
        ("x / 2.0", "x / 4.0"),
    ],
)
def test_whatever_a_kernel_uses_of_another_file_counts(monkeypatch, old, new):
    assert HELPER.count(old) == 1
    assert fingerprint(load(monkeypatch)) != fingerprint(load(monkeypatch, helper=HELPER.replace(old, new)))


def test_what_it_does_not_use_does_not_count(monkeypatch):
    before = fingerprint(load(monkeypatch))
    comments = HELPER.replace("\n\n", "\n# A comment that moves the lines.\n\n") + "\nOTHER = 5.0\n"
    assert fingerprint(load(monkeypatch, helper=comments)) == before
    assert fingerprint(load(monkeypatch, kernel=KERNEL.replace("x - 1.0", "x - 2.0"))) == before


def test_an_overload_that_another_file_declares_counts(monkeypatch):
    kernel = "import helper\n@njit\ndef kernel(x):\n    return helper.bound(x)\n"
    helper, declared = "def bound(x): return x\n", "overload(bound)(lambda x: lambda x: 1.0 * x)\n"
    assert fingerprint(load(monkeypatch, helper, kernel)) != fingerprint(load(monkeypatch, helper + declared, kernel))


@pytest.mark.parametrize(("setting", "value"), [("BOUNDSCHECK", 1), ("OPT", 0), ("SLP_VECTORIZE", 7)])
def test_settings_of_the_compiler_count(monkeypatch, setting, value):
    before = fingerprint(load(monkeypatch))
    monkeypatch.setattr(numba.config, setting, value)
    assert fingerprint(load(monkeypatch)) != before


def test_functions_that_call_each_other_are_followed_once(monkeypatch):
    kernel = """
@njit
def odd(n):
    return n != 0 and kernel(n - 1)

@njit
def kernel(n):
    return n == 0 or odd(n - 1)
"""
    before = fingerprint(load(monkeypatch, "", kernel))
    assert before == fingerprint(load(monkeypatch, "", kernel))
    assert before != fingerprint(load(monkeypatch, "", kernel.replace("n != 0", "n != 2")))


def test_every_function_that_numba_compiles_into_a_kernel_is_reached(monkeypatch):
    kernel = load(monkeypatch)
    with event.install_recorder("numba:compile") as recorder:
        kernel(2.0)
    compiled = {item.data["dispatcher"].py_func.__code__ for _, item in recorder.buffer if item.is_start}
    assert len(compiled) > 4
    reached = _Reached(kernel.typingctx)
    reached.number(kernel)
    for value in reached.values:
        reached.contents(value)
    codes = [value.__code__ for value in reached.values if isinstance(value, FunctionType)]
    for code in codes:
        codes.extend(constant for constant in code.co_consts if isinstance(constant, CodeType))
    assert compiled <= set(codes)


PRINT_ALL = """
import sys
import readouts, reservoir
from numba.core.dispatcher import Dispatcher
from readouts.compiling.fingerprint import fingerprint

for module in sorted(name for name in sys.modules if name.partition(".")[0] in ("readouts", "reservoir")):
    for name, value in vars(sys.modules[module]).items():
        if isinstance(value, Dispatcher):
            print(module, name, fingerprint(value))
"""


def test_fingerprints_are_the_same_in_every_process():
    def run(seed):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        return subprocess.run(
            [sys.executable, "-c", PRINT_ALL], env=environment, capture_output=True, text=True, check=True
        ).stdout.splitlines()

    first, second = run("1"), run("2")
    assert first == second
    assert len({line.split()[-1] for line in first}) > 60
