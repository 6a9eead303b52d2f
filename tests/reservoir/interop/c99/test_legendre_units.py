"""Legendre memories in C, over a long run."""

import numpy as np
import pytest
from builders import series
from c_programs import needs_gcc, outputs_of_rule
from numpy.testing import assert_allclose

from reservoir import LegendreMemory
from reservoir.interop.c99.legendre_units import legendre_rule

U = series(5000, 3)
TOLERANCE = {"float64": 1e-12, "float32": 2e-5}


@needs_gcc
@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("settings", [(1, 3.0), (20, 50.0)])
def test_states_are_those_of_run(tmp_path, settings, dtype):
    memory = LegendreMemory(*settings).fit(U)
    outputs = outputs_of_rule(tmp_path, legendre_rule(memory, np.dtype(dtype)), U, dtype=dtype)
    assert_allclose(outputs, memory.run(U)[0], rtol=0, atol=TOLERANCE[dtype])


@needs_gcc
@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_a_long_window_keeps_its_digits_in_single_precision(tmp_path, precision):
    memory = LegendreMemory(6, 30_000.0, dtype=precision).fit(U)
    outputs = outputs_of_rule(tmp_path, legendre_rule(memory, np.dtype("float32")), U, dtype="float32")
    expected = LegendreMemory(6, 30_000.0).fit(U).run(U)[0]
    # A state is rounded 5000 times, and the errors add up as a random walk does, to 4e-6 of its size.
    assert_allclose(outputs, expected, rtol=0, atol=1e-5 * np.abs(expected).max())


def test_times_are_refused_by_name():
    memory = LegendreMemory(4, 9.0, elapsed_column=0).fit(np.abs(U))
    with pytest.raises(TypeError, match="'model' must have rows that all last 1 .* 'elapsed_column'"):
        legendre_rule(memory, np.dtype("float64"))
