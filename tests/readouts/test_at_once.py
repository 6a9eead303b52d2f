import threading

import pytest

from readouts.at_once import all_at_once, snapshot


class Pair:
    """Stores a number twice, with a wait in between."""

    def __init__(self):
        self.first_ = self.second_ = 0
        self.between = threading.Event()
        self.go_on = threading.Event()

    @all_at_once
    def fit(self, number):
        self.first_ = number
        self.between.set()
        assert self.go_on.wait(10)
        if number < 0:
            raise ValueError("negative")
        self.second_ = number
        return self


def test_another_thread_sees_all_of_a_fit_or_nothing():
    pair = Pair()
    fitting = threading.Thread(target=pair.fit, args=(3,))
    fitting.start()
    assert pair.between.wait(10)
    assert (pair.first_, pair.second_) == (0, 0)
    before = snapshot(pair)
    pair.go_on.set()
    fitting.join(10)
    assert (pair.first_, pair.second_) == (3, 3)
    assert (before.first_, before.second_) == (0, 0)


def test_a_fit_that_fails_changes_nothing():
    pair = Pair()
    pair.go_on.set()
    with pytest.raises(ValueError, match="negative"):
        pair.fit(-1)
    assert (pair.first_, pair.second_) == (0, 0)


def test_the_estimator_itself_comes_back():
    pair = Pair()
    pair.go_on.set()
    assert pair.fit(1) is pair
    assert isinstance(snapshot(pair), Pair) and snapshot(pair) is not pair
