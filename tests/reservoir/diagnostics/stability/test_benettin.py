import numpy as np
import pytest

from reservoir.base import StateOverflowError
from reservoir.diagnostics.stability.benettin import Flow, exponents_of


def repeated(*matrices, most_rows=50, resolution=0.0):
    """The flow of a product of matrices, over and over again."""

    def push(place, vectors, n_rows):
        for row in range(place, place + n_rows):
            vectors = matrices[row % len(matrices)] @ vectors
        return vectors, place + n_rows

    return Flow(push, 0, len(matrices[0]), resolution, most_rows)


def exponents(flow, n_rows, washout=0, n_exponents=None, **settings):
    n_exponents = flow.size if n_exponents is None else n_exponents
    return exponents_of(flow, n_rows, washout, n_exponents, np.random.RandomState(0), **settings)


@pytest.mark.parametrize("most_rows", [1, 50])
def test_whole_spectrum_is_the_eigenvalues_of_one_matrix(most_rows):
    rng = np.random.RandomState(0)
    basis, sizes = rng.standard_normal((5, 5)), np.array([2.0, 1.0, 0.5, 0.1, 1e-4])
    flow = repeated(basis @ np.diag(sizes) @ np.linalg.inv(basis), most_rows=most_rows)
    np.testing.assert_allclose(exponents(flow, 400, 200), np.log(sizes), atol=1e-9)


def test_several_are_those_of_the_product_and_the_first_ones_do_not_depend_on_the_rest():
    rng = np.random.RandomState(1)
    matrices = rng.standard_normal((3, 6, 6))
    product = np.sort(np.abs(np.linalg.eigvals(matrices[2] @ matrices[1] @ matrices[0])))[::-1]
    np.testing.assert_allclose(exponents(repeated(*matrices), 3000, 300), np.log(product) / 3, atol=2e-3)
    one = exponents(repeated(*matrices), 3000, 300, 1)
    np.testing.assert_allclose(one, np.log(product[0]) / 3, atol=2e-3)


def test_sum_of_all_is_the_logarithm_of_the_determinant():
    matrices = np.random.RandomState(2).standard_normal((7, 4, 4))
    total = np.mean([np.linalg.slogdet(matrix)[1] for matrix in matrices])
    assert exponents(repeated(*matrices), 70).sum() == pytest.approx(total, abs=1e-9)


def test_what_vanishes_is_minus_infinity_and_nothing_is_nan():
    nilpotent = np.diag([1.0, 1.0], k=1)
    np.testing.assert_array_equal(exponents(repeated(nilpotent), 20), [-np.inf] * 3)
    half = np.diag([0.5, 0.0, 0.25])
    np.testing.assert_allclose(exponents(repeated(half), 200, 100), [np.log(0.5), np.log(0.25), -np.inf], atol=1e-9)
    drowned = repeated(np.diag([0.5, 1e-9]), resolution=1e-7)
    np.testing.assert_allclose(exponents(drowned, 20, 10), [np.log(0.5), -np.inf], atol=1e-6)


@pytest.mark.parametrize("factor", [1e-200, 1e-30, 1e30, 1e200])
def test_extreme_growth_is_seen_row_by_row(factor):
    np.testing.assert_allclose(exponents(repeated(factor * np.eye(2)), 100), np.log(factor))


@pytest.mark.parametrize("resolution", [0.0, 1e-8])
def test_stretches_grow_from_fifty_rows_where_vectors_are_exact_and_from_one_where_they_are_not(resolution):
    lengths = []

    def push(place, vectors, n_rows):
        lengths.append(n_rows)
        return 2.0**n_rows * vectors, place

    flow = Flow(push, 0, 3, resolution, most_rows=200)
    np.testing.assert_allclose(exponents(flow, 1000), np.log(2))
    assert lengths[:3] == ([50, 100, 200] if resolution == 0 else [1, 2, 4])
    assert max(lengths) == (200 if resolution == 0 else 4)  # 2^8 is close to the cube root of what can be resolved


def test_stretches_that_shrink_vectors_away_are_repeated_in_halves():
    np.testing.assert_allclose(exponents(repeated(1e-3 * np.eye(2), most_rows=300), 900), np.log(1e-3))
    np.testing.assert_allclose(exponents(repeated(np.diag([3.0, 0.5]), most_rows=300), 900, 50), np.log([3, 0.5]))


def test_growth_without_bound_is_an_error():
    burst = Flow(lambda row, vectors, n_rows: (np.full_like(vectors, np.inf), row + n_rows), 0, 2)
    with pytest.raises(StateOverflowError, match="grew past every finite number in row 0"):
        exponents(burst, 10)


def test_washout_and_single_rows():
    flow = repeated(np.diag([4.0]), *[np.diag([2.0])] * 9)
    assert exponents(flow, 10, 1)[0] == pytest.approx(np.log(2))
    assert exponents(flow, 1)[0] == pytest.approx(np.log(4))
    assert exponents(flow, 10, 9)[0] == pytest.approx(np.log(2))
    assert exponents(Flow(None, None, 0), 5).shape == (0,)


def test_progress_is_printed_on_demand(capsys):
    exponents(repeated(np.eye(2) / 2), 100, verbose=True)
    printed = capsys.readouterr().out
    assert printed.endswith("100 of 100 rows\n")
    assert 2 <= printed.count("\n") <= 10
    exponents(repeated(np.eye(2) / 2), 100)
    assert not capsys.readouterr().out
