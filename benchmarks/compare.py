"""Measure one comparison: make all runs, look whether their outputs agree, let them take turns, write down the rows."""

from collections.abc import Callable, Mapping

import numpy as np

from benchmarks.comparison import Comparison, Row, Run
from benchmarks.measure import Measured, Reported, measure
from benchmarks.peers import how_to_install
from benchmarks.roofline import reach

Builds = Mapping[str, Callable[[str], Run]]


def compare(case: str, comparison: Comparison, builds: Builds, *, once: bool = False) -> list[Row]:
    """Return the rows of one comparison, this library's first.

    `builds` maps "now", and "before" if there is another checkout, to functions that return a run of that build, given
    the name of one of ``comparison.ours``.
    """
    peers, missing = _make_peers(comparison)
    differences = _compare_outputs(comparison, peers, missing)
    runs = {(build, name): make(name) for name in comparison.ours for build, make in builds.items()}
    runs |= {("peer", name): run for name, run in peers.items()}
    measured = measure(runs, once=once or comparison.once)
    rows = [_our_row(case, comparison, name, measured) for name in comparison.ours]
    for name in comparison.peers:
        result = measured.get(("peer", name), Measured(error=missing.get(name)))
        rows.append(_row(case, comparison, name, result, note=_reason(name, result.error)))
        rows[-1].difference = differences.get(name)
    for row in rows:
        row.threads = comparison.threads.get(row.library, 1)
        if row.time is not None and row is not rows[0]:
            row.ratio = row.time / rows[0].time
    return rows


def _make_peers(comparison):
    """Return the runs of all peers that can be had, and the errors of the others."""
    peers, missing = {}, {}
    for name, make in comparison.peers.items():
        try:
            peers[name] = make()
        except Exception as error:
            missing[name] = error
    return peers, missing


def _compare_outputs(comparison, peers, missing):
    """Return how far outputs of peers are from ours; peers that do other work are moved to what is missing."""
    differences, compared = {}, [name for name in comparison.equal if name in peers]
    expected = _output(comparison.ours[comparison.first]()) if compared else None
    for name in compared:
        try:
            differences[name] = _difference(_output(peers[name]), expected)
            if not differences[name] <= comparison.equal[name]:
                raise ValueError(f"its output differs by {differences[name]:.1e}")
        except Exception as error:
            missing[name] = error
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
    if now.error is not None:
        raise now.error
    row = _row(case, comparison, name, now)
    if comparison.traffic is not None and name == comparison.first:
        row.roofline = reach(comparison.traffic, now.best / comparison.count)
    if before is not None and before.error is not None:
        row.note = f"before: {before.error}"
    elif before is not None:
        row.before, row.gain = comparison.per_count(before.best), before.best / now.best
        row.memory_before = before.memory
    return row


def _row(case, comparison, name, result, note=""):
    row = Row(case, comparison.work, name, comparison.unit, memory=result.memory, note=note)
    if result.error is None:
        row.time, row.median = comparison.per_count(result.best), comparison.per_count(result.median)
        row.rounds = len(result.seconds)
    return row


def _reason(name, error):
    """Return why a peer is not measured."""
    if error is None:
        return ""
    if isinstance(error, ImportError):
        return f"not measured, {error}: {how_to_install(name)}"
    return f"not measured: {type(error).__name__}: {error}"
