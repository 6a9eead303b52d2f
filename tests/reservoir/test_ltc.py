import naive
import numpy as np
import pytest
from scipy.sparse import csr_array

from reservoir import LTCLiquid

U = np.random.RandomState(0).standard_normal((50, 5))


def dense(synapses):
    shape = synapses.conductance.shape
    parts = (synapses.conductance.data, synapses.slope, synapses.midpoint, synapses.reversal)
    structure = (synapses.conductance.indices, synapses.conductance.indptr)
    return np.stack([csr_array((part, *structure), shape=shape).toarray() for part in parts])


def units(liquid):
    return [part.astype(float) for part in (liquid.capacitance_, liquid.leak_conductance_, liquid.leak_potential_)]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("n_substeps", [1, 3, 6])
@pytest.mark.parametrize("topology", ["shift", "random", "small_world", "orthogonal"])
def test_kernel_agrees_with_its_plain_twin(topology, n_substeps, dtype):
    liquid = LTCLiquid(31, topology=topology, n_substeps=n_substeps, dtype=dtype, random_state=2).fit(U)
    start = np.random.RandomState(1).uniform(-0.5, 0.5, 31)
    states, _ = liquid.run(U, start)
    circuit = (dense(liquid.recurrent_synapses_), dense(liquid.input_synapses_), *units(liquid))
    expected = naive.run_ltc(*circuit, n_substeps, U, start)
    assert states.dtype == dtype
    np.testing.assert_allclose(states, expected, rtol=0, atol=1e-12 if dtype == "float64" else 1e-5)


def test_uncoupled_unit_relaxes_as_its_closed_form():
    alone = LTCLiquid(
        recurrent_weights=np.zeros((2, 2)), input_weights=np.zeros((2, 1)), capacitance=np.array([2.0, 5.0]),
        leak_conductance=0.5, leak_potential=0.3, n_substeps=4,
    ).fit(np.zeros((1, 1)))  # fmt: skip
    states, _ = alone.run(np.zeros((20, 1)), np.array([1.0, -1.0]))
    factor = (np.array([2.0, 5.0]) / (np.array([2.0, 5.0]) + 0.5 / 4)) ** (4 * np.arange(1, 21)[:, None])
    np.testing.assert_allclose(states, 0.3 + (np.array([1.0, -1.0]) - 0.3) * factor, atol=1e-7)


def test_many_substeps_approach_the_differential_equation_at_first_order():
    coarse = LTCLiquid(12, random_state=0)
    states = {n: LTCLiquid(12, random_state=0, n_substeps=n).fit_transform(U) for n in (10, 20, 40, 1280)}
    errors = [np.abs(states[n] - states[1280]).max() for n in (10, 20, 40)]
    assert 1.7 < errors[0] / errors[1] < 2.3
    assert 1.7 < errors[1] / errors[2] < 2.3
    assert np.abs(coarse.fit_transform(U) - states[1280]).max() < 0.2


@pytest.mark.parametrize("scale", [1.0, 1e3, 1e150])
def test_no_input_drives_a_state_beyond_its_potentials(scale):
    liquid = LTCLiquid(60, random_state=1).fit(U)
    states = liquid.transform(scale * np.random.RandomState(3).standard_normal((300, 5)))
    low, high = np.minimum(liquid.leak_potential_, -1), np.maximum(liquid.leak_potential_, 1)
    assert np.all(states >= low - 1e-7)
    assert np.all(states <= high + 1e-7)


def test_default_draw_is_centred_alive_and_forgets_its_start():
    u = np.random.RandomState(5).standard_normal((800, 2))
    liquid = LTCLiquid(200, random_state=0).fit(u)
    states = liquid.transform(u)[100:]
    assert np.abs(states.mean()) < 0.02
    assert np.all(states.std(axis=0) > 1e-3)
    other, _ = liquid.run(u, np.random.RandomState(0).uniform(-1, 1, 200))
    assert np.abs(other[400:] - liquid.transform(u)[400:]).max() < 1e-6


def test_draw_follows_the_recipe():
    liquid = LTCLiquid(500, gain=0.9, coupling=8.0, random_state=0).fit(U)
    recurrent, sensory = liquid.recurrent_synapses_, liquid.input_synapses_
    assert recurrent.conductance.nnz == 6 * 500
    assert sensory.conductance.nnz == 3 * 500
    gain = recurrent.slope.mean() / (4 * np.sqrt(6)) * 8 / (1 + 8 / 2)
    assert abs(gain - 0.9) < 0.01
    assert abs(recurrent.conductance.sum(axis=1).mean() - 8.0) < 0.1
    assert set(recurrent.reversal) == {-1.0, 1.0}
    assert abs(recurrent.reversal.mean()) < 0.1
    assert 0.3 <= liquid.capacitance_.min() < 0.4
    assert 9 < liquid.capacitance_.max() <= 10
    np.testing.assert_allclose(np.sign(recurrent.reversal), np.sign(liquid.recurrent_weights_.data))


def test_signed_matrices_are_used_as_they_are():
    recurrent = np.array([[0.0, 2.0], [-3.0, 0.0]])
    liquid = LTCLiquid(recurrent_weights=recurrent, input_weights=[[1.0], [-0.5]], random_state=0).fit(U[:, :1])
    np.testing.assert_array_equal(liquid.recurrent_weights_.toarray(), recurrent)
    np.testing.assert_array_equal(liquid.input_weights_, [[1.0], [-0.5]])
    np.testing.assert_array_equal(liquid.recurrent_synapses_.conductance.data, [2, 3])
    np.testing.assert_array_equal(liquid.recurrent_synapses_.reversal, [1, -1])


def test_a_whole_circuit_can_be_handed_over():
    drawn = LTCLiquid(20, random_state=0).fit(U)
    copy = LTCLiquid(
        recurrent_weights=drawn.recurrent_synapses_, input_weights=drawn.input_synapses_,
        capacitance=drawn.capacitance_, leak_potential=drawn.leak_potential_,
    )  # fmt: skip
    np.testing.assert_array_equal(copy.fit_transform(U), drawn.transform(U))
