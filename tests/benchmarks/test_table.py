"""The Markdown shows what is known, and the JSON holds everything."""

import json

from benchmarks.comparison import Row
from benchmarks.table import write

ROWS = [
    Row("drive", "100 units", "this library", "us a step", 0.80612, rounds=7, memory=3.14159, roofline={
        "bytes": 4000, "flops": 2000, "gb_per_s": 5.0, "bandwidth": 20.0, "gflop_per_s": 2.5, "gemm": 50.0
    }),
    Row("drive", "100 units", "reservoirpy, NumPy", "us a step", 10.3, ratio=12.7755, difference=2.22e-16),
    Row("drive", "100 units", "rclib, C++", "us a step", note="not measured, no module: pip install rclib"),
    Row("fit", "200 | series", "this library", "s", 0.5),
]  # fmt: skip


def test_markdown_and_json(tmp_path):
    write(tmp_path / "new", {"Python": "3.11"}, {"drive": "Drive one series.", "fit": "Fit."}, ROWS)
    page = (tmp_path / "new" / "benchmarks.md").read_text()
    assert page.splitlines()[:9] == [
        "# Benchmarks",
        "",
        "| what | which |",
        "| --- | --- |",
        "| Python | 3.11 |",
        "",
        "## drive",
        "",
        "Drive one series.",
    ]
    assert (
        "| work | library | time | of ours | MB | threads | remarks |\n" in page
    )  # no column in which nothing is known
    assert "| 100 units, us a step | this library | 0.806 us |  | 3.1 | 1 |  |\n" in page
    assert "|  | reservoirpy, NumPy | 10.3 us | 12.8 |  | 1 | outputs differ by 2e-16 |\n" in page
    assert "|  | rclib, C++ |  |  |  |  | not measured, no module: pip install rclib |\n" in page
    assert "| 200 \\| series, s | this library | 0.5 s | 1 |\n" in page
    assert "| 100 units | 4,000 | 5 | 25% of 20 | 2,000 | 2.5 | 5% of 50 |\n" in page
    table = json.loads((tmp_path / "new" / "benchmarks.json").read_text())
    assert table["environment"] == {"Python": "3.11"}
    assert [row["library"] for row in table["rows"]] == [row.library for row in ROWS]
    assert table["rows"][1]["ratio"] == 12.7755
