"""Write what was measured, as Markdown to be read and as JSON to be computed with."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

from benchmarks.comparison import Row

HEADINGS = (
    "work",
    "library",
    "time",
    "of ours",
    "before",
    "before / now",
    "by processor",
    "MB",
    "MB before",
    "threads",
    "remarks",
)


def write(directory: Path, facts: Mapping[str, str], titles: Mapping[str, str], rows: list[Row]) -> None:
    """Write ``benchmarks.md`` and ``benchmarks.json``."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "benchmarks.md").write_text(markdown(facts, titles, rows))
    table = {"environment": dict(facts), "rows": [asdict(row) for row in rows]}
    (directory / "benchmarks.json").write_text(json.dumps(table, indent=1) + "\n")


def markdown(facts: Mapping[str, str], titles: Mapping[str, str], rows: list[Row]) -> str:
    """Return the whole page: where it was measured, a table for each case, and how near kernels are to the limits."""
    page = ["# Benchmarks", "", *_table(("what", "which"), facts.items())]
    for case, those in groupby(rows, lambda row: row.case):
        page += ["", f"## {case}", "", titles[case], "", *case_table(list(those))]
    limited = [row for row in rows if row.roofline is not None]
    if limited:
        page += ["", "## Limits of the machine", "", *roofline_table(limited)]
    return "\n".join(page) + "\n"


def case_table(rows: list[Row]) -> list[str]:
    """Return the table of one case, without the columns in which nothing is known."""
    cells = [HEADINGS]
    for _, same in groupby(rows, lambda row: row.work):
        for number, row in enumerate(same):
            cells.append(_cells(row) if number == 0 else ("", *_cells(row)[1:]))
    kept = [column for column in zip(*cells, strict=True) if any(column[1:])]
    heading, *lines = zip(*kept, strict=True)
    return _table(heading, lines)


def roofline_table(rows: list[Row]) -> list[str]:
    """Return what the steps of kernels reach of the bandwidth and the speed of a matrix product, both measured.

    The bandwidth is that of reading as many bytes again and again, which are in a cache where they fit into one.
    """
    heading = ("work", "bytes a step", "GB/s", "of bandwidth", "operations a step", "GFLOP/s", "of a matrix product")
    return _table(heading, [_reached(row.work, **row.roofline) for row in rows])


def _reached(work, *, bytes, flops, gb_per_s, bandwidth, gflop_per_s, gemm):
    of_bandwidth, of_gemm = f"{gb_per_s / bandwidth:.0%} of {bandwidth:.0f}", f"{gflop_per_s / gemm:.0%} of {gemm:.0f}"
    return work, f"{bytes:,.0f}", _digits(gb_per_s), of_bandwidth, f"{flops:,.0f}", _digits(gflop_per_s), of_gemm


def _cells(row):
    unit = row.unit.split()[0]
    agreement = {None: "", 0.0: "same output"}.get(row.difference, f"outputs differ by {row.difference or 0:.0e}")
    return (
        f"{row.work}, {row.unit}",
        row.library,
        _digits(row.time, f" {unit}"),
        _digits(row.ratio),
        _digits(row.before, f" {unit}"),
        _digits(row.gain),
        _digits(row.processor_gain),
        _megabytes(row.memory),
        _megabytes(row.memory_before),
        str(row.threads) if row.time is not None else "",
        "; ".join(filter(None, (agreement, row.note))),
    )


def _digits(value: float | None, unit: str = "") -> str:
    """Return a number with three digits, or nothing for what is not known."""
    if value is None:
        return ""
    return (f"{value:.0f}" if value >= 100 else f"{value:.3g}") + unit


def _megabytes(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _table(heading: Iterable[str], lines: Iterable[Iterable[str]]) -> list[str]:
    heading = tuple(heading)
    rows = [heading, ("---",) * len(heading), *lines]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
