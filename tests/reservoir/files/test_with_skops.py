"""Without skops the message says how to install it, and nothing is imported before it is needed."""

import subprocess
import sys

import pytest

from reservoir import load, save
from reservoir.files.with_skops import import_skops


def test_without_skops_the_message_says_how_to_install_it(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "skops.io", None)
    message = r'needs skops: pip install "liquid-reservoir\[skops\]"'
    with pytest.raises(ImportError, match=f"reservoir.save {message}"):
        save([1.0], tmp_path / "model.skops")
    with pytest.raises(ImportError, match=f"reservoir.load {message}"):
        load(tmp_path / "model.skops")
    with pytest.raises(ImportError, match=f"me {message}"):
        import_skops("me")
    assert not list(tmp_path.iterdir())


def test_importing_the_library_does_not_import_skops():
    code = "import sys, reservoir; print('skops' in sys.modules, 'reservoir.diagnostics' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]
