import numpy as np
import pytest
from builders import series
from numpy.testing import assert_allclose

from reservoir import EchoStateReservoir, ResidualReservoir
from reservoir.diagnostics import contraction_bound, effective_spectral_radius, find_edge, lyapunov_exponents
from reservoir.diagnostics.stability.benettin import exponents_of
from reservoir.diagnostics.stability.jacobian import jacobian
from reservoir.diagnostics.stability.residual_map import jacobian_of, linearize
from reservoir.diagnostics.stability.twin_flow import driven_flow

U = series(300, 2)


def build(**parameters):
    return ResidualReservoir(15, random_state=0, **parameters).fit(U)


@pytest.mark.parametrize("activation", ["tanh", "identity", "relu", "sigmoid"])
@pytest.mark.parametrize("skip", ["orthogonal", "cyclic"])
def test_the_jacobian_is_the_derivative(skip, activation):
    reservoir = build(skip=skip, activation=activation, skip_gain=0.7)
    _, state = reservoir.run(U[:40])
    row, step = U[40:41], 1e-6
    ends = [reservoir.run(row, state + step * unit)[1] - reservoir.run(row, state - step * unit)[1]
            for unit in np.eye(15)]  # fmt: skip
    assert_allclose(jacobian(reservoir, row, state).toarray(), np.transpose(ends) / (2 * step), atol=1e-8)


def test_gains_are_proximities_times_slopes():
    reservoir = build(proximity=0.3)
    gains, end = linearize(reservoir, U[:10], reservoir.rest())
    states, last = reservoir.run(U[:10])
    argument = states[8] @ reservoir.recurrent_weights_.T + U[9] @ reservoir.input_weights_.T + reservoir.bias_
    assert_allclose(gains[9], 0.3 * (1 - np.tanh(argument) ** 2), rtol=1e-12)
    assert_allclose(end, last)


def test_exponents_are_those_of_twins():
    reservoir = build()
    exact = lyapunov_exponents(reservoir, U, 3, random_state=0)
    twins = exponents_of(driven_flow(reservoir, U), len(U), len(U) // 4, 3, np.random.RandomState(0))
    assert_allclose(exact, twins, atol=1e-4)


def test_exponents_of_an_identity_skip_are_those_of_the_leaky_network():
    leaky = EchoStateReservoir(15, leak_rate=0.2, random_state=0).fit(U)
    residual = build(proximity=0.2, skip="identity")
    assert_allclose(
        lyapunov_exponents(residual, U, 4, random_state=0), lyapunov_exponents(leaky, U, 4, random_state=0), atol=1e-9
    )
    assert_allclose(effective_spectral_radius(residual, U), effective_spectral_radius(leaky, U), rtol=1e-12)


def test_linear_units_on_an_orthogonal_skip_have_one_exponent():
    alone = build(activation="identity", recurrent_weights=np.zeros((15, 15)), proximity=0.25)
    assert_allclose(lyapunov_exponents(alone, U, 15), np.log(0.75), atol=1e-12)
    assert contraction_bound(alone) == pytest.approx(0.75)
    row = jacobian_of(alone, U[:1], alone.rest()).toarray()
    assert_allclose(row @ row.T, 0.75**2 * np.eye(15), atol=1e-12)


def test_the_certificate_is_never_below_what_is_measured():
    for parameters in ({}, {"proximity": 0.5}, {"skip": "cyclic"}, {"spectral_radius": 0.3, "proximity": 0.4}):
        reservoir = build(**parameters)
        assert np.log(contraction_bound(reservoir)) >= lyapunov_exponents(reservoir, U, random_state=0)[0]


def test_the_edge_lies_where_the_skip_path_stops_damping():
    # Without W the state is turned and scaled: it forgets below a gain of 1, and not above.
    settings = {"recurrent_weights": np.zeros((10, 10)), "activation": "identity", "random_state": 0}
    edge = find_edge(ResidualReservoir(10, **settings), U[:60], "skip_gain", (0.5, 1.8))
    assert edge.value == pytest.approx(1.0, abs=1e-3)
