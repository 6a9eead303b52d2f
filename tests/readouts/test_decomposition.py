import numpy as np
import pytest
from naive_ridge import exact_ridge

from readouts.decomposition import power_of_two, singular_directions, spectrum_of
from readouts.statistics import statistics_of

rng = np.random.RandomState(0)


@pytest.mark.parametrize("shape", [(50, 6), (4, 6)])
@pytest.mark.parametrize("precise", [False, True])
def test_coefficients_and_degrees_of_freedom_of_a_grid(shape, precise):
    X, Y = rng.standard_normal(shape), rng.standard_normal((shape[0], 2))
    spectrum = spectrum_of(statistics_of(X, Y, None, precise))
    alphas = np.array([0.1, 3.0])
    x, y = X - X.mean(axis=0), Y - Y.mean(axis=0)
    for k, alpha in enumerate(alphas):
        inverse = np.linalg.inv(x.T @ x + alpha * np.eye(6))
        np.testing.assert_allclose(spectrum.coefficients(alphas[:, None])[:, k], inverse @ x.T @ y, atol=1e-12)
        np.testing.assert_allclose(spectrum.degrees_of_freedom(alphas)[k], np.trace(x @ inverse @ x.T), rtol=1e-12)


def test_constant_features_have_no_power():
    spectrum = spectrum_of(statistics_of(np.ones((9, 2)), rng.standard_normal((9, 1))))
    assert spectrum.coefficients(np.zeros((1, 1))).tolist() == [[[0.0]], [[0.0]]]


SCALES = 10.0 ** rng.permutation(np.linspace(-8, 8, 6))


def contributions_differ(found, expected, lengths):
    """Return the largest error of a coefficient times the length of its feature, beside the largest of these."""
    lengths = np.expand_dims(lengths, tuple(range(1, np.ndim(expected))))
    return np.abs((found - expected) * lengths).max() / np.abs(expected * lengths).max()


@pytest.mark.parametrize("shape", [(50, 6), (4, 6)])
@pytest.mark.parametrize("precise", [False, True])
@pytest.mark.parametrize("alpha", [0.0, 1e-20, 1e-9, 1.0, 1e9])
def test_features_of_any_scale_keep_their_digits(shape, precise, alpha):
    X, y = rng.standard_normal(shape) * SCALES, rng.standard_normal((shape[0], 1))
    statistics = statistics_of(X, y, None, precise)
    found = spectrum_of(statistics).coefficients(np.array([[alpha]]))[:, 0]
    assert contributions_differ(found, exact_ridge(X, y, alpha, digits=120), statistics.lengths) < 1e-12


@pytest.mark.parametrize("precise", [False, True])
@pytest.mark.parametrize("powers", [[0, 0, 0, 0, 26, -26], [-26, 0, 26, -26, 0, 26], [-26, 10, 26, 3, 20, 26], [9] * 6])
def test_collinear_features_of_any_scale_give_the_smallest_norm(precise, powers):
    # Rows of few digits, and scales that are powers of two, so that the columns are collinear to the last digit.
    x = np.round(64 * rng.standard_normal((64, 4))) / 64
    X = np.column_stack([x[:, :3], x[:, 2], x[:, 1], x[:, 0] + x[:, 1]]) * 2.0 ** np.array(powers)
    y = rng.standard_normal((64, 1))
    statistics = statistics_of(X, y, None, precise)
    found = spectrum_of(statistics).coefficients(np.zeros((1, 1)))[:, 0]
    expected = exact_ridge(X, y, 0.0, digits=200)
    assert contributions_differ(found, expected, statistics.lengths) < 1e-7
    centred = X - X.mean(axis=0)
    np.testing.assert_allclose(centred @ found, centred @ expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize(
    "powers", [[0, 0, -26, -26, 26, 3, -9, 12], [26, 26, 0, 0, -26, -9, -13, -20], [26] * 4 + [0] * 4]
)
@pytest.mark.parametrize("alpha", [1e-20, 1.0])
def test_collinear_features_of_any_scale_that_outnumber_the_rows(powers, alpha):
    x = np.round(64 * rng.standard_normal((5, 6))) / 64
    # The second feature equals the first, and the fourth the third, also where they are the largest.
    X = x[:, [0, 0, 1, 1, 2, 3, 4, 5]] * 2.0 ** np.array(powers)
    y = rng.standard_normal((5, 1))
    statistics = statistics_of(X, y)
    found = spectrum_of(statistics).coefficients(np.array([[alpha]]))[:, 0]
    assert contributions_differ(found, exact_ridge(X, y, alpha, digits=120), statistics.lengths) < 1e-12


@pytest.mark.parametrize("scales", [np.ones(6), SCALES])
@pytest.mark.parametrize("shape", [(50, 6), (4, 6)])
def test_singular_directions_make_up_the_rows(scales, shape):
    x = rng.standard_normal(shape) * scales
    left, singular, right = singular_directions(x, np.linalg.norm(x, axis=0), len(x))
    np.testing.assert_allclose(((left * singular) @ right.T) / scales, x / scales, atol=1e-12)
    for directions in (left, right):
        np.testing.assert_allclose(directions.T @ directions, np.eye(min(shape)), atol=1e-12)


def test_powers_of_two_are_just_above():
    assert power_of_two(np.array([0.75, 1.0, 5.0, 1e-300])).tolist()[:3] == [1.0, 2.0, 8.0]
