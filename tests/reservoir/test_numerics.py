import numpy as np
import pytest
from scipy.sparse import csr_array

from reservoir import numerics
from reservoir.topology import ErdosRenyi, Shift

DTYPES = [np.float64, np.float32]


@numerics.njit
def apply_all(x, results):
    for i in range(x.size):
        results[0, i] = numerics.tanh(x[i])
        results[1, i] = numerics.sigmoid(x[i])
        results[2, i] = numerics.exp(x[i])
        results[3, i] = numerics.expm1(x[i])


def compiled(x):
    results = np.empty((4, x.size), x.dtype)
    apply_all(x, results)
    return results


def in_units_of_last_place(got, expected):
    return np.abs(got - expected) / np.spacing(np.abs(expected).astype(got.dtype))


@pytest.mark.parametrize("dtype", DTYPES)
def test_functions_are_within_4_ulp(dtype):
    random_state = np.random.RandomState(0)
    x = np.concatenate([random_state.uniform(-80, 80, 20_000), random_state.standard_normal(20_000)])
    x = np.concatenate([x, np.geomspace(1e-30, 80, 5_000), -np.geomspace(1e-30, 80, 5_000)]).astype(dtype)
    exact = x.astype(np.longdouble)
    expected = [np.tanh(exact), 1 / (1 + np.exp(-exact)), np.exp(exact), np.expm1(exact)]
    for got, want in zip(compiled(x), expected, strict=True):
        assert in_units_of_last_place(got, want).max() <= 4


@pytest.mark.parametrize("dtype", DTYPES)
def test_special_values(dtype):
    tanh, sigmoid, exp, expm1 = compiled(np.array([np.nan, np.inf, -np.inf, 0.0, -0.0], dtype))
    np.testing.assert_array_equal(tanh, [np.nan, 1, -1, 0, 0])
    np.testing.assert_array_equal(np.isnan(sigmoid), [True, False, False, False, False])
    np.testing.assert_allclose(sigmoid[1:], [1, 0, 0.5, 0.5], atol=1e-30)
    assert np.isnan(exp[0])
    assert np.isfinite(exp[1:]).all()
    assert np.isnan(expm1[0])
    np.testing.assert_array_equal(expm1[2:], [-1, 0, 0])


def test_python_versions_are_the_same_functions():
    x = np.linspace(-5, 5, 101)
    expected = [numerics.tanh(x), numerics.sigmoid(x), numerics.exp(x), numerics.expm1(x)]
    np.testing.assert_allclose(compiled(x), expected, rtol=1e-14)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", numerics.ACTIVATIONS)
def test_leaky_update(name, dtype):
    from naive import ACTIVATIONS

    random_state = np.random.RandomState(1)
    drive, before = random_state.standard_normal((2, 37)).astype(dtype)
    leak = random_state.uniform(0.1, 1, 37).astype(dtype)
    after = np.empty_like(drive)
    numerics.leaky_update(numerics.ACTIVATIONS[name], leak, 1 - leak, drive, before, after)
    expected = (1 - leak) * before + leak * ACTIVATIONS[name](drive)
    np.testing.assert_allclose(after, expected, rtol=0, atol=1e-15 if dtype is np.float64 else 1e-6)


@pytest.mark.parametrize("name", numerics.ACTIVATIONS)
def test_nan_is_never_hidden_by_an_activation(name):
    ones, after = np.ones(3), np.empty(3)
    numerics.leaky_update(numerics.ACTIVATIONS[name], ones, 0 * ones, np.array([np.nan, 1, 2]), ones, after)
    assert np.isnan(after[0])
    assert np.isfinite(after[1:]).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n_features", [1, 3, 4, 7, 8])
def test_project_input(n_features, dtype):
    random_state = np.random.RandomState(2)
    weights, u = random_state.standard_normal((n_features, 11)).astype(dtype), random_state.standard_normal(n_features)
    bias, drive = random_state.standard_normal(11).astype(dtype), np.empty(11, dtype)
    numerics.project_input(weights, bias, u.astype(dtype), drive)
    np.testing.assert_allclose(drive, weights.T @ u + bias, atol=1e-14 if dtype is np.float64 else 1e-5)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("degree", [1, 2, 4, 5, 8, 11, 23])
def test_both_sparse_products(degree, dtype):
    random_state = np.random.RandomState(degree)
    matrix = Shift().draw(23, degree, random_state)
    x, drive = random_state.standard_normal((2, 23)).astype(dtype)
    expected = matrix @ x.astype(float) + drive
    offsets, values = numerics.shift_form(matrix)
    by_shift, by_row = drive.copy(), drive.copy()
    numerics.add_shift_product(offsets, values.astype(dtype), np.concatenate([x, x]), by_shift)
    indptr, indices = matrix.indptr.astype(np.uint32), matrix.indices.astype(np.uint32)
    numerics.add_csr_product(indptr, indices, matrix.data.astype(dtype), x, by_row)
    tolerance = 1e-14 if dtype is np.float64 else 1e-5
    np.testing.assert_allclose(by_shift, expected, atol=tolerance)
    np.testing.assert_allclose(by_row, expected, atol=tolerance)


@pytest.mark.parametrize("degree", [1, 3, 12])
def test_shift_form_rebuilds_the_matrix(degree):
    matrix = Shift().draw(12, degree, random_state=0)
    offsets, values = numerics.shift_form(matrix)
    rebuilt = np.zeros((12, 12))
    for k, offset in enumerate(offsets):
        for i in range(12):
            rebuilt[i, (i + offset) % 12] = values[k, i]
    np.testing.assert_array_equal(rebuilt, matrix.toarray())


def test_shift_form_is_none_for_other_structures():
    assert numerics.shift_form(ErdosRenyi().draw(30, 6, random_state=0)) is None
    assert numerics.shift_form(csr_array((5, 5))) is None
    one_entry_moved = np.roll(np.eye(6), 1, axis=1)
    one_entry_moved[2] = np.roll(one_entry_moved[2], 1)
    assert numerics.shift_form(csr_array(one_entry_moved)) is None


@pytest.mark.parametrize("dtype", DTYPES)
def test_what_has_decayed_is_flushed_before_it_turns_denormal(dtype):
    tiny = np.finfo(dtype).tiny
    values = np.array([1.0, -1e12 * tiny, 1e9 * tiny, -tiny / 4, 0.0, np.nan, np.inf], dtype)
    numerics.decay(dtype(0.5), values)
    np.testing.assert_array_equal(values, np.array([0.5, -5e11 * tiny, 0, 0, 0, np.nan, np.inf], dtype))
    after = np.empty(1, dtype)
    one, before = np.ones(1, dtype), np.array([1e9 * tiny], dtype)
    numerics.leaky_update(numerics.ACTIVATIONS["identity"], 0 * one, one, one, before, after)
    assert after[0] == 0
