import re

import numba
import numpy as np
import pytest

from reservoir.datasets import make_narma
from reservoir.datasets.narma import _extend


def narma_by_the_book(u, order=10, alpha=0.3, beta=0.05, gamma=1.5, delta=0.1):
    """The published recursion, indices as printed; returns y(1), ..., y(n)."""
    past_u = lambda t: u[t] if t >= 0 else 0.0  # noqa: E731
    y = dict.fromkeys(range(-order, 1), 0.0)
    for t in range(len(u)):
        memory = sum(y[t - i] for i in range(order))
        y[t + 1] = alpha * y[t] + beta * y[t] * memory + gamma * past_u(t - (order - 1)) * u[t] + delta
    return np.array([y[t + 1] for t in range(len(u))])


@pytest.mark.parametrize(
    "parameters",
    [{}, {"order": 30, "alpha": 0.2, "beta": 0.04, "gamma": 1.5, "delta": 0.001}, {"order": 1}, {"order": 2}],
)
def test_agrees_with_the_published_recursion(parameters):
    X, y = make_narma(300, random_state=0, **parameters)
    np.testing.assert_allclose(y, narma_by_the_book(X[:, 0], **parameters), rtol=1e-13)


def test_hand_computed_values():
    # order=2, u = (0.5, 0.4, 0.2): y(1) = .1; y(2) = .03 + .05*.1*.1 + 1.5*.5*.4 + .1; y(3) follows from both.
    outputs = [0.0]
    _extend(outputs, [0.5, 0.4, 0.2], 2, 0.3, 0.05, 1.5, 0.1)
    third = 0.3 * 0.4305 + 0.05 * 0.4305 * (0.4305 + 0.1) + 1.5 * 0.4 * 0.2 + 0.1
    np.testing.assert_allclose(outputs[1:], [0.1, 0.4305, third], rtol=1e-14)


def test_input_memory_reaches_back_exactly_order_minus_one_steps():
    # Peers multiply u(t - order) instead. Two lone pulses meet in one product only if they are 9 steps apart.
    for gap, product in [(8, 0.0), (9, 1.5 * 0.5 * 0.4), (10, 0.0)]:
        u = np.zeros(20)
        u[5], u[5 + gap] = 0.5, 0.4
        outputs = [0.0]
        _extend(outputs, u.tolist(), 10, 0.0, 0.0, 1.5, 0.0)
        assert outputs[5 + gap + 1] == pytest.approx(product)


def test_output_memory_includes_the_present_and_the_nine_before():
    # Peers sum y(t-10) ... y(t-1) instead. With delta alone, y(2) = .3 * .1 + .05 * .1 * (y(1) + y(0)) + .1.
    outputs = [0.0]
    _extend(outputs, [0.0] * 30, 10, 0.3, 0.05, 1.5, 0.1)
    assert outputs[2] == pytest.approx(0.3 * 0.1 + 0.05 * 0.1 * 0.1 + 0.1)
    y = outputs
    assert y[21] == pytest.approx(0.3 * y[20] + 0.05 * y[20] * sum(y[11:21]) + 0.1, rel=1e-14)


def test_last_target_needs_the_last_input():
    X, y = make_narma(50, random_state=0)
    shorter = narma_by_the_book(np.r_[X[:-1, 0], 0.0])
    np.testing.assert_allclose(y[:-1], shorter[:-1], rtol=1e-13)
    assert y[-1] != pytest.approx(shorter[-1], abs=1e-6)


def test_bounded_over_two_hundred_seeds():
    for seed in range(200):
        X, y = make_narma(1000, random_state=seed)
        assert X.shape == (1000, 1) and y.shape == (1000,)
        assert X.min() >= 0 and X.max() < 0.5 and y.min() > 0 and y.max() < 1.5


def test_a_series_that_runs_away_is_redrawn():
    seed, n_steps = next(
        (seed, 10_000)
        for seed in range(100)
        if not np.nanmax(_unguarded(np.random.RandomState(seed).uniform(0, 0.5, 10_000))) < 10
    )
    X, y = make_narma(n_steps, random_state=seed)
    assert y.max() < 1.5
    np.testing.assert_allclose(y, narma_by_the_book(X[:, 0]), rtol=1e-10)


def _unguarded(u):
    with np.errstate(all="ignore"):
        y = [np.float64(0.0)]
        for t in range(len(u)):
            if not y[-1] < 10:
                return y
            y.append(0.3 * y[-1] + 0.05 * y[-1] * sum(y[-10:]) + 1.5 * (u[t - 9] if t > 8 else 0) * u[t] + 0.1)
        return y


@numba.njit
def count_runaways(n_steps, seed):
    """How often the recursion, left to itself and begun again at rest, passes a million."""
    np.random.seed(seed)
    y, u, count = np.zeros(10), np.zeros(10), 0  # rings of ten: the place of step t - 9 is that after step t
    for t in range(n_steps):
        u[t % 10] = np.random.uniform(0.0, 0.5)
        new = 0.3 * y[(t - 1) % 10] + 0.05 * y[(t - 1) % 10] * y.sum() + 1.5 * u[(t + 1) % 10] * u[t % 10] + 0.1
        if new > 1e6:
            count += 1
            y[:], u[:], new = 0.0, 0.0, 0.0
        y[t % 10] = new
    return count


def test_it_diverges_as_often_as_documented():
    (said,) = re.findall(r"with the defaults once in ([\d,]+) steps", make_narma.__doc__)
    expected = 5e7 / int(said.replace(",", ""))
    assert abs(count_runaways(50_000_000, 0) - expected) < 3 * np.sqrt(expected)  # a Poisson count's deviation


def test_inputs_are_redrawn_as_often_as_documented():
    class Counting(np.random.RandomState):
        draws = 0

        def uniform(self, *arguments):
            self.draws += 1
            return super().uniform(*arguments)

    random = Counting(0)
    make_narma(1_000_000, random_state=random)
    assert 1 <= random.draws - 1 <= 12  # about 5 are expected, more than 12 once in 500


def test_constants_that_always_diverge_are_an_error():
    with pytest.raises(ValueError, match="must keep the recursion bounded; got .* after 100 redraws. Pass smaller"):
        make_narma(200, order=30)
    with pytest.raises(ValueError, match="must keep the recursion bounded"):
        make_narma(200, alpha=1.0)


def test_seeds():
    first, again, other = (make_narma(100, random_state=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])
    assert not np.array_equal(first[0], other[0])


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="'order' must be an integer of at least 1; got 0"):
        make_narma(10, order=0)
    with pytest.raises(ValueError, match="'beta' must be a finite number; got None"):
        make_narma(10, beta=None)


def test_more_rows_than_memory_are_refused_at_once():
    with pytest.raises(ValueError, match="'n_steps' must be small enough"):
        make_narma(10**400)


@pytest.mark.parametrize("seed", range(5))
def test_the_last_target_is_finite_too(seed):
    # Inputs above 0.17, two in three, carry the only target past the largest float.
    _, y = make_narma(1, order=1, alpha=0.0, beta=0.0, gamma=1.75e308, delta=1.75e308, random_state=seed)
    assert np.isfinite(y).all()
