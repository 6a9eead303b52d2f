import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from reservoir import NVAR, EchoStateReservoir
from reservoir.diagnostics import effective_dimension


def shown(weights, X, **settings):
    """A reservoir whose states are its inputs, weighted."""
    return EchoStateReservoir(
        input_weights=weights, recurrent_weights=np.zeros((len(weights),) * 2), leak_rate=1.0, activation="identity",
        bias=1.0, **settings,
    ).fit(X)  # fmt: skip


def plus_and_minus(n):
    """Inputs of unit variance without any covariance: every column is +1 and -1 in turn, and else 0."""
    return np.vstack([np.eye(n), -np.eye(n)])


@pytest.mark.parametrize("n", [1, 2, 7])
def test_equal_spread_has_the_dimension_of_its_space(n):
    X = plus_and_minus(n)
    assert effective_dimension(shown(np.eye(n), X), X, washout=0) == pytest.approx(n)
    copies = np.vstack([np.eye(n)] * 9)
    assert effective_dimension(shown(copies, X), X, washout=0) == pytest.approx(n)  # more states than steps
    assert effective_dimension(shown(1e150 * np.eye(n), X), X, washout=0) == pytest.approx(n)


def test_unequal_spread_by_hand():
    X = plus_and_minus(3)
    # Eigenvalues in the ratio 4 : 1 : 1.
    assert effective_dimension(shown(np.diag([2.0, 1.0, 1.0]), X), X, washout=0) == pytest.approx(36 / 18)
    assert effective_dimension(shown(np.diag([1.0, 0.0, 0.0]), X), X, washout=0) == pytest.approx(1)


def test_it_is_that_of_the_eigenvalues_of_the_covariance():
    X = np.random.RandomState(0).standard_normal((400, 2))
    reservoir = EchoStateReservoir(30, random_state=0).fit(X)
    eigenvalues = np.linalg.eigvalsh(np.cov(reservoir.transform(X)[200:].T))
    assert effective_dimension(reservoir, X) == pytest.approx(eigenvalues.sum() ** 2 / (eigenvalues**2).sum())
    few = effective_dimension(reservoir, X[:12], washout=2)
    assert 1 <= few <= 9


def test_states_far_from_zero_lose_no_digits_that_count():
    X = plus_and_minus(2) + 1e6
    assert effective_dimension(NVAR(delay=1, order=1).fit(X), X, washout=0) == pytest.approx(2)


@pytest.mark.parametrize(
    ("X", "washout", "message"),
    [
        (np.ones((40, 1)), None, "'X' must move the states; they are constant after the washout"),
        (np.zeros((40, 1)), 0, "'X' must move the states"),
        (np.ones((2, 1)), 1, "'X' must have at least 2 steps after the 'washout'; got 2 steps and a washout of 1"),
        (np.ones((40, 1)), 40, "'X' must have at least 2 steps after the 'washout'"),
        (np.ones((40, 1)), -1, "'washout' must be an integer of at least 0; got -1"),
    ],
)
def test_what_cannot_be_said_is_refused(X, washout, message):
    with pytest.raises(ValueError, match=message):
        effective_dimension(shown(np.ones((3, 1)), X), X, washout=washout)


def test_reservoir_must_be_fitted():
    with pytest.raises(NotFittedError):
        effective_dimension(EchoStateReservoir(5), [[0.0]])
