import numpy as np
import pytest

from reservoir import LIFLiquid
from reservoir.diagnostics.spiking import SpikeTrains, interval_variation, interval_variation_of_trains


def renewal(intervals):
    """Trains of one unit per row of intervals, which are whole numbers."""
    steps = np.cumsum(intervals, axis=1)
    units = np.repeat(np.arange(len(steps)), steps.shape[1])
    return SpikeTrains(steps.ravel(), units, int(steps.max()) + 1, len(steps))


def test_agrees_with_a_plain_sum_unit_by_unit():
    random = np.random.RandomState(0)
    spikes = random.rand(400, 12) < np.linspace(0, 0.3, 12)
    found = interval_variation_of_trains(SpikeTrains(*np.nonzero(spikes), 400, 12), min_intervals=4)
    trains = [np.diff(np.flatnonzero(spikes[:, unit])).astype(float) for unit in range(12)]
    counted = [unit for unit in range(12) if len(trains[unit]) >= 4]
    assert 0 < len(counted) < 12
    np.testing.assert_array_equal(found.units, counted)
    for place, unit in enumerate(counted):
        i = trains[unit]
        assert found.n_intervals[place] == len(i)
        assert found.cv[place] == pytest.approx(i.std() / i.mean())
        lv = 3 / (len(i) - 1) * sum(((a - b) / (a + b)) ** 2 for a, b in zip(i[:-1], i[1:], strict=True))
        assert found.lv[place] == pytest.approx(lv)
    assert found.mean_cv == pytest.approx(found.cv.mean()) and found.mean_lv == pytest.approx(found.lv.mean())


# CV of a gamma law of shape k is k^(-1/2), LV is 3 / (2 k + 1) (Shinomoto et al. 2003).
@pytest.mark.parametrize("shape", [0.5, 1.0, 4.0])
def test_renewal_processes_have_the_values_of_their_law(shape):
    intervals = np.random.RandomState(0).gamma(shape, 1e6, (20, 5000)).astype(np.int64) + 1
    found = interval_variation_of_trains(renewal(intervals))
    assert found.mean_cv == pytest.approx(shape**-0.5, rel=0.02)
    assert found.mean_lv == pytest.approx(3 / (2 * shape + 1), rel=0.02)


def test_local_variation_does_not_see_a_slow_change_of_rate():
    slow = np.geomspace(1e3, 1e6, 2000)[None] * np.ones((20, 1))
    found = interval_variation_of_trains(renewal(np.random.RandomState(1).exponential(slow).astype(np.int64) + 1))
    assert found.mean_cv > 1.5 and found.mean_lv == pytest.approx(1, rel=0.03)


def test_clock_has_no_variation_whatever_its_units():
    intervals = np.array([[7], [100]]).repeat(20, axis=1)
    found = interval_variation_of_trains(renewal(intervals))
    np.testing.assert_array_equal(found.cv, 0)
    np.testing.assert_array_equal(found.lv, 0)


def test_too_few_spikes_are_refused():
    clock = SpikeTrains(range(0, 60, 10), [0] * 6, 60, 2)
    assert interval_variation_of_trains(clock).units.tolist() == [0]
    with pytest.raises(ValueError, match="at least 7 spikes; the most active of 2 fired 6 in 0.06 s. Use a longer"):
        interval_variation_of_trains(clock, min_intervals=6)
    with pytest.raises(ValueError, match="'min_intervals' must be an integer of at least 2; got 1"):
        interval_variation_of_trains(clock, min_intervals=1)
    silent = LIFLiquid(5, background_current=0.0, random_state=0).fit(np.zeros((1, 1)))
    with pytest.raises(ValueError, match="the most active of 5 fired 0 in 0.2 s"):
        interval_variation(silent, np.zeros((20, 1)))
