"""Whoever lacks nir, or has one that is too old, is told what to install."""

import sys
from types import ModuleType, SimpleNamespace

import pytest

from reservoir.interop import from_nir, to_nir
from reservoir.interop.nir_graph.installed import nir_package


def test_the_package_is_returned():
    assert nir_package("to_nir") is sys.modules["nir"]


@pytest.mark.parametrize("function", [to_nir, from_nir])
def test_a_missing_package_is_named(function, monkeypatch):
    monkeypatch.setitem(sys.modules, "nir", None)
    message = rf'{function.__name__} needs nir: pip install "liquid-reservoir\[nir\]"'
    with pytest.raises(ImportError, match=message):
        function(None)


def test_an_old_package_is_named(monkeypatch):
    old = ModuleType("nir")
    old.LIF, old.version = SimpleNamespace(__dataclass_fields__={"tau": None}), "1.0.4"
    monkeypatch.setitem(sys.modules, "nir", old)
    with pytest.raises(ImportError, match="needs nir of at least 1.0.7, whose units have a reset; got 1.0.4"):
        nir_package("to_nir")
