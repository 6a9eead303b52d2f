import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.cross_decomposition import PLSRegression
from sklearn.linear_model import LinearRegression, MultiTaskLasso, PoissonRegressor, Ridge
from sklearn.tree import DecisionTreeRegressor

from readouts import RidgeReadout
from reservoir.kernels.closed_loop import (
    AffineReadout,
    SquaringReadout,
    compiles,
    dot_squares,
    find_affine,
    open_loop,
    read_out,
)

RANDOM = np.random.RandomState(0)
FEATURES, TARGETS = RANDOM.standard_normal((30, 5)), RANDOM.standard_normal((30, 2))


@pytest.mark.parametrize("readout", [RidgeReadout(), Ridge(), LinearRegression(fit_intercept=False), MultiTaskLasso()])
def test_an_affine_model_is_found(readout):
    affine = find_affine(readout.fit(FEATURES, TARGETS), FEATURES)
    assert affine.weights.shape == (2, 5) and affine.intercept.shape == (2,)
    assert_allclose(affine(FEATURES), readout.predict(FEATURES), rtol=1e-12, atol=1e-12)


def test_a_single_target_may_be_flat():
    affine = find_affine(Ridge().fit(FEATURES, TARGETS[:, 0]), FEATURES)
    assert affine.weights.shape == (1, 5) and affine.intercept.shape == (1,)


@pytest.mark.parametrize("readout", [PLSRegression(2), PoissonRegressor(), DecisionTreeRegressor()])
def test_what_predicts_otherwise_is_not_taken_for_affine(readout):
    assert find_affine(readout.fit(FEATURES, np.abs(TARGETS[:, 0])), FEATURES) is None


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_kernel_agrees_with_the_whole_readout(dtype):
    n_units, n_outputs, n_known = 7, 2, 3
    affine = AffineReadout(RANDOM.standard_normal((n_outputs, n_units + n_outputs + n_known)), np.array([0.5, -1.0]))
    inputs = RANDOM.standard_normal((3, n_outputs + n_known)).astype(dtype)
    states = RANDOM.standard_normal((3, n_units)).astype(dtype)
    weights, outputs = open_loop(affine, inputs, n_outputs)
    expected = inputs.copy()
    for t in range(3):
        row = affine(np.hstack([states[t], expected[t]], dtype=np.float64))
        read_out(weights, states[t], t, inputs, outputs)
        assert_allclose(outputs[t], row, rtol=1e-12)
        if t < 2:
            expected[t + 1, :n_outputs] = row
    assert_array_equal(inputs, expected) if dtype == np.float32 else assert_allclose(inputs, expected, rtol=1e-12)


def test_a_loop_compiles_where_everything_but_its_own_columns_is_known():
    affine = AffineReadout(np.ones((2, 4)), np.zeros(2))
    assert compiles(affine, None, 2) and compiles(affine, 2, 2)
    assert not compiles(affine, 1, 2) and not compiles(affine.__call__, None, 2)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_squares_of_states_are_read_out_beside_them(dtype):
    n_units, n_outputs = 7, 2
    weights, squares = RANDOM.standard_normal((n_outputs, n_units + 3)), RANDOM.standard_normal((n_outputs, n_units))
    readout = SquaringReadout(weights, RANDOM.standard_normal((3, n_outputs)), squares)
    inputs, states = RANDOM.standard_normal((3, 3)).astype(dtype), RANDOM.standard_normal((3, n_units)).astype(dtype)
    looped, outputs = open_loop(readout, inputs, n_outputs)
    assert compiles(readout, None, n_outputs) and looped.shape == (n_outputs, 2 * n_units + n_outputs)
    for t in range(3):
        row = inputs[t].astype(float)
        read_out(looped, states[t], t, inputs, outputs)
        features = np.hstack([states[t], row], dtype=np.float64)[None]
        expected = features[0] @ weights.T + states[t].astype(float) ** 2 @ squares.T + readout.intercept[t]
        assert_allclose(outputs[t], expected, rtol=1e-6 if dtype == np.float32 else 1e-12)
        assert_allclose(readout.at(t)(features)[0], expected, rtol=1e-6 if dtype == np.float32 else 1e-12)
    fixed = readout._replace(intercept=readout.intercept[0])
    assert fixed.at(2) is fixed
    assert_allclose(dot_squares(squares[0], states[0]), squares[0] @ states[0].astype(float) ** 2, rtol=1e-6)
