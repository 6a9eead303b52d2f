import numpy as np
import pytest

from readouts.decomposition import spectrum_of
from readouts.statistics import gather

rng = np.random.RandomState(0)


@pytest.mark.parametrize("shape", [(50, 6), (4, 6)])
@pytest.mark.parametrize("precise", [False, True])
def test_coefficients_and_degrees_of_freedom_of_a_grid(shape, precise):
    X, Y = rng.standard_normal(shape), rng.standard_normal((shape[0], 2))
    spectrum = spectrum_of(gather(X, Y, None, precise))
    alphas = np.array([0.1, 3.0])
    x, y = X - X.mean(axis=0), Y - Y.mean(axis=0)
    for k, alpha in enumerate(alphas):
        inverse = np.linalg.inv(x.T @ x + alpha * np.eye(6))
        np.testing.assert_allclose(spectrum.coefficients(alphas[:, None])[:, k], inverse @ x.T @ y, atol=1e-12)
        np.testing.assert_allclose(spectrum.degrees_of_freedom(alphas)[k], np.trace(x @ inverse @ x.T), rtol=1e-12)


def test_constant_features_have_no_power():
    spectrum = spectrum_of(gather(np.ones((9, 2)), rng.standard_normal((9, 1))))
    assert spectrum.coefficients(np.zeros((1, 1))).tolist() == [[[0.0]], [[0.0]]]
