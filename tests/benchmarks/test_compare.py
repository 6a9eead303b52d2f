"""Peers are timed only where they do the same work, and those that are not timed say why."""

import numpy as np
import pytest

from benchmarks.compare import compare
from benchmarks.comparison import Comparison
from benchmarks.measure import Reported
from benchmarks.roofline import Traffic


def takes(seconds, output=()):
    """Make a run that reports so many seconds."""
    return lambda: lambda: Reported(seconds, 8.0, seconds / 10, np.asarray(output, dtype=float))


def rows_of(comparison, **builds):
    builds = builds or {"now": lambda name: comparison.ours[name]()}
    return {row.library: row for row in compare("case", comparison, builds, quick=True)}


def test_times_are_counted_and_compared_with_the_first_of_ours():
    ours = {"this library": takes(2e-3), "this library, two threads": takes(1e-3)}
    threads = {"this library, two threads": 2}
    rows = rows_of(Comparison("work", "us a step", 100, ours, {"rclib, C++": takes(6e-3)}, threads=threads))
    assert list(rows) == ["this library", "this library, two threads", "rclib, C++"]
    assert [row.time for row in rows.values()] == pytest.approx([20.0, 10.0, 60.0])
    assert [row.ratio for row in rows.values()] == [None, 0.5, pytest.approx(3.0)]
    assert [row.threads for row in rows.values()] == [1, 2, 1]
    assert [row.processor for row in rows.values()] == [pytest.approx(2.0), None, pytest.approx(6.0)]
    assert rows["rclib, C++"].memory == 8.0
    assert {(row.case, row.work, row.unit, row.rounds) for row in rows.values()} == {("case", "work", "us a step", 1)}


def test_a_peer_with_the_same_output_is_timed_and_another_is_not():
    peers = {"torch, dense": takes(1.0, [1.0, 2.0 + 1e-12]), "ResDAG, torch": takes(0.1, [1.0, 2.5])}
    peers["NEST, C++"] = takes(0.1, [1.0])
    equal = {"torch, dense": 1e-9, "ResDAG, torch": 1e-9, "NEST, C++": 0}
    rows = rows_of(Comparison("work", "s", 1, {"this library": takes(1.0, [1.0, 2.0])}, peers, equal))
    assert rows["torch, dense"].time == 1.0
    assert rows["torch, dense"].difference == pytest.approx(1e-12, rel=1e-3)
    assert rows["ResDAG, torch"].time is None
    assert rows["ResDAG, torch"].note == "failed: ValueError: its output differs by 5.0e-01"
    assert "shape (1,), not (2,)" in rows["NEST, C++"].note


def test_a_peer_that_cannot_be_compared_is_not_timed():
    def make():
        raise ImportError("this checkout has no such reservoir")

    peers = {"torch, dense": takes(1.0, [1.0]), "rclib, C++": takes(2.0)}
    rows = rows_of(Comparison("work", "s", 1, {"this library": make}, peers, {"torch, dense": 1e-9}))
    assert rows["this library"].note == "not measured: this checkout has no such reservoir"
    assert rows["torch, dense"].time is None and "nothing to compare its output with" in rows["torch, dense"].note
    assert rows["rclib, C++"].time == 2.0 and rows["rclib, C++"].ratio is None


def test_a_peer_that_is_not_installed_is_named_with_how_to_install_it():
    def make():
        import no_such_library  # noqa: F401

    rows = rows_of(Comparison("work", "s", 1, {"this library": takes(1.0)}, {"rclib, C++: its own weights": make}))
    row = rows["rclib, C++: its own weights"]
    assert row.time is None
    assert row.note == "not measured: No module named 'no_such_library': pip install rclib==0.2.0"


def test_another_checkout_gives_the_gain():
    comparison = Comparison("work", "ms", 1, {"this library": takes(1.0)})
    rows = rows_of(comparison, now=lambda name: takes(0.5)(), before=lambda name: takes(2.0)())
    row = rows["this library"]
    assert (row.time, row.before, row.gain, row.memory_before) == (500.0, 2000.0, 4.0, 8.0)
    assert (row.processor, row.processor_before, row.processor_gain) == (50.0, 200.0, 4.0)


def test_what_another_checkout_cannot_do_is_named():
    def before(name):
        def run():
            raise RuntimeError("TypeError: unexpected keyword")

        return run

    comparison = Comparison("work", "ms", 1, {"this library": takes(1.0)})
    row = rows_of(comparison, now=lambda name: takes(0.5)(), before=before)["this library"]
    assert row.gain is None
    assert row.note == "before failed: RuntimeError: TypeError: unexpected keyword"


def test_what_this_library_fails_at_is_named_and_the_others_are_timed():
    def make():
        raise ValueError("broken")

    rows = rows_of(Comparison("work", "s", 1, {"this library": make}, {"torch, dense": takes(2.0)}))
    assert rows["this library"].note == "failed: ValueError: broken"
    assert (rows["torch, dense"].time, rows["torch, dense"].ratio) == (2.0, None)


def test_what_this_library_needs_of_a_peer_is_named():
    def make():
        import no_such_library  # noqa: F401

    rows = rows_of(Comparison("work", "s", 1, {"this library": make}))
    assert rows["this library"].note == "not measured: No module named 'no_such_library'"


def test_the_roofline_is_that_of_the_first_of_ours():
    ours = {"this library": takes(1.0), "this library, two threads": takes(1.0)}
    rows = rows_of(Comparison("work", "us a step", 1000, ours, traffic=Traffic(4e6, 2e6)))
    reached = rows["this library"].roofline
    assert (reached["gb_per_s"], reached["gflop_per_s"]) == (4.0, 2.0)
    assert reached["bandwidth"] > 0.1
    assert reached["gemm"] > 0.1
    assert rows["this library, two threads"].roofline is None
