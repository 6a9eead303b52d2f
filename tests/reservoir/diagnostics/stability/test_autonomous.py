import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

from readouts import RidgeReadout
from reservoir import NVAR, CTRNNLiquid, EchoStateReservoir, EnsembleForecaster, Forecaster, LTCLiquid
from reservoir.base import StateOverflowError
from reservoir.datasets import make_lorenz
from reservoir.diagnostics import autonomous_lyapunov_spectrum
from reservoir.diagnostics.stability.autonomous import _exact_flow, _twins
from reservoir.diagnostics.stability.benettin import exponents_of
from reservoir.diagnostics.stability.twin_flow import close_flow

SEED = {"random_state": 0}


def henon(n_steps):
    """Sprott (2003), appendix A.2.1: exponents 0.41922 and -1.62319, and their sum is log 0.3 exactly."""
    x = np.full(n_steps, 0.1)
    for t in range(1, n_steps - 1):
        x[t + 1] = 1 - 1.4 * x[t] ** 2 + 0.3 * x[t - 1]
    return x[:, None]


HENON = henon(800)


@pytest.fixture(scope="module")
def lorenz():
    series = make_lorenz(4000, step=0.03, initial=(3.0, -4.0, 20.0))
    reservoir = EchoStateReservoir(
        150, spectral_radius=0.5, leak_rate=0.6, input_scaling=0.5, bias_scaling=0.6, **SEED
    )  # fmt: skip
    series = (series - series.mean(axis=0)) / series.std(axis=0)
    return Forecaster(reservoir, RidgeReadout(alpha=1e-9), washout=200, target="increment").fit(series)


def test_first_two_exponents_of_lorenz(lorenz):
    # Sprott (2003), "Chaos and time-series analysis", A.5.1: 0.9056, 0, -14.5723.
    got = autonomous_lyapunov_spectrum(lorenz, n_steps=6000, dt=0.03, **SEED)
    assert got[0] == pytest.approx(0.906, abs=0.06)
    assert got[1] == pytest.approx(0, abs=0.02)
    assert got[2] < -1


@pytest.mark.parametrize("target", ["next", "increment"])
@pytest.mark.parametrize("passthrough", [True, False])
@pytest.mark.parametrize("cls", [EchoStateReservoir, CTRNNLiquid])
def test_twins_agree_with_jacobians_whatever_the_readout_sees_and_learns(cls, passthrough, target):
    reservoir = cls(40, spectral_radius=0.3, input_scaling=0.8, **SEED)
    forecaster = Forecaster(reservoir, passthrough=passthrough, target=target, washout=20).fit(HENON)
    state, row = forecaster.start(None)
    # Only until rounding makes a difference, so that every environment looks at the same forecast. A loop whose weights
    # are as large as those of "increment" without passthrough, 400, may bend so sharply later on that twins lose it.
    rows = np.repeat(row[None], 80, axis=0)
    forecaster.reservoir_.close_loop(forecaster.loop_readout_, rows, 1, state)  # writes what it feeds back into them
    flows = (
        _exact_flow(forecaster.reservoir_, forecaster.loop_readout_.weights, rows, state),
        close_flow(_twins(forecaster, 1), (state, row[None])),
    )
    exact, by_twins = (exponents_of(flow, 80, 20, 2, np.random.RandomState(0)) for flow in flows)
    np.testing.assert_allclose(by_twins, exact, atol=1e-3)
    got = autonomous_lyapunov_spectrum(forecaster, 2, 80, washout=20, **SEED)
    np.testing.assert_allclose(got, exact, atol=1e-9)


def test_both_exponents_of_henon_in_a_model_that_is_exact():
    readout = RidgeReadout(alpha=1e-12)
    forecaster = Forecaster(NVAR(delay=2), readout, passthrough=False, washout=1).fit(HENON)
    got = autonomous_lyapunov_spectrum(forecaster, 2, 500, **SEED)
    assert got.sum() == pytest.approx(np.log(0.3), abs=1e-4)
    assert got[0] == pytest.approx(0.41922, abs=0.05)
    np.testing.assert_allclose(
        autonomous_lyapunov_spectrum(forecaster, 2, 500, dt=0.5, context=HENON[:300], **SEED).sum(), np.log(0.3) / 0.5,
        atol=1e-3,
    )  # fmt: skip


