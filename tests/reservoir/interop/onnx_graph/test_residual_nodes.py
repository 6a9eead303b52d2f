import numpy as np
import pytest
from builders import series
from onnx_runs import assert_same_states

from reservoir import ResidualReservoir


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"skip": "cyclic", "topology": "random", "degree": 3, "n_units": 300},
        {"skip": "identity", "activation": "sigmoid", "proximity": (0.1, 0.9)},
        {"skip": np.zeros((20, 20)), "activation": "relu", "spectral_radius": 0.3},
        {"recurrent_weights": np.zeros((20, 20)), "activation": "identity", "proximity": 1.0},
    ],
    ids=["orthogonal", "cyclic", "identity", "nothing", "no skip path"],
)
def test_states_are_those_of_run(parameters, dtype):
    reservoir = ResidualReservoir(**({"n_units": 20} | parameters), dtype=dtype, random_state=0)
    assert_same_states(reservoir.fit(series()), series())
