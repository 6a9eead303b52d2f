import naive_fields
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import CTRNNLiquid, EchoStateReservoir, StackedReservoir
from reservoir.kernels.local_leaky import add_own_sources, patch_programs, run_local_closed
from reservoir.kernels.program import arguments

ONES = np.ones((3, 4))


def reservoirs(cls=EchoStateReservoir, **parameters):
    settings = {"n_units": 9, "input_scaling": 0.5} | parameters
    return [cls(random_state=seed, **settings).fit(ONES) for seed in range(3)]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("topology", ["shift", "small_world"])
@pytest.mark.parametrize("activation", ["tanh", "identity", "relu", "sigmoid"])
def test_patches_of_their_own_weights_are_those_of_the_twin(dtype, topology, activation):
    many = reservoirs(dtype=dtype, topology=topology, degree=4, activation=activation)
    random = np.random.RandomState(0)
    readouts, intercepts = random.uniform(-0.3, 0.3, (3, 2, 13)), random.uniform(-0.3, 0.3, (3, 2))
    own = np.arange(6).reshape(3, 2)
    seen = np.hstack([own, (own[:, :1] - 1) % 6, (own[:, 1:] + 1) % 6])
    for squares in (True, False):
        row, state = random.standard_normal(6).astype(dtype), random.standard_normal((3, 9)).astype(dtype)
        expected, last = naive_fields.local_closed(many, readouts, intercepts, squares, own, seen, row, state, 4)
        outputs = np.empty((4, 6))
        given = *arguments(patch_programs(many)), readouts, intercepts, squares, own, seen
        run_local_closed(*given, row, state, outputs)
        tolerance = 1e-10 if dtype == "float64" else 1e-4
        assert_allclose(outputs, expected, atol=tolerance)
        assert_allclose(state, last, atol=tolerance)
        assert_array_equal(row, outputs[-1].astype(dtype))


def test_units_add_their_sources():
    many = reservoirs()
    programs, state, drive = patch_programs(many), np.random.RandomState(0).standard_normal(9), np.zeros(9)
    add_own_sources(9, programs.indptr, programs.sources, programs.weights, state, drive)
    assert_allclose(drive, many[1].recurrent_weights_ @ state, atol=1e-14)


def test_reservoirs_that_do_not_fit_together_have_no_common_program():
    assert patch_programs(reservoirs(CTRNNLiquid)) is not None
    assert patch_programs(reservoirs() + reservoirs(n_units=8)) is None
    assert patch_programs(reservoirs() + reservoirs(activation="relu")) is None
    assert patch_programs([CTRNNLiquid(5, elapsed_column=3).fit(ONES)]) is None
    assert patch_programs([StackedReservoir([EchoStateReservoir(3)] * 2).fit(ONES)]) is None
