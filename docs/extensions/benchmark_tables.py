"""Writes the tables of the benchmarks from what ``python -m benchmarks`` has measured, ``results/benchmarks.json``."""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.cases import CASES, title_of  # noqa: E402 - a folder of the checkout, which is not installed
from benchmarks.comparison import Row  # noqa: E402
from benchmarks.table import markdown  # noqa: E402


def setup(app):
    """Write ``_generated/benchmarks.md`` before pages are read."""
    app.connect("builder-inited", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def write(app):
    """Write all tables, without the heading of the page."""
    measured = json.loads((Path(app.srcdir) / "results" / "benchmarks.json").read_text())
    page = Path(app.srcdir) / "_generated" / "benchmarks.md"
    page.parent.mkdir(exist_ok=True)
    page.write_text(tables(measured))


def tables(measured):
    """Return the Markdown of a measurement."""
    rows = [Row(**row) for row in measured["rows"]]
    titles = {case: title_of(case) for case in CASES}
    return markdown(measured["environment"], titles, rows).removeprefix("# Benchmarks\n\n")
