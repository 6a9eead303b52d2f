import numpy as np
import pytest
from capacity import capacities
from numpy.testing import assert_array_equal

from reservoir import LTCLiquid, MemoryCell, StateOverflowError
from reservoir.topology import AutoNCP, Shift

U = np.random.RandomState(0).standard_normal((50, 5))


def test_an_untrained_liquid_remembers_and_bends():
    """Measured: 9.6 and 6.2; a dense circuit as ncps starts it reaches about 2 and 1."""
    linear, quadratic = capacities(LTCLiquid(100, random_state=seed) for seed in range(5))
    assert linear >= 8
    assert quadratic >= 4


@pytest.mark.parametrize("n_features", [1, 5])
@pytest.mark.parametrize("seed", range(5))
def test_two_starts_converge(seed, n_features):
    u = np.random.RandomState(seed).standard_normal((200, n_features))
    liquid = LTCLiquid(100, random_state=seed).fit(u)
    first, second = np.random.RandomState(100 + seed).uniform(-1, 1, (2, 100))
    assert np.abs(liquid.run(u, first)[0][-1] - liquid.run(u, second)[0][-1]).max() < 1e-6


def test_the_default_draw_is_centred_and_alive():
    u = np.random.RandomState(5).standard_normal((800, 2))
    states = LTCLiquid(200, random_state=0).fit_transform(u)[100:]
    assert np.abs(states.mean()) < 0.02
    assert np.all(states.std(axis=0) > 1e-3)


@pytest.mark.parametrize("solver", ["fused", "euler"])
@pytest.mark.parametrize("scale", [1.0, 1e3, 1e150])
def test_no_input_drives_a_state_beyond_its_potentials(scale, solver):
    liquid = LTCLiquid(60, solver=solver, capacitance=(3.0, 10.0), random_state=1).fit(U)
    states = liquid.transform(scale * np.random.RandomState(3).standard_normal((300, 5)))
    low, high = np.minimum(liquid.leak_potential_, -1), np.maximum(liquid.leak_potential_, 1)
    assert np.all(states >= low - 1e-13) and np.all(states <= high + 1e-13)


def test_irregular_rows_keep_to_the_bounds_too():
    random_state = np.random.RandomState(3)
    gaps = np.exp(random_state.uniform(np.log(1e-3), np.log(1e3), 500))
    X = np.column_stack([100 * random_state.standard_normal((500, 2)), gaps])
    liquid = LTCLiquid(60, leak_potential=0.2, elapsed_column=2, random_state=1)
    assert np.abs(liquid.fit_transform(X)).max() <= 1 + 1e-13


@pytest.mark.parametrize("synapse", ["conductance", "gate"])
def test_a_larger_capacitance_is_a_slower_row(synapse):
    # C and h only meet as C / h, so ten times of both is the same liquid.
    X = np.column_stack([U, np.ones(50)])
    settings = {"synapse": synapse, "elapsed_column": 5, "leak_potential": 0.0, "random_state": 0}
    slow = LTCLiquid(20, capacitance=40.0, **settings).fit_transform(X * [1, 1, 1, 1, 1, 8])
    assert_array_equal(slow, LTCLiquid(20, capacitance=5.0, **settings).fit_transform(X))


def test_memory_lets_a_state_recover_but_an_overflow_is_still_seen():
    # Leak and open gate together carry more current than there are numbers; of an infinite state the cell would make
    # a finite one for the next row.
    held = {"recurrent_weights": [[0.0]], "input_weights": [[100.0]], "bias": 0.0, "capacitance": 10.0, "n_substeps": 1}
    cell = MemoryCell(np.zeros((4, 1)), np.ones((4, 1)), 0.0)
    for memory in (False, cell):
        liquid = LTCLiquid(
            synapse="gate", leak_potential=1e308, reversal=1.5e306, coupling=100.0, mixed_memory=memory, **held
        ).fit([[0.0]])  # fmt: skip
        assert np.isfinite(liquid.transform([[-5.0]])).all()
        with pytest.raises(StateOverflowError, match="at step 1 of 4"):
            liquid.transform([[-5.0], [5.0], [-5.0], [-5.0]])


def test_signs_of_a_topology_are_its_own():
    # Only the graph of a topology is used: weights as large as it draws would make no sense as conductances.
    plain = LTCLiquid(20, topology="shift", random_state=0).fit(U)
    heavy = LTCLiquid(20, topology=Shift(weights="lognormal"), random_state=0).fit(U)
    assert_array_equal(heavy.transform(U), plain.transform(U))


def test_motor_units_of_a_wiring_come_first():
    liquid = LTCLiquid(topology=AutoNCP(20, 4), random_state=0).fit(U)
    shown = LTCLiquid(topology=AutoNCP(20, 4), output_weights=np.eye(4, 20), random_state=0).fit(U)
    assert_array_equal(shown.transform(U), liquid.transform(U)[:, :4])


def test_the_defaults_of_each_form():
    conductance, gate = (LTCLiquid(30, synapse=synapse, random_state=0).fit(U) for synapse in ("conductance", "gate"))
    assert conductance.n_substeps_ == gate.n_substeps_ == 3
    assert not hasattr(conductance, "bias_") and not hasattr(gate, "recurrent_synapses_")
    assert np.all(gate.gate_conductance_ == 1)
    assert abs(conductance.recurrent_synapses_.conductance.sum(axis=1).mean() - 16) < 1
    assert LTCLiquid(30, synapse="gate", init="ncps").fit(U).n_substeps_ == 6


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"bias": 1.0}, "'bias' is for synapse='gate'; give a Synapses"),
        ({"reversal": 1.0}, "'reversal' is for synapse='gate'; give a Synapses"),
        (
            {"topology": AutoNCP(12, 3).build(4)},
            "'topology' must be a wiring of n_inputs=5 inputs, one per feature; got",
        ),
        ({"topology": AutoNCP}, "'topology' must be a Topology or one of .* Pass an instance, not the class"),
    ],
)
def test_settings_that_do_not_fit_are_refused(parameters, message):
    with pytest.raises((ValueError, TypeError), match=message):
        LTCLiquid(10, **parameters).fit(U)


def test_a_refit_with_the_other_form_leaves_nothing_of_the_first():
    liquid = LTCLiquid(10, random_state=0).fit(U)
    again = liquid.set_params(synapse="gate").fit(U)
    fresh = LTCLiquid(10, synapse="gate", random_state=0).fit(U)
    assert_array_equal(again.transform(U), fresh.transform(U))
    assert {name for name in vars(again) if name.endswith("_")} == {name for name in vars(fresh) if name.endswith("_")}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("synapse", ["conductance", "gate"])
def test_many_series_have_the_bits_of_each_alone(synapse, dtype):
    random, n_units = np.random.RandomState(0), 18
    series = [random.exponential(size=(n, 3)).astype(dtype) for n in (5, 30, 1, 30, 12, 7, 7, 2, 30, 11, 4, 3)]
    settings = {"elapsed_column": 2, "mixed_memory": True, "dtype": dtype, "random_state": 0}
    liquid = LTCLiquid(n_units, synapse=synapse, **settings).fit(series)
    for together, X in zip(liquid.transform(series), series, strict=True):
        assert together.tobytes() == liquid.run(X)[0].tobytes()
