"""Temperatures against closed forms, a search on a grid and scikit-learn's calibration."""

import numpy as np
import pytest
from scipy.special import log_softmax
from sklearn.metrics import log_loss

from reservoir.sequence_models.temperature import fit_temperature, probabilities


@pytest.mark.parametrize("n_right", [6, 9, 10])
def test_equal_margins_give_the_share_that_is_right(n_right):
    # With margins of 2 all cases have the same probability p of their decision, and the loss is that of one coin.
    decisions = np.tile([1.0, -1.0], (10, 1))
    classes = np.repeat([0, 1], [n_right, 10 - n_right])
    share = (n_right * (11 / 12) + (10 - n_right) / 12) / 10
    assert fit_temperature(decisions, classes) == pytest.approx(2 / np.log(share / (1 - share)), rel=1e-6)


@pytest.mark.parametrize("n_classes", [2, 5])
def test_no_other_temperature_has_a_smaller_loss(n_classes):
    rng = np.random.default_rng(0)
    classes = rng.integers(n_classes, size=60)
    decisions = 3 * np.eye(n_classes)[classes] + 2 * rng.standard_normal((60, n_classes))
    share = 1 / 62
    targets = np.where(np.eye(n_classes)[classes] == 1, 1 - share, share / (n_classes - 1))

    def loss(temperature):
        return -(targets * log_softmax(decisions / temperature, axis=1)).mean()

    found = fit_temperature(decisions, classes)
    assert loss(found) <= min(loss(found * factor) for factor in np.geomspace(0.1, 10, 101)) + 1e-12


def test_temperatures_scale_with_decisions():
    rng = np.random.default_rng(1)
    classes = rng.integers(3, size=40)
    decisions = np.eye(3)[classes] + rng.standard_normal((40, 3))
    found = fit_temperature(decisions, classes)
    assert fit_temperature(1e-3 * decisions, classes) == pytest.approx(1e-3 * found, rel=1e-6)


def test_decisions_without_any_information_become_equal_probabilities():
    found = fit_temperature(np.zeros((4, 3)), np.array([0, 1, 2, 0]))
    np.testing.assert_allclose(probabilities(np.zeros((2, 3)), found), 1 / 3)


def test_the_temperature_of_the_generating_softmax_is_found():
    rng = np.random.default_rng(2)
    decisions = rng.standard_normal((20000, 4))
    shares = probabilities(decisions, 0.5)
    classes = (rng.uniform(size=(20000, 1)) > shares.cumsum(axis=1)).sum(axis=1).clip(max=3)
    found = fit_temperature(decisions, classes)
    assert found == pytest.approx(0.5, rel=0.03)
    assert log_loss(classes, probabilities(decisions, found)) < log_loss(classes, probabilities(decisions, 1.0))


def test_probabilities_of_huge_decisions_are_finite():
    np.testing.assert_array_equal(probabilities(np.array([[1e300, -1e300]]), 1.0), [[1.0, 0.0]])
