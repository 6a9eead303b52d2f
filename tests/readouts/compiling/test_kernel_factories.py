"""Kernels made by a factory: a function that takes compiled functions and returns a kernel that calls them."""

import os
import subprocess
import sys
from types import ModuleType

import numba
import pytest

STEPS = """
from readouts.compiling import njit

@njit
def halve(x, i):
    return x / 2.0

@njit
def add(x, i):
    return x + i
"""
FACTORY = """
import steps
from readouts.compiling import njit

def repeat(step, factor=1.0):
    def run(x, n):
        for i in range(n):
            x = step(x, i)
        return factor * x
    return njit(run)

halves = repeat(steps.halve)
doubled_halves = repeat(steps.halve, 2.0)
sums = repeat(steps.add)
nested = repeat(sums)

@njit
def both(x, n):
    return halves(x, n), sums(x, n)

of_one_line = [repeat(njit(lambda x, i: x + 1.0)), repeat(njit(lambda x, i: x * 3.0))]
"""
RESULTS = {"halves": 1.0, "doubled_halves": 2.0, "sums": 11.0, "nested": 9.0}  # of (8.0, 3)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    return tmp_path


def load(folder, monkeypatch, steps=STEPS):
    """Return what a new process would import from the file of the factory, beside the file of the steps."""
    for name, source in {"steps": steps, "factory": FACTORY}.items():
        path = folder / f"{name}.py"
        if not path.exists() or path.read_text() != source:  # to old versions of Numba, a new date is a change
            path.write_text(source)
        module = ModuleType(name)
        monkeypatch.setitem(sys.modules, name, module)
        exec(compile(source, path, "exec"), vars(module))
    return module


def call(kernel):
    """Return the result, and whether the kernel came from the disk."""
    return kernel(8.0, 3), bool(kernel.stats.cache_hits)


def test_all_products_of_a_factory_are_loaded_by_the_next_process(folder, monkeypatch):
    for loaded in (False, True, True):
        module = load(folder, monkeypatch)
        assert [call(kernel) for kernel in module.of_one_line] == [(11.0, loaded), (216.0, loaded)]
        for name, result in RESULTS.items():
            assert call(getattr(module, name)) == (result, loaded), name


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("x / 2.0", "x / 4.0", {"halves": 0.125, "doubled_halves": 0.25}),
        ("x + i", "x - i", {"sums": 5.0, "nested": 7.0}),
    ],
)
def test_the_products_of_a_function_that_has_changed_are_compiled_anew(folder, monkeypatch, old, new, changed):
    module = load(folder, monkeypatch)
    assert {name: call(getattr(module, name))[0] for name in RESULTS} == RESULTS
    assert STEPS.count(old) == 1
    module = load(folder, monkeypatch, STEPS.replace(old, new))
    for name, result in (RESULTS | changed).items():
        assert call(getattr(module, name)) == (result, name not in changed)


CALL = """
import sys
sys.path.insert(0, sys.argv[1])
import factory
for name in sys.argv[2:]:
    kernel = getattr(factory, name)
    print(name, kernel(8.0, 3), bool(kernel.stats.cache_hits))
"""


def start(folder, *names):
    """Start a process that calls kernels in order."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": "", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-W", "error", "-c", CALL, str(folder), *names]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def lines_of(process):
    lines = process.communicate(timeout=120)[0].splitlines()
    assert process.returncode == 0
    return lines


def test_products_that_two_processes_made_at_once_do_not_meet(folder):
    # Each is the first kernel that its process compiles, so Numba gives both the same name in machine code.
    (folder / "steps.py").write_text(STEPS)
    (folder / "factory.py").write_text(FACTORY)
    makers = [start(folder, "halves"), start(folder, "sums")]
    assert [lines_of(process) for process in makers] == [["halves 1.0 False"], ["sums 11.0 False"]]
    expected = [f"{name} {RESULTS[name]} {name != 'doubled_halves'}" for name in ("halves", "sums", "doubled_halves")]
    assert lines_of(start(folder, "halves", "sums", "doubled_halves")) == expected
    assert lines_of(start(folder, "both")) == ["both (1.0, 11.0) False"]
