import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge, SGDClassifier, SGDRegressor
from tasks import numbers, ragged, small, task

from readouts import RLSReadout
from reservoir import EchoStateReservoir, ReservoirRegressor
from reservoir.regressor.chunks import has_one_row, read_chunks


def as_they_are(X, y, sample_weight):
    return X, y


def odd(X, y, sample_weight):
    if len(X) % 2 == 0:
        raise ValueError("'X' must be odd.")
    return X, y


def test_one_chunk_is_read_as_it_is():
    assert list(read_chunks([1.0], [2.0], None, as_they_are)) == [([1.0], [2.0])]
    with pytest.raises(ValueError, match=r"^'X' must be odd\.$"):
        list(read_chunks([1.0, 2.0], [2.0], None, odd))


def test_targets_of_an_array_that_is_refilled_are_copied():
    y = np.empty(1)

    def refilled():
        for number in range(3):
            y[:] = number
            yield [number], y

    assert_array_equal([target for _, target in read_chunks(refilled(), None, None, as_they_are)], [[0], [1], [2]])


def test_a_bad_chunk_is_told_by_its_number():
    with pytest.raises(ValueError, match=r"'X' must be odd\. \(chunk 1\)"):
        list(read_chunks([([1], [1]), ([1, 2], [1, 2])], None, None, odd))
    with pytest.raises(ValueError, match=r"'X' as an iterator must yield pairs .* got int\. \(chunk 0\)"):
        list(read_chunks([5], None, None, as_they_are))


def test_chunks_may_come_with_weights():
    def weighted(X, y, sample_weight):
        return X, np.array([sample_weight])

    pairs = [([1], [2], 3.0), ([1], [2])]
    assert [weights.tolist() for _, weights in read_chunks(pairs, None, None, weighted)] == [[3.0], [None]]
    with pytest.raises(ValueError, match="'sample_weight' must be None where 'X' is an iterator"):
        list(read_chunks(iter([]), None, 1.0, weighted))
    with pytest.raises(ValueError, match=r"with weights \(X, y, sample_weight\); got tuple"):
        list(read_chunks([(1, 2, 3, 4)], None, None, weighted))


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (np.zeros((2, 1)), None, "without y an iterator of pairs .* got y=None with ndarray"),
        (5, None, "got y=None with int"),
        (iter([]), [1], "'y' must be None where 'X' is an iterator"),
        ([], None, "must yield at least one chunk"),
    ],
    ids=["array", "number", "iterator", "empty"],
)
def test_what_are_no_chunks_is_refused(X, y, message):
    with pytest.raises(ValueError, match=message):
        list(read_chunks(X, y, None, as_they_are))


def test_one_row_is_known_without_a_look_at_it():
    assert has_one_row(np.zeros((1, 3))) and has_one_row([[1, 2]])
    assert not any(map(has_one_row, (np.zeros((2, 3)), [[1], [2]], np.array(3.0), 5, [])))


def test_partial_fit_is_there_if_the_readout_has_it():
    assert hasattr(small(), "partial_fit") and hasattr(small(SGDRegressor()), "partial_fit")
    assert not hasattr(small(Ridge()), "partial_fit")
    with pytest.raises(NotFittedError):
        small().predict(numbers(5, 2))


@pytest.mark.parametrize("readout", [None, RLSReadout(1e-3)], ids=str)
@pytest.mark.parametrize("washout", [0, 13])
def test_partial_fit_continues(readout, washout):
    X, y = task(200)
    whole = small(readout, washout=washout, chunk_size=50).fit(X, y)
    cuts = [0, 1, 8, 30, 31, 120, 200]
    chunks = [(X[a:b], y[a:b]) for a, b in zip(cuts[:-1], cuts[1:], strict=True)]
    by_call, by_stream = (small(readout, washout=washout, chunk_size=50) for _ in range(2))
    for chunk in chunks:
        by_call.partial_fit(*chunk)
    for model in (by_call, by_stream.partial_fit(iter(chunks)), small(readout, washout=washout).partial_fit(chunks)):
        assert_allclose(model.predict(X), whole.predict(X), atol=1e-7)
        assert_array_equal(model.state_, whole.state_)
    on = whole.partial_fit(X, y)
    assert_allclose(on.predict(X), by_call.partial_fit(X, y).predict(X), atol=1e-7)


def test_reset_begins_another_series():
    X, y = ragged()
    whole, model = small(washout=7).fit(X, y), small(washout=7)
    for x, t in zip(X, y, strict=True):
        model.partial_fit(x[:3], t[:3], reset=True).partial_fit(x[3:], t[3:])
    assert_allclose(model.predict(X[0]), whole.predict(X[0]), atol=1e-7)
    assert not hasattr(whole, "state_")


def test_a_stream_may_begin_without_a_target():
    X, y = task()
    y[:10] = np.nan
    model = small(washout=5).partial_fit(X[:3], y[:3]).partial_fit(X[3:8], y[3:8])
    with pytest.raises(NotFittedError):
        model.predict(X)
    assert_allclose(model.partial_fit(X[8:], y[8:]).predict(X), small(washout=5).fit(X, y).predict(X), atol=1e-7)


