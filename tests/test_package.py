"""What a newcomer meets first: the import, the names, the versions."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest

import readouts
import reservoir


def run_python(code, **environment):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, **environment
    ).stdout


def test_import_is_light():
    code = "import sys, reservoir, readouts, reservoir.datasets, reservoir.metrics; print('matplotlib' in sys.modules)"
    assert run_python(code).strip() == "False"


def test_read_only_installation_without_a_home_imports(tmp_path):
    # Numba then finds no place for its cache; a file where the cache folder should be has the same effect for root.
    code = (
        "import numpy as np, numba.core.caching as caching\n"
        "def nowhere(*args, **kwargs): raise OSError('read-only')\n"
        "caching._CacheLocator.ensure_cache_path = nowhere\n"
        "from reservoir import EchoStateReservoir\n"
        "print(EchoStateReservoir(5, random_state=0).fit_transform(np.ones((3, 1))).shape)"
    )
    assert run_python(code).strip() == "(3, 5)"


def test_import_from_a_zip(tmp_path):
    root = Path(reservoir.__file__).parent.parent
    with zipfile.ZipFile(tmp_path / "library.zip", "w") as archive:
        for path in [*(root / "reservoir").rglob("*"), *(root / "readouts").rglob("*")]:
            if "__pycache__" not in path.parts:
                archive.write(path, path.relative_to(root))
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'library.zip')!r})\n"
        "import numpy as np, readouts, reservoir\n"
        "from reservoir.datasets import load_japanese_vowels\n"
        "from reservoir.spiking.kernel import flush_all\n"
        "values = np.array([1e-320, 1.0])\n"
        "flush_all(values)\n"
        "print(all('library.zip' in package.__file__ for package in (readouts, reservoir)))\n"
        "print(len(load_japanese_vowels()[0]), values.tolist())"
    )
    assert run_python(code, env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)}) == "True\n270 [0.0, 1.0]\n"


@pytest.mark.parametrize("package", [reservoir, readouts])
def test_public_names_are_sorted_and_documented(package):
    assert package.__all__ == sorted(package.__all__)
    for name in package.__all__:
        assert getattr(package, name).__doc__, name


@pytest.mark.parametrize("package", ["reservoir", "readouts"])
def test_no_other_distribution_owns_our_packages(package):
    # One on the package index is called "reservoir" and would overwrite our files. An editable install lists no owner.
    assert set(packages_distributions().get(package, ["liquid-reservoir"])) == {"liquid-reservoir"}
    assert version("liquid-reservoir")


def test_the_version_is_the_same_everywhere():
    root = Path(reservoir.__file__).parent.parent
    if not (root / "pyproject.toml").exists():
        pytest.skip("the files beside the packages are those of a checkout only")
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    (cited,) = re.findall(r"(?m)^version: (.*)$", (root / "CITATION.cff").read_text())
    assert reservoir.__version__ == project["version"] == cited


@pytest.mark.parametrize("package", [reservoir, readouts])
def test_packages_are_typed(package):
    assert (Path(package.__file__).parent / "py.typed").exists()
