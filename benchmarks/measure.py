"""The one way of measuring: runs take turns, a first round does not count, and the least time of each run is kept."""

import ctypes
import math
import statistics
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

LEAST_ROUNDS, MOST_ROUNDS = 5, 50
SECONDS, SECONDS_IF_LONG = 1.5, 12.0  # for each run, after which no further round begins
TURN, MOST_IN_TURN = 0.1, 20  # seconds for which a short run is repeated in its turn, and how often at most


class Reported(NamedTuple):
    """What a run took: seconds, and, where they are known, MB by which memory grew, and seconds of the processor.

    A run that knows better than the clock around it returns one, with what else it would have returned.
    """

    seconds: float
    memory: float | None = None
    processor: float | None = None
    output: object = None


@dataclass
class Measured:
    """What is known of a run after its turns: the seconds of each, MB, and the error that ended them.

    `processor` is the least of the seconds of the processor, which other programs do not prolong much.
    """

    seconds: list[float] = field(default_factory=list)
    memory: float | None = None
    processor: float | None = None
    error: Exception | None = None

    @property
    def best(self) -> float:
        """The least of the seconds."""
        return min(self.seconds)

    @property
    def median(self) -> float:
        """What half of the rounds took at most."""
        return statistics.median(self.seconds)


def measure(
    runs: Mapping[Hashable, Callable], *, seconds: float = SECONDS, least: int = LEAST_ROUNDS, warm_up: bool = True
) -> dict[Hashable, Measured]:
    """Let all runs take turns, so that all see the same machine, until each has had about so many seconds.

    Every second round is in reverse order, as a run may suffer from what the one before it leaves; in its turn, a short
    run is repeated. The first round does not count if it is to warm up; memory is measured in the first that counts. A
    run that raises has no more turns.
    """
    results, start = {name: Measured() for name in runs}, time.perf_counter()
    if warm_up:
        for name, run in runs.items():
            results[name].error = _take_turn(run, Measured(), 0.0).error
        start = time.perf_counter()
    for n_rounds in range(MOST_ROUNDS):
        if n_rounds >= least and time.perf_counter() - start > seconds * len(runs):
            break
        for name in runs if n_rounds % 2 == 0 else reversed(runs):
            _take_turn(runs[name], results[name], TURN if warm_up else 0.0)
    return results


def _take_turn(run, result, seconds):
    """Repeat a run for some seconds, at least once, and add to its result; nothing if it has failed before."""
    turn = []
    try:
        while result.error is None and (not turn or sum(turn) < seconds and len(turn) < MOST_IN_TURN):
            reported = timed(run, with_memory=not result.seconds)
            if not result.seconds:
                result.memory = reported.memory
            if reported.processor is not None:
                result.processor = min(result.processor or math.inf, reported.processor)
            turn.append(reported.seconds)
            result.seconds.append(reported.seconds)
    except Exception as error:
        result.error = error
    return result


def timed(run: Callable, with_memory: bool = False) -> Reported:
    """Run once, and return what that took."""
    before = _forget_peak() if with_memory else None
    start, start_of_processor = time.perf_counter(), time.process_time()
    output = run()
    seconds, processor = time.perf_counter() - start, time.process_time() - start_of_processor
    if isinstance(output, Reported):
        return output
    return Reported(seconds, None if before is None else max(0.0, _held("VmHWM") - before), processor)


def _forget_peak() -> float | None:
    """Make this process's peak of resident memory what it holds now, which is returned in MB; None but on Linux."""
    try:
        ctypes.CDLL(None).malloc_trim(0)  # Or arrays would come where freed ones are still resident.
        Path("/proc/self/clear_refs").write_text("5")
        return _held("VmRSS")
    except (OSError, AttributeError):
        return None


def _held(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024
