"""The edge of stability, where it is known in closed form."""

import numpy as np
import pytest
from builders import series
from joblib import parallel_config
from scipy.optimize import brentq

from reservoir import NVAR, CTRNNLiquid, EchoStateReservoir, LIFLiquid, StackedReservoir
from reservoir.diagnostics import find_edge, lyapunov_exponents, spike_lyapunov_exponent

U = series(200, 2)
SILENCE = np.zeros((600, 1))
QUARTER_TURN = [[0.0, -1.5], [1.5, 0.0]]


def linear(**parameters):
    return EchoStateReservoir(**({"n_units": 30, "activation": "identity", "random_state": 0} | parameters))


@pytest.mark.parametrize("leak_rate", [1.0, 0.3])
@pytest.mark.parametrize("topology", ["random", "ring", "orthogonal"])
def test_a_linear_reservoir_has_its_edge_where_its_matrix_has_radius_one(topology, leak_rate):
    reservoir = linear(topology=topology, leak_rate=leak_rate, spectral_radius=1.0)
    values = np.linalg.eigvals(reservoir.fit(U).recurrent_weights_.toarray())
    expected = brentq(lambda r: np.abs(1 - leak_rate + leak_rate * r * values).max() - 1, 0.5, 9)
    found = find_edge(reservoir, U, "spectral_radius", (0.1, 10.0), tolerance=1e-6)
    assert found.value == pytest.approx(expected, abs=1e-6)
    assert found.bracket[0] <= expected + 1e-12 and found.bracket[1] >= expected - 1e-12
    assert found.is_clear and found.bracketed.tolist() == [True]


def test_the_edge_may_be_one_of_another_parameter():
    # |(1 - a) + 1.5 a i| = 1 for a = 2 / 3.25: below it the leak tames the turn, which grows by itself.
    turning = linear(recurrent_weights=QUARTER_TURN)
    assert find_edge(turning, U, "leak_rate", (0.1, 1.0), tolerance=1e-6).value == pytest.approx(2 / 3.25, abs=1e-6)


def test_without_input_tanh_units_are_at_the_edge_at_radius_one():
    # The state stays at 0, where the derivative of tanh is 1.
    reservoir = EchoStateReservoir(30, topology="orthogonal", leak_rate=1.0, bias=0.0, random_state=0)
    assert find_edge(reservoir, SILENCE, bounds=(0.5, 2.0)).value == pytest.approx(1, abs=1e-3)


def test_an_input_moves_the_edge_of_tanh_units_up():
    edges = [
        find_edge(EchoStateReservoir(30, input_scaling=scale, random_state=0), U, tolerance=0.02).value
        for scale in (0.1, 3.0)
    ]
    assert 1 < edges[0] < edges[1]


def test_the_bracket_has_the_exponents_that_are_measured_there():
    reservoir = EchoStateReservoir(60, random_state=0)
    found = find_edge(reservoir, 0.1 * U, tolerance=0.1)
    for radius, exponent in zip(found.points[0], found.exponents[0], strict=True):
        fitted = EchoStateReservoir(60, spectral_radius=radius, random_state=0).fit(U)
        assert lyapunov_exponents(fitted, 0.1 * U, random_state=0)[0] == exponent
    assert found.bracket[1] - found.bracket[0] <= 0.1 * found.bracket[1]
    assert not hasattr(reservoir, "n_units_") and reservoir.spectral_radius == 0.9


def test_several_seeds_have_edges_of_their_own_and_jobs_change_nothing():
    settings = {"n_seeds": 3, "random_state": 0, "tolerance": 1e-6}
    leaky = linear(topology="random", leak_rate=0.3)
    found = find_edge(leaky, U, **settings)
    assert len(np.unique(found.values)) == 3 and found.spread == pytest.approx(np.std(found.values, ddof=1))
    assert found.value == pytest.approx(found.values.mean())
    with parallel_config("threading"):
        again = find_edge(leaky, U, n_jobs=2, **settings)
    np.testing.assert_array_equal(found.values, again.values)
    seeds = np.random.RandomState(0).randint(2**31 - 1, size=3)
    alone = find_edge(leaky.set_params(random_state=int(seeds[2])), U, tolerance=1e-6)
    assert alone.value == found.values[2]


