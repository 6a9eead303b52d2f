import errno
import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from types import ModuleType

import numba
import pytest

from readouts.compiling import guard, kernel_cache

ROOT = Path(guard.__file__).parents[2]
SOURCE = """
from readouts.compiling.guard import njit

def factor(x):
    return 2 * x

double = njit(factor)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    monkeypatch.setattr(kernel_cache, "_warned", False)
    return tmp_path


def load(folder, source=SOURCE):
    """Return what a new process would import from a file of this source."""
    path = folder / "mine.py"
    if not path.exists() or path.read_text() != source:
        path.write_text(source)
    module = ModuleType("mine")
    exec(compile(source, path, "exec"), vars(module))
    return module


def files(folder, suffix):
    return sorted((folder / "__pycache__").glob(f"*.{suffix}"))


def hits(kernel):
    return sum(kernel.stats.cache_hits.values())


def test_a_kernel_is_loaded_by_the_next_process(folder):
    assert load(folder).double(21) == 42
    again = load(folder).double
    assert again(21) == 42 and hits(again) == 1
    assert again.stats.cache_path == str(folder / "__pycache__")


def test_each_signature_is_kept(folder):
    first, second = load(folder).double, load(folder).double
    assert first(2) == 4 and first(0.5) == 1.0
    assert second(0.5) == 1.0 and second(2) == 4 and hits(second) == 2


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(content)


def garble(path):
    path.write_bytes(b"no pickle at all")


def empty(path):
    path.write_bytes(b"")


def replace_by_a_folder(path):
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [empty, cut, garble, flip, replace_by_a_folder])
@pytest.mark.parametrize("suffix", ["nbi", "nbc"])
def test_a_damaged_file_raises_one_warning_and_is_replaced(folder, suffix, damage):
    load(folder).double(21)
    (path,) = files(folder, suffix)
    damage(path)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert load(folder).double(21) == 42
        assert load(folder).double(21) == 42
    warned = [warning for warning in caught if warning.category is kernel_cache.KernelCacheWarning]
    if damage is flip and suffix == "nbi":
        assert len(warned) <= 1  # the byte may be one that only names another version
    else:
        assert len(warned) == 1
        assert f"'{path}'" in str(warned[0].message)
    if damage is not replace_by_a_folder:
        assert hits(load_and_run(folder)) == 1


def load_and_run(folder):
    kernel = load(folder).double
    assert kernel(21) == 42
    return kernel


def fail_with(code):
    def fail(*args, **kwargs):
        raise OSError(code, os.strerror(code))

    return fail


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES])
def test_a_cache_that_cannot_be_written_raises_one_warning(folder, monkeypatch, code):
    double = load(folder).double
    monkeypatch.setattr(os, "replace", fail_with(code))
    with pytest.warns(kernel_cache.KernelCacheWarning, match="NUMBA_CACHE_DIR") as caught:
        assert double(21) == 42
        assert double(0.5) == 1.0
    assert len(caught) == 1
    assert str(folder / "__pycache__") in str(caught[0].message)
    assert not list((folder / "__pycache__").glob("*.tmp.*"))


def test_without_any_folder_for_a_cache_there_is_one_warning(folder, monkeypatch):
    monkeypatch.setattr(numba.core.caching._CacheLocator, "ensure_cache_path", fail_with(errno.EROFS))
    module = load(folder)
    with pytest.warns(kernel_cache.KernelCacheWarning, match="NUMBA_CACHE_DIR") as caught:
        assert module.double(21) == 42
        assert guard.njit(module.factor)(21) == 42
    assert len(caught) == 1


def test_code_without_a_file_is_compiled_without_a_word(folder):
    module = ModuleType("typed")
    exec(SOURCE, vars(module))
    assert module.double(21) == 42


def test_as_an_error_the_warning_is_raised_once(folder):
    load(folder).double(21)
    empty(files(folder, "nbi")[0])
    with warnings.catch_warnings(), pytest.raises(kernel_cache.KernelCacheWarning):
        warnings.simplefilter("error")
        load(folder).double(21)
    load_and_run(folder)


def test_data_of_other_code_is_not_loaded(folder):
    # So it is left by processes of old and new code that write at once, and by a disk that is full after the index.
    load(folder).double(21)
    (data,) = files(folder, "nbc")
    old = data.read_bytes()
    changed = SOURCE.replace("2 * x", "x * 3")
    load(folder, changed).double(21)
    data.write_bytes(old)
    assert load(folder, changed).double(21) == 63
    assert load(folder, changed).double(21) == 63


def test_data_of_another_signature_is_not_loaded(folder):
    # So it is left by two processes that write the first entry of an index at once.
    double = load(folder).double
    double(21), double(0.5)
    first, second = files(folder, "nbc")
    contents = first.read_bytes(), second.read_bytes()
    first.write_bytes(contents[1])
    second.write_bytes(contents[0])
    again = load(folder).double
    assert again(21) == 42 and again(0.5) == 1.0
    assert hits(again) == 0
    assert hits(load_and_run(folder)) == 1


def test_a_global_that_changed_between_two_signatures_counts(folder):
    source = SOURCE.replace("2 * x", "FACTOR * x") + "FACTOR = 2\n"
    module = load(folder, source)
    assert module.double(21) == 42
    module.FACTOR = 3
    assert module.double(0.5) == 1.5
    assert load(folder, source).double(0.5) == 1.0


POINT = """
from typing import NamedTuple

