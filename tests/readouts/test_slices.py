import numpy as np
import pytest

from readouts import slices as module
from readouts.slices import first_slice, slices


class Clock:
    """A clock that moves only when the test sets it."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(module, "perf_counter", clock)
    return clock


@pytest.mark.parametrize(("n_steps", "most"), [(0, None), (1, None), (100, None), (5000, None), (5000, 7), (10, 3)])
def test_slices_follow_each_other_to_the_end(n_steps, most):
    rows = [row for part in slices(n_steps, 40, most) for row in range(part.start, part.stop)]
    assert rows == list(range(n_steps))


def test_none_is_longer_than_asked_for():
    assert {part.stop - part.start for part in slices(60, 2, most=20)} == {20}


@pytest.mark.parametrize("seconds_per_step", [1e-7, 1e-4, 3e-3, 0.4])
def test_a_slice_takes_about_as_long_as_it_may(clock, seconds_per_step):
    lengths = []
    for part in slices(3_000_000 if seconds_per_step < 1e-6 else 3000, 1000):
        lengths.append(part.stop - part.start)
        clock.now += seconds_per_step * lengths[-1]
    settled = np.array(lengths[5:-1])
    assert np.all(settled * seconds_per_step <= max(module.LONGEST, seconds_per_step) * (1 + 1e-9))
    assert np.all(settled * seconds_per_step >= 0.5 * module.LONGEST)


def test_the_first_is_short_for_networks_that_are_slow():
    assert first_slice(10) > first_slice(100) > first_slice(1000) > first_slice(5000) == first_slice(100_000)
