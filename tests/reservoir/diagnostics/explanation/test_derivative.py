import numpy as np
import pytest

from reservoir import NVAR, CTRNNLiquid, EchoStateReservoir, LIFLiquid
from reservoir.diagnostics.explanation.derivative import derivative_rule

U = np.random.RandomState(0).standard_normal((40, 2))
MOMENTS, FURTHEST = np.array([0, 3, 30]), 5
by_trying = derivative_rule.dispatch(object)


@pytest.mark.parametrize(
    "reservoir",
    [
        EchoStateReservoir(9, leak_rate=(0.2, 1.0), spectral_radius=1.3),
        EchoStateReservoir(9, activation="sigmoid"),
        EchoStateReservoir(9, activation="identity", topology="random"),
        EchoStateReservoir(9, activation="relu"),
        CTRNNLiquid(9, form="additive"),
        CTRNNLiquid(9, form="antisymmetric", method="euler"),
    ],
    ids=["tanh", "sigmoid", "identity", "relu", "additive", "antisymmetric"],
)
def test_chain_of_jacobians_agrees_with_differences(reservoir):
    reservoir = reservoir.set_params(random_state=0).fit(U)
    exact, tried = (rule(reservoir, U, MOMENTS, FURTHEST, None) for rule in (derivative_rule, by_trying))
    for moment in MOMENTS:
        assert exact(moment).shape == (6, 9, 2)
        np.testing.assert_allclose(exact(moment), tried(moment), rtol=1e-6, atol=1e-9)


def test_single_precision_is_followed_in_double_and_tried_with_larger_steps():
    reservoir = EchoStateReservoir(9, dtype="float32", random_state=0).fit(U)
    X = U.astype(np.float32)
    exact, tried = (rule(reservoir, X, MOMENTS, FURTHEST, None)(3) for rule in (derivative_rule, by_trying))
    assert exact.dtype == tried.dtype == np.float64
    np.testing.assert_allclose(tried, exact, atol=1e-4)


def test_products_of_lagged_inputs_have_the_derivatives_of_products():
    lagged = NVAR(delay=2, order=2).fit(U[:, :1])
    u = U[:, 0]
    now, later = derivative_rule(lagged, U[:, :1].copy(), [7], 1, None)(7)[:, :, 0]
    # x(t), x(t-1), x(t)^2, x(t) x(t-1), x(t-1)^2
    np.testing.assert_allclose(now, [1, 0, 2 * u[7], u[6], 0], atol=1e-9)
    np.testing.assert_allclose(later, [0, 1, 0, u[8], 2 * u[7]], atol=1e-9)


def test_elapsed_times_move_states_as_their_equation_says():
    X = np.column_stack([np.ones(6), [1.0, 0.0, 2.0, 1.0, 0.0, 1.0]])
    liquid = CTRNNLiquid(
        recurrent_weights=[[0.0]], input_weights=[[1.0]], bias=0.0, activation="identity", tau_range=2.0,
        elapsed_column=1,
    ).fit(X)  # fmt: skip
    # x <- 1 + (x - 1) exp(-h / 2), so dx/dh = (1 - x) / 2 with x after the row, for a row of no time too.
    states = liquid.transform(X)[:, 0]
    rule = derivative_rule(liquid, X, np.arange(5), 1, None)
    for moment in range(5):
        now, later = rule(moment)[:, 0, 1]
        assert now == pytest.approx((1 - states[moment]) / 2, rel=1e-5)
        assert later == pytest.approx(now * np.exp(-X[moment + 1, 1] / 2), rel=1e-5)


def test_one_spike_more_is_what_a_spike_does():
    spikes = np.zeros((30, 2))
    liquid = LIFLiquid(
        recurrent_weights=np.zeros((3, 3)), input_weights=400 * np.eye(3, 2), input="spikes", random_state=0
    ).fit(spikes)
    changed = spikes.copy()
    changed[4, 1] = 1
    response = derivative_rule(liquid, spikes, [4], 10, None)(4)
    np.testing.assert_array_equal(response[:, :, 1], (liquid.transform(changed) - liquid.transform(spikes))[4:15])
    assert np.any(response[:, 1, 1] > 0)
    assert not response[:, [0, 2], 1].any()


def test_columns_far_from_zero_are_changed_by_what_precision_allows():
    X = U + 1e12
    shown = NVAR(delay=1, order=1).fit(X)
    np.testing.assert_allclose(derivative_rule(shown, X, [0], 0, None)(0)[0], np.eye(2), rtol=1e-12)
