import pathlib

import numpy as np
import pytest

from reservoir.events.event_files import content_of, name_of, package, refused


def test_the_content_of_a_file(tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(b"abc")
    assert content_of(path) == (b"abc", repr(str(path))) == content_of(str(path))
    assert content_of(path, 2)[0] == b"ab"
    with pytest.raises(FileNotFoundError):
        content_of(tmp_path / "none.bin")


@pytest.mark.parametrize("path", ["", "a\0b", pathlib.PurePath("a\0b")])
def test_what_is_no_name(path):
    with pytest.raises(ValueError, match="'path' must name a file"):
        name_of(path)


@pytest.mark.parametrize("path", [None, 3, b"a.bin", np.zeros(2), ["a.bin"]])
def test_what_is_no_path(path):
    with pytest.raises(TypeError, match="'path' must be a string or a path"):
        name_of(path)


def test_a_missing_package_is_named_with_the_remedy():
    assert package("struct", "read_it").__name__ == "struct"
    message = r'read_it needs nowhere_to_be_found: pip install "liquid-reservoir\[events\]"\.'
    with pytest.raises(ImportError, match=message):
        package("nowhere_to_be_found", "read_it")


def test_a_refusal_ends_with_what_to_do():
    assert str(refused("a map", "'x'", "is none")) == (
        "'path' must be a map; 'x' is none. Fetch it again, or check what it is."
    )