def test_names_inside_and_functions():
    stack = StackedReservoir([linear(leak_rate=1.0), linear(leak_rate=1.0)], random_state=0)
    assert find_edge(stack, U, "layer2__spectral_radius").value == pytest.approx(1, abs=1e-3)
    assert find_edge(stack, U, "layer2__spectral_radius", n_seeds=2, tolerance=0.1).bracketed.all()

    def make(gain, random_state=0):
        return linear(leak_rate=1.0, spectral_radius=2 * gain, random_state=random_state)

    assert find_edge(make, U, "gain").value == pytest.approx(0.5, abs=1e-3)
    assert find_edge(make, U, "gain", n_seeds=2, random_state=1).value == pytest.approx(0.5, abs=1e-3)


def test_overflow_lies_beyond_the_edge():
    relu = EchoStateReservoir(20, activation="relu", leak_rate=1.0, random_state=0)
    found = find_edge(relu, np.ones((900, 1)), bounds=(0.1, 1e30), tolerance=0.05)
    assert found.exponents[0][-1] == np.inf and np.isfinite(found.value)


def beyond_one(reservoir, X):
    return reservoir.spectral_radius**2 - 1.21


def test_a_metric_may_be_undefined_beyond_the_edge():
    def partly(reservoir, X):
        return None if reservoir.spectral_radius > 3 else beyond_one(reservoir, X)

    found = find_edge(linear(), U, metric=partly)
    assert found.value == pytest.approx(1.1, abs=1e-3) and np.ptp(found.bracket) <= 1.2e-3


def test_a_metric_that_is_undefined_at_the_edge_is_warned_of():
    def partly(reservoir, X):
        return None if 1.05 < reservoir.spectral_radius < 1.6 else beyond_one(reservoir, X)

    with pytest.warns(UserWarning, match="'metric' is undefined at spectral_radius=1.33.*stays from 1 to 1.778"):
        found = find_edge(linear(), U, metric=partly)
    assert found.bracket == (1.0, 1.77828)


def test_spikes_have_a_metric_of_their_own():
    u = np.random.RandomState(0).uniform(0, 1, (60, 1))
    liquid = LIFLiquid(30, background_current=16.0, random_state=0)

    def effect(liquid, X):
        return spike_lyapunov_exponent(liquid, X, n_twins=5, horizon=10, random_state=0).exponent

    found = find_edge(liquid, u, "recurrent_scaling", (0.01, 3.0), metric=effect, tolerance=0.3)
    low, high = found.brackets[0]
    sides = [effect(LIFLiquid(30, background_current=16.0, recurrent_scaling=value, random_state=0).fit(u), u) > 0
             for value in (low, high)]  # fmt: skip
    assert sides[0] != sides[1]


def test_of_several_series_the_mean_exponent_counts():
    several = [0.1 * U[:50], 0.1 * U]
    found = find_edge(EchoStateReservoir(60, random_state=0), several, tolerance=0.1)
    fitted = EchoStateReservoir(60, spectral_radius=found.points[0][-1], random_state=0).fit(several)
    each = [lyapunov_exponents(fitted, x, random_state=0)[0] for x in several]
    assert found.exponents[0][-1] == pytest.approx((50 * each[0] + 200 * each[1]) / 250)
    stack = np.stack([U, U])
    assert find_edge(linear(), stack).value == pytest.approx(find_edge(linear(), U).value)


def test_without_an_edge_the_exponents_at_both_ends_are_said():
    with pytest.raises(ValueError, match=r"it is -1\.609 at spectral_radius=0\.2 and -0\.6931 at spectral_radius=0\.5, "
                                         r"not above 0 at all 9 points.*Widen 'bounds' at the upper end"):  # fmt: skip
        find_edge(linear(leak_rate=1.0), U, bounds=(0.2, 0.5))
    with pytest.raises(ValueError, match="above 0 at all 9 points that were measured. Widen 'bounds' at the lower end"):
        find_edge(linear(leak_rate=1.0), U, bounds=(2, 5))
    with pytest.raises(ValueError, match="'metric' must return a number somewhere between 'bounds'"):
        find_edge(linear(), U, metric=lambda reservoir, X: None)


