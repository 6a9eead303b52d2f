"""Streams of rows: pieces of any length give what the whole gives, and states that do not fit are refused."""

import joblib
import numpy as np
import pytest
from builders import masked
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import AnomalyDetector, EchoStateReservoir, LIFLiquid
from reservoir.anomaly.scored_stream import StreamState

X = np.random.RandomState(0).standard_normal((400, 2)).cumsum(axis=0)
DETECTOR = AnomalyDetector(EchoStateReservoir(15, random_state=0), window=7, washout=20).fit(X[:200])


def in_pieces(detector, X, cuts, state=None, method="score_samples"):
    parts = []
    for piece in np.split(X, cuts):
        part, state = getattr(detector, method)(piece, state, return_state=True)
        parts.append(part)
    return np.concatenate(parts), state


@pytest.mark.parametrize("cuts", [[1], [3, 4, 5, 150], [20, 21, 22], range(1, 200)])
@pytest.mark.parametrize("start", ["rest", "state_"])
def test_pieces_give_the_scores_of_the_whole(cuts, start):
    state = DETECTOR.state_ if start == "state_" else None
    whole, end = DETECTOR.score_samples(X[200:], state, return_state=True)
    parts, end_of_parts = in_pieces(DETECTOR, X[200:], cuts, state)
    assert_allclose(parts, whole, rtol=1e-9)
    assert_allclose(end_of_parts.lengths, end.lengths, rtol=1e-9)
    assert end_of_parts.unsettled == end.unsettled == 0


@pytest.mark.parametrize("method", ["decision_function", "predict"])
def test_other_methods_stream_too(method):
    found, _ = in_pieces(DETECTOR, X[200:], [10, 90], DETECTOR.state_, method)
    assert_allclose(found, getattr(DETECTOR, method)(X[200:], DETECTOR.state_), rtol=1e-9)


def test_a_stream_of_slices_is_that_of_the_whole(monkeypatch):
    expected = DETECTOR.score_samples(X)
    monkeypatch.setattr("reservoir.anomaly.scored_stream.ROWS_AT_ONCE", 13)
    assert_allclose(DETECTOR.score_samples(X), expected, rtol=1e-9)
    assert_allclose(DETECTOR.score_samples([X])[0], expected, rtol=1e-9)


def test_the_state_after_fit_is_that_after_its_series():
    scores, state = DETECTOR.score_samples(X[:200], return_state=True)
    assert_array_equal(state.reservoir, DETECTOR.state_.reservoir)
    assert_array_equal(state.prediction, DETECTOR.state_.prediction)
    assert_array_equal(state.lengths, DETECTOR.state_.lengths)
    assert_array_equal(scores, DETECTOR.score_samples(X[:200]))


def test_a_state_is_not_changed():
    before = [np.copy(part) for part in DETECTOR.state_]
    DETECTOR.score_samples(X, DETECTOR.state_)
    assert all(map(np.array_equal, before, DETECTOR.state_))


def test_a_state_may_be_mapped_from_disk(tmp_path):
    joblib.dump(DETECTOR, tmp_path / "detector")
    mapped = joblib.load(tmp_path / "detector", mmap_mode="r")
    assert isinstance(mapped.state_.lengths, np.memmap)
    assert_array_equal(mapped.score_samples(X, mapped.state_), DETECTOR.score_samples(X, DETECTOR.state_))


def test_states_of_any_reservoir_are_handed_on():
    liquid = LIFLiquid(20, background_current=20.0, input_scaling=5.0, random_state=0)
    detector = AnomalyDetector(liquid, washout=10).fit(X[:200])
    whole = detector.score_samples(X[200:], detector.state_)
    assert_allclose(in_pieces(detector, X[200:], [70], detector.state_)[0], whole, rtol=1e-9)


STATE = DETECTOR.state_
WRONG = {
    "that of the reservoir": STATE.reservoir,
    "a plain tuple": tuple(STATE),
    "of another window": STATE._replace(lengths=STATE.lengths[1:]),
    "of other columns": STATE._replace(prediction=np.zeros(3)),
    "NaN": STATE._replace(prediction=np.full(2, np.nan)),
    "infinite": STATE._replace(lengths=np.full(6, np.inf)),
    "masked": STATE._replace(lengths=masked(STATE.lengths)),
    "negative": STATE._replace(unsettled=-1),
    "no number": STATE._replace(unsettled=None),
    "empty": StreamState(None, 0, None, None),
}


@pytest.mark.parametrize("state", WRONG.values(), ids=WRONG)
def test_a_state_that_does_not_fit_is_refused(state):
    with pytest.raises(ValueError, match=r"^'state' must be what score_samples\(..., return_state=True\)"):
        DETECTOR.score_samples(X, state)


def test_a_state_of_another_reservoir_is_refused():
    with pytest.raises(ValueError, match="'state' must"):
        DETECTOR.score_samples(X, STATE._replace(reservoir=np.zeros(14)))


def test_several_series_have_no_state():
    for arguments in ((STATE,), (None, True)):
        with pytest.raises(ValueError, match="^'state' and 'return_state' are for one series"):
            DETECTOR.score_samples([X, X], *arguments)
    assert AnomalyDetector(EchoStateReservoir(5)).fit([X, X]).state_ is None
