import numpy as np
import pytest
from exactly import chain
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array

from reservoir.kernels.recurrence import Recurrence, add_sliced_product, add_slices, arrange, rows_of
from reservoir.kernels.vectors import width_of
from reservoir.topology import Random, Ring, ScaleFree, Shift, SmallWorld

DTYPES = [np.float64, np.float32]


def sparse(n_units, density, seed=0):
    """A matrix with any number of sources of a unit, none for some."""
    random = np.random.RandomState(seed)
    weights = random.standard_normal((n_units, n_units)) * (random.uniform(size=(n_units, n_units)) < density)
    weights[random.permutation(n_units)[: n_units // 4]] = 0
    return csr_array(weights)


GRAPHS = {
    "shift": Shift().draw(40, 5, 0),
    "ring": Ring().draw(11, None, 0),
    "dense": csr_array(np.random.RandomState(0).standard_normal((12, 12))),
    "random": Random().draw(50, 7, 0),
    "random, even": Random().draw(33, 4, 0),
    "hubs": ScaleFree().draw(90, 6, 0),
    "small world": SmallWorld().draw(37, 4, 0),
    "one unit": csr_array(np.array([[0.3]])),
    "no synapse": csr_array((9, 9)),
    "one synapse": csr_array(([2.0], ([4], [1])), shape=(9, 9)),
    "fewer than a vector": sparse(5, 0.4),
    "a vector": sparse(8, 0.5),
    "a vector and one": sparse(17, 0.4),
    "a full row": csr_array(np.vstack([np.ones(30), np.zeros((29, 30))])),
    "the last row": csr_array(np.vstack([np.zeros((20, 21)), np.arange(21.0)])),
    "any": sparse(61, 0.1),
    "nearly full": Random().draw(20, 13, 0),
}
REGULAR = ("shift", "ring", "dense", "one unit", "nearly full")  # whose product, by shifts, test_products.py looks at


@pytest.fixture(params=DTYPES)
def dtype(request):
    return request.param


@pytest.fixture(params=GRAPHS)
def matrix(request, dtype):
    return in_precision(request.param, dtype)


@pytest.fixture(params=[name for name in GRAPHS if name not in REGULAR])
def irregular(request, dtype):
    return in_precision(request.param, dtype)


def in_precision(name, dtype):
    matrix = csr_array(GRAPHS[name]).astype(dtype)
    matrix.sort_indices()
    return matrix


def product(recurrence, x, drive):
    """The drive after the product, however the weights are arranged."""
    n_units, width = x.size, width_of(x.dtype)
    wide, buffer = np.full(n_units + width, 7, x.dtype), np.full(n_units + width, 7, x.dtype)
    wide[:n_units] = drive
    add_sliced_product(*recurrence[2:], x, buffer, wide)
    return wide[:n_units]


def test_rows_are_those_of_the_matrix(matrix):
    n_units = matrix.shape[0]
    rows = rows_of(arrange(matrix), n_units)
    rebuilt = csr_array((rows.weights, rows.sources, rows.indptr), shape=matrix.shape)
    assert_array_equal(rebuilt.toarray(), matrix.toarray(), strict=True)
    assert rows.weights.dtype == matrix.dtype and rows.sources.dtype == np.int32
    assert len(rows.indptr) == n_units + 1 and rows.indptr[-1] == len(rows.weights) == len(rows.sources)
    assert np.all((rows.sources >= 0) & (rows.sources < n_units))


def test_the_regular_are_arranged_by_shifts_and_others_in_slices(dtype):
    for name in REGULAR:
        recurrence = arrange(csr_array(GRAPHS[name]).astype(dtype))
        assert recurrence.offsets.size and not any(part.size for part in recurrence[2:])
    for name in ("random", "hubs", "no synapse", "any"):
        recurrence = arrange(csr_array(GRAPHS[name]).astype(dtype))
        assert not recurrence.offsets.size and not recurrence.values.size


def test_little_is_padded():
    for name in ("random", "hubs", "small world", "any"):
        matrix = csr_array(GRAPHS[name])
        kept = arrange(matrix).weights.size
        assert matrix.nnz <= kept <= 2 * matrix.nnz + 2 * 8


def test_a_product_is_one_chain_of_fused_products_for_each_unit(irregular):
    recurrence = arrange(irregular)
    random = np.random.RandomState(3)
    x, drive = random.standard_normal((2, irregular.shape[0])).astype(irregular.dtype)
    got, rows = product(recurrence, x, drive), rows_of(recurrence, irregular.shape[0])
    for unit, total in enumerate(drive):
        own = slice(irregular.indptr[unit], irregular.indptr[unit + 1])
        assert got[unit] == chain(total, irregular.data[own], x[irregular.indices[own]])
        own = slice(rows.indptr[unit], rows.indptr[unit + 1])
        assert got[unit] == chain(total, rows.weights[own], x[rows.sources[own]])


def test_a_product_agrees_with_one_of_more_digits(irregular):
    recurrence = arrange(irregular)
    random = np.random.RandomState(4)
    x, drive = random.standard_normal((2, irregular.shape[0])).astype(irregular.dtype)
    wide = irregular.toarray().astype(np.longdouble)
    eps = np.finfo(irregular.dtype).eps * (1 + np.abs(wide).max(initial=0) * irregular.shape[0])
    assert_allclose(product(recurrence, x, drive), wide @ x + drive, rtol=eps, atol=eps)


def test_the_state_and_what_lies_behind_the_drive_are_only_read():
    matrix = csr_array(GRAPHS["any"])
    recurrence, x = arrange(matrix), np.random.RandomState(0).standard_normal(61)
    before = [part.copy() for part in recurrence], x.copy()
    product(recurrence, x, np.zeros(61))
    for part, kept in zip([*recurrence, x], [*before[0], before[1]], strict=True):
        assert_array_equal(part, kept)


def test_units_of_the_same_number_of_sources_keep_their_order():
    matrix = Random().draw(24, 3, 0)
    recurrence = arrange(csr_array(matrix))
    assert recurrence.units.size == 0
    x, sums = np.random.RandomState(0).standard_normal(24), np.zeros(24 + 8)
    add_slices(*recurrence[3:], x, sums)
    assert_allclose(sums[:24], matrix @ x, rtol=1e-14, atol=1e-15)


def test_those_with_most_sources_come_first():
    matrix = csr_array(GRAPHS["hubs"])
    units, degrees = arrange(matrix).units, np.diff(matrix.indptr)
    assert sorted(units) == list(range(90)) and np.all(np.diff(degrees[units]) <= 0)


def test_the_type_is_named():
    assert isinstance(arrange(csr_array(GRAPHS["any"])), Recurrence)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_nearly_full_matrix_is_arranged_by_all_shifts(dtype):
    matrix = in_precision("nearly full", dtype)
    recurrence = arrange(matrix)
    assert_array_equal(recurrence.offsets, np.arange(20))
    units = np.arange(20)
    for k in range(20):
        assert_array_equal(recurrence.values[k], matrix.toarray()[units, (units + k) % 20])
    rows = rows_of(recurrence, 20)
    assert rows.indptr[-1] == matrix.nnz, "no lane adds what is 0"
    assert not arrange(in_precision("any", dtype)).offsets.size
    large = csr_array(np.tril(np.ones((600, 600), dtype)))
    assert not arrange(large).offsets.size, "what the caches do not hold is gathered"