def humps(reservoir, X):
    return np.sin(6 * reservoir.spectral_radius)


def test_several_edges_are_warned_of():
    with pytest.warns(UserWarning, match="crosses 0 more than once, at spectral_radius from 0.5.* to 2"):
        found = find_edge(linear(), U, bounds=(0.2, 2.0), metric=humps)
    assert found.value == pytest.approx(np.pi / 6, abs=1e-3) and not found.is_clear and found.n_crossings[0] == 3


def test_seeds_without_an_edge_are_warned_of():
    def odd(reservoir, X):
        return reservoir.spectral_radius - 1 if reservoir.random_state % 2 else 1.0

    seeds = np.random.RandomState(0).randint(2**31 - 1, size=4)
    assert 0 < (seeds % 2).sum() < 4
    with pytest.warns(UserWarning, match="of 4 seeds have no edge between the bounds"):
        found = find_edge(linear(), U, metric=odd, n_seeds=4, random_state=0)
    np.testing.assert_array_equal(found.bracketed, seeds % 2 == 1)
    assert found.value == pytest.approx(1)


def test_progress_is_printed(capsys):
    find_edge(linear(leak_rate=1.0), U, tolerance=0.1, verbose=True)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("[find_edge] 9 points") and "spectral_radius from" in lines[-1] and len(lines) > 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"parameter": "leak"},
            "'parameter' must be a parameter of EchoStateReservoir; got 'leak'. Did you mean 'leak_",
        ),
        ({"parameter": "topology"}, "'parameter' must name one that is a single number; 'topology' is 'shift'"),
        ({"parameter": "n_units"}, "At n_units=0.1 in 'bounds': 'n_units' must be an integer"),
        ({"parameter": "leak_rate"}, "At leak_rate=1.77828 in 'bounds': 'leak_rate' must be"),
        ({"bounds": (2, 1)}, "'bounds' must rise"),
        ({"bounds": 3}, "'bounds' must be a pair"),
        ({"bounds": (0, np.inf)}, "'bounds' must be a finite number|'bounds' must be"),
        ({"n_points": 1}, "'n_points' must be an integer of at least 2"),
        ({"tolerance": 0}, "'tolerance' must be a number above 0"),
        ({"metric": "exponent"}, "'metric' must be None or callable"),
        ({"metric": lambda reservoir, X: [1.0, 2.0]}, "'metric' must return one number; got 2"),
        ({"X": [U, U[:, :1]]}, r"'X|X\[1\] has 1"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    arguments = {"X": U} | arguments
    with pytest.raises((ValueError, TypeError), match=message):
        find_edge(linear(), **arguments)


def test_what_holds_several_numbers_is_made_by_a_function():
    with pytest.raises(ValueError, match=r"'leak_rate' is \(0.1, 0.9\). Set it to a number, or pass a function"):
        find_edge(linear(leak_rate=(0.1, 0.9)), U, "leak_rate", (0.1, 1.0))
    with pytest.raises(ValueError, match="'n_seeds' must be 1 for NVAR, which draws nothing at random; got 2"):
        find_edge(NVAR(), U, "delay", (1, 3), n_seeds=2)


def test_continuous_time():
    # dv/dt = -v + W v for identity units: the edge is where the largest real part of W's eigenvalues is 1.
    ring = CTRNNLiquid(20, topology="ring", activation="identity", random_state=0)
    found = find_edge(ring, U, "spectral_radius", (0.1, 10.0), tolerance=1e-5)
    values = np.linalg.eigvals(ring.set_params(spectral_radius=found.value).fit(U).recurrent_weights_.toarray())
    assert values.real.max() == pytest.approx(1, abs=1e-3)
