"""Writes the tables of the benchmarks from what ``python -m benchmarks`` has measured, ``results/benchmarks.json``."""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.cases import CASES, title_of  # noqa: E402 - a folder of the checkout, which is not installed
from benchmarks.comparison import Row  # noqa: E402
from benchmarks.table import markdown  # noqa: E402


def setup(app):
    """Write ``_generated/benchmarks.md`` and ``_generated/environment.md`` before pages are read."""
    app.connect("builder-inited", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def write(app):
    """Write the tables of all cases, and by itself where they were measured."""
    measured = json.loads(
        (Path(app.srcdir) / "results" / "benchmarks.json").read_text()
    )
    rows = [Row(**row) for row in measured["rows"]]
    titles = {case: title_of(case) for case in CASES}
    whole = markdown(measured["environment"], titles, rows)
    environment, _, tables = whole.removeprefix("# Benchmarks\n\n").partition("\n## ")
    pages = Path(app.srcdir) / "_generated"
    pages.mkdir(exist_ok=True)
    (pages / "environment.md").write_text(environment)
    (pages / "benchmarks.md").write_text(for_readers(f"## {tables}", titles))


def for_readers(tables, titles):
    """Return the tables under headings that say what is measured, in place of names of cases."""
    for case, title in titles.items():
        short = re.split("[:,]", title)[0].rstrip(".")
        tables = tables.replace(
            f"## {case}\n\n{title}\n", f"## {short}\n\nCase `{case}`. {title}\n"
        )
    return re.sub(r"\bus\b", "µs", tables)
