"""Try every public callable with every kind of bad value: ``python tests/fuzz/run.py [--room topology]``.

What should not have ended so is printed case by case, then counts of outcomes by room. All rooms take a few minutes.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parent.parent)

from fuzz.allowed import reason
from fuzz.cases import every_case, room_of
from fuzz.judge import FINE
from fuzz.workers import judge_all

OUTCOMES = (*FINE, "allowed", "unnamed", "other exception", "suspicious", "non-finite", "changed", "memory", "hang",
            "crash")  # fmt: skip


def describe(case, outcome, said):
    """One line about a case."""
    return f"{case.name}({case.parameter}={case.kind}): {outcome}. {said}"


def table(counts):
    """The counts of each room and outcome, as text."""
    rooms = sorted({room for room, _ in counts})
    rows = [["room", "cases", *OUTCOMES]]
    for room in [*rooms, "total"]:
        of = {one: sum(n for (place, end), n in counts.items() if end == one and room in (place, "total"))
              for one in OUTCOMES}  # fmt: skip
        rows.append([room, str(sum(of.values())), *(str(of[one]) for one in OUTCOMES)])
    return "\n".join(" ".join(f"{cell:>{len(head) + 1}}" if k else f"{cell:<16}" for k, (cell, head) in
                              enumerate(zip(row, rows[0], strict=True))) for row in rows)  # fmt: skip


def main():
    """Judge the cases, print what came of them, and return whether all ended as they may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--room", help="only this room, such as topology")
    parser.add_argument("--name", default="*", help="only callables like this, such as 'topology.*.draw'")
    parser.add_argument("--jobs", type=int, default=2, help="number of processes")
    parser.add_argument("--examples", type=int, default=20, help="how many wrong ends of a class to print for a room")
    options = parser.parse_args()
    counts, wrong, cases = Counter(), Counter(), list(every_case(options.room, options.name))
    if not cases:
        known = {case.name for case in every_case(options.room)} or {room_of(case.name) for case in every_case()}
        parser.error(f"--room and --name match no callable; there are {', '.join(sorted(known))}")
    for case, (outcome, said) in judge_all(cases, options.jobs):
        room = room_of(case.name)
        if outcome not in FINE and reason(case, outcome):
            outcome = "allowed"
        elif outcome not in FINE:
            wrong[room, outcome] += 1
            if wrong[room, outcome] <= options.examples:
                print(describe(case, outcome, said), flush=True)
        counts[room, outcome] += 1
    print(table(counts))
    return not wrong


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
