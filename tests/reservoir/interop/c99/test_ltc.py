import numpy as np
import pytest
from builders import series
from c_programs import needs_gcc, outputs_in_c
from cortex_m4 import needs_cortex_m4, run_on_cortex_m4
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import LTCLiquid, StackedReservoir, Synapses
from reservoir.interop import to_c
from reservoir.topology import NCP, AutoNCP

pytestmark = needs_gcc
TOLERANCE = {"float64": 1e-12, "float32": 1e-5}
U = series(10_000, 3)
TIMES = np.random.RandomState(1).choice([0.0, 0.1, 0.5, 1.0, 2.7], 10_000)
SWITCHES = Synapses(np.tile([2.0, 0, 0.5], (4, 1)), slope=1e308, midpoint=0.25, reversal=[1.0, -1] * 4)
OWN = {"capacitance": np.arange(1.0, 21), "leak_conductance": np.linspace(0.1, 2, 20), "leak_potential": 0.3}
# Every form and solver; circuits by offsets, scattered, of a wiring, of one unit and of none; units with parameters of
# their own.
LIQUIDS = {
    "fused": LTCLiquid(20),
    "fused, irregular": LTCLiquid(20, elapsed_column=1, mixed_memory=True),
    "euler": LTCLiquid(20, solver="euler", elapsed_column=0, **OWN),
    "rk4": LTCLiquid(3, solver="rk4", elapsed_column=3),
    "scattered": LTCLiquid(30, topology="random", n_substeps=1),
    "wiring": LTCLiquid(topology=AutoNCP(28, 4), init="ncps", elapsed_column=2),
    "one unit": LTCLiquid(1),
    "no synapses between units": LTCLiquid(recurrent_weights=np.zeros((5, 5)), output_weights=np.eye(2, 5)),
    "switches": LTCLiquid(recurrent_weights=np.zeros((4, 4)), input_weights=SWITCHES),
    "gate": LTCLiquid(20, synapse="gate", degree=20, **OWN),
    "gate, euler": LTCLiquid(20, synapse="gate", solver="euler", topology="random", elapsed_column=3),
    "gate, rk4": LTCLiquid(9, synapse="gate", solver="rk4", mixed_memory=True),
    "gate, wiring": LTCLiquid(synapse="gate", topology=NCP(9, 5, 2, 4, 3, 2, 3), elapsed_column=1),
    "gate, one unit": LTCLiquid(1, synapse="gate"),
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
    files = to_c(liquid, tmp_path / "liquid")
    assert_allclose(outputs_in_c(files, X, dtype=dtype), states, rtol=0, atol=TOLERANCE[dtype])
    assert np.ptp(states, axis=0).min() > 1e-3  # every unit moves


@pytest.mark.parametrize("name", ["fused, irregular", "gate, euler"])
def test_nothing_is_undefined(tmp_path, name):
    liquid, X = fitted(name, "float32")
    X = X[:100]
    if liquid.elapsed_column is not None:
        X[::7, liquid.elapsed_column] = np.resize([0.0, 1e-45, 1.0], len(X[::7]))
    flags = ["-fsanitize=address,undefined,float-cast-overflow,float-divide-by-zero", "-fno-sanitize-recover=all"]
    outputs = outputs_in_c(to_c(liquid, tmp_path / "liquid"), X, *flags, dtype="float32")
    assert_allclose(outputs, liquid.run(X)[0], rtol=0, atol=1e-5)


@pytest.mark.parametrize("case", ["LTC mixed memory ncp", "LTC identity negative", "LTC linear maps", "LTCCell"])
def test_outputs_are_those_of_ncps(tmp_path, stored_cell, case):
    constraints = "softplus" if case in ("LTC mixed memory ncp", "LTC linear maps") else "identity"
    facts = {"constraints": constraints, "n_substeps": 6, "epsilon": 1e-3 if case == "LTCCell" else 1e-8}
    cell, X, outputs = stored_cell(case)
    files = to_c(LTCLiquid.from_ncps(cell, **facts, elapsed_column=1), tmp_path / "cell")
    assert_allclose(outputs_in_c(files, X), outputs, rtol=0, atol=1e-10)


def test_synapses_too_steep_for_single_precision_keep_their_midpoint(tmp_path):
    liquid, X = fitted("switches", "float64")
    X = X.astype("float32")
    outputs = outputs_in_c(to_c(liquid, tmp_path / "liquid", dtype="float32"), X, dtype="float32")
    assert_allclose(outputs, liquid.run(X.astype("float64"))[0], rtol=0, atol=1e-5)


@pytest.mark.parametrize("stacked", [False, True])
def test_a_row_that_an_explicit_solver_does_not_take_is_refused_as_in_python(tmp_path, stacked):
    liquid = LTCLiquid(5, synapse="gate", solver="euler", capacitance=0.5, coupling=3, elapsed_column=1)
    model = (StackedReservoir([liquid], random_state=0) if stacked else liquid).fit([[0.0, 1.0]])
    longest = 100_000 * 0.5 / (1 + 3)
    X = np.array([[0.3, 1.0], [0.3, 1.0001 * longest], [0.3, -1.0], [0.3, longest]])
    outputs = outputs_in_c(to_c(model, tmp_path / "liquid"), X)
    assert_array_equal(outputs[1:3], -1)
    assert_allclose(outputs[[0, 3]], model.run(X[[0, 3]])[0], rtol=0, atol=1e-12)
    for row in X[1:3]:
        with pytest.raises(ValueError, match="'elapsed_column'"):
            model.run(row[None])


def test_a_long_row_reaches_a_steady_state_within_the_range_of_potentials(tmp_path):
    liquid = LTCLiquid(20, leak_potential=0.0, elapsed_column=1, random_state=0, dtype="float32").fit(np.ones((1, 4)))
    X = np.insert(U[:200], 1, np.float32(1e38), axis=1)
    outputs = outputs_in_c(to_c(liquid, tmp_path / "liquid"), X, dtype="float32")
    assert np.abs(outputs).max() <= 1


def test_synapses_take_what_they_are_and_no_more(tmp_path):
    n_units, degree, n_inputs, n_substeps = 100, 6, 3, 5
    files = to_c(LTCLiquid(n_units, degree=degree, n_substeps=n_substeps, random_state=0).fit(U), tmp_path / "liquid")
    n_between, n_incoming = n_units * degree, n_units * n_inputs
    # Four properties of a synapse and its source; of a unit leak, leak current, charge, and where synapses end.
    assert files.flash == (4 * 8 + 1) * (n_between + n_incoming) + (3 * 8 + 2 + 2) * n_units
    assert files.operations == 8 * n_incoming + n_substeps * (8 * n_between + 5 * n_units)


@needs_cortex_m4
def test_a_cortex_m4_computes_the_same_bits(tmp_path):
    liquid, X = fitted("fused, irregular", "float32")
    files = to_c(liquid, tmp_path / "liquid")
    assert_array_equal(run_on_cortex_m4(files, X[:20], "float32"), outputs_in_c(files, X[:20], dtype="float32"))
