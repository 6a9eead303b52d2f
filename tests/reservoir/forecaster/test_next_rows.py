import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LinearRegression

from readouts import RidgeReadout
from reservoir.forecaster.next_rows import NextRows
from reservoir.kernels.closed_loop import SquaringReadout

SERIES = np.array([[0.0, 10.0], [1.0, 11.0], [3.0, 13.0], [6.0, 16.0]])
INPUTS = np.hstack([SERIES[:-1], [[7.0], [8.0], [9.0]]])
STATES = np.random.RandomState(0).standard_normal((3, 4))


def task(n_ahead=1, passthrough=True, increments=False):
    return NextRows(4, 2, n_ahead, passthrough, increments)


def test_targets_by_hand():
    assert_array_equal(task().targets(SERIES, INPUTS), SERIES[1:])
    assert_array_equal(task(increments=True).targets(SERIES, INPUTS), [[1, 1], [2, 2], [3, 3]])
    assert_array_equal(task(2).targets(SERIES, INPUTS), [[1, 11, 3, 13], [3, 13, 6, 16]])
    assert_array_equal(task(2, increments=True).targets(SERIES, INPUTS), [[1, 1, 3, 3], [2, 2, 5, 5]])


def test_increments_lead_back_from_noise():
    noisy = INPUTS + 0.5
    assert_array_equal(task(increments=True).targets(SERIES, noisy), [[0.5, 0.5], [1.5, 1.5], [2.5, 2.5]])


def test_a_single_column_is_flat():
    assert NextRows(4, 1, 1, True, False).targets(SERIES[:, :1], INPUTS).shape == (3,)


def test_features():
    assert_array_equal(task().features(STATES, INPUTS), np.hstack([STATES, INPUTS]))
    assert_array_equal(task(passthrough=False).features(STATES.astype(np.float32), INPUTS), STATES.astype(np.float32))


@pytest.mark.parametrize("passthrough", [True, False])
@pytest.mark.parametrize("increments", [True, False])
@pytest.mark.parametrize("n_ahead", [1, 2])
def test_affine_readout_predicts_as_the_model_does(passthrough, increments, n_ahead):
    random = np.random.RandomState(1)
    series, states = random.standard_normal((30, 2)), random.standard_normal((29, 4))
    inputs, this = series[:-1], task(n_ahead, passthrough, increments)
    targets = this.targets(series, inputs)
    readout = LinearRegression().fit(this.features(states, inputs)[: len(targets)], targets)
    rows = np.hstack([states, inputs])
    assert_allclose(this.find_affine(readout, rows)(rows), this.predict(readout, rows), rtol=1e-11, atol=1e-11)
    expected = readout.predict(this.features(states, inputs))
    expected = expected + np.tile(inputs, n_ahead) if increments else expected
    assert_allclose(this.predict(readout, rows), expected, rtol=1e-12)


@pytest.mark.parametrize("passthrough", [True, False])
@pytest.mark.parametrize("increments", [True, False])
def test_every_second_state_may_be_squared(passthrough, increments):
    random = np.random.RandomState(0)
    states, inputs = random.standard_normal((40, 4)), random.standard_normal((40, 2))
    rows = NextRows(4, 2, 1, passthrough, increments, squares=True)
    expected = states * np.array([[1, 0, 1, 0]]) + states**2 * np.array([[0, 1, 0, 1]])
    features = rows.features(states, inputs)
    assert_allclose(features[:, :4], expected, atol=1e-15)
    assert features.shape[1] == (6 if passthrough else 4)
    readout = RidgeReadout(1e-3).fit(features, random.standard_normal((40, 2)))
    both = np.hstack([states, inputs])
    loop = rows.find_affine(readout, both)
    assert isinstance(loop, SquaringReadout)
    assert_allclose(loop(both), rows.predict(readout, both), atol=1e-12)
    assert_allclose(rows.predict(readout, both), readout.predict(features) + increments * inputs, atol=1e-12)
