"""Every example runs, prints its controls beside its result, and reaches its floor, which stands in tests/floors."""

import importlib
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").rglob("plot_*.py"))
# What an example imports that is in no extra of the tests; without it the example is skipped.
NEEDED = {
    "plot_demand_intervals": "pmdarima",
    "plot_ecg": "sktime",
    "plot_optuna_search": "optuna",
    "plot_plant_control": "gymnasium",
    "plot_regime_change": "arch",
}
COMPILED = ["plot_edge_deployment"]  # which a compiler of C builds


def is_missing(path):
    if path.stem in COMPILED:
        return not any(map(shutil.which, ("cc", "gcc", "clang")))
    return path.stem in NEEDED and find_spec(NEEDED[path.stem]) is None


@pytest.fixture(scope="module")
def runs(tmp_path_factory, request):
    """All examples that are asked for, each in a folder of its own, by as many runners as there are cores."""
    asked = {item.callspec.params["path"] for item in request.session.items if "runs" in item.fixturenames}
    waiting, ran = [path for path in reversed(EXAMPLES) if path in asked and not is_missing(path)], {}

    def work(_):
        command = [sys.executable, str(Path(__file__).with_name("example_runner.py"))]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as runner:
            while waiting:
                path = waiting.pop()
                folder = tmp_path_factory.mktemp(path.stem)
                runner.stdin.write(f"{path}\t{folder}\n")
                runner.stdin.flush()
                ran[path] = runner.stdout.readline() == "well\n", folder
            runner.stdin.close()

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(work, range(os.cpu_count())))
    return ran


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_runs_and_reaches_its_floor(path, runs):
    if is_missing(path) and path.stem in COMPILED:
        pytest.skip("needs a C compiler, such as gcc")
    if is_missing(path):
        pytest.skip(f"needs {NEEDED[path.stem]}: pip install -e '.[examples]', as for the site, where it is run")
    ended_well, folder = runs[path]
    assert ended_well, (folder / "stderr.txt").read_text()
    printed = (folder / "stdout.txt").read_text()
    floors = importlib.import_module(f"floors.{path.parent.name}")
    getattr(floors, path.stem.replace("plot", "floor_of", 1))(printed)
    assert "no reservoir" in printed
    assert list(folder.glob("*.png"))
