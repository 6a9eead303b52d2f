"""Runs take turns, a first round does not count, and memory is what a run added at most."""

import sys
import time

import numpy as np
import pytest

from benchmarks.measure import Reported, measure, timed


def counting(name, calls, reported):
    """A run that notes its name and reports the next of some times, or the last again."""
    times = iter(reported)
    last = [0.0]

    def run():
        calls.append(name)
        last[0] = next(times, last[0])
        return Reported(last[0])

    return run


def test_runs_take_turns_and_the_first_round_does_not_count():
    calls = []
    runs = {"one": counting("one", calls, [0.5, 3.0, 2.0, 7.0]), "other": counting("other", calls, [1.0, 4.0])}
    results = measure(runs, seconds=0.0)
    assert calls == ["one", "other"] * 2 + ["other", "one", "one", "other"] * 2
    assert results["one"].seconds == [3.0, 2.0, 7.0, 7.0, 7.0]
    assert (results["one"].best, results["one"].median, results["other"].best) == (2.0, 7.0, 4.0)


def test_without_a_warm_up_the_first_round_counts():
    calls = []
    results = measure({"long": counting("long", calls, [5.0])}, seconds=0.0, least=1, warm_up=False)
    assert calls == ["long"]
    assert results["long"].seconds == [5.0]


def test_rounds_go_on_while_there_is_time():
    results = measure({"long": counting("long", [], [0.2])}, seconds=10.0)
    assert results["long"].seconds == [0.2] * 50


def test_a_short_run_is_repeated_in_its_turn():
    calls = []
    runs = {"short": counting("short", calls, [0.03]), "long": counting("long", calls, [3.0])}
    results = measure(runs, seconds=0.0, least=1)
    assert calls == ["short", "long"] + ["short"] * 4 + ["long"]  # 0.12 s
    assert results["short"].seconds == [0.03] * 4
    assert 0 < measure({"shortest": lambda: None}, seconds=0.0)["shortest"].best < 0.1


def test_a_run_that_raises_has_no_more_turns():
    calls = []

    def fails():
        calls.append("fails")
        raise ValueError("no")

    results = measure({"fails": fails, "works": counting("works", calls, [1.0])}, seconds=0.0)
    assert calls.count("fails") == 1
    assert calls.count("works") == 6
    assert str(results["fails"].error) == "no"
    assert results["works"].error is None


def test_seconds_of_the_processor_leave_out_waiting():
    result = measure({"waits": lambda: time.sleep(0.05)}, seconds=0.0, least=1)["waits"]
    assert result.best >= 0.05
    assert result.processor < 0.02


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux tells the peak of memory.")
def test_memory_is_what_a_run_adds_at_most():
    held = np.ones(2**22)  # 32 MB, which do not count
    memory = timed(lambda: np.ones(2**23).sum() + np.ones(2**22).sum(), with_memory=True).memory
    assert 60 < memory < 80  # 64 MB, freed before the next 32
    assert timed(lambda: held.sum(), with_memory=True).memory < 10
