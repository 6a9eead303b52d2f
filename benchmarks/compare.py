"""Measure one comparison: make all runs, look whether their outputs agree, let them take turns, write down the rows."""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from benchmarks.comparison import Comparison, Row, Run
from benchmarks.measure import SECONDS_IF_LONG, Measured, Reported, measure
from benchmarks.peers import how_to_install
from benchmarks.roofline import reach

Builds = Mapping[str, Callable[[str], Run]]


def compare(case: str, comparison: Comparison, builds: Builds, *, quick: bool = False) -> list[Row]:
    """Return the rows of one comparison, this library's first.

    `builds` maps "now", and "before" if there is another checkout, to functions that return a run of that build, given
    the name of one of ``comparison.ours``. With `quick`, every run has one turn.
    """
    ours = {(build, name): partial(make, name) for name in comparison.ours for build, make in builds.items()}
    peers = {name: partial(_make_peer, name, make) for name, make in comparison.peers.items()}
    (runs, errors), (peers, errors_of_peers) = _made(ours), _made(peers)
    differences = _compare_outputs(comparison, peers, errors_of_peers)
    measured = _measure(runs | peers, comparison.long, quick)
    measured |= {name: Measured(error=error) for name, error in (errors | errors_of_peers).items()}
    rows = [_our_row(case, comparison, name, measured) for name in comparison.ours]
    rows += [_row(case, comparison, name, measured[name], differences.get(name)) for name in comparison.peers]
    for row in rows[1:]:
        if row.time is not None and rows[0].time is not None:
            row.ratio = row.time / rows[0].time
    return rows


def _measure(runs, long, quick):
    if quick:
        return measure(runs, seconds=0.0, least=1, warm_up=False)
    if long:
        return measure(runs, seconds=SECONDS_IF_LONG, least=1, warm_up=False)
    return measure(runs)


def _made(makers):
    """Return the runs that can be made, and the errors of the others."""
    runs, errors = {}, {}
    for name, make in makers.items():
        try:
            runs[name] = make()
        except Exception as error:
            errors[name] = error
    return runs, errors


def _make_peer(name, make):
    try:
        return make()
    except Exception as error:  # A library that is there may not get on with the version of another.
        raise ImportError(f"{error}: {how_to_install(name)}") from error


def _compare_outputs(comparison, peers, errors):
    """Return how far outputs of peers are from ours; peers that do other work are moved to the errors."""
    differences, compared = {}, [name for name in comparison.equal if name in peers]
    try:
        expected = _output(comparison.ours[comparison.first]()) if compared else None
    except Exception as error:  # which the row of ours tells
        for name in compared:
            errors[name] = ImportError(f"there is nothing to compare its output with: {error}")
            del peers[name]
        return {}
    for name in compared:
        try:
            differences[name] = _difference(_output(peers[name]), expected)
            if not differences[name] <= comparison.equal[name]:
                raise ValueError(f"its output differs by {differences[name]:.1e}")
        except Exception as error:
            errors[name] = error
            del peers[name]
    return differences


def _output(run):
    output = run()
    return np.asarray(output.output if isinstance(output, Reported) else output)


def _difference(one, other):
    if one.shape != other.shape:
        raise ValueError(f"its output has the shape {one.shape}, not {other.shape}")
    return float(np.abs(one - other).max())


def _our_row(case, comparison, name, measured):
    now, before = measured["now", name], measured.get(("before", name))
    row = _row(case, comparison, name, now)
    if now.error is None and comparison.traffic is not None and name == comparison.first:
        row.roofline = reach(comparison.traffic, now.best / comparison.count)
    if before is not None and before.error is not None:
        row.note = "; ".join(filter(None, (row.note, f"before {_reason(before.error)}")))
    elif before is not None:
        row.before, row.memory_before = comparison.per_count(before.best), before.memory
        row.gain = None if now.error is not None else before.best / now.best
        if row.processor is not None and before.processor is not None:
            row.processor_before = comparison.per_count(before.processor)
            row.processor_gain = before.processor / now.processor
    return row


def _row(case, comparison, name, result, difference=None):
    row = Row(case, comparison.work, name, comparison.unit, memory=result.memory, difference=difference)
    row.threads = comparison.threads.get(name, 1)
    if result.error is not None:
        row.note = _reason(result.error)
    else:
        row.time, row.median = comparison.per_count(result.best), comparison.per_count(result.median)
        row.rounds = len(result.seconds)
        if result.processor is not None and row.threads == 1:
            row.processor = comparison.per_count(result.processor)
    return row


def _reason(error):
    """Return why something has no time: it is not there, or it failed."""
    if isinstance(error, ImportError):
        return f"not measured: {error}"
    return f"failed: {type(error).__name__}: {error}"
