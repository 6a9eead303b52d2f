import numpy as np
import pandas as pd
import pytest
from builders import build
from sklearn.exceptions import NotFittedError

from reservoir import (
    NVAR,
    BaseReservoir,
    CfCLiquid,
    CTRNNLiquid,
    EchoStateReservoir,
    LIFLiquid,
    LTCLiquid,
    StackedReservoir,
)
from reservoir.base import StateOverflowError
from reservoir.diagnostics import InputSensitivity, input_sensitivity

U = np.random.RandomState(0).standard_normal((60, 2))


class LeakyLine(BaseReservoir):
    """A user's own reservoir, linear: x <- x / 2 + W_in u."""

    def _draw(self, n_features, random_state):
        self.n_units_ = 4
        self.W_in_ = np.arange(4.0 * n_features).reshape(4, n_features)

    def _rest(self):
        return np.zeros(4)

    def _drive(self, X, state):
        states = np.empty((len(X), 4))
        for t, u in enumerate(X):
            state = state / 2 + self.W_in_ @ u
            states[t] = state
        return states, state


EVERY = {
    "EchoState float32": build(EchoStateReservoir, dtype="float32"),
    "CTRNN elapsed": build(CTRNNLiquid, elapsed_column=1),
    "LTC memory": build(LTCLiquid, mixed_memory=True),
    "CfC memory": build(CfCLiquid, mixed_memory=True),
    "LIF": build(LIFLiquid),
    "LIF spikes": build(LIFLiquid, input="spikes"),
    "NVAR": NVAR(),
    "stack": StackedReservoir([build(EchoStateReservoir), build(LTCLiquid)]),
    "stack of spikes": StackedReservoir([build(LIFLiquid), build(EchoStateReservoir)]),
    "own": LeakyLine(),
}


@pytest.mark.parametrize("name", EVERY)
def test_every_reservoir_can_be_asked(name):
    X = np.rint(np.abs(U)) if "spikes" in name else np.abs(U)
    reservoir = EVERY[name].fit(0 * X)
    found = input_sensitivity(reservoir, X, lags=3, n_samples=4, random_state=0)
    assert found.mean.shape == found.absolute.shape == (4, reservoir.n_features_out_, 2)
    assert np.isfinite(found.mean).all()
    assert np.all(found.absolute >= np.abs(found.mean) - 1e-15)
    assert found.absolute.any()
    assert found.profile.shape == (4, 2)


@pytest.mark.parametrize("leak_rate", [1.0, 0.3])
def test_linear_reservoir_has_the_powers_of_its_matrix(leak_rate):
    reservoir = EchoStateReservoir(12, activation="identity", leak_rate=leak_rate, random_state=0).fit(U)
    found = input_sensitivity(reservoir, U, lags=8, random_state=0)
    A = (1 - leak_rate) * np.eye(12) + leak_rate * reservoir.recurrent_weights_.toarray()
    for lag in range(9):
        expected = np.linalg.matrix_power(A, lag) @ (leak_rate * reservoir.input_weights_)
        np.testing.assert_allclose(found.mean[lag], expected, rtol=1e-12, atol=1e-17)
        np.testing.assert_allclose(found.absolute[lag], np.abs(expected), rtol=1e-12, atol=1e-17)


def test_own_linear_reservoir_has_them_too():
    own = LeakyLine().fit(U)
    found = input_sensitivity(own, U, lags=[0, 5], random_state=0)
    np.testing.assert_array_equal(found.lags, [0, 5])
    np.testing.assert_allclose(found.mean, [own.W_in_, own.W_in_ / 32], rtol=1e-8, atol=1e-10)


def test_sensitivity_is_the_mean_over_the_moments_of_plain_differences():
    reservoir = LTCLiquid(6, random_state=0).fit(U)
    found = input_sensitivity(reservoir, U, lags=2, n_samples=1000, washout=10, n_jobs=2)
    plain = []
    for moment in range(10, 58):
        for column in range(2):
            high, low = U.copy(), U.copy()
            high[moment, column] += 1e-5
            low[moment, column] -= 1e-5
            plain.append((reservoir.transform(high) - reservoir.transform(low))[moment : moment + 3] / 2e-5)
    plain = np.array(plain).reshape(48, 2, 3, 6).transpose(0, 2, 3, 1)
    np.testing.assert_allclose(found.mean, plain.mean(axis=0), atol=1e-8)
    np.testing.assert_allclose(found.absolute, np.abs(plain).mean(axis=0), atol=1e-8)


def test_saturated_units_do_not_feel_their_input():
    weak, strong = (
        input_sensitivity(EchoStateReservoir(20, input_scaling=scale, random_state=0).fit(U), U).absolute.sum() / scale
        for scale in (0.1, 10.0)
    )
    assert strong < weak / 5


def test_seed_names_and_progress(capsys):
    X = pd.DataFrame(U, columns=["a", "b"])
    reservoir = EchoStateReservoir(8, random_state=0).fit(X)
    first, again, other = (input_sensitivity(reservoir, X, n_samples=5, random_state=seed).mean for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    input_sensitivity(reservoir, X, n_samples=5, verbose=True)
    assert capsys.readouterr().out.splitlines()[-1] == "[input_sensitivity] 5 of 5 moments"


def test_profile_is_the_mean_over_units():
    absolute = np.arange(12.0).reshape(2, 3, 2)
    np.testing.assert_array_equal(InputSensitivity([0, 1], absolute, absolute).profile, [[2, 3], [8, 9]])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"lags": -1}, "'lags' must be an integer of at least 0; got -1"),
        ({"lags": [1, -1]}, "'lags' must be an integer of at least 0; got -1"),
        ({"lags": [0.5]}, "'lags' must be an integer of at least 0; got 0.5"),
        ({"lags": []}, "'lags' must be an integer of at least 0 or a list of such integers"),
        ({"lags": [[1], [1, 2]]}, r"'lags' must be an integer of at least 0; got \[1\]"),
        ({"lags": 60}, "'X' must be longer than the longest of 'lags', 60; got 60 steps. Pass a series of at least 61"),
        ({"washout": 40}, "'washout' must leave at least one moment with all its lags, so be below 40; got 40"),
        ({"n_samples": 0}, "'n_samples' must be an integer of at least 1; got 0"),
        ({"step": 0}, "'step' must be a number above 0; got 0"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        input_sensitivity(EchoStateReservoir(5, degree=2).fit(U), U, **arguments)


def test_reservoir_must_be_fitted_and_stable():
    with pytest.raises(NotFittedError):
        input_sensitivity(EchoStateReservoir(5), U)
    explosive = LeakyLine().fit(U)
    explosive.W_in_ = np.full((4, 2), 1e308)
    with np.errstate(over="ignore", invalid="ignore"), pytest.raises(StateOverflowError):
        input_sensitivity(explosive, 10 * np.abs(U))
