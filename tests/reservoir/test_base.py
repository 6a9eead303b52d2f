import copy
import pickle

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from reservoir import BaseReservoir, SequenceEncoder, StateOverflowError


class LeakyLine(BaseReservoir):
    """Units in a line, each a leaky sum of what it hears: the whole of what a user writes."""

    def __init__(self, n_units=8, decay=0.5, n_jobs=None, dtype="float64", random_state=None):
        self.n_units = n_units
        self.decay = decay
        self.n_jobs = n_jobs
        self.dtype = dtype
        self.random_state = random_state

    def _draw(self, n_features, random_state):
        self.n_units_ = self.n_units
        self.input_weights_ = random_state.standard_normal((self.n_units, n_features)).astype(self.dtype)

    def _rest(self):
        return np.zeros(self.n_units_, dtype=self.dtype)

    def _drive(self, X, state):
        states = np.empty((len(X), self.n_units_), dtype=self.dtype)
        for t, u in enumerate(X):
            state = self.decay * np.roll(state, 1) + self.input_weights_ @ u
            states[t] = state
        return states, state


TIME_ROWS = {
    "check_methods_sample_order_invariance": "rows are consecutive time steps",
    "check_methods_subset_invariance": "rows one by one are series of one step, each from rest",
}
X = np.random.RandomState(0).standard_normal((30, 3))


@pytest.mark.filterwarnings("ignore:.*not checking array_api.*")
@parametrize_with_checks([LeakyLine(), LeakyLine(dtype="float32")], expected_failed_checks=lambda _: TIME_ROWS)
def test_a_users_reservoir_passes_the_checks_of_scikit_learn(estimator, check):
    check(estimator)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_users_reservoir_keeps_the_contract(dtype):
    line = LeakyLine(random_state=0, dtype=dtype).fit(X)
    states, end = line.run(X)
    assert_array_equal(line.transform(X), states)
    assert states.dtype == dtype
    head, state = line.run(X[:11])
    tail, state = line.run(X[11:], state)
    assert_array_equal(np.vstack([head, tail]), states)
    assert_array_equal(state, end)
    many = line.set_params(n_jobs=2).transform([X, X[:4]])
    assert_array_equal(many[0], states)
    assert_array_equal(many[1], states[:4])
    assert line.get_feature_names_out()[-1] == "leakyline7"


@pytest.mark.parametrize(
    "duplicate", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x)), lambda x: clone(x).fit(X)]
)
def test_a_users_reservoir_is_copied(duplicate):
    line = LeakyLine(random_state=0).fit(X)
    twin = duplicate(line)
    assert_array_equal(twin.transform(X), line.transform(X))
    with pytest.raises(ValueError, match="read-only"):
        twin.input_weights_[0, 0] = 1


def test_the_base_refuses_wrong_states_for_everyone():
    line = LeakyLine(random_state=0).fit(X)
    for state in (np.zeros(7), np.full(8, np.nan), "state", np.zeros(8, dtype=complex), [[1], [2, 3]], (np.ones(8), 1)):
        with pytest.raises(ValueError, match="'state' must be a finite array"):
            line.run(X, state)
    assert_array_equal(line.run(X, [0] * 8)[0], line.transform(X))


@pytest.mark.filterwarnings("ignore:(overflow|invalid value) encountered:RuntimeWarning")
def test_the_base_watches_for_overflow():
    line = LeakyLine(decay=-1e30, random_state=0).fit(X)
    with pytest.raises(StateOverflowError, match=r"LeakyLine overflowed at step \d+ of 30. Use smaller"):
        line.transform(X)
    assert issubclass(StateOverflowError, ValueError) and issubclass(StateOverflowError, FloatingPointError)


def test_large_but_finite_states_are_no_overflow():
    line = LeakyLine(decay=0.0, random_state=0).fit(X)
    states = line.transform(np.full((30, 3), 3e307))
    assert np.isfinite(states).all() and np.abs(states).max() > 1e307


def test_a_failed_fit_leaves_the_earlier_one_standing():
    line = LeakyLine(random_state=0).fit(X)
    states = line.transform(X)
    line.set_params(n_units=-1)
    with pytest.raises(ValueError, match="negative dimensions"):
        line.fit(X[:, :2])
    assert_array_equal(line.transform(X), states)


def test_the_abstract_methods_have_to_be_defined():
    with pytest.raises(TypeError, match="_draw.*_drive.*_rest"):
        BaseReservoir()


def test_a_users_reservoir_goes_into_an_encoder():
    rows = SequenceEncoder(LeakyLine(random_state=0), "last").fit_transform([X, X[:5]])
    assert_array_equal(rows[1], LeakyLine(random_state=0).fit(X).transform(X)[4])


def test_states_of_the_wrong_shape_are_refused():
    class Narrow(LeakyLine):
        def _drive(self, X, state):
            states, state = super()._drive(X, state)
            return states[:, :-1], state

    with pytest.raises(ValueError, match="_drive of Narrow must return states of shape"):
        Narrow().fit_transform(np.ones((4, 2)))


def test_a_state_that_is_no_state_is_described():
    line = LeakyLine(random_state=0).fit(np.ones((4, 2)))
    with pytest.raises(ValueError, match="only the second is meant"):
        line.run(np.ones((4, 2)), line.run(np.ones((4, 2))))
    with pytest.raises(ValueError, match="got NaN or infinity"):
        line.run(np.ones((4, 2)), np.full(8, np.nan))


@pytest.mark.parametrize("n_jobs", ["abc", 0, 2.0, True, []])
def test_a_wrong_number_of_workers_is_named(n_jobs):
    line = LeakyLine(random_state=0).fit(X)
    for attempt in (lambda: line.fit(X), lambda: line.transform([X, X])):
        with pytest.raises(ValueError, match="'n_jobs' must be None or an integer"):
            line.set_params(n_jobs=n_jobs)
            attempt()


@pytest.mark.parametrize("value", ["abc", 1.0, -1, 2**32, 10**400, [1], {}, np.ones(2), object(), int])
def test_a_random_state_that_is_none_is_named_and_changes_nothing(value):
    line = LeakyLine(random_state=0).fit(np.ones((4, 2)))
    before = dict(vars(line))
    line.random_state = value
    with pytest.raises(ValueError, match="'random_state' must be None, an integer from 0 to"):
        line.fit(np.ones((5, 3)))
    assert all(vars(line)[name] is before[name] for name in before if name != "random_state")
