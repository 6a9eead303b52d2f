"""A file says by which version it was written, and is read by another with a warning."""

import sys

import numpy as np
import pytest
import sklearn

import reservoir
from reservoir.files.versions import FileVersionWarning, check_format, versions_now, warn_of_other_version


def test_versions_are_those_of_the_packages():
    versions = versions_now()
    assert versions["liquid-reservoir"] == reservoir.__version__
    assert versions["numpy"] == np.__version__ and versions["scikit-learn"] == sklearn.__version__
    assert versions["python"] == ".".join(map(str, sys.version_info[:3]))


def test_another_version_is_warned_of_with_what_to_do():
    with pytest.warns(FileVersionWarning) as caught:
        warn_of_other_version("model.skops", {"versions": {"liquid-reservoir": "0.0.1"}})
    (warning,) = caught
    message = str(warning.message)
    assert f"written by liquid-reservoir 0.0.1 and is read by {reservoir.__version__}" in message
    assert 'pip install "liquid-reservoir==0.0.1"' in message and "save again" in message
    assert issubclass(reservoir.FileVersionWarning, UserWarning)


def test_the_same_version_is_not():
    warn_of_other_version("model.skops", {"versions": versions_now()})  # warnings are errors here


@pytest.mark.parametrize("number", [0, -1, 1.0, "1", None, True])
def test_a_format_is_a_number(number):
    with pytest.raises(ValueError, match="'path'"):
        check_format("file", {"format": number, "versions": versions_now()})
