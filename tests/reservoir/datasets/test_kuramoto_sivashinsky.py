import numpy as np
import pytest
from scipy.integrate import solve_ivp

from reservoir.datasets import make_kuramoto_sivashinsky

LENGTH, N_POINTS = 22.0, 32
X_POINTS = LENGTH / N_POINTS * np.arange(N_POINTS)


def make(n_steps=2, n_points=N_POINTS, transient=0, **parameters):
    return make_kuramoto_sivashinsky(n_steps, n_points=n_points, transient=transient, **parameters)


def another_solution(initial, time, length=LENGTH, forcing=0.0, n_waves=2, method="Radau", tolerance=1e-11):
    """The equations of all waves, their product as a sum over all pairs, under an implicit method of SciPy."""
    n_points = len(initial)
    waves = np.arange(-(n_points // 2) + 1, n_points // 2)
    q, middle = 2 * np.pi / length * waves, len(waves) // 2
    at_points = np.exp(2j * np.pi / n_points * np.outer(np.arange(n_points), waves))
    force = forcing / 2 * (np.abs(waves) == n_waves)

    def derivative(time, packed):
        amplitudes = packed[: len(waves)] + 1j * packed[len(waves) :]
        product = np.convolve(amplitudes, amplitudes)[middle : middle + len(waves)]
        change = (q**2 - q**4) * amplitudes - 0.5j * q * product + force
        return np.concatenate([change.real, change.imag])

    start = at_points.conj().T @ initial / n_points
    solution = solve_ivp(
        derivative, (0, time), np.concatenate([start.real, start.imag]), method=method, rtol=tolerance, atol=tolerance
    )
    end = solution.y[: len(waves), -1] + 1j * solution.y[len(waves) :, -1]
    return (at_points @ end).real


@pytest.fixture(scope="module")
def on_attractor():
    return make(1, transient=200, random_state=3)[0]


@pytest.mark.parametrize("method", ["Radau", "LSODA"])
def test_agrees_with_implicit_methods(on_attractor, method):
    other = another_solution(on_attractor, 5.0, method=method)
    own = make(step=5, initial=on_attractor, integration_step=0.005)[1]
    assert np.abs(own).max() > 1
    np.testing.assert_allclose(own, other, atol=3e-9)


def test_agrees_on_the_problem_of_kassam_and_trefethen():
    # Section 4 of their paper: length 32 pi, 128 points, u(x, 0) = cos(x/16) (1 + sin(x/16)).
    length = 32 * np.pi
    x = length / 128 * np.arange(128)
    initial = np.cos(x / 16) * (1 + np.sin(x / 16))
    own = make(step=30, length=length, n_points=128, initial=initial, integration_step=0.02)[1]
    other = another_solution(initial, 30.0, length, method="LSODA")
    assert np.abs(own).max() > 1
    np.testing.assert_allclose(own, other, atol=1e-6)


def test_agrees_with_a_forcing(on_attractor):
    forced = {"forcing": 0.3, "n_waves": 3}
    own = make(step=5, initial=on_attractor, integration_step=0.01, **forced)[1]
    np.testing.assert_allclose(own, another_solution(on_attractor, 5.0, **forced), atol=3e-8)
    assert np.abs(own - make(step=5, initial=on_attractor, integration_step=0.01)[1]).max() > 0.1


def test_the_error_falls_with_the_fourth_power_of_the_internal_step(on_attractor):
    ends = [make(step=2, initial=on_attractor, integration_step=step)[1] for step in (0.01, 0.005, 0.0025, 0.0003125)]
    errors = [np.abs(end - ends[-1]).max() for end in ends[:-1]]
    assert errors[0] / errors[1] == pytest.approx(16, rel=0.15)
    assert errors[1] / errors[2] == pytest.approx(16, rel=0.1)


@pytest.mark.parametrize("k", [1, 2, 3, 4, 6])
def test_small_waves_grow_and_decay_at_the_rates_of_the_linear_equation(k):
    q = 2 * np.pi * k / LENGTH
    wave = np.cos(q * X_POINTS)
    X = make(9, step=0.5, initial=1e-7 * wave)
    # Products of amplitudes of 1e-7 are 1e-14.
    np.testing.assert_allclose(X, 1e-7 * np.outer(np.exp((q**2 - q**4) * 0.5 * np.arange(9)), wave), atol=1e-12)


def test_the_mean_never_changes(on_attractor):
    X = make(200, initial=on_attractor + 0.37)
    np.testing.assert_allclose(X.mean(axis=1), 0.37 + on_attractor.mean(), atol=1e-12)


def test_a_mean_only_makes_everything_travel(on_attractor):
    # In 11 time units a speed of 22 / 11 carries the field once around the ring.
    at_rest = make(step=11, initial=on_attractor, integration_step=0.005)[1]
    moving = make(step=11, initial=on_attractor + 2, integration_step=0.005)[1]
    np.testing.assert_allclose(moving - 2, at_rest, atol=2e-6)


def test_places_are_alike(on_attractor):
    X = make(40, initial=on_attractor)
    np.testing.assert_allclose(make(40, initial=np.roll(on_attractor, 5)), np.roll(X, 5, axis=1), atol=1e-10)


def test_mirrored_fields_of_opposite_sign_solve_it_too(on_attractor):
    X = make(40, initial=on_attractor)
    np.testing.assert_allclose(make(40, initial=-on_attractor[::-1]), -X[:, ::-1], atol=1e-10)


def test_a_finer_grid_gives_the_same_field(on_attractor):
    fine = np.fft.irfft(np.fft.rfft(on_attractor)[: N_POINTS // 2], 96) * 3
    coarse = np.fft.irfft(np.fft.rfft(on_attractor)[: N_POINTS // 2], N_POINTS)
    X = make(20, initial=coarse)
    # The waves that the coarse grid lacks have amplitudes of 1e-5.
    np.testing.assert_allclose(make(20, 96, initial=fine)[:, ::3], X, atol=2e-4)


def test_an_odd_number_of_points_holds_the_same_waves():
    x = LENGTH / 33 * np.arange(33)
    wave = lambda x: np.cos(2 * np.pi * x / LENGTH) + np.sin(4 * np.pi * x / LENGTH)  # noqa: E731
    odd, even = make(step=8, n_points=33, initial=wave(x))[1], make(step=8, initial=wave(X_POINTS))[1]
    waves = [np.fft.rfft(field)[:10] / len(field) for field in (odd, even)]
    np.testing.assert_allclose(*waves, atol=1e-5)


def test_the_first_row_is_the_start():
    X = make(3, initial=np.arange(32.0) % 2)
    np.testing.assert_array_equal(X[0], np.arange(32.0) % 2)
    np.testing.assert_allclose(X[1], 0.5, atol=1e-12)  # the sawtooth decays at once, its mean stays


def test_a_short_series_is_the_beginning_of_a_long_one():
    draws = {"transient": 10.0, "random_state": 0}
    np.testing.assert_array_equal(make(5, **draws), make(50, **draws)[:5])


def test_transient_and_step_choose_where_one_solution_is_read():
    whole = make(100, transient=0, random_state=5)
    np.testing.assert_allclose(make(20, step=0.5, transient=10, random_state=5), whole[40:80:2], atol=1e-9)
    # Times that the internal step does not divide are met exactly, too.
    other = make(2, step=1.37, transient=3.11, random_state=5, integration_step=0.01)
    fine = make(2, step=4.48, random_state=5, integration_step=0.01)
    np.testing.assert_allclose(other[1], fine[1], atol=1e-7)


def test_the_energy_is_in_balance_on_the_attractor():
    # Multiplied by u and averaged over the ring, the equation is d<u^2>/dt / 2 = <u_x^2> - <u_xx^2>.
    X = make(2000, step=0.5, transient=100, random_state=0)
    power = 2 * (np.abs(np.fft.rfft(X) / N_POINTS) ** 2)
    q = 2 * np.pi / LENGTH * np.arange(N_POINTS // 2 + 1)
    change = (power[-1].sum() - power[0].sum()) / 2
    gain = power @ (q**2 - q**4)
    assert 0.5 * (gain[1:] + gain[:-1]).sum() / 2 == pytest.approx(change, abs=0.5)
    assert 0.5 * (power @ q**2).sum() > 200  # what is gained and lost meanwhile
    assert 1.0 < X.std() < 1.35


def test_two_starts_part_at_the_rate_of_the_largest_exponent():
    # 0.05 per time unit, see the docstring; over 280 time units the rate still differs from start to start.
    start = make(1, transient=200, random_state=1)[0]
    nudged = start + 1e-9 * np.cos(2 * np.pi * X_POINTS / LENGTH)
    apart = np.linalg.norm(make(601, initial=nudged, step=0.5) - make(601, initial=start, step=0.5), axis=1)
    assert 0.02 < np.log(apart[-1] / apart[40]) / 280 < 0.08


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="'n_points' must be at least 127.32.* for 'length' 200.* Pass n_points=500"):
        make(length=200.0, n_points=64)
    assert make(length=200.0, n_points=500, random_state=0).shape == (2, 500)
    with pytest.raises(ValueError, match=r"'initial' must have shape \(32,\), to agree with 'n_points'; got \(3,\)"):
        make(initial=(1.0, 2.0, 3.0))
    with pytest.raises(ValueError, match="'n_waves' must be below half of 'n_points', 32; got 16"):
        make(n_waves=16)
    with pytest.raises(ValueError, match="must last at most 1e"):
        make(3, step=1e300)
    with pytest.raises(ValueError, match="'random_state' must be"):
        make(random_state="seed")


@pytest.mark.parametrize(
    "wrong", [{"initial": 1e200 * np.cos(X_POINTS)}, {"forcing": 1e12}, {"initial": 1e4 * np.sin(X_POINTS)}]
)
def test_divergence_is_an_error(wrong):
    with pytest.raises(ValueError, match="'initial', 'forcing', 'length' and 'integration_step' must give a bounded"):
        make(40, **wrong)