class Point(NamedTuple):
    x: float
    y: float
"""


def test_the_order_of_fields_of_an_argument_counts(folder, monkeypatch):
    source = "from readouts.compiling.guard import njit\n@njit\ndef read(point):\n    return point.x\n"
    for fields in (POINT, POINT.replace("x:", "z:").replace("y:", "x:").replace("z:", "y:")):
        points = ModuleType("points")
        monkeypatch.setitem(sys.modules, "points", points)
        exec(fields.replace("NamedTuple):", 'NamedTuple):\n    __module__ = "points"'), vars(points))
        assert load(folder, source).read(points.Point(x=1.0, y=2.0)) == 1.0


def test_a_class_that_is_no_more_makes_the_index_old_without_a_word(folder, monkeypatch):
    points = ModuleType("points")
    monkeypatch.setitem(sys.modules, "points", points)
    exec(POINT, vars(points))
    points.Point.__module__ = "points"
    source = "from readouts.compiling.guard import njit\n@njit\ndef size(point):\n    return len(point)\n"
    assert load(folder, source).size(points.Point(1.0, 2.0)) == 2
    del points.Point
    assert load(folder, source).size((1.0, 2.0, 3.0)) == 3


@pytest.fixture
def checkout(tmp_path):
    """Return a folder with the files of both packages that hold kernels, without all that they need to be imported."""
    for name in ("readouts/compiling", "reservoir/kernels"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("readouts", "reservoir", "reservoir/kernels"):
        (tmp_path / name / "__init__.py").write_text("")
    for name in ("rls_kernel.py", "types.py"):
        shutil.copy(ROOT / "readouts" / name, tmp_path / "readouts")
    (tmp_path / "mine.py").write_text(USERS_OWN)
    return tmp_path


USERS_OWN = """
import numpy as np
from readouts.rls_kernel import _tidy
from readouts.compiling import njit
from reservoir.kernels.functions import flush, sigmoid

@njit
def combine(x):
    return sigmoid(x), flush(x, 0.5), _tidy(np.ones((1, 1)), np.ones(1))

print(flush(0.25, 0.5), combine(0.0))
"""


def run(checkout):
    environment = {**os.environ, "PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-W", "error", "mine.py"]
    return subprocess.run(command, env=environment, cwd=checkout, capture_output=True, text=True, check=True).stdout


def edit(path, old, new):
    """Change a file as fast as a person cannot: of the same size and date."""
    before, text = path.stat(), path.read_text()
    assert text.count(old) == 1 and len(old) == len(new)
    path.write_text(text.replace(old, new))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_kernels_follow_the_edits_of_all_that_they_inline(checkout):
    assert run(checkout) == "0.0 (0.5, 0.0, 1.0)\n"
    functions = checkout / "reservoir/kernels/functions.py"
    edit(functions, "return floor - floor if", "return floor + 5.0e0 if")
    edit(functions, "return 1.0 / (1.0 + _exp64(-x))", "return 4.0 / (1.0 + _exp64(-x))")
    edit(checkout / "readouts/rls_kernel.py", "power = 0.0\n", "power = 7.0\n")
    edit(checkout / "readouts/compiling/arithmetic.py", "total += a[i] * b[i]", "total -= a[i] * b[i]")
    assert run(checkout) == "5.5 (2.0, 5.5, 6.0)\n"
