import numpy as np
import pytest

from reservoir import NVAR, CfCLiquid, CTRNNLiquid, EchoStateReservoir, LIFLiquid, LTCLiquid
from reservoir.diagnostics.stability.jacobian import jacobian, jacobian_at_rest, silent_row
from reservoir.diagnostics.state_vector import to_vector, with_vector
from reservoir.plasticity import AdaptiveReservoir, IntrinsicPlasticity

U = np.random.RandomState(0).uniform(-1, 1, (10, 3))
SMOOTH = {
    "echo state": EchoStateReservoir(6, degree=3, leak_rate=(0.2, 1.0), random_state=0),
    "continuous": CTRNNLiquid(6, degree=3, form="additive", random_state=0),
    "conductance": LTCLiquid(6, random_state=0),
    "memory": CfCLiquid(6, mixed_memory=True, random_state=0),
    "delays": NVAR(delay=3),
}


def central_differences(reservoir, row, state):
    vector, columns = to_vector(state), []
    for change in 1e-6 * np.eye(vector.size):
        ends = [to_vector(reservoir.run(row, with_vector(state, vector + sign * change))[1]) for sign in (1, -1)]
        columns.append((ends[0] - ends[1]) / 2e-6)
    return np.transpose(columns)


@pytest.mark.parametrize("name", SMOOTH)
def test_jacobian_is_that_of_central_differences(name):
    reservoir = SMOOTH[name].fit(U)
    _, state = reservoir.run(U)
    got = jacobian(reservoir, U[:1], state)
    np.testing.assert_allclose(got.toarray(), central_differences(reservoir, U[:1], state), atol=2e-6)


def test_line_of_delays_is_exact_to_its_zeros():
    shift = jacobian(NVAR(delay=3).fit(U), U[:1], U[:2]).toarray()
    assert np.count_nonzero(shift) == 3
    np.testing.assert_allclose(shift[:3, 3:], np.eye(3), rtol=1e-6)


def test_spiking_liquid_below_threshold_is_its_membrane_and_currents():
    liquid = LIFLiquid(4, background_current=5.0, random_state=0).fit(U[:2])
    got = jacobian_at_rest(liquid).toarray()
    assert got.shape == (12, 12)
    np.testing.assert_allclose(np.diag(got), np.exp(-10 / np.repeat([20.0, 3.0, 6.0], 4)), atol=1e-6)


def test_without_input_a_row_lasts_1():
    X = np.abs(U)
    liquid = CTRNNLiquid(4, recurrent_weights=np.zeros((4, 4)), tau_range=2.0, elapsed_column=1).fit(X)
    np.testing.assert_array_equal(silent_row(liquid), [[0, 1, 0]])
    np.testing.assert_allclose(jacobian_at_rest(liquid).toarray(), np.exp(-0.5) * np.eye(4))
    np.testing.assert_array_equal(silent_row(EchoStateReservoir(3, degree=2).fit(X)), [[0, 0, 0]])


def test_reservoir_that_has_adapted_and_a_class_of_ones_own():
    adapted = AdaptiveReservoir(EchoStateReservoir(5, degree=2, random_state=0), IntrinsicPlasticity()).fit(U)
    np.testing.assert_array_equal(
        jacobian_at_rest(adapted).toarray(), jacobian_at_rest(adapted.reservoir_).toarray()
    )  # fmt: skip

    class Known(EchoStateReservoir):
        pass

    jacobian.register(Known, lambda known, row, state: np.eye(2))
    np.testing.assert_array_equal(jacobian_at_rest(Known(3, degree=2).fit(U)), np.eye(2))
