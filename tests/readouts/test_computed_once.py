import pickle
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from readouts.computed_once import computed_once


class Slow:
    def __init__(self, barrier=None):
        self.barrier, self.calls = barrier, []

    @computed_once
    def value(self):
        """The value."""
        if self.barrier is not None:
            self.barrier.wait(timeout=30)
        self.calls.append(threading.get_ident())
        return object()


def test_it_is_computed_once_and_travels_with_the_instance():
    slow = Slow()
    assert slow.value is slow.value and len(slow.calls) == 1
    assert "value" in vars(pickle.loads(pickle.dumps(slow)))
    assert Slow.value.__doc__ == "The value."


def test_instances_do_not_wait_for_each_other():
    # Both have to be at work at the same time, or the barrier breaks.
    barrier = threading.Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(lambda _: Slow(barrier).value, range(2)))) == 2


def test_threads_that_compute_at_the_same_time_get_the_same_value():
    slow = Slow(threading.Barrier(2))
    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(lambda _: slow.value, range(2)))) == 1
    assert len(slow.calls) == 2


def test_a_failure_is_not_kept():
    class Failing:
        @computed_once
        def value(self):
            raise KeyError("no")

    failing = Failing()
    for _ in range(2):
        with pytest.raises(KeyError):
            _ = failing.value
    assert vars(failing) == {}
