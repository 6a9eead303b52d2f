import numpy as np
import pytest
from builders import series
from numpy.testing import assert_allclose
from onnx_runs import assert_same_states, run
from scipy.special import expit

from reservoir import CfCLiquid, LTCLiquid, MemoryCell
from reservoir.interop import to_onnx


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("elapsed_column", [None, 1])
@pytest.mark.parametrize("cls", [CfCLiquid, LTCLiquid])
def test_states_and_memory_go_on(cls, elapsed_column, dtype):
    liquid = cls(12, mixed_memory=True, elapsed_column=elapsed_column, dtype=dtype, random_state=0)
    X = np.abs(series())
    assert_same_states(liquid.fit(X), X)


def test_the_memory_is_that_of_the_equation():
    cell = MemoryCell.draw(3, 2, random_state=0)
    liquid = CfCLiquid(3, mixed_memory=cell, random_state=0).fit(series(5, 2))
    u, h, c = np.array([0.3, -2.0]), np.array([0.1, 0.2, -0.3]), np.array([1.0, -1.0, 0.5])
    outputs = run(to_onnx(liquid), X=u[None], state=h, memory=c)
    i, k, f, _ = np.split(cell.input_weights @ u + cell.recurrent_weights @ h + cell.bias, 4)
    assert_allclose(outputs["next_memory"], expit(f + 1) * c + expit(k) * np.tanh(i), rtol=1e-14)
    _, state = liquid.run(u[None], np.stack([h, c]))
    assert_allclose(np.stack([outputs["next_state"], outputs["next_memory"]]), state, rtol=1e-13)
