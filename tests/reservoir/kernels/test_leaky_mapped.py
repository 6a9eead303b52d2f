"""The compiled loop through matrices: its plain twin, every form of maps, and slices of a long loop."""

import naive
import numpy as np
import pytest

from reservoir import CTRNNLiquid, EchoStateReservoir
from reservoir.conceptors import Morph
from reservoir.conceptors.state_maps import read_state_maps
from reservoir.kernels import leaky_mapped
from reservoir.kernels.closed_loop import AffineReadout
from reservoir.kernels.leaky_mapped import run_mapped
from reservoir.kernels.program import arguments

N_UNITS, N_STEPS = 13, 25


def parts(dtype="float64", **parameters):
    random = np.random.RandomState(0)
    reservoir = EchoStateReservoir(N_UNITS, dtype=dtype, random_state=0, **parameters).fit(np.zeros((1, 2)))
    maps = [random.uniform(-0.4, 0.4, (N_UNITS, N_UNITS)) + np.eye(N_UNITS) / 2 for _ in range(2)]
    readout = AffineReadout(random.uniform(-0.5, 0.5, (2, N_UNITS + 2)), np.zeros(2))
    return reservoir, readout, maps, random.uniform(-1, 1, N_UNITS).astype(dtype), np.array([0.3, -0.2], dtype)


def outputs(reservoir, readout, maps, state, first, n_steps=N_STEPS):
    inputs = np.zeros((n_steps, 2), reservoir.dtype_)
    inputs[0] = first
    maps = tuple(read_state_maps(maps, n_steps, N_UNITS, reservoir.dtype_))
    return run_mapped(arguments(reservoir.program_), readout, inputs, 2, None, state.copy(), maps)


def twin(reservoir, readout, maps, state, first, activation="tanh"):
    weights = reservoir.recurrent_weights_.toarray(), reservoir.input_weights_, reservoir.bias_
    rule = reservoir.leak_rate_, activation, readout.weights
    return naive.run_mapped_echo_state(*weights, *rule, maps, first, state, N_STEPS)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    "parameters",
    [{}, {"topology": "random"}, {"leak_rate": 1.0, "activation": "relu"}, {"activation": "sigmoid"}],
)
def test_twin(dtype, parameters):
    reservoir, readout, maps, state, first = parts(dtype, **parameters)
    mix = np.linspace(-0.2, 1.2, N_STEPS)
    mixed = Morph(*maps, mix)
    expected = twin(reservoir, readout, mixed.matrices, state, first, parameters.get("activation", "tanh"))
    found = outputs(reservoir, readout, mixed, state, first)
    np.testing.assert_allclose(found, expected, atol=1e-10 if dtype == "float64" else 2e-5)


def test_forms_of_maps_agree():
    reservoir, readout, (first_map, second_map), state, first = parts()
    steps = [first_map if t % 3 else second_map for t in range(N_STEPS)]
    expected = outputs(reservoir, readout, steps, state, first)
    np.testing.assert_array_equal(outputs(reservoir, readout, np.stack(steps), state, first), expected)
    one = outputs(reservoir, readout, first_map, state, first)
    np.testing.assert_array_equal(outputs(reservoir, readout, N_STEPS * [first_map], state, first), one)
    np.testing.assert_allclose(
        outputs(reservoir, readout, Morph(first_map, second_map, 0.0), state, first), one, atol=1e-12
    )


def test_the_identity_changes_no_bit():
    reservoir, readout, _, state, first = parts()
    inputs = np.zeros((N_STEPS, 2))
    inputs[0] = first
    expected = reservoir.close_loop(readout, inputs, 2, state)
    np.testing.assert_array_equal(outputs(reservoir, readout, np.eye(N_UNITS), state, first), expected)


def test_slices_change_no_bit(monkeypatch):
    reservoir, readout, maps, state, first = parts()
    mixed = Morph(*maps, np.linspace(0, 1, N_STEPS))
    expected = outputs(reservoir, readout, mixed, state, first)

    def short(n_steps, width, most=None):
        return [slice(start, min(start + 7, n_steps)) for start in range(0, n_steps, 7)]

    monkeypatch.setattr(leaky_mapped, "slices", short)
    np.testing.assert_array_equal(outputs(reservoir, readout, mixed, state, first), expected)


def test_times_of_rows():
    """With a time for every row, known ahead as a column of its own, rows are driven one by one to the same outputs."""
    liquid = CTRNNLiquid(N_UNITS, elapsed_column=-1, random_state=0).fit(np.ones((3, 2)))
    random, matrix = np.random.RandomState(1), 0.8 * np.eye(N_UNITS)
    readout = AffineReadout(random.uniform(-0.5, 0.5, (1, N_UNITS + 2)), np.array([0.1]))
    inputs = np.column_stack([np.zeros(N_STEPS), random.exponential(size=N_STEPS)])
    rows, state, expected = inputs.copy(), liquid.rest(), []
    for t in range(N_STEPS):
        _, state = liquid.drive(rows[t : t + 1], state)
        state = matrix @ state
        expected.append(readout(np.concatenate([state, rows[t]])[None])[0])
        rows[t + 1 : t + 2, :1] = expected[-1]
    maps = tuple(read_state_maps(matrix, N_STEPS, N_UNITS, np.dtype("float64")))
    found = run_mapped(arguments(liquid.program_), readout, inputs, 1, 1, liquid.rest(), maps)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    np.testing.assert_allclose(inputs, rows, atol=1e-12)
