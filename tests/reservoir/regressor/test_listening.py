import numpy as np
import pytest
from builders import assert_same
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import EchoStateReservoir, LIFLiquid
from reservoir.regressor.listening import Listener, gather


def numbers(*shape, seed=0):
    return np.random.RandomState(seed).standard_normal(shape)


def listener(n_features=2, passthrough=True, feedback=False, chunk_size=7, cls=EchoStateReservoir):
    return Listener(cls(6, random_state=0).fit(numbers(5, n_features)), passthrough, feedback, chunk_size)


@pytest.mark.parametrize("cls", [EchoStateReservoir, LIFLiquid])
@pytest.mark.parametrize("skip", [0, 3, 7, 20, 30])
@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
def test_rows_are_states_and_inputs_in_any_chunks(cls, skip):
    X, ear = numbers(30, 2), listener(cls=cls)
    expected = np.hstack([ear.reservoir.transform(X), X])
    starts, rows, states = zip(*ear.listen(X, ear.rest(1), skip=skip), strict=True)
    assert_array_equal(np.concatenate(rows), expected)
    assert max(map(len, rows)) <= 7 and (skip in starts or skip == 30)
    assert_array_equal(starts, np.cumsum([0, *map(len, rows)])[:-1])
    for start, part, state in zip(starts, rows, states, strict=True):
        again = ear.reservoir.run(X[: start + len(part)])[1]
        assert_same(again, state)


@pytest.mark.parametrize("shape", [(30,), (30, 3)])
def test_with_feedback_the_targets_of_the_step_before_are_heard_in_front(shape):
    X, y = numbers(30, 2), numbers(*shape, seed=1)
    k = 1 if len(shape) == 1 else 3
    ear = listener(2 + k, feedback=True)
    heard = np.hstack([np.vstack([np.zeros((1, k)), y.reshape(30, k)[:-1]]), X])
    rows = list(ear.listen(X, ear.rest(k), y))
    assert_array_equal(
        np.concatenate([part for _, part, _ in rows]), np.hstack([ear.reservoir.transform(heard), heard])
    )
    assert_array_equal(rows[-1][2][1], y[-1].reshape(k))


def test_without_passthrough_rows_are_states():
    X, ear = numbers(30, 2), listener(passthrough=False)
    assert_array_equal(np.concatenate([rows for _, rows, _ in ear.listen(X, ear.rest(1))]), ear.reservoir.transform(X))


def test_lessons_leave_out_the_washout_and_missing_targets():
    X, y, ear = numbers(30, 2), numbers(30), listener()
    y[[4, 12, 13, 29]] = np.nan
    rows, targets, _ = zip(*ear.lessons(X, y, ear.rest(1), 10), strict=True)
    kept = [t for t in range(10, 30) if t not in (12, 13, 29)]
    assert_array_equal(np.concatenate(targets), y[kept])
    assert_array_equal(np.concatenate(rows), np.hstack([ear.reservoir.transform(X), X])[kept])
    assert sum(map(len, next(zip(*ear.lessons(X, y, ear.rest(1), 99), strict=True)))) == 0


def test_small_lessons_are_gathered_into_blocks():
    lessons = [(numbers(n, 2, seed=n), numbers(n, seed=n)) for n in (3, 0, 4, 4, 10, 0, 1, 0)]
    blocks = list(gather(iter(lessons), 10))
    assert [len(rows) for rows, _ in blocks] == [7, 4, 10, 1]
    for part in (0, 1):
        joined = np.concatenate([block[part] for block in blocks])
        assert_array_equal(joined, np.concatenate([lesson[part] for lesson in lessons]))
    assert list(gather(iter([]), 10)) == list(gather(iter([lessons[1]]), 10)) == []


def test_a_state_is_checked():
    ear = listener(3, feedback=True)
    state = ear.check_state((np.zeros(6), [0.5]), 1)
    assert_allclose(state[1], [0.5])
    for bad in (np.zeros(6), (np.zeros(6), [0.5, 1.0]), (np.zeros(6), [np.nan]), "state", (np.zeros(6),)):
        with pytest.raises(ValueError, match="'state' must be a pair of the reservoir's state and the last output"):
            ear.check_state(bad, 1)
    with pytest.raises(ValueError, match="'state' must be a finite array"):
        ear.check_state((np.zeros(5), [0.5]), 1)
