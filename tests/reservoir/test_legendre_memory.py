from pathlib import Path

import naive_delays
import numpy as np
import pytest
from builders import series
from numpy.testing import assert_allclose, assert_array_equal
from scipy.linalg import expm
from scipy.signal import cont2discrete
from scipy.special import eval_sh_legendre
from sklearn.linear_model import LinearRegression

from reservoir import Forecaster, LegendreMemory, StackedReservoir
from reservoir.diagnostics import contraction_bound, lyapunov_exponents, memory_function, spectral_radius
from reservoir.diagnostics.stability.jacobian import jacobian
from reservoir.testing import check_reservoir

PEER = np.load(Path(__file__).parents[1] / "fixtures" / "keras_lmu.npz")
DTYPES = ["float64", "float32"]


def timed(X, seed=0):
    """A series with a last column of times, some of them 0 and some long."""
    random = np.random.RandomState(seed)
    times = random.exponential(2.0, len(X)) * random.choice([0, 1, 1, 1, 30], len(X))
    return np.column_stack([X, times])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("settings", [(1, 5.0), (6, 10.0), (20, 50.0), (7, 0.3)])
def test_states_equal_the_plain_twin(settings, dtype):
    X = series(50, 3).astype(dtype)
    memory = LegendreMemory(*settings, dtype=dtype)
    twin = naive_delays.run_legendre(*settings, X.astype(float), np.ones(50), np.zeros(3 * settings[0]))
    assert_allclose(memory.fit_transform(X), twin, rtol=0, atol=1e-12 if dtype == "float64" else 2e-5)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("settings", [(1, 5.0), (6, 10.0), (20, 50.0), (7, 0.3), (12, 1e6)])
def test_states_at_irregular_times_equal_the_plain_twin(settings, dtype):
    X = timed(series(50, 2)).astype(dtype)
    memory = LegendreMemory(*settings, elapsed_column=2, dtype=dtype)
    twin = naive_delays.run_legendre(
        *settings, X[:, :2].astype(float), X[:, 2].astype(float), np.zeros(2 * settings[0])
    )
    assert_allclose(memory.fit_transform(X), twin, rtol=0, atol=1e-12 if dtype == "float64" else 2e-5)


@pytest.mark.parametrize("case", ["small", "usual", "fine", "short"])
def test_matrices_equal_those_of_keras_lmu(case):
    order, window = PEER[f"{case}_settings"]
    memory = LegendreMemory(int(order), window).fit([[0.0]])
    assert_allclose(memory.recurrent_weights_.toarray(), PEER[f"{case}_A"], rtol=0, atol=1e-13)
    assert_allclose(memory.input_weights_, PEER[f"{case}_B"], rtol=0, atol=1e-13)


def test_states_equal_those_of_keras_lmu():
    assert_allclose(LegendreMemory(6, 10.0).fit_transform(PEER["inputs"]), PEER["states"], rtol=0, atol=1e-13)


@pytest.mark.parametrize("settings", [(5, 20.0), (64, 300.0), (200, 700.0)])
def test_matrices_equal_the_zero_order_hold_of_scipy(settings):
    A, B = naive_delays.legendre_equations(*settings)
    kept, taken, *_ = cont2discrete((A, B, np.eye(len(A)), np.zeros_like(B)), 1.0, "zoh")
    memory = LegendreMemory(*settings).fit([[0.0]])
    assert_allclose(memory.recurrent_weights_.toarray(), kept, rtol=0, atol=1e-12)
    assert_allclose(memory.input_weights_, taken, rtol=0, atol=1e-12)


def test_polynomials_read_the_window_of_a_slow_input():
    # Voelker et al. 2019, equation 3. An input that is held lags by half a row more than it was sampled.
    order, window, t = 16, 80.0, np.arange(600)
    u = np.sin(0.11 * t) + 0.5 * np.cos(0.05 * t)
    states = LegendreMemory(order, window).fit_transform(u[:, None])
    for delay in (0, 1, 20, 40, 79):
        decoded = states @ eval_sh_legendre(np.arange(order), (delay + 0.5) / window)
        error = (decoded[delay:] - u[: len(u) - delay])[300:]
        # What is not slow are the steps of the held input, of 0.11 radians, which show most in the present.
        assert np.sqrt(np.mean(error**2)) < 0.02 * u.std(), delay


