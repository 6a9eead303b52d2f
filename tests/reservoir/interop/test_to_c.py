"""Models in C do what they do in Python: compiled without a warning, and run."""

import numpy as np
import pytest
from builders import series
from c_programs import needs_gcc, outputs_in_c
from numpy.testing import assert_allclose

from reservoir import CTRNNLiquid, EchoStateReservoir
from reservoir.interop import to_c

U = series(10_000, 3)
RESERVOIRS = {
    "echo state, shift": EchoStateReservoir(50, random_state=0),
    "echo state, random": EchoStateReservoir(50, topology="random", leak_rate=(0.1, 0.9), random_state=0),
    "echo state, sigmoid": EchoStateReservoir(20, activation="sigmoid", random_state=0),
    "liquid": CTRNNLiquid(30, elapsed_column=1, random_state=0),
}
TOLERANCE = {"float64": 1e-12, "float32": 1e-5}


@needs_gcc
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", RESERVOIRS)
def test_states_are_those_of_run(tmp_path, name, dtype):
    X = U if name != "liquid" else np.abs(U)
    reservoir = RESERVOIRS[name].fit(X)
    states, _ = reservoir.run(X)
    files = to_c(reservoir, tmp_path / "liquid", dtype=dtype)
    assert_allclose(outputs_in_c(files, X, dtype=dtype), states, rtol=0, atol=TOLERANCE[dtype])
