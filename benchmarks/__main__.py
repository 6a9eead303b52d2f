"""The command line: ``python -m benchmarks [case ...] [--output DIR] [--quick] [--against PATH]``."""

import argparse
import sys
from pathlib import Path

from benchmarks.threads import limit_to_one_thread


def main(arguments=None):
    """Measure what the command line asks for; return what is wrong with this library, or 0."""
    parser = argparse.ArgumentParser("python -m benchmarks", description="Measure this library beside others.")
    parser.add_argument("cases", nargs="*", metavar="case", help="one or more of the cases; all by default")
    parser.add_argument("--output", type=Path, default=Path("benchmark-results"), help="where the table is written")
    parser.add_argument("--quick", action="store_true", help="small work, each run once: only to see that all works")
    parser.add_argument("--against", type=Path, metavar="PATH", help="another checkout of this library to compare with")
    asked = parser.parse_args(arguments)
    limit_to_one_thread()  # before anything is imported that has threads

    from benchmarks.cases import CASES
    from benchmarks.run import run

    if unknown := set(asked.cases) - set(CASES):
        parser.error(f"unknown case {sorted(unknown)}; there are {', '.join(CASES)}")
    rows = run(asked.cases or CASES, asked.output, quick=asked.quick, against=asked.against)
    failed = [row for row in rows if row.library.startswith("this library") and "failed" in row.note]
    return f"This library failed at {len(failed)} of {len(rows)} rows." if failed else 0


if __name__ == "__main__":
    sys.exit(main())
