import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from reservoir import NVAR, CTRNNLiquid, EchoStateReservoir, LIFLiquid, LTCLiquid, StackedReservoir
from reservoir.base import StateOverflowError
from reservoir.diagnostics import echo_state_index, effective_spectral_radius, lyapunov_exponents
from reservoir.diagnostics.stability import twin_flow
from reservoir.diagnostics.stability.benettin import exponents_of
from reservoir.diagnostics.stability.exponents import flow_along

U = np.random.RandomState(0).uniform(-1, 1, (600, 2))
DRAWN = {"random_state": 0}


def by_twins(reservoir, X, n_exponents=1):
    return exponents_of(twin_flow.driven_flow(reservoir, X), len(X), len(X) // 4, n_exponents, np.random.RandomState(0))


@pytest.mark.parametrize("leak_rate", [1.0, 0.3, (0.1, 1.0)])
@pytest.mark.parametrize("topology", ["shift", "orthogonal", "random"])
def test_linear_reservoir_has_the_logarithm_of_its_effective_spectral_radius(topology, leak_rate):
    X = np.zeros((4000, 1))
    reservoir = EchoStateReservoir(60, topology=topology, leak_rate=leak_rate, activation="identity", **DRAWN).fit(X)
    a, weights = reservoir.leak_rate_, reservoir.recurrent_weights_.toarray()
    expected = np.log(np.abs(np.linalg.eigvals(np.diag(1 - a) + a[:, None] * weights)).max())
    assert lyapunov_exponents(reservoir, X, **DRAWN)[0] == pytest.approx(expected, abs=1e-3)
    assert np.log(effective_spectral_radius(reservoir)) == pytest.approx(expected, abs=1e-9)


def test_linear_reservoir_may_grow_and_has_its_whole_spectrum():
    X = np.ones((2000, 1))
    reservoir = EchoStateReservoir(
        12, topology="random", spectral_radius=3.0, leak_rate=0.5, activation="identity", **DRAWN
    ).fit(X)
    sizes = np.abs(np.linalg.eigvals(0.5 * np.eye(12) + 0.5 * reservoir.recurrent_weights_.toarray()))
    got = lyapunov_exponents(reservoir, X, 12, **DRAWN)
    np.testing.assert_allclose(got, np.sort(np.log(sizes))[::-1], atol=5e-3)
    assert got.sum() == pytest.approx(np.log(sizes).sum(), abs=1e-6)


@pytest.mark.parametrize("spectral_radius", [0.5, 2.0])
def test_twins_agree_with_jacobians(spectral_radius):
    reservoir = EchoStateReservoir(50, spectral_radius=spectral_radius, leak_rate=0.8, **DRAWN).fit(U)
    exact = lyapunov_exponents(reservoir, U, 3, **DRAWN)
    np.testing.assert_allclose(by_twins(reservoir, U, 3), exact, atol=1e-4)
    assert np.all(np.diff(exact) <= 0)
    single = EchoStateReservoir(50, spectral_radius=spectral_radius, leak_rate=0.8, dtype="float32", **DRAWN).fit(U)
    np.testing.assert_allclose(by_twins(single, U.astype(np.float32))[0], exact[0], atol=5e-3)


def test_unit_by_hand_and_the_unit_of_time():
    # x <- tanh(w x + u): the exponent is the mean of log |w (1 - x^2)|.
    unit = EchoStateReservoir(
        recurrent_weights=[[-1.3]], input_weights=[[1.0]], bias=0.2, leak_rate=1.0
    ).fit(U[:, :1])  # fmt: skip
    x = unit.transform(U[:, :1])[150:, 0]
    assert lyapunov_exponents(unit, U[:, :1])[0] == pytest.approx(np.log(1.3 * (1 - x**2)).mean(), abs=1e-9)
    keep = CTRNNLiquid(recurrent_weights=[[0.0]], tau_range=5.0, elapsed_column=1).fit(np.abs(U))
    hours = np.abs(U[150:, 1]).mean()
    assert lyapunov_exponents(keep, np.abs(U))[0] == pytest.approx(-hours / 5)


@pytest.mark.parametrize("amplitude", [0.0, 1.0])
def test_sign_changes_where_two_starts_stop_converging(amplitude):
    X = amplitude * np.random.RandomState(0).uniform(-1, 1, (1000, 1))
    drawn = EchoStateReservoir(
        60, topology="random", spectral_radius=1.0, leak_rate=1.0, input_scaling=1.0, bias_scaling=0.0, **DRAWN
    ).fit(X)
    radii = np.arange(0.94, 1.7, 0.04)
    chaotic, apart = [], []
    for radius in radii:
        reservoir = EchoStateReservoir(
            recurrent_weights=drawn.recurrent_weights_ * radius, input_weights=drawn.input_weights_, bias=0.0,
            leak_rate=1.0,
        ).fit(X)  # fmt: skip
        chaotic.append(lyapunov_exponents(reservoir, X, **DRAWN)[0] > 0)
        apart.append(echo_state_index(reservoir, X, n_starts=1, washout=950, **DRAWN) > 1e-4)
    assert radii[np.argmax(chaotic)] == pytest.approx(radii[np.argmax(apart)], rel=0.05)
    assert not chaotic[0]
    assert chaotic[-1]


def test_reservoir_that_keeps_only_its_input_has_minus_infinity():
    for nvar in (NVAR(delay=1), NVAR(delay=3)):
        np.testing.assert_array_equal(lyapunov_exponents(nvar.fit(U), U), [-np.inf])
    deaf = EchoStateReservoir(recurrent_weights=np.diag([1.0, 1.0], k=1), leak_rate=1.0).fit(U)
    np.testing.assert_array_equal(lyapunov_exponents(deaf, U, 3), [-np.inf] * 3)


def test_spiking_liquid_without_synapses_forgets_between_spikes_and_coupling_makes_it_chaotic():
    X = U[:200]
    silent = LIFLiquid(30, recurrent_scaling=0.0, input_scaling=0.0, **DRAWN).fit(X[:5])
    # What is left of a difference in voltages is the slower of membrane and currents: 10 ms of 20 a row.
    assert lyapunov_exponents(silent, X)[0] == pytest.approx(-10 / 20, abs=1e-3)
    calm, wild = (
        lyapunov_exponents(LIFLiquid(60, recurrent_scaling=scale, **DRAWN).fit(X[:5]), X, **DRAWN)[0]
        for scale in (0.0, 1.0)
    )
    assert calm < -0.1 < 0.1 < wild


def test_stack_has_those_of_its_layers():
    stack = StackedReservoir([EchoStateReservoir(20), LTCLiquid(15)], **DRAWN).fit(U)
    first, second = stack.layers_
    below = first.transform(U)
    parts = [lyapunov_exponents(layer, X, 2, **DRAWN) for layer, X in ((first, U), (second, below))]
    got = lyapunov_exponents(stack, U, 2, **DRAWN)
    np.testing.assert_allclose(got, np.sort(np.concatenate(parts))[::-1][:2], atol=5e-3)
    np.testing.assert_allclose(by_twins(stack, U), got[:1], atol=5e-3)
    assert lyapunov_exponents(stack, U[:20], 35).shape == (35,)


def test_seed_of_the_directions_hardly_matters_and_reproduces():
    reservoir = EchoStateReservoir(30, spectral_radius=2, **DRAWN).fit(U)
    first = lyapunov_exponents(reservoir, U, random_state=1)
    np.testing.assert_array_equal(first, lyapunov_exponents(reservoir, U, washout=150, random_state=1))
    np.testing.assert_allclose(first, lyapunov_exponents(reservoir, U, random_state=2), atol=5e-3)


def test_named_columns_and_a_class_of_ones_own():
    frame = pd.DataFrame(U, columns=["a", "b"])
    reservoir, same = EchoStateReservoir(20, **DRAWN).fit(frame), EchoStateReservoir(20, **DRAWN).fit(U)
    np.testing.assert_array_equal(lyapunov_exponents(reservoir, frame, **DRAWN), lyapunov_exponents(same, U, **DRAWN))

    class Shy(EchoStateReservoir):
        pass

    flow_along.register(Shy, twin_flow.driven_flow)
    shy = Shy(20, **DRAWN).fit(U)
    np.testing.assert_array_equal(lyapunov_exponents(shy, U, **DRAWN), by_twins(same, U))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_exponents": 0}, "'n_exponents' must be an integer of at least 1; got 0"),
        (
            {"n_exponents": 6},
            "'n_exponents' must be at most 5, for as many numbers has a state of this reservoir; got 6",
        ),
        ({"washout": 600}, "'washout' must be smaller than the number of steps; got 600 with a series of 600 steps"),
        ({"washout": -1}, "'washout' must be an integer of at least 0; got -1"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        lyapunov_exponents(EchoStateReservoir(5, degree=2).fit(U), U, **arguments)


def test_reservoir_must_be_fitted_and_finite():
    with pytest.raises(NotFittedError):
        lyapunov_exponents(EchoStateReservoir(5, degree=2), U)
    with pytest.raises(ValueError, match="NaN"):
        lyapunov_exponents(EchoStateReservoir(5, degree=2).fit(U), np.full((3, 2), np.nan))
    explosive = EchoStateReservoir(recurrent_weights=[[9.0]], activation="relu", bias=1.0, input_scaling=0).fit(U)
    with pytest.raises(StateOverflowError):
        lyapunov_exponents(explosive, U)


def test_linear_reservoirs_are_known_and_twins_of_them_agree():
    X = np.zeros((3000, 1))
    chain = EchoStateReservoir(
        30, topology="delay_line", spectral_radius=None, leak_rate=0.3, activation="identity", **DRAWN
    ).fit(X)
    np.testing.assert_allclose(lyapunov_exponents(chain, X, 30), np.log(0.7))
    normal = EchoStateReservoir(30, topology="orthogonal", leak_rate=0.3, activation="identity", **DRAWN).fit(X)
    known = lyapunov_exponents(normal, X, 3)
    followed = exponents_of(flow_along(normal, X), 3000, 750, 3, np.random.RandomState(0))
    np.testing.assert_allclose(followed, known, atol=2e-3)
