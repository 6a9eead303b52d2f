import numpy as np
import pytest
from builders import series
from numpy.testing import assert_allclose
from onnx_runs import assert_same_states, run

from reservoir import CfCLiquid, CfCWeights
from reservoir.interop import to_onnx
from reservoir.topology import AutoNCP

DTYPES = ["float64", "float32"]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("elapsed_column", [None, 2])
@pytest.mark.parametrize("layers", [0, 1, 2])
@pytest.mark.parametrize("mode", ["default", "pure", "no_gate"])
def test_every_mode(mode, layers, elapsed_column, dtype):
    liquid = CfCLiquid(
        9,
        mode=mode,
        backbone_layers=layers,
        backbone_units=11,
        elapsed_column=elapsed_column,
        dtype=dtype,
        random_state=0,
    )
    X = np.abs(series())
    assert_same_states(liquid.fit(X), X)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("activation", ["lecun_tanh", "tanh", "relu", "silu", "gelu"])
def test_every_activation_of_a_backbone(activation, dtype):
    liquid = CfCLiquid(9, backbone_layers=1, backbone_activation=activation, dtype=dtype, random_state=0).fit(series())
    if (activation, dtype) == ("gelu", "float64"):
        with pytest.raises(ValueError, match="'reservoir' must not have backbone_activation='gelu' in double"):
            to_onnx(liquid)
    else:
        assert_same_states(liquid, series())


@pytest.mark.parametrize("elapsed_column", [None, 0])
def test_a_chain_of_cells_with_an_output_map(elapsed_column):
    wiring = AutoNCP(20, 3)
    weights = np.random.RandomState(0).standard_normal((2, 20))
    liquid = CfCLiquid(
        topology=wiring, output_weights=weights, output_bias=1.0, elapsed_column=elapsed_column, random_state=0
    )
    X = np.abs(series())
    assert_same_states(liquid.fit(X), X)


def test_a_cell_of_pure_mode_is_at_its_amplitude_after_a_long_row():
    weights = CfCWeights([(np.ones((2, 3)), np.ones(2))], w_tau=[0.5, 0.1], amplitude=[0.7, -0.2])
    liquid = CfCLiquid(mode="pure", weights=weights, elapsed_column=1).fit(np.ones((1, 2)))
    states = run(to_onnx(liquid), X=np.array([[2.0, 1e4]]))["states"]
    assert_allclose(states, [[0.7, -0.2]], rtol=1e-14)
