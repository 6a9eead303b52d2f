import numpy as np
import pytest
from builders import series
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LinearRegression, Ridge, SGDRegressor
from sklearn.multioutput import MultiOutputRegressor
from sums import Sums

from readouts import RidgeReadout, RidgeReadoutClassifier, RLSReadout
from reservoir import EchoStateReservoir
from reservoir.regressor.feature_rows import FeatureRows
from reservoir.regressor.fitting import batches_of, fit_batch, fit_series, fit_whole, fits_in_blocks
from reservoir.regressor.step_targets import StepTargets

X = [series(n, 2, seed=n) for n in (30, 4, 17, 60, 25, 8)]
WASHOUT = 3


def targets(missing=()):
    values = [np.full(len(x), np.nan) if number in missing else x.sum(axis=1) for number, x in enumerate(X)]
    return [StepTargets(y, number=number) for number, y in enumerate(values)]


def feature_rows(cls=EchoStateReservoir, feedback=False):
    return FeatureRows(cls(6, random_state=0).fit(series(9, 3 if feedback else 2)), True, feedback, 10)


def by_hand(rows, known):
    return np.vstack([np.hstack([rows.reservoir.transform(X[i]), X[i]])[WASHOUT:] for i in known])


@pytest.mark.parametrize(
    ("readout", "expected"),
    [
        (RidgeReadout(), True),
        (RidgeReadout(alphas=[0.1, 1.0]), False),  # leaves out every row in turn
        (RidgeReadout(alphas=[0.1, 1.0], cv=3), True),
        (RidgeReadoutClassifier(class_weight="balanced"), False),
        (RLSReadout(), True),
        (SGDRegressor(), False),
        (MultiOutputRegressor(SGDRegressor()), False),
        (MultiOutputRegressor(RidgeReadout(alphas=[0.1, 1.0])), False),
        (MultiOutputRegressor(RidgeReadout()), True),
        (Ridge(), False),
    ],
    ids=str,
)
def test_blocks_are_for_readouts_that_need_every_row_once(readout, expected):
    assert fits_in_blocks(readout) is expected


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_all_rows_at_once(n_jobs):
    rows = feature_rows()
    fitted, state = fit_whole(rows, LinearRegression(), X, targets(), WASHOUT, n_jobs)
    expected = LinearRegression().fit(by_hand(rows, range(6)), np.concatenate([y.values[WASHOUT:] for y in targets()]))
    assert_array_equal(fitted.coef_, expected.coef_)
    assert_array_equal(state, rows.reservoir.run(X[0])[1])


def test_with_feedback_the_state_holds_the_last_target():
    rows, y = feature_rows(feedback=True), targets()[0].values
    inputs = [rows.inputs(x, wanted.values) for x, wanted in zip(X, targets(), strict=True)]
    _, (state, output) = fit_whole(rows, LinearRegression(), inputs, targets(), WASHOUT, None)
    assert_array_equal(output, y[-1:])
    before = np.append(0, y[:-1])[:, None]
    assert_array_equal(state, rows.reservoir.run(np.hstack([before, X[0]]))[1])


def test_batches_fill_lanes_where_there_are_series_for_two():
    assert batches_of([20] * 40, 10, 32) == [slice(0, 20), slice(20, 40)]
    assert batches_of([5] * 70, 10, 32) == [slice(0, 32), slice(32, 64), slice(64, 70)]
    assert batches_of([20] * 15, 10, 32) == [slice(number, number + 1) for number in range(15)]


def test_batches_depend_on_lengths_alone():
    assert batches_of([5, 5, 5], 10) == [slice(0, 2), slice(2, 3)]
    assert batches_of([50], 10) == [slice(0, 1)]
    many = batches_of([7] * 1000, 10)
    assert len(many) <= 32 and [i for batch in many for i in range(1000)[batch]] == list(range(1000))


@pytest.mark.parametrize("n_jobs", [2, 3])
def test_workers_change_nothing(n_jobs):
    rows, y = feature_rows(), targets(missing={1})

    def fit(n_jobs):
        return fit_series(rows, Sums(), X, y, WASHOUT, n_jobs=n_jobs, keywords={}, verbose=False)

    one, more = fit(None), fit(n_jobs)
    features = by_hand(rows, [0, 2, 3, 4, 5])
    features = np.hstack([features, np.ones((len(features), 1))])
    assert_allclose(one.gram_, features.T @ features, rtol=1e-12, atol=1e-12)
    assert_array_equal(one.gram_, more.gram_)
    assert one.sizes_ == more.sizes_


def test_without_targets_there_is_no_readout():
    options = {"keywords": {}, "verbose": False}
    assert fit_batch(feature_rows(), Sums(), X, targets(missing=range(6)), WASHOUT, **options) is None
    nothing = fit_series(feature_rows(), RLSReadout(), X, targets(missing=range(6)), WASHOUT, n_jobs=2, **options)
    assert nothing is None


class BackToFront(EchoStateReservoir):
    """Drives many series in pieces of which the last series has the first."""

    def drive_many(self, series, fold, **options):
        def fold_backwards(number, before, piece):
            return fold(len(series) - 1 - number, before, piece)

        return super().drive_many(series[::-1], fold_backwards, **options)[::-1]


def test_the_order_in_which_series_are_driven_does_not_count():
    options = {"n_jobs": 1, "keywords": {}, "verbose": False}
    forgets = RLSReadout(forgetting=0.9)  # to which the order of the rows counts
    for readout, tolerance in [(forgets, 0), (Sums(), 1e-9)]:
        straight, other = (
            fit_series(feature_rows(cls), readout, X, targets(), WASHOUT, **options).predict(series(5, 8))
            for cls in (EchoStateReservoir, BackToFront)
        )
        assert_allclose(other, straight, rtol=0, atol=tolerance)
