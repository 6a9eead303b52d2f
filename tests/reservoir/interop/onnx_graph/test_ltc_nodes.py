import numpy as np
import pytest
from builders import series
from numpy.testing import assert_allclose
from onnx_runs import assert_same_states, run

from reservoir import LTCLiquid, Synapses
from reservoir.interop import to_onnx
from reservoir.topology import AutoNCP

DTYPES = ["float64", "float32"]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("elapsed_column", [None, 1])
@pytest.mark.parametrize("solver", ["fused", "euler", "rk4"])
@pytest.mark.parametrize("synapse", ["conductance", "gate"])
def test_every_form_and_solver(synapse, solver, elapsed_column, dtype):
    # With the explicit solvers, rows of different duration take different numbers of sub-steps, in a batch too.
    liquid = LTCLiquid(8, synapse=synapse, solver=solver, elapsed_column=elapsed_column, dtype=dtype, random_state=0)
    X = np.abs(series(20))
    assert_same_states(liquid.fit(X), X)


@pytest.mark.parametrize(
    "parameters",
    [
        {"n_units": 1},
        {"topology": "random"},
        {"topology": AutoNCP(14, 3), "output_weights": np.ones((2, 14))},
        {"n_substeps": 1},
        {"n_substeps": 40},
        {"synapse": "gate", "topology": np.zeros((5, 5))},
    ],
    ids=["one unit", "random", "wired and mapped", "one sub-step", "a loop of sub-steps", "no recurrence"],
)
def test_every_kind_of_circuit(parameters):
    liquid = LTCLiquid(**({"n_units": 12} | parameters), random_state=0)
    assert_same_states(liquid.fit(series()), series())


def test_a_row_of_no_duration_leaves_a_liquid_unchanged():
    liquid = LTCLiquid(6, elapsed_column=1, random_state=0).fit(np.ones((1, 2)))
    state = np.linspace(-1, 1, 6)
    outputs = run(to_onnx(liquid), X=np.array([[3.0, 0.0]]), state=state)
    assert_allclose(outputs["next_state"], state, rtol=0, atol=0)


@pytest.mark.parametrize("dtype", DTYPES)
def test_synapses_as_steep_as_a_switch(dtype):
    circuit = Synapses(np.ones((2, 2)), slope=1e300, midpoint=0.1, reversal=[1.0, -1.0, 1.0, -1.0])
    inputs = Synapses([[1.0], [0.0]], slope=5.0, midpoint=0.0, reversal=1.0)
    liquid = LTCLiquid(recurrent_weights=circuit, input_weights=inputs, dtype=dtype, random_state=0)
    assert_same_states(liquid.fit([[0.0]]), series(20, 1))


def test_a_synapse_pulls_towards_its_potential():
    # One unit, no leak to speak of, one input that opens its synapse wholly: v rests where the synapse pulls.
    inputs = Synapses([[2.0]], slope=50.0, midpoint=0.0, reversal=0.6)
    liquid = LTCLiquid(
        recurrent_weights=Synapses([[0.0]], 1.0, 0.0, 0.0),
        input_weights=inputs,
        leak_conductance=1e-9,
        leak_potential=0.0,
    ).fit([[0.0]])
    assert_allclose(run(to_onnx(liquid), X=np.full((400, 1), 5.0))["states"][-1], 0.6, rtol=1e-8)
