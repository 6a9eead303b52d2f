import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import Ridge
from tasks import ragged, small, task

from readouts import RidgeReadout, RidgeReadoutClassifier, RLSReadout
from reservoir.regressor.step_targets import COUNTED_ROWS, StepTargets, block_fold, folds_of

GRID = RidgeReadout(alphas=[1e-4, 1e-2, 1.0, 100.0], cv=3)


def folds_by_hand(n_rows, n_folds):
    folds, length = [], 1
    while len(folds) < n_rows:
        for fold in range(n_folds):
            folds += [fold] * length
        length *= 2
    return folds[:n_rows]


@pytest.mark.parametrize("n_folds", [2, 3, 5, 7])
def test_blocks_of_a_stream_double_in_length(n_folds):
    assert_array_equal(block_fold(np.arange(1000), n_folds), folds_by_hand(1000, n_folds))


def test_most_rows_are_in_blocks_of_a_twentieth_of_the_stream_or_more():
    for n_rows in (100, 777, 1275, 5000, 100_000):
        folds = block_fold(np.arange(n_rows), 5)
        ends = np.append(np.flatnonzero(np.diff(folds)) + 1, n_rows)
        lengths = np.diff(np.append(0, ends))
        assert lengths[lengths >= n_rows // 20].sum() > n_rows / 2
        assert np.bincount(folds).max() < 0.4 * n_rows


def test_rows_without_a_target_are_not_counted():
    y = np.array([1.0, np.nan, 3.0, 4.0, np.nan, 6.0])
    kept, values, keywords = StepTargets(y, n_folds=3, number=1).select(slice(1, 6), n_before=1)
    assert_array_equal(kept, [False, True, True, False, True])
    assert_array_equal(values, [3, 4, 6])
    assert_array_equal(keywords["groups"], [2, 0, 1])
    assert StepTargets(y).select(slice(0, 6), 0)[2] == {}


def test_steps_of_weight_0_are_not_kept_either():
    y, weights = np.array([1.0, np.nan, 3.0, 4.0]), np.array([2.0, 1.0, 0.0, 0.5])
    wanted = StepTargets(y, weights)
    kept, values, keywords = wanted.select(slice(0, 4), 0)
    assert_array_equal(kept, [True, False, False, True])
    assert_array_equal(values, [1, 4])
    assert_array_equal(keywords["sample_weight"], [2, 0.5])
    assert [wanted.count(start) for start in range(5)] == [2, 1, 1, 1, 0]
    copied = wanted.copy()
    y[:], weights[:] = 7.0, 7.0
    assert copied.count(0) == 2


@pytest.mark.parametrize("n_rows", [COUNTED_ROWS, COUNTED_ROWS + 1])
def test_steps_are_counted_in_every_part(n_rows):
    y = np.full((n_rows, 2), np.nan)
    y[[0, -1]] = 1.0
    assert [StepTargets(y).count(start) for start in (0, 1, n_rows - 1, n_rows)] == [2, 1, 1, 0]


def test_folds_are_of_readouts_that_choose_by_blocks():
    assert folds_of(GRID) == 3
    assert folds_of(RidgeReadoutClassifier(alphas=[1.0, 2.0], cv=np.int64(4))) == 4
    for other in (RidgeReadout(cv=3), RidgeReadout(alphas=[1.0, 2.0]), RLSReadout(), Ridge(), None):
        assert folds_of(other) is None


@pytest.mark.parametrize("readout", [GRID, RidgeReadoutClassifier(alphas=[1e-3, 1.0, 1e3], cv=3)], ids=str)
def test_errors_of_folds_depend_neither_on_chunks_nor_on_workers_nor_on_how_rows_come(readout):
    X, y = (part * 4 for part in ragged())
    y = [target > 0 for target in y] if isinstance(readout, RidgeReadoutClassifier) else [*y]
    whole = small(readout, washout=4).fit(X, y)
    stream, classes = small(readout, washout=4), None if readout is GRID else [False, True]
    for number, (x, target) in enumerate(zip(X, y, strict=True)):
        for start in range(0, len(x), 1 + number):
            rows = slice(start, start + 1 + number)
            stream.partial_fit(x[rows], target[rows], reset=start == 0, classes=classes)
    expected = whole.readout_.cv_results_
    for other in (
        stream,
        small(readout, washout=4, chunk_size=11).fit(X, y),
        small(readout, washout=4, chunk_size=30, n_jobs=2).fit(X, y),
    ):
        results = other.readout_.cv_results_
        assert_allclose(results["fold_weight"], expected["fold_weight"])
        assert_allclose(results["fold_mean_squared_error"], expected["fold_mean_squared_error"], rtol=1e-7)


def test_errors_are_those_of_readouts_fitted_without_the_fold():
    X, y = task(200)
    model = small(GRID, washout=20).fit(X, y)
    rows = np.hstack([model.reservoir_.transform(X), X])[20:]
    expected = RidgeReadout(alphas=GRID.alphas).fit(rows, y[20:], groups=folds_by_hand(180, 3))
    assert_allclose(model.predict(X)[20:], expected.predict(rows), atol=1e-9)
    assert_allclose(model.readout_.cv_results_["mean_squared_error"], expected.cv_results_["mean_squared_error"])
