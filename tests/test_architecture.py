"""Modules stand in layers, import downwards only, keep to themselves what is private, and are short."""

import ast
import re
import statistics
import sys
import tomllib
from pathlib import Path

import reservoir

ROOT = Path(reservoir.__file__).parent.parent
COMPOSITES = ("anomaly", "encoder", "forecaster", "per_sequence", "regressor")
# From the lowest: a module of `reservoir`, or a package of modules, may import from those of the lines above it.
LAYERS = [
    {"checks"},
    {"series", "topology"},
    {"conceptors", "datasets", "kernels", "metrics", "model_selection"},
    {"driving", "events", "ncps", "speech"},
    {"base"},
    {
        "cfc",
        "ctrnn",
        "delay_node",
        "echo_state",
        "lagged",
        "legendre_memory",
        "ltc",
        "measured",
        "nvar",
        "residual",
        "spiking",
        "stack",
    },
    {"components", "dispatch"},
    {
        "anomaly",
        "diagnostics",
        "encoder",
        "forecaster",
        "per_sequence",
        "plasticity",
        "presets",
        "regressor",
        "testing",
    },
    {"ensemble", "local_forecaster", "sequence_models"},
    {"files", "interop", "plots"},
]
LAYER_OF = {module: number for number, layer in enumerate(LAYERS) for module in layer}
MAY_IMPORT_READOUTS = {
    "anomaly",
    "components",
    "encoder",
    "forecaster",
    "interop",
    "local_forecaster",
    "regressor",
    "sequence_models",
}
# What both packages are built with; it stands in readouts, which work without reservoirs.
SHARED = {
    f"readouts.{module}"
    for module in ("at_once", "compiling", "entries", "masked", "single_thread", "slices", "types", "values")
}
# Private names that are read off others than self and cls, each with its reason.
PRIVATE = {
    "_asdict": "the public interface of named tuples",
    "_fields": "the public interface of named tuples",
    "_make": "the public interface of named tuples",
    "_replace": "the public interface of named tuples",
    "_getframe": "the frames of the stack, which warnings count, have no other name",
    "_cache": "where Numba keeps the cache of a kernel, for which it has no other door",
}
MOST_LINES, MEDIAN_LINES = 350, 150


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
        module = path.relative_to(ROOT / "reservoir").parts[0].removesuffix(".py")
        if module != "__init__":
            yield path, module


def all_files():
    return [*(path for path, _ in library_files()), *sorted((ROOT / "readouts").rglob("*.py"))]


def test_every_module_has_a_layer():
    assert {module for _, module in library_files()} == set(LAYER_OF)


def test_imports_point_to_a_lower_layer():
    for path, module in library_files():
        for name in imports(path):
            package, _, rest = name.partition(".")
            other = rest.split(".")[0]
            if package == "reservoir" and other != module:
                assert other in LAYER_OF, f"{path.name} imports {name}; import from the module that defines it"
                assert LAYER_OF[other] < LAYER_OF[module], f"{path.name} imports {name}"
            shared = ".".join(name.split(".")[:2]) in SHARED
            assert package != "readouts" or module in MAY_IMPORT_READOUTS or shared, f"{path.name} imports {name}"


def test_no_file_imports_itself_by_way_of_others():
    files = {dotted(path): path for path in all_files()}
    graph = {name: set(imports_of_modules(path, files)) for name, path in files.items()}
    done, waiting = set(), set(graph)
    while waiting:
        free = {name for name in waiting if graph[name] <= done}
        assert free, f"There is a circle of imports among {sorted(waiting)}"
        done |= free
        waiting -= free


def dotted(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports_of_modules(path, files):
    """The files that a file imports, or imports something from; not the packages that they stand in."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in files else node.module for name in inner if {name, node.module} & set(files))
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in files)


def test_readouts_know_nothing_of_reservoirs():
    for path in (ROOT / "readouts").rglob("*.py"):
        assert not any(name.split(".")[0] == "reservoir" for name in imports(path)), path.name


def test_matplotlib_is_imported_by_plots_only():
    for path, module in library_files():
        if module != "plots":
            assert not any(name.split(".")[0] == "matplotlib" for name in imports(path)), (path.name, module)


def private_accesses(path):
    """Private attributes of what is neither self nor cls nor super(), with their lines."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Attribute) or not node.attr.startswith("_") or node.attr.startswith("__"):
            continue
        owner = node.value
        own = isinstance(owner, ast.Name) and owner.id in ("self", "cls")
        inherited = isinstance(owner, ast.Call) and isinstance(owner.func, ast.Name) and owner.func.id == "super"
        if not own and not inherited:
            yield node.attr, node.lineno


def test_nobody_reads_what_is_private_to_another():
    for path in all_files():
        if path not in (ROOT / "reservoir" / "base.py", ROOT / "reservoir" / "driving" / "hooks.py"):
            found = {f"{path.name}:{line} reads {name}" for name, line in private_accesses(path) if name not in PRIVATE}
            assert not found


def test_a_private_access_would_be_seen(tmp_path):
    path = tmp_path / "module.py"
    path.write_text("self._own\ncls._own\nsuper()._own()\nother._private\nself.part._private\nx.__class__\n")
    assert list(private_accesses(path)) == [("_private", 4), ("_private", 5)]


def test_files_are_short():
    paths = [*all_files(), *(ROOT / "tests").rglob("*.py"), *(ROOT / "examples").rglob("*.py")]
    lengths = {path: len(path.read_text().splitlines()) for path in paths}
    assert {path.name: n_lines for path, n_lines in lengths.items() if n_lines > MOST_LINES} == {}
    assert statistics.median(n_lines for n_lines in lengths.values() if n_lines) <= MEDIAN_LINES


def test_every_source_file_has_a_test_file():
    for path in all_files():
        if path.name != "__init__.py":
            test = ROOT / "tests" / path.relative_to(ROOT).with_name(f"test_{path.name}")
            assert test.exists(), f"{test.relative_to(ROOT)} is missing"


def test_what_is_imported_with_a_file_is_declared():
    # Imports inside a function are of what is optional: whoever calls it has the library, or is told to install it.
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    declared = {re.match(r"[\w-]+", line)[0].replace("scikit-learn", "sklearn") for line in dependencies}
    for path in all_files():
        names = imports_of(ast.parse(path.read_text()).body)
        found = {name.split(".")[0] for name in names} - {"reservoir", "readouts"} - sys.stdlib_module_names
        assert found <= declared, f"{path.name} imports {found - declared}"


def test_contributing_shows_these_layers():
    text = (ROOT / "CONTRIBUTING.md").read_text()
    table = re.search(r"\| layer \| modules \|.*?\n\n", text, re.DOTALL)[0]
    rows = [set(re.findall(r"`([a-z_]+)`", line)) for line in table.splitlines()[2:] if line.strip()]
    assert rows == LAYERS[::-1]
