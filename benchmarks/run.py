"""Run cases, in this process or in those of two checkouts, and write the table after each."""

from collections.abc import Sequence
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

from benchmarks.build import HERE, Build
from benchmarks.cases import comparisons_of, title_of
from benchmarks.compare import compare
from benchmarks.comparison import Row
from benchmarks.environment import environment
from benchmarks.table import case_table, write


def run(cases: Sequence[str], output: Path, *, quick: bool = False, against: Path | None = None) -> list[Row]:
    """Measure all comparisons of these cases; return the rows, which have been printed and written.

    What fails is named in its row, and everything else is measured.
    """
    titles, rows = {case: title_of(case) for case in cases}, []
    with ExitStack() as stack:
        checkouts = {} if against is None else {"before": against, "now": HERE}
        builds = {label: stack.enter_context(closing(Build(root, quick))) for label, root in checkouts.items()}
        for case in cases:
            print(f"\n## {case}\n\n{titles[case]}\n", flush=True)
            for number, comparison in enumerate(comparisons_of(case, quick)):
                if builds:
                    makers = {label: partial(build.run, case, number) for label, build in builds.items()}
                else:
                    makers = {"now": lambda name, comparison=comparison: comparison.ours[name]()}
                found = compare(case, comparison, makers, quick=quick)
                print("\n".join(case_table(found)), flush=True)
                rows += found
                write(output, environment(against), titles, rows)
    return rows
