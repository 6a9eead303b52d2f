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


def test_times_are_refused_by_name():
    memory = LegendreMemory(4, 9.0, elapsed_column=0).fit(np.abs(U))
    with pytest.raises(TypeError, match="'model' must have rows that all last 1 .* 'elapsed_column'"):
        legendre_rule(memory, np.dtype("float64"))
