from math import comb

import numpy as np
import pytest
from scipy.special import eval_legendre

from reservoir.diagnostics.memory.legendre import evaluate, normalised_polynomials, products_reaching


@pytest.mark.parametrize("degree", [1, 2, 3, 5])
def test_products_are_all_of_their_degree_and_each_once(degree):
    window = 6
    products = [product for oldest in range(window) for product in products_reaching(oldest, degree)]
    assert len(set(products)) == len(products) == comb(window + degree - 1, degree)
    for product in products:
        delays, degrees = zip(*product, strict=True)
        assert sum(degrees) == degree
        assert list(delays) == sorted(set(delays))
    assert {product[-1][0] for product in products_reaching(4, degree)} == {4}


def test_polynomials_agree_with_scipy_and_have_unit_variance():
    v = np.random.RandomState(0).uniform(-1, 1, 1000)
    polynomials = normalised_polynomials(v, 6)
    assert polynomials.shape == (6, 1000)
    assert polynomials.dtype == np.float32
    for degree in range(1, 7):
        expected = np.sqrt(2 * degree + 1) * eval_legendre(degree, v)
        np.testing.assert_allclose(polynomials[degree - 1], expected, atol=1e-6)
    node, weight = np.polynomial.legendre.leggauss(10)
    gram = (normalised_polynomials(node, 6) * weight / 2) @ normalised_polynomials(node, 6).T
    np.testing.assert_allclose(gram, np.eye(6), atol=1e-6)


def test_products_by_hand():
    v = np.random.RandomState(0).uniform(-1, 1, 50)
    polynomials = normalised_polynomials(v, 3)
    products = [((0, 1),), ((2, 3),), ((0, 2), (3, 1)), ((1, 1), (2, 1), (5, 1))]
    rows = evaluate(products, polynomials, 5, 50)
    assert rows.shape == (45, 4)
    for t in range(5, 50):
        square, cube = np.sqrt(5) * (3 * v[t] ** 2 - 1) / 2, np.sqrt(7) * (5 * v[t - 2] ** 3 - 3 * v[t - 2]) / 2
        triple = 3**1.5 * v[t - 1] * v[t - 2] * v[t - 5]
        expected = [3**0.5 * v[t], cube, square * 3**0.5 * v[t - 3], triple]
        np.testing.assert_allclose(rows[t - 5], expected, atol=1e-5)
    np.testing.assert_array_equal(evaluate(products, polynomials, 20, 30), rows[15:25])
