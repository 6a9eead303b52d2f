import numpy as np
import pytest
from scipy.sparse import csr_array

from reservoir.topology import Random
from reservoir.topology.krylov_space import KrylovSpace
from reservoir.topology.power_product import power_product


def unit_vector(size, seed=0):
    vector = np.random.RandomState(seed).standard_normal(size)
    return vector / np.linalg.norm(vector)


@pytest.mark.parametrize("power", [1, 3])
def test_arnoldi_relation(power):
    matrix = Random().draw(60, 5, 0) / 3
    space = KrylovSpace(power_product(matrix), power, unit_vector(60), capacity=20)
    space.grow(12)
    assert space.dimension == 12 and not space.full
    images = np.linalg.matrix_power(matrix.toarray(), power) @ space.basis[:-1].T
    np.testing.assert_allclose(images, space.basis.T @ space.hessenberg, atol=1e-13)
    np.testing.assert_allclose(space.basis @ space.basis.T, np.eye(13), atol=1e-14)


def test_residuals_of_ritz_pairs():
    matrix = Random().draw(60, 5, 0) / 3
    space = KrylovSpace(power_product(matrix), 2, unit_vector(60), capacity=20)
    space.grow(10)
    pairs = space.ritz()
    vectors = space.basis[:-1].T @ pairs.coordinates
    residuals = np.linalg.norm(matrix @ (matrix @ vectors) - pairs.values * vectors, axis=0)
    np.testing.assert_allclose(pairs.residuals, residuals, atol=1e-13)


def test_a_full_space_has_all_eigenvalues():
    matrix = Random().draw(30, 5, 0)
    space = KrylovSpace(power_product(matrix), 1, unit_vector(30), capacity=30)
    space.grow(100)
    assert space.full
    expected = np.sort(np.abs(np.linalg.eigvals(matrix.toarray())))
    np.testing.assert_allclose(np.sort(np.abs(space.ritz().values)), expected, rtol=1e-9, atol=1e-12)


def test_a_space_that_maps_onto_itself_is_full():
    start = np.array([0.6, 0.8, 0.0, 0.0])
    space = KrylovSpace(power_product(csr_array(np.diag([3.0, 2.0, 5.0, 7.0]))), 1, start, capacity=4)
    space.grow(4)
    assert space.full and space.dimension == 2
    np.testing.assert_allclose(np.sort(space.ritz().values), [2.0, 3.0])


def test_iterated_start_is_a_power_of_the_matrix_times_the_start():
    matrix, start = Random().draw(40, 5, 1) / 3, unit_vector(40)
    space = KrylovSpace(power_product(matrix), 2, start, capacity=6)
    np.testing.assert_allclose(space.iterated_start(), start)
    space.grow(6)
    expected = np.linalg.matrix_power(matrix.toarray(), 12) @ start
    np.testing.assert_allclose(space.iterated_start(), expected / np.linalg.norm(expected), atol=1e-12)


def test_a_vector_of_the_power_may_mix_vectors_of_the_matrix():
    # The square of diag(1, -1) has one eigenvalue only; any vector is its own, but not the matrix's.
    space = KrylovSpace(power_product(csr_array(np.diag([1.0, -1.0]))), 2, np.array([0.6, 0.8]), capacity=2)
    space.grow(2)
    assert space.dimension == 1
    assert space.mixture(np.array([1.0])) > 1.0
    pure = KrylovSpace(power_product(csr_array(np.diag([1.0, -1.0]))), 2, np.array([1.0, 0.0]), capacity=2)
    pure.grow(1)
    assert pure.mixture(np.array([1.0])) == 0.0
