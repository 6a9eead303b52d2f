"""Numbers in C are read back as the same numbers."""

import re

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from reservoir.interop.c99.literals import declaration, in_real, literal, smallest_type


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_literals_are_exact(dtype):
    limits = np.finfo(dtype)
    special = [0.0, -0.0, 1 / 3, 1e22, limits.max, limits.tiny, limits.smallest_subnormal, limits.eps]
    values = np.concatenate(
        [np.random.RandomState(0).standard_normal(1000) * 10.0 ** np.arange(-20, 5).repeat(40), special]
    )
    values = values.astype(dtype)
    texts = [literal(value) for value in values]
    assert all(text.endswith("f") == (dtype == "float32") for text in texts)
    assert all(re.search(r"[.e]", text) for text in texts)  # an integer with an f behind it is no C
    read_back = np.array([float(text.rstrip("f")) for text in texts]).astype(dtype)
    assert_array_equal(read_back.view(f"u{read_back.itemsize}"), values.view(f"u{values.itemsize}"))


@pytest.mark.parametrize(
    ("values", "name"),
    [([0, 255], "uint8"), ([256], "uint16"), ([65536], "uint32"), ([-1], "int8"), ([-129], "int16"), ([], "uint8")],
)
def test_integers_take_the_smallest_type(values, name):
    assert smallest_type(np.array(values, dtype=np.int64)) == name


def test_a_number_beyond_single_precision_is_refused():
    with pytest.raises(ValueError, match=r"'model' must hold numbers that are finite in float32; got 1e\+39"):
        in_real([1.0, 1e39], np.dtype("float32"))
    with pytest.raises(ValueError, match="got nan"):
        in_real([np.nan], np.dtype("float64"))


def test_declarations_have_lines_of_bounded_length():
    text = declaration("weights", np.random.RandomState(0).standard_normal((2, 100)))
    assert max(map(len, text.splitlines())) <= 110
    numbers = [float(number) for number in re.findall(r"-?\d+\.\d+(?:e-?\d+)?", text)]
    assert_array_equal(numbers, np.random.RandomState(0).standard_normal(200))
