"""The reference of the site lists everything public, once; what pages point to in a checkout is there."""

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
API = ROOT / "docs" / "api"
MODULES = [
    "readouts", "reservoir", "reservoir.datasets", "reservoir.diagnostics", "reservoir.events",
    "reservoir.forecaster", "reservoir.interop", "reservoir.metrics", "reservoir.model_selection",
    "reservoir.plasticity", "reservoir.plots", "reservoir.presets", "reservoir.speech", "reservoir.spiking",
    "reservoir.testing", "reservoir.topology",
]  # fmt: skip


def listed():
    """All names of the reference, each with the module it stands under."""
    names = []
    for page in sorted(API.glob("*.rst")):
        module = None
        for line in page.read_text().splitlines():
            if found := re.match(r"\.\. currentmodule:: (\S+)", line):
                module = found[1]
            elif module and re.fullmatch(r"   \w+", line):
                names.append((module, line.strip()))
    return names


@pytest.mark.parametrize("module", MODULES)
def test_everything_public_is_in_the_reference(module):
    names = {name for _, name in listed()}
    missing = set(importlib.import_module(module).__all__) - names
    assert not missing, f"name them on a page of docs/api: {sorted(missing)}"


def test_what_is_listed_is_public_and_listed_once():
    names = listed()
    assert len(names) >= 150
    assert len(set(names)) == len(names)
    for module, name in names:
        assert name in importlib.import_module(module).__all__, f"{module}.{name} is not public"


MADE = {"_build", "_generated", "examples"}  # by the build
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md"] + [
    page for page in sorted((ROOT / "docs").rglob("*.md")) if not MADE & set(page.relative_to(ROOT / "docs").parts)
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page):
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
        goal = page.parent / target
        if "docs/examples" in str(goal.resolve()):  # made by the gallery, of a program or of a folder
            made = goal.resolve().relative_to(ROOT / "docs")
            goal = (ROOT / made).with_suffix(".py") if made.stem.startswith("plot_") else (ROOT / made).parent
        assert goal.exists(), f"{page.relative_to(ROOT)} leads to {target}"
