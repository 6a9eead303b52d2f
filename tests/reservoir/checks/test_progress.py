"""Lines of one form, at every tenth; and that nothing prints in any other way."""

import ast
from pathlib import Path

import pytest

import reservoir
from reservoir.checks.progress import Progress


def test_a_line_names_who_is_at_work(capsys):
    Progress("find_edge", True).say("9 points")
    Progress("find_edge", False).say("10 points")
    assert capsys.readouterr().out == "[find_edge] 9 points\n"


@pytest.mark.parametrize(("n_all", "step", "n_lines"), [(1000, 1, 10), (7, 1, 7), (10, 5, 2), (3, 3, 1)])
def test_there_are_ten_lines_at_most_and_the_last_says_all(capsys, n_all, step, n_lines):
    add = Progress("Forecaster", True).counting("steps", n_all)
    for _ in range(n_all // step):
        add(step)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == n_lines and lines[-1] == f"[Forecaster] {n_all:,} of {n_all:,} steps"


def test_nothing_else_prints():
    package = Path(reservoir.__file__).parent
    printing = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    }
    assert printing <= {"checks/progress.py", "testing/checking.py"}
