import numpy as np
import pytest
from builders import series
from numpy.testing import assert_allclose, assert_array_equal
from sums import Sums

from readouts import RidgeReadout
from reservoir import EchoStateReservoir, ReservoirRegressor
from reservoir.driving.lanes import LaneBlock
from reservoir.regressor import row_pool
from reservoir.regressor.feature_rows import FeatureRows
from reservoir.regressor.fitting import AddRows, fit_series
from reservoir.regressor.row_pool import RowPool
from reservoir.regressor.step_targets import StepTargets

WASHOUT = 3
LENGTHS = [30, 4, 17, 60, 25, 8, 30, 30, 1500, 12, 9, 30]
X = [series(n, 2, seed=number) for number, n in enumerate(LENGTHS)]


class Recorded:
    """Keeps the blocks that a readout would be fitted to."""

    def __init__(self):
        self.blocks = []

    def add(self, features, targets, beside):
        self.blocks.append((features.copy(), targets, beside))

    def rows(self):
        """Return everything that belongs to a row, as rows in an order of their own."""
        columns = [
            np.column_stack([features, targets, *(beside[name] for name in sorted(beside))])
            for features, targets, beside in self.blocks
        ]
        rows = np.concatenate(columns)
        return rows[np.lexsort(rows.T)]


def targets(n_targets=1, missing=False, weights=False, n_folds=None):
    wanted = []
    for number, x in enumerate(X):
        random = np.random.RandomState(number)
        y = random.standard_normal((len(x), n_targets) if n_targets > 1 else len(x))
        if missing:
            y[random.uniform(size=len(x)) < (1.0 if number == 4 else 0.3)] = np.nan
        weight = random.randint(0, 3, len(x)).astype(float) if weights else None
        wanted.append(StepTargets(y, weight, n_folds, number))
    return wanted


def drive(wanted, chunk_size, *, passthrough=True, alone=False, dtype="float64"):
    reservoir = EchoStateReservoir(6, dtype=dtype, random_state=0).fit(X[0])
    recorded, rows = Recorded(), FeatureRows(reservoir, passthrough, False, chunk_size)
    for some in [slice(n, n + 1) for n in range(len(X))] if alone else [slice(None)]:
        fold = AddRows(rows, recorded, wanted[some], WASHOUT)
        inputs = [x.astype(dtype) for x in X[some]]
        reservoir.drive_many(inputs, fold, n_rows=chunk_size, skip=WASHOUT, n_jobs=1)
    return recorded


@pytest.mark.parametrize(
    "asked",
    [{}, {"n_targets": 2}, {"missing": True}, {"weights": True}, {"n_folds": 3}]
    + [{"n_targets": 2, "missing": True, "weights": True, "n_folds": 3}],
    ids=str,
)
@pytest.mark.parametrize("passthrough", [True, False])
def test_rows_are_those_of_every_series_alone(asked, passthrough):
    wanted = targets(**asked)
    together, alone = (drive(wanted, 100, passthrough=passthrough, alone=alone) for alone in (False, True))
    assert_array_equal(together.rows(), alone.rows())


def test_single_precision_is_kept():
    together, alone = (drive(targets(), 100, alone=alone, dtype="float32") for alone in (False, True))
    assert {features.dtype for features, *_ in together.blocks} == {np.dtype("float32")}
    assert_array_equal(together.rows(), alone.rows())


@pytest.mark.parametrize("chunk_size", [1, 30, 64, 100, 3500])
def test_a_block_has_no_more_rows_than_a_chunk(chunk_size):
    recorded = drive(targets(), chunk_size)
    sizes = [len(features) for features, *_ in recorded.blocks]
    assert max(sizes) <= chunk_size
    assert sum(sizes) == sum(n - WASHOUT for n in LENGTHS)


def test_blocks_in_lockstep_by_hand():
    recorded = Recorded()
    wanted = [StepTargets(np.array([1.0, np.nan, 3.0])), StepTargets(np.array([4.0, 5.0]))]
    pool = RowPool(recorded, 64, wanted, np.array([3, 2]), washout=1, passthrough=True)
    states = np.zeros((3, 1, 8))
    states[:, 0, :2] = [[0.1, 0.2], [0.3, 0.4], [0.5, 9.0]]
    inputs = 10 * states
    for start, stop in [(0, 2), (2, 3)]:
        active, here = np.array([2, 2, 1])[start:stop], slice(start, stop)
        pool.add(LaneBlock(start, active, states[here], inputs[here], np.array([0, 1])))
    assert pool.results() == [None, None]
    ((features, y, beside),) = recorded.blocks
    assert features.tolist() == [[0.4, 4.0], [0.5, 5.0]]
    assert (y.tolist(), beside) == ([5.0, 3.0], {})


def test_labels_go_piece_by_piece():
    labels = [StepTargets(np.where(x[:, 0] > 0, "up", "down"), number=number) for number, x in enumerate(X)]
    assert AddRows(FeatureRows(None, True, False, 100), None, labels, 0).in_lanes is None


def many():
    lengths = np.random.RandomState(0).randint(20, 60, 150)
    return [series(n, 2, seed=number) for number, n in enumerate(lengths)]


def test_workers_change_nothing():
    X = many()
    rows = FeatureRows(EchoStateReservoir(6, random_state=0).fit(X[0]), True, False, 200)
    y = [StepTargets(x.sum(axis=1), number=number) for number, x in enumerate(X)]
    one, more = (
        fit_series(rows, Sums(), X, y, WASHOUT, n_jobs=n_jobs, keywords={}, verbose=False) for n_jobs in (1, 2)
    )
    assert_array_equal(one.gram_, more.gram_)
    features = np.vstack([np.hstack([rows.reservoir.transform(x), x, np.ones((len(x), 1))])[WASHOUT:] for x in X])
    assert_allclose(one.gram_, features.T @ features, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("feedback", [False, True])
def test_the_order_of_series_changes_rounding_alone(feedback):
    X = many()
    y = [x.sum(axis=1) for x in X]
    model = ReservoirRegressor(EchoStateReservoir(6, random_state=0), RidgeReadout(1e-2), feedback=feedback, washout=5)
    straight = model.fit(X, y).predict(X[0])
    assert_allclose(model.fit(X[::-1], y[::-1]).predict(X[0]), straight, rtol=0, atol=1e-11)


def test_many_targets_are_read_in_few_steps(monkeypatch):
    read, select = [], StepTargets.select
    monkeypatch.setattr(row_pool, "BYTES_READ", 8 * len(X) * 5 * 7)  # 7 steps of 5 targets
    monkeypatch.setattr(
        StepTargets, "select", lambda self, rows, n_before: read.append(rows) or select(self, rows, n_before)
    )
    few, expected = drive(targets(5, missing=True), 64), drive(targets(5, missing=True), 64, alone=True)
    assert_array_equal(few.rows()[:, -5:], expected.rows()[:, -5:])
    assert sum(rows.stop - rows.start <= 7 for rows in read) > len(read) / 2
