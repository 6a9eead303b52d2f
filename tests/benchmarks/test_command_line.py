"""``python -m benchmarks`` measures what it is asked for, in this checkout and in another."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import main

ROOT = Path(__file__).parent.parent.parent


def run_command(*arguments):
    command = [sys.executable, "-m", "benchmarks", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_quick_case_beside_another_checkout(tmp_path):
    printed = run_command("one_row", "--quick", "--output", str(tmp_path), "--against", str(ROOT))
    assert "## one_row" in printed
    table = json.loads((tmp_path / "benchmarks.json").read_text())
    first, *peers = table["rows"]
    assert first["library"] == "this library"
    assert first["gain"] == pytest.approx(first["before"] / first["time"])
    assert {row["library"] for row in peers} == {"reservoirpy, NumPy", "rclib, C++: its own weights"}
    assert all((row["time"] is None) == row["note"].startswith("not measured: ") for row in peers)
    assert table["environment"]["threads"] == "one, unless said"
    assert table["environment"]["BLAS"]


def test_an_unknown_case_is_refused(capsys, monkeypatch):
    monkeypatch.setattr("benchmarks.__main__.limit_to_one_thread", lambda: None)
    with pytest.raises(SystemExit):
        main(["dirve", "--quick"])
    assert "unknown case ['dirve']; there are start, drive, " in capsys.readouterr().err


def test_what_is_no_checkout_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("benchmarks.__main__.limit_to_one_thread", lambda: None)
    with pytest.raises(FileNotFoundError, match="is no checkout of this library"):
        main(["one_row", "--quick", "--against", str(tmp_path), "--output", str(tmp_path)])
