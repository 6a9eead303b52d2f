import numpy as np
import pytest
from builders import series
from numpy.testing import assert_array_equal
from onnx_runs import assert_same_states, run

from reservoir import NVAR
from reservoir.interop import to_onnx


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"delay": 3, "stride": 2},
        {"delay": 1, "order": 3},
        {"order": (1, 3), "include_bias": True},
        {"order": (3,), "delay": 3},
        {"order": 1},
        {"delay": 1, "order": 1, "include_bias": True},
    ],
)
def test_monomials_are_those_of_transform_to_the_last_bit(parameters, dtype):
    nvar = NVAR(**parameters, dtype=dtype).fit(series(20, 2))
    assert_same_states(nvar, series(20, 2), tolerance=0)


def test_the_example_of_the_class():
    graph = to_onnx(NVAR(delay=2, order=2).fit([[0.0]]))
    states = run(graph, X=np.array([[1.0], [2.0], [3.0]]))["states"]
    assert_array_equal(states, [[1, 0, 1, 0, 0], [2, 1, 4, 2, 1], [3, 2, 9, 6, 4]])


def test_without_delays_there_is_no_state_and_no_step_is_needed():
    graph = to_onnx(NVAR(delay=1).fit([[0.0]]))
    assert [value.name for value in graph.graph.input] == ["X"]
    assert run(graph, X=np.empty((0, 1)))["states"].shape == (0, 2)