def test_exponents_of_a_wave_are_not_positive():
    wave = np.sin(0.3 * np.arange(600))[:, None]
    forecaster = Forecaster(EchoStateReservoir(50, **SEED), washout=100).fit(wave)
    got = autonomous_lyapunov_spectrum(forecaster, 2, 2000, **SEED)
    assert got[0] == pytest.approx(0, abs=5e-3)


@pytest.mark.parametrize(
    ("reservoir", "readout"),
    [
        (LTCLiquid(15, **SEED), None),
        (EchoStateReservoir(10, dtype="float32", **SEED), None),
        (EchoStateReservoir(10, **SEED), make_pipeline(PolynomialFeatures(2), RidgeReadout(alpha=1e-4))),
        (EchoStateReservoir(10, **SEED), KNeighborsRegressor(2)),
    ],
    ids=["LTC", "float32", "quadratic readout", "neighbours"],
)
def test_every_reservoir_and_readout_has_exponents(reservoir, readout):
    forecaster = Forecaster(reservoir, readout, washout=10).fit(np.sin(np.arange(300.0))[:, None])
    got = autonomous_lyapunov_spectrum(forecaster, 2, 60, **SEED)
    assert got.shape == (2,)
    assert np.all(np.diff(got) <= 0)
    assert not np.isnan(got).any()


def test_what_has_no_loop_of_its_own_is_refused():
    reservoir = EchoStateReservoir(5, degree=2, **SEED)
    with pytest.raises(NotFittedError):
        autonomous_lyapunov_spectrum(Forecaster(reservoir))
    with pytest.raises(TypeError, match="'forecaster' must be a fitted Forecaster; got EchoStateReservoir"):
        autonomous_lyapunov_spectrum(reservoir.fit(HENON))
    many = EnsembleForecaster(Forecaster(reservoir), 2).fit(HENON)
    with pytest.raises(TypeError, match="got EnsembleForecaster. Take one of its members_"):
        autonomous_lyapunov_spectrum(many)
    assert autonomous_lyapunov_spectrum(many.members_[1], 1, 20, **SEED).shape == (1,)
    driven = Forecaster(reservoir).fit(HENON, exogenous=HENON)
    with pytest.raises(ValueError, match="'forecaster' must be fitted without exogenous columns; got 1"):
        autonomous_lyapunov_spectrum(driven)
    with pytest.raises(ValueError, match="horizon=3. Set horizon=None and fit"):
        autonomous_lyapunov_spectrum(Forecaster(reservoir, horizon=3).fit(HENON))
    forecaster = Forecaster(reservoir).fit(HENON)
    for arguments, message in (
        ({"n_exponents": 7}, "'n_exponents' must be at most 6"),
        ({"n_steps": 0}, "'n_steps' must be an integer of at least 1"),
        ({"n_steps": 5, "washout": 5}, "'washout' must be smaller than the number of steps; got 5"),
        ({"dt": 0}, "'dt' must be a number above 0; got 0"),
    ):
        with pytest.raises(ValueError, match=message):
            autonomous_lyapunov_spectrum(forecaster, **arguments)


def test_forecast_that_runs_away_is_an_error():
    growing = 1.5 ** np.arange(60)[:, None]
    forecaster = Forecaster(NVAR(delay=1, order=1), RidgeReadout(alpha=1e-9), washout=0).fit(growing)
    with pytest.raises(StateOverflowError):
        autonomous_lyapunov_spectrum(forecaster, 1, 5000)


def test_beside_an_expert_the_loop_has_the_exponents_of_the_system():
    u = np.full((3000, 1), 0.3)
    for t in range(2999):
        u[t + 1] = 3.9 * u[t] * (1 - u[t])
    forecaster = Forecaster(EchoStateReservoir(10, random_state=0), expert=lambda rows: 3.9 * rows * (1 - rows)).fit(u)
    learned = autonomous_lyapunov_spectrum(forecaster, 1, 1000, random_state=0)
    assert abs(learned[0] - np.log(np.abs(3.9 * (1 - 2 * u))).mean()) < 0.05