@pytest.mark.parametrize("readout", [None, RLSReadout(1e-3), SGDRegressor(random_state=0)], ids=str)
@pytest.mark.parametrize(
    "bad, message",
    [
        ((np.zeros((5, 3)), np.zeros(5)), "X has 3 features.*chunk 7"),
        ((np.full((5, 2), np.nan), np.zeros(5)), "NaN.*chunk 7"),
        ((np.zeros((5, 2)), np.zeros(4)), r"'y' must have one row for every step .*chunk 7"),
        ((np.zeros((5, 2)), np.zeros((5, 2))), r"'y' must have shape \(n_steps,\), as it had before; .*chunk 7"),
        ((np.zeros((0, 2)), np.zeros(0)), "0 sample.*chunk 7"),
        ((np.zeros((5, 2)), np.full(5, np.inf)), "infinity.*chunk 7"),
        ((np.zeros((5, 2)), None), "requires y.*chunk 7"),
        (np.zeros((5, 2)), "must yield pairs.*chunk 7"),
        ((np.zeros((2, 5, 2)), np.zeros((2, 5))), "must be one 2-D series.*chunk 7"),
    ],
)
def test_a_bad_chunk_changes_nothing(readout, bad, message):
    X, y = task(140)
    model, untouched = (small(readout, chunk_size=10).partial_fit(X[:20], y[:20]) for _ in range(2))
    before = dict(vars(model))
    chunks = [(X[k : k + 10], y[k : k + 10]) for k in range(20, 90, 10)]
    with pytest.raises(ValueError, match=message):
        model.partial_fit([*chunks, bad, *chunks])
    assert vars(model).keys() == before.keys() and all(vars(model)[name] is before[name] for name in before)
    assert_array_equal(model.predict(X), untouched.predict(X))
    assert_array_equal(model.partial_fit(chunks).predict(X), untouched.partial_fit(chunks).predict(X))
    fresh = small(readout)
    with pytest.raises(ValueError):
        fresh.partial_fit([*chunks, bad])
    assert vars(fresh).keys() == fresh.get_params(deep=False).keys()


def test_an_overflow_in_the_middle_changes_nothing():
    X, y = task(100)
    model = ReservoirRegressor(EchoStateReservoir(5, activation="relu", random_state=0), chunk_size=10)
    model.partial_fit(X, y)
    predicted = model.predict(X)
    huge = np.full((100, 2), 1e308)
    for grow in (model.partial_fit, model.fit):
        with pytest.raises(ValueError):
            grow(np.vstack([X, huge]), np.zeros(200))
        assert_array_equal(model.predict(X), predicted)


def test_an_empty_stream_is_an_error():
    with pytest.raises(ValueError, match="must yield at least one chunk"):
        small().partial_fit(iter([]))


@pytest.mark.parametrize("readout", [None, RLSReadout(1e-3)], ids=str)
def test_a_stream_may_refill_the_same_arrays(readout):
    X, y = task(900)
    rows, targets = np.empty((100, 2)), np.empty(100)

    def chunks():
        for start in range(0, 900, 100):
            rows[:], targets[:] = X[start : start + 100], y[start : start + 100]
            yield rows, targets

    refilled = small(readout, washout=20).partial_fit(chunks())
    fresh = small(readout, washout=20).partial_fit((X[k : k + 100], y[k : k + 100]) for k in range(0, 900, 100))
    assert_array_equal(refilled.readout_.coef_, fresh.readout_.coef_)


def test_what_a_stream_cannot_be_is_said():
    X, y = task()
    with pytest.raises(ValueError, match="'X' must be one 2-D series beside its y, or .* got y=None with ndarray"):
        small().partial_fit(X)
    with pytest.raises(ValueError, match="got y=None with int"):
        small().partial_fit(5)
    with pytest.raises(ValueError, match="'y' must be None where 'X' is an iterator"):
        small().partial_fit(iter([(X, y)]), y)
    with pytest.raises(ValueError, match="'classes' must be None"):
        small().partial_fit(X, y, classes=[0, 1])
    model = small(SGDClassifier()).partial_fit(X, y > 0, classes=[False, True])
    with pytest.raises(ValueError, match="'classes' must be those of the first call"):
        model.partial_fit(X, y > 0, classes=[False])
    with pytest.raises(ValueError, match="at least 2 steps after the washout to score; got 1"):
        small(washout=20).fit(X, y).score(X[:21], y[:21])
    with pytest.raises(ValueError, match=r"'state' must be a pair of the reservoir's state and the last output"):
        small(feedback=True).fit(X, y).predict(X, state=(np.zeros(12), [[1], [1, 2]]))


@pytest.mark.parametrize("X", [np.array(3.0), csr_array(np.ones((1, 2))), csr_array(np.ones((4, 2)))], ids=str)
def test_what_a_stream_cannot_learn_from_is_named(X):
    model = small().partial_fit(*task())
    coefficients = model.readout_.coef_.copy()
    with pytest.raises((ValueError, TypeError), match=r"'X'|for X"):
        model.partial_fit(X, np.ones(1))
    assert_array_equal(model.readout_.coef_, coefficients)
