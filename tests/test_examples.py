"""Every example runs as a script, prints its controls beside its result, and reaches what the README says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("plot_*.py"))


def floor_of_japanese_vowels(printed):
    accuracy = {name: float(re.search(rf"{name} +([.\d]+) \+-", printed)[1]) for name in ("echo state", "LTC", "LIF")}
    assert min(accuracy.values()) >= 0.97
    assert max(accuracy.values()) >= 0.985


def floor_of_narma(printed):
    assert float(re.search(r"^reservoir +([.\d]+)", printed, re.M)[1]) <= 0.06
    assert float(re.search(r"lowers the error ([.\d]+) times", printed)[1]) >= 3


FLOORS = {"plot_japanese_vowels": floor_of_japanese_vowels, "plot_narma": floor_of_narma}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_runs_and_reaches_its_floor(path, tmp_path):
    ran = subprocess.run([sys.executable, str(path)], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "no reservoir" in ran.stdout
    assert list(tmp_path.glob("*.png"))
    FLOORS[path.stem](ran.stdout)
