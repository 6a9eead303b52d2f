"""Residual units in C: every kind of skip path, over a long run."""

import numpy as np
import pytest
from builders import series
from c_programs import needs_gcc, outputs_of_rule
from numpy.testing import assert_allclose

from reservoir import ResidualReservoir
from reservoir.interop.c99.residual_units import residual_rule

U = series(5000, 3)
SETTINGS = {
    "orthogonal": {},
    "cyclic": {"skip": "cyclic", "topology": "random", "degree": 3},
    "identity": {"skip": "identity", "activation": "sigmoid", "proximity": (0.1, 0.9)},
    "nothing": {"skip": np.zeros((20, 20)), "activation": "relu", "spectral_radius": 0.3},
    "no input": {"input_scaling": 0.0, "activation": "identity"},
}


@needs_gcc
@pytest.mark.parametrize("name", SETTINGS)
def test_states_are_those_of_run(tmp_path, name):
    reservoir = ResidualReservoir(20, random_state=0, **SETTINGS[name]).fit(U)
    outputs = outputs_of_rule(tmp_path, residual_rule(reservoir, np.dtype("float64")), U)
    assert_allclose(outputs, reservoir.run(U)[0], rtol=0, atol=1e-12)


@needs_gcc
def test_single_precision_is_that_near(tmp_path):
    reservoir = ResidualReservoir(20, random_state=0).fit(U)
    outputs = outputs_of_rule(tmp_path, residual_rule(reservoir, np.dtype("float32")), U, dtype="float32")
    assert_allclose(outputs, reservoir.run(U)[0], rtol=0, atol=1e-5)
