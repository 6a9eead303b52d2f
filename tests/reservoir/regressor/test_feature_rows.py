import numpy as np
import pytest
from builders import assert_same
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import EchoStateReservoir, LIFLiquid
from reservoir.regressor.feature_rows import FeatureRows
from reservoir.regressor.step_targets import StepTargets


def numbers(*shape, seed=0):
    return np.random.RandomState(seed).standard_normal(shape)


def rows_of(n_features=2, passthrough=True, feedback=False, chunk_size=7, cls=EchoStateReservoir):
    return FeatureRows(cls(6, random_state=0).fit(numbers(5, n_features)), passthrough, feedback, chunk_size)


@pytest.mark.parametrize("cls", [EchoStateReservoir, LIFLiquid])
@pytest.mark.parametrize("skip", [0, 3, 7, 20, 30, 99])
@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
def test_rows_are_states_and_inputs_in_any_chunks(cls, skip):
    X, rows = numbers(30, 2), rows_of(cls=cls)
    pieces = list(rows.drive(X, rows.rest(1), skip=skip))
    features, starts = list(map(rows.features, pieces)), [piece.start for piece in pieces]
    assert_array_equal(np.concatenate(features), np.hstack([rows.reservoir.transform(X), X]))
    assert max(map(len, features)) <= 7 and (skip in starts or skip >= 30)
    assert_array_equal(starts, np.cumsum([0, *map(len, features)])[:-1])
    for piece in pieces:
        again = rows.reservoir.run(X[: piece.start + len(piece.states)])[1]
        assert_same(again, rows.state_after(piece))


@pytest.mark.parametrize("shape", [(30,), (30, 3)])
def test_with_feedback_the_targets_of_the_step_before_are_in_front(shape):
    X, y = numbers(30, 2), numbers(*shape, seed=1)
    k = 1 if len(shape) == 1 else 3
    rows = rows_of(2 + k, feedback=True)
    inputs = np.hstack([np.vstack([np.zeros((1, k)), y.reshape(30, k)[:-1]]), X])
    assert_array_equal(rows.inputs(X, y)[:], inputs)
    pieces = list(rows.drive(rows.inputs(X, y), rows.rest(k)))
    expected = np.hstack([rows.reservoir.transform(inputs), inputs])
    assert_array_equal(np.concatenate(list(map(rows.features, pieces))), expected)
    state = rows.state_after(pieces[1], y)
    assert_array_equal(state[1], y[13].reshape(k))
    later = [rows.features(piece) for piece in rows.drive(rows.inputs(X[14:], y[14:], state), state)]
    assert_array_equal(np.concatenate(later), expected[14:])


def test_without_passthrough_rows_are_states():
    X, rows = numbers(30, 2), rows_of(passthrough=False)
    features = [rows.features(piece) for piece in rows.drive(X, rows.rest(1))]
    assert_array_equal(np.concatenate(features), rows.reservoir.transform(X))


def test_training_rows_leave_out_the_washout_and_missing_targets():
    X, y, rows = numbers(30, 2), numbers(30), rows_of()
    y[[4, 12, 13, 29]] = np.nan

    def of_washout(skip):
        parts = [
            rows.training_rows(piece, StepTargets(y), skip)[:2] for piece in rows.drive(X, rows.rest(1), skip=skip)
        ]
        return map(np.concatenate, zip(*parts, strict=True))

    features, targets = of_washout(10)
    kept = [t for t in range(10, 30) if t not in (12, 13, 29)]
    assert_array_equal(targets, y[kept])
    assert_array_equal(features, np.hstack([rows.reservoir.transform(X), X])[kept])
    assert list(map(len, of_washout(99))) == [0, 0]


def test_a_state_is_checked():
    rows = rows_of(3, feedback=True)
    state = rows.check_state((np.zeros(6), [0.5]), 1)
    assert_allclose(state[1], [0.5])
    for bad in (np.zeros(6), (np.zeros(6), [0.5, 1.0]), (np.zeros(6), [np.nan]), "state", (np.zeros(6),)):
        with pytest.raises(ValueError, match="'state' must be a pair of the reservoir's state and the last output"):
            rows.check_state(bad, 1)
    with pytest.raises(ValueError, match="'state' must be a finite array"):
        rows.check_state((np.zeros(5), [0.5]), 1)
