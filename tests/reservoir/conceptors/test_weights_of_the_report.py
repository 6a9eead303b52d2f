"""Patterns in recurrent weights, as the report loads them, and in a readout that is fed back, as here."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.linear_model import Ridge

from reservoir import EchoStateReservoir


@pytest.mark.parametrize("penalty", [1e-2, 1e-4])
def test_they_are_those_of_the_closed_loop_but_for_the_penalty(penalty):
    # Jaeger 2014 (arXiv:1403.3369), section 3.3, and the author's program: a ridge regression of atanh(x(n)) - b on
    # x(n - 1), whose penalty is added to the sum of squares.
    pattern = np.sin(2 * np.pi * np.arange(1500) / 8.8342522)[:, None]
    reservoir = EchoStateReservoir(
        50, leak_rate=1.0, spectral_radius=1.5, input_scaling=1.5, bias_scaling=0.2, random_state=0
    ).fit(pattern)
    states = reservoir.transform(pattern)
    before, after = states[499:-1], states[500:]
    squares, identity = before.T @ before, np.eye(50)
    loaded = np.linalg.solve(squares + penalty * identity, before.T @ (np.arctanh(after) - reservoir.bias_)).T
    readout = Ridge(alpha=penalty, fit_intercept=False).fit(before, pattern[500:])
    kept = identity - penalty * np.linalg.inv(squares + penalty * identity)
    expected = reservoir.recurrent_weights_ @ kept + reservoir.input_weights_ @ readout.coef_.reshape(1, -1)
    assert_allclose(loaded, expected, rtol=0, atol=1e-7)