def test_a_readout_learns_the_delay_of_half_a_window():
    random = np.random.RandomState(0)
    u = np.convolve(random.standard_normal(3000), np.hanning(40), "same")[:, None]
    states = LegendreMemory(12, 60.0).fit_transform(u)
    delayed = np.roll(u[:, 0], 30)
    readout = LinearRegression().fit(states[200:2000], delayed[200:2000])
    assert readout.score(states[2000:], delayed[2000:]) > 0.999


def test_a_constant_input_fills_the_window_with_itself():
    memory = LegendreMemory(8, 20.0)
    states = memory.fit_transform(np.full((400, 1), 3.0))
    assert_allclose(states[-1], [3, 0, 0, 0, 0, 0, 0, 0], atol=1e-12)
    there, _ = memory.run(np.full((5, 1), 3.0), np.eye(8)[0] * 3)
    assert_array_equal(there, np.tile(np.eye(8)[0] * 3, (5, 1)))


@pytest.mark.parametrize("kind", ["slow", "noise"])
def test_a_long_window_keeps_its_digits_in_single_precision(kind):
    window, t = 50_000.0, np.arange(100_000)
    u = np.sin(4 * np.pi * t / window) if kind == "slow" else np.random.RandomState(0).standard_normal(len(t))
    u = u.astype("float32")[:, None]
    exact = LegendreMemory(6, window).fit_transform(u.astype("float64"))
    states = LegendreMemory(6, window, dtype="float32").fit_transform(u)
    # A state is rounded in every row of the window, and the errors add up as a random walk does.
    rounding = np.finfo("float32").eps / 2 * window**0.5
    assert np.abs(states - exact).max() < 3 * rounding * np.abs(exact).max()


def test_rows_of_duration_one_are_regular_rows_to_the_bit():
    X = series(60, 3)
    regular = LegendreMemory(9, 25.0).fit_transform(X)
    clocked = LegendreMemory(9, 25.0, elapsed_column=-1).fit_transform(np.column_stack([X, np.ones(60)]))
    assert_array_equal(clocked, regular)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_row_in_parts_with_its_input_held_ends_in_the_same_state(dtype):
    X, parts = timed(series(30, 2)), np.array([0.1, 0.25, 0.3, 0.35])
    split = np.repeat(X, 4, axis=0)
    split[:, -1] *= np.tile(parts, 30)
    memory = LegendreMemory(10, 12.0, elapsed_column=-1, dtype=dtype).fit(X)
    whole, pieces = memory.transform(X), memory.transform(split)[3::4]
    assert_allclose(pieces, whole, rtol=0, atol=1e-12 if dtype == "float64" else 2e-5)


def test_rows_without_duration_change_nothing():
    memory = LegendreMemory(5, 8.0, elapsed_column=1).fit([[0.0, 1.0]])
    _, state = memory.run(timed(series(10, 1)))
    _, after = memory.run([[7.0, 0.0], [1e9, 0.0]], state)
    assert_array_equal(after, state)


@pytest.mark.parametrize("time", [1e4, 1e300])
def test_after_a_long_row_nothing_is_left_but_its_input(time):
    memory = LegendreMemory(6, 5.0, elapsed_column=1).fit([[0.0, 1.0]])
    _, state = memory.run(timed(series(10, 1)))
    _, after = memory.run([[2.0, time]], state)
    assert_array_equal(after, [2, 0, 0, 0, 0, 0])


def test_time_has_the_unit_of_the_window():
    X = timed(series(40, 1))
    seconds = LegendreMemory(6, 10.0, elapsed_column=1).fit_transform(X)
    milliseconds = LegendreMemory(6, 10_000.0, elapsed_column=1).fit_transform(X * [1, 1000])
    assert_allclose(milliseconds, seconds, rtol=0, atol=1e-12)


