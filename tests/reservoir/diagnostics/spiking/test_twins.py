import naive
import numpy as np
import pytest

from reservoir import LIFLiquid, Markram
from reservoir.diagnostics.spiking.twins import Twins

U = np.random.RandomState(0).standard_normal((30, 2))
STRONG = {"recurrent_scaling": 2.0, "random_state": 0}


class FailingDelays:
    """Delays in steps, as the plain twin reads them: one spike of one unit needs forever."""

    def __init__(self, delays, unit, number):
        self.delays, self.unit, self.left = delays, unit, number

    def __getitem__(self, place):
        targets, source = place
        self.left -= source == self.unit
        return np.full(len(targets), 10**9) if source == self.unit and self.left == -1 else self.delays[place]


def plain(liquid, X, delays, noise=None):
    hold = np.floor(liquid.refractory_ / liquid.dt + 1e-3).astype(int)
    delays = np.rint(liquid.delays_.toarray() / liquid.dt).astype(int) if delays is None else delays
    zeros = np.zeros(liquid.input_weights_.shape, int)
    return set(naive.run_lif(liquid, delays, zeros, None, hold, X, noise)[3])


def compared(liquid, X, of_inputs=False, horizon=12, n_twins=4):
    twins = Twins(liquid, X, horizon, of_inputs)
    for dropped in twins.draw(2, n_twins, np.random.RandomState(1)):
        (since, units, signs), _ = twins.compare(dropped)
        yield dropped, set(zip((since + dropped[1]).tolist(), units.tolist(), signs.tolist(), strict=True))


def as_differing(original, others, last):
    signed = [(*spike, -1) for spike in original - others] + [(*spike, 1) for spike in others - original]
    return {(int(step), int(unit), sign) for step, unit, sign in signed if step <= last}


@pytest.mark.parametrize(
    "settings",
    [{}, {"delays": 0.0}, {"delays": (3.0, 1.0, 0.0, 2.0), "refractory": 0.0}, {"refractory": (7.0, 1.0)}],
)
def test_unit_that_fails_agrees_with_a_plain_run_in_which_a_spike_is_never_delivered(settings):
    liquid = LIFLiquid(20, **STRONG, **settings).fit(U[:1])
    original = plain(liquid, U, None)
    delays = np.rint(liquid.delays_.toarray()).astype(int)
    most = 0
    for (row, step, unit), found in compared(liquid, U):
        assert row == step // 10 and (step, unit) in original
        number = sum(one == unit and at < step for at, one in original)
        others = plain(liquid, U, FailingDelays(delays, unit, number)) - {(step, unit)}
        assert found == as_differing(original, others, step + 120)
        most = max(most, len(found))
    assert most > 20


def test_input_spike_that_fails_agrees_with_a_plain_run_without_it():
    X = np.random.RandomState(3).poisson(0.5, (30, 2)).astype(float)
    liquid = LIFLiquid(20, input="spikes", input_scaling=20.0, **STRONG).fit(X[:1])
    original = plain(liquid, X, None)
    for (row, step, channel), found in compared(liquid, X, of_inputs=True):
        without = X.copy()
        without[row, channel] -= 1
        assert found == as_differing(original, plain(liquid, without, None), step + 120) | {(step, 20, -1)}


def test_noise_is_that_of_the_original():
    liquid = LIFLiquid(20, noise=5.0, recurrent_scaling=0.0, random_state=0).fit(U[:1])
    assert all(found == {(step, unit, -1)} for (_, step, unit), found in compared(liquid, U))


@pytest.mark.parametrize("plasticity", [None, Markram(0.5, 200.0, 50.0)], ids=["static", "dynamic"])
def test_twin_with_nothing_dropped_is_the_same(plasticity):
    liquid = LIFLiquid(20, short_term_plasticity=plasticity, delays=0.0, **STRONG).fit(U[:1])
    twins = Twins(liquid, U, 12, of_inputs=False)
    row, step, unit = twins.draw(2, 1, np.random.RandomState(0))[0]
    twins._fail = lambda state, *_: state
    (since, *_), same = twins.compare((row, step, unit))
    assert same and since.size == 0


def test_second_run_makes_room_for_more_spikes():
    twins = Twins(LIFLiquid(20, **STRONG).fit(U[:1]), U, 12, of_inputs=False)
    small, large = (twins.liquid.events(U, twins.liquid.rest(), room) for room in (1, 10**4))
    assert len(small[0]) > 1
    for one, other, whole in zip(small[:2], large[:2], (twins.steps, twins.units), strict=True):
        np.testing.assert_array_equal(one, whole)
        np.testing.assert_array_equal(other, whole)


@pytest.mark.parametrize("tau", [0.5, 30.0, 1e6])
def test_distance_agrees_with_a_plain_filter(tau):
    liquid = LIFLiquid(20, **STRONG).fit(U[:1])
    twins = Twins(liquid, U, 12, of_inputs=False)
    dropped = twins.draw(2, 1, np.random.RandomState(0))[0]
    differing, _ = twins.compare(dropped)
    distances, logarithm, last = twins.distance(differing, tau)
    for row in range(13):
        trace = np.zeros(20)
        for since, unit, sign in zip(*differing, strict=True):
            if since <= 10 * row:
                trace[unit] += sign * np.exp(-(10 * row - since) / tau)
        assert distances[row] == pytest.approx(np.linalg.norm(trace), abs=1e-12)
    assert distances[0] == 1 and last == differing[0].max()
    assert logarithm == pytest.approx(np.log(distances[-1]))


def test_distance_that_has_faded_below_every_number_keeps_its_logarithm():
    liquid = LIFLiquid(5, recurrent_scaling=0.0, random_state=0).fit(np.zeros((1, 1)))
    alone = (np.array([0]), np.array([3]), np.array([-1]))
    distances, logarithm, last = Twins(liquid, np.zeros((500, 1)), 450, False).distance(alone, 1.0)
    assert distances[-1] == 0 and logarithm == pytest.approx(-4500) and last == 0
