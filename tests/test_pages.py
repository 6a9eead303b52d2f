"""The programs on the pages of the site run as they are written, and print what stands below them."""

import doctest
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parent.parent / "docs"
GENERATED = {"_build", "_generated", "examples"}  # by the build, from what is tested elsewhere
PAGES = [path for path in sorted(DOCS.rglob("*.md")) if not GENERATED & set(path.relative_to(DOCS).parts)]
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\n*```text\n(.*?)^```\n)?", re.M | re.S)
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def programs(path):
    """The programs of a page, each with what stands directly below it as its output, or None."""
    return [(program, output or None) for program, output in BLOCK.findall(path.read_text())]


@pytest.mark.parametrize(
    "path", [path for path in PAGES if programs(path)], ids=lambda path: str(path.relative_to(DOCS))
)
def test_programs_run_one_after_the_other(path, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "page"}
    for program, expected in programs(path):
        exec(compile(program, str(path), "exec"), names)
        printed = capsys.readouterr().out
        if expected is not None:
            assert doctest.OutputChecker().check_output(expected, printed, OPTIONS), f"{program}\nprinted\n{printed}"


def test_an_output_is_compared():
    assert BLOCK.findall("```python\nprint(1)\n```\n\n```text\n1\n```\n") == [("print(1)\n", "1\n")]
    assert BLOCK.findall("```python\nprint(1)\n```\n\nWords.\n\n```text\n1\n```\n") == [("print(1)\n", "")]
    assert not doctest.OutputChecker().check_output("1\n", "2\n", OPTIONS)