def test_it_keeps_what_a_reservoir_promises():
    for dtype in DTYPES:
        check_reservoir(LegendreMemory(5, 9.0, dtype=dtype))


def test_a_forecast_follows_its_own_outputs():
    X, future = np.sin(0.3 * np.arange(400.0))[:, None], np.sin(0.3 * np.arange(400.0, 450))
    model = Forecaster(LegendreMemory(12, 30.0), washout=100).fit(X)
    assert_allclose(model.forecast(50)[:, 0], future, atol=0.01)
    clocked = Forecaster(LegendreMemory(12, 30.0, elapsed_column=1), washout=100)
    clocked.fit(X, exogenous=np.ones((400, 1)))
    assert_allclose(clocked.forecast(50, exogenous=np.ones((50, 1)))[:, 0], future, atol=0.01)


def test_it_is_a_layer_below_others():
    stack = StackedReservoir([LegendreMemory(4, 8.0), LegendreMemory(2, 4.0)], output="last")
    lower = LegendreMemory(4, 8.0).fit_transform(series())
    assert_array_equal(stack.fit_transform(series()), LegendreMemory(2, 4.0).fit_transform(lower))


def test_diagnostics_know_that_it_is_linear():
    memory = LegendreMemory(10, 20.0).fit([[0.0]])
    recalled = memory_function(memory)
    assert recalled.n_steps == 0 and recalled.total == recalled.rank == 10
    radius = np.abs(np.linalg.eigvals(memory.recurrent_weights_.toarray())).max()
    assert spectral_radius(memory) == pytest.approx(radius)
    assert contraction_bound(memory) == pytest.approx(radius) and radius < 1
    assert lyapunov_exponents(memory, series(50, 1))[0] == pytest.approx(np.log(radius))
    clocked = LegendreMemory(10, 20.0, elapsed_column=1).fit([[0.0, 1.0]])
    ones = np.column_stack([series(200, 1), np.ones(200)])
    assert lyapunov_exponents(clocked, ones, random_state=0)[0] == pytest.approx(np.log(radius), rel=0.05)
    assert contraction_bound(clocked) == pytest.approx(radius)
    row = np.array([[5.0, 3.0]])
    kept = expm(3 * naive_delays.legendre_equations(10, 20.0)[0])
    assert_allclose(jacobian(clocked, row, clocked.rest()).toarray(), kept, rtol=0, atol=1e-13)


@pytest.mark.parametrize(
    "parameters",
    [
        {"order": 0}, {"order": 2.5}, {"order": 10**9}, {"window": 0.0}, {"window": -1.0}, {"window": np.inf},
        {"window": 1e16}, {"window": 1e-320}, {"window": 1e-39, "dtype": "float32"}, {"elapsed_column": 7},
    ],
)  # fmt: skip
def test_bad_values_are_refused_by_name(parameters):
    with pytest.raises(ValueError, match=f"'{next(iter(parameters))}'"):
        LegendreMemory(**parameters).fit(np.abs(series()))


@pytest.mark.parametrize("elapsed", [None, -1])
@pytest.mark.parametrize("window", [1e-300, 1e-3, 1e15])
def test_extreme_windows_are_driven(window, elapsed):
    X = timed(series(20, 1))
    states = LegendreMemory(5, window, elapsed_column=elapsed).fit_transform(X if elapsed else X[:, :1])
    assert np.isfinite(states).all()


@pytest.mark.parametrize(("window", "dtype"), [(5e-306, "float64"), (3e-306, "float64"), (1e-36, "float32")])
def test_windows_too_short_for_a_grain_of_time_are_refused_by_name(window, dtype):
    X = timed(series(20, 1))
    with pytest.raises(ValueError, match="'window' must be longer for an order of 20"):
        LegendreMemory(20, window, elapsed_column=1, dtype=dtype).fit(X)
    short = LegendreMemory(20, 100 * window, elapsed_column=1, dtype=dtype).fit(X)
    wide = LegendreMemory(20, 100.0, elapsed_column=1, dtype=dtype).fit_transform(X)
    assert_allclose(short.transform(X * [1, window]), wide, rtol=0, atol=1e-12 if dtype == "float64" else 2e-5)
