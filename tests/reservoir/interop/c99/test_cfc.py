import numpy as np
import pytest
from builders import series
from c_programs import needs_gcc, outputs_in_c
from cortex_m4 import needs_cortex_m4, run_on_cortex_m4
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import CfCLiquid, CfCWeights
from reservoir.interop import to_c
from reservoir.topology import NCP, AutoNCP

pytestmark = needs_gcc
TOLERANCE = {"float64": 1e-12, "float32": 1e-5}
U = series(10_000, 3)
TIMES = np.random.RandomState(1).choice([0.0, 0.1, 0.5, 1.0, 2.7, 10.0], 10_000)
# Every mode and activation; chains of cells, cells with and without a backbone, a memory cell, an output map, one unit.
LIQUIDS = {
    "default": CfCLiquid(20),
    "default, irregular": CfCLiquid(20, elapsed_column=1, mixed_memory=True),
    "pure": CfCLiquid(20, mode="pure"),
    "pure, irregular": CfCLiquid(20, mode="pure", elapsed_column=3),
    "no_gate": CfCLiquid(20, mode="no_gate"),
    "no_gate, irregular": CfCLiquid(20, mode="no_gate", elapsed_column=0),
    "wiring": CfCLiquid(topology=NCP(9, 5, 2, 4, 3, 2, 3), elapsed_column=2),
    "wiring, pure, memory": CfCLiquid(topology=AutoNCP(40, 4), mode="pure", mixed_memory=True),
    "wiring, motor units": CfCLiquid(topology=AutoNCP(20, 4), output_weights=np.eye(4, 20), output_bias=0.5),
    "lecun_tanh": CfCLiquid(9, backbone_layers=3, backbone_units=21, elapsed_column=3),
    "tanh": CfCLiquid(9, backbone_layers=1, backbone_units=5, backbone_activation="tanh", mode="pure"),
    "relu": CfCLiquid(9, backbone_layers=2, backbone_units=20, backbone_activation="relu"),
    "silu": CfCLiquid(9, backbone_layers=2, backbone_units=20, backbone_activation="silu", mode="no_gate"),
    "gelu": CfCLiquid(9, backbone_layers=2, backbone_units=20, backbone_activation="gelu", elapsed_column=0),
    "one unit": CfCLiquid(1, backbone_layers=1, backbone_units=1),
    "no input counts": CfCLiquid(weights=CfCWeights([(np.eye(4, 7, 3), np.linspace(0.5, 1, 4))] * 4)),
}


def fitted(name, dtype):
    """The liquid and its input, with elapsed times in a column, if there is one."""
    elapsed = LIQUIDS[name].elapsed_column
    X = (U if elapsed is None else np.insert(U, elapsed, TIMES, axis=1)).astype(dtype)
    return LIQUIDS[name].set_params(dtype=dtype, random_state=0).fit(X), X


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("name", LIQUIDS)
def test_states_are_those_of_run(tmp_path, name, dtype):
    liquid, X = fitted(name, dtype)
    states, _ = liquid.run(X)
    outputs = outputs_in_c(to_c(liquid, tmp_path / "liquid"), X, dtype=dtype)
    assert_allclose(outputs, states, rtol=0, atol=TOLERANCE[dtype])
    assert np.ptp(states, axis=0).min() > 1e-3  # every unit moves


@pytest.mark.parametrize("name", ["default, irregular", "wiring, pure, memory"])
def test_nothing_is_undefined(tmp_path, name):
    liquid, X = fitted(name, "float32")
    X = np.vstack([X[:100], 1e30 * np.abs(X[:3])])
    flags = ["-fsanitize=address,undefined,float-cast-overflow,float-divide-by-zero", "-fno-sanitize-recover=all"]
    outputs = outputs_in_c(to_c(liquid, tmp_path / "liquid"), X, *flags, dtype="float32")
    assert_allclose(outputs, liquid.run(X)[0], rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    "case",
    ["CfC projected", "CfC mixed memory auto", "CfC pure ncp", "CfC no_gate 3", "CfCCell gelu", "CfCCell relu",
     "WiredCfCCell"],
)  # fmt: skip
def test_outputs_are_those_of_ncps(tmp_path, stored_cell, case):
    cell, X, outputs = stored_cell(case)
    facts = {"mode": "pure" if "pure" in case else "no_gate" if "no_gate" in case else "default"}
    facts["activation"] = {"gelu": "gelu", "relu": "relu", "3": "silu"}.get(case.split()[-1], "lecun_tanh")
    files = to_c(CfCLiquid.from_ncps(cell, **facts, elapsed_column=1), tmp_path / "cell")
    assert_allclose(outputs_in_c(files, X), outputs, rtol=0, atol=1e-10)


def test_a_dense_cell_takes_its_weights(tmp_path):
    n_units, n_inputs = 30, 3
    files = to_c(CfCLiquid(n_units, random_state=0).fit(U), tmp_path / "liquid")
    n_weights = 3 * n_units * (n_inputs + n_units)  # both heads of timing are one where all rows last 1
    assert files.flash == 8 * (n_weights + 3 * n_units)
    assert files.operations == 2 * n_weights + 10 * n_units


def test_what_a_wiring_leaves_out_is_not_kept(tmp_path):
    wiring = NCP(150, 20, 5, 4, 3, 2, 3)
    liquid = CfCLiquid(topology=wiring, mode="pure", random_state=0).fit(U)
    chain = [cell.heads[0][0] for cell in liquid.weights_]
    n_weights = sum(np.count_nonzero(weights) for weights in chain)
    files = to_c(liquid, tmp_path / "liquid")
    assert sum(weights.size for weights in chain) > n_weights + 1000
    # Beside a weight two bytes at most say where it is; a unit has a bias, a rate and an amplitude, and ends of sums.
    assert 8 * n_weights < files.flash <= 10 * n_weights + 28 * liquid.n_units_


@needs_cortex_m4
def test_a_cortex_m4_computes_the_same_bits(tmp_path):
    liquid, X = fitted("default, irregular", "float32")
    files = to_c(liquid, tmp_path / "liquid")
    assert_array_equal(run_on_cortex_m4(files, X[:20], "float32"), outputs_in_c(files, X[:20], dtype="float32"))
