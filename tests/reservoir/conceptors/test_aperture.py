"""The aperture of steepest change: against the closed form of one direction, and the derivative itself."""

import numpy as np
import pytest

from reservoir.conceptors import steepest_aperture
from reservoir.conceptors.matrices import conceptor_matrix


def squared_norm(correlation, logarithm):
    return np.sum(conceptor_matrix(correlation, np.exp(logarithm)) ** 2)


@pytest.mark.parametrize("energy", [1e-8, 0.02, 1.0, 3e6])
def test_one_direction(energy):
    assert steepest_aperture(energy * np.eye(3)) == pytest.approx(np.sqrt(2 / energy), rel=1e-6)


def test_it_is_where_the_norm_grows_fastest():
    random = np.random.RandomState(0)
    for _ in range(5):
        X = random.standard_normal((40, 6)) * random.exponential(size=6) ** 2
        correlation = X.T @ X / 40
        logarithms = np.linspace(-6, 10, 4001)
        norms = np.array([squared_norm(correlation, one) for one in logarithms])
        expected = logarithms[np.argmax(np.gradient(norms))]
        assert np.log(steepest_aperture(correlation)) == pytest.approx(expected, abs=0.01)


def test_the_highest_of_several_peaks():
    """Three directions of little energy outweigh one of much, far away."""
    assert steepest_aperture(np.diag([1e4, 1e-4, 1e-4, 1e-4])) == pytest.approx(np.sqrt(2e4), rel=0.02)


def test_scaling_states_scales_it():
    correlation = np.diag([1.0, 0.3, 0.1])
    assert steepest_aperture(100 * correlation) == pytest.approx(0.1 * steepest_aperture(correlation), rel=1e-5)


def test_what_is_refused():
    for wrong, words in (
        (np.zeros((2, 2)), "eigenvalue above 0"),
        (np.ones((2, 3)), "shape"),
        ([[1, 2], [0, 1]], "symm"),
    ):
        with pytest.raises(ValueError, match=f"'correlation' must.*{words}"):
            steepest_aperture(wrong)


@pytest.mark.parametrize("energy", [1e-310, 1e300])
def test_energies_at_the_edges_of_double_precision(energy):
    logarithm = 0.5 * (np.log(2) - np.log(energy))
    assert np.log(steepest_aperture([[energy]])) == pytest.approx(logarithm, rel=1e-9)
