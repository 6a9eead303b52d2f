"""Imports point to a lower floor, and the library's two packages do not know their neighbours' insides."""

import ast
import re
import sys
import tomllib
from pathlib import Path

import reservoir

ROOT = Path(reservoir.__file__).parent.parent
FLOORS = [
    {"checks"},
    {"series", "topology"},
    {"datasets", "driving", "kernels", "metrics", "model_selection"},
    {"ncps", "speech"},
    {"base"},
    {"cfc", "ctrnn", "echo_state", "ltc", "nvar", "spiking", "stack"},
    {"diagnostics", "encoder", "forecaster", "per_sequence", "plasticity", "presets", "regressor", "testing"},
    {"plots"},
]
FLOOR_OF = {room: number for number, floor in enumerate(FLOORS) for room in floor}
MAY_IMPORT_READOUTS = {"encoder", "forecaster", "regressor"}
# What both packages are built with.
SHARED = {f"readouts.{module}" for module in ("at_once", "compiling", "entries", "masked", "slices", "types", "values")}


def imports(path):
    return imports_of(ast.walk(ast.parse(path.read_text())))


def imports_of(nodes):
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module


def library_files():
    for path in sorted((ROOT / "reservoir").rglob("*.py")):
        room = path.relative_to(ROOT / "reservoir").parts[0].removesuffix(".py")
        if room != "__init__":
            yield path, room


def test_every_room_has_a_floor():
    assert {room for _, room in library_files()} == set(FLOOR_OF)


def test_imports_point_to_a_lower_floor():
    for path, room in library_files():
        for name in imports(path):
            package, _, rest = name.partition(".")
            other = rest.split(".")[0]
            if package == "reservoir" and other != room:
                assert FLOOR_OF[other] < FLOOR_OF[room], f"{path.name} imports {name}"
            allowed = room in MAY_IMPORT_READOUTS or name in SHARED
            assert package != "readouts" or allowed, f"{path.name} imports {name}"


def test_readouts_know_nothing_of_reservoirs():
    for path in (ROOT / "readouts").rglob("*.py"):
        assert not any(name.split(".")[0] == "reservoir" for name in imports(path)), path.name


def test_matplotlib_is_imported_by_plots_only():
    for path, room in library_files():
        if room != "plots":
            assert not any(name.split(".")[0] == "matplotlib" for name in imports(path)), (path.name, room)


def test_every_source_file_has_a_test_file():
    for path in [*(path for path, _ in library_files()), *(ROOT / "readouts").rglob("*.py")]:
        if path.name != "__init__.py":
            test = ROOT / "tests" / path.relative_to(ROOT).with_name(f"test_{path.name}")
            assert test.exists(), f"{test.relative_to(ROOT)} is missing"


def test_what_is_imported_with_a_file_is_declared():
    # Imports inside a function are of what is optional: whoever calls it has the library, or is told to install it.
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    declared = {re.match(r"[\w-]+", line)[0].replace("scikit-learn", "sklearn") for line in dependencies}
    for path in [*(path for path, _ in library_files()), *(ROOT / "readouts").rglob("*.py")]:
        names = imports_of(ast.parse(path.read_text()).body)
        found = {name.split(".")[0] for name in names} - {"reservoir", "readouts"} - sys.stdlib_module_names
        assert found <= declared, f"{path.name} imports {found - declared}"
