"""Everything that drives many series does it through `drive_many`, which a reservoir that drives batches redefines."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.linear_model import LogisticRegression, Ridge

from readouts import RidgeReadout, RidgeReadoutClassifier, RLSReadout
from reservoir import (
    AnomalyDetector,
    EchoStateReservoir,
    Forecaster,
    ReservoirClassifier,
    ReservoirRegressor,
    SequenceEncoder,
)
from reservoir.driving.pieces import drive_pieces

X = [np.random.RandomState(n).standard_normal((n, 2)) for n in (60, 25, 40, 33)]
Y = [x[:, 0] * np.roll(x[:, 1], 1) for x in X]
LABELS = [y > 0 for y in Y]


class InTurns(EchoStateReservoir):
    """Drives many series together as a batch would: a piece of each, then the next piece of each."""

    n_driven = 0

    def drive_many(self, series, fold, *, n_rows=None, skip=0, n_jobs=None):
        InTurns.n_driven += len(series)
        folded = [None] * len(series)
        left = {number: drive_pieces(self, one, n_rows, skip=skip) for number, one in enumerate(series)}
        while left:
            for number, pieces in list(left.items()):
                piece = next(pieces, None)
                if piece is None:
                    del left[number]
                else:
                    folded[number] = fold(number, folded[number], piece)
        return folded


def regressor(reservoir, readout, targets=None):
    model = ReservoirRegressor(reservoir, readout, washout=5, chunk_size=11)
    return model.fit(X, Y if targets is None else targets)


def forecaster(reservoir, **settings):
    return Forecaster(reservoir, washout=5, **settings).fit(X)


def classify(reservoir):
    return ReservoirClassifier(reservoir, views=None, random_state=0).fit(X, [0, 1, 0, 1])


VIEWS = ("standardized", "reversed_differences")
SUMMARIES = ("last", "mean", "max", "std", "segments", "model")

# What is done, and how many series it drives of which there are many.
WORK = {
    "transform": (lambda one: one.fit(X).transform(X), 4),
    "transform of an array": (lambda one: one.fit(X).transform(np.stack([x[:20] for x in X])), 4),
    "encoder": (lambda one: SequenceEncoder(one, SUMMARIES).fit_transform(X), 4),
    "encoder of views": (lambda one: SequenceEncoder(one, ("ppv", "mean"), views=VIEWS).fit_transform(X), 16),
    "sequence classifier": (lambda one: classify(one).decision_function(X), 12),
    "regressor, merged": (lambda one: regressor(one, RidgeReadout(1e-3)).predict(X), 8),
    "regressor, in order": (lambda one: regressor(one, RLSReadout(1e-3, forgetting=0.95)).predict(X), 8),
    "regressor, all rows": (lambda one: regressor(one, Ridge(1e-3)).predict(X), 8),
    "regressor, score": (lambda one: [regressor(one, RidgeReadout(1e-3)).score(X, Y)], 8),
    "classifier": (lambda one: regressor(one, LogisticRegression(), LABELS).predict_proba(X), 8),
    "classifier, scores": (lambda one: regressor(one, RidgeReadoutClassifier(1e-3), LABELS).decision_function(X), 8),
    "forecaster": (lambda one: forecaster(one, noise=0.1, random_state=0).predict_one_step(X), 8),
    "forecaster, further ahead": (lambda one: [forecaster(one, horizon=3).score(X)], 8),
    "detector": (lambda one: AnomalyDetector(one, RidgeReadout(1e-3), washout=5).fit(X).score_samples(X), 12),
}  # fmt: skip


@pytest.mark.parametrize("work", WORK)
def test_many_series_go_through_one_door(work, monkeypatch):
    do, n_series = WORK[work]
    for name in (
        "encoder.one_view",
        "encoder.thresholds",
        "forecaster.training",
        "forecaster.predicted_rows",
        "anomaly.next_row",
        "anomaly.scored_stream",
    ):
        monkeypatch.setattr(f"reservoir.{name}.ROWS_AT_ONCE", 13)
    expected = do(EchoStateReservoir(15, random_state=0))
    InTurns.n_driven = 0
    found = do(InTurns(15, random_state=0))
    assert InTurns.n_driven == n_series
    for one, other in zip(found, expected, strict=True):
        assert_allclose(one, other, rtol=1e-6, atol=1e-7)


def test_rows_too_many_to_be_held_go_through_it_too(monkeypatch):
    monkeypatch.setattr("reservoir.forecaster.training.MOST_HELD", 0)
    coefficients = []
    for cls in (EchoStateReservoir, InTurns):
        InTurns.n_driven = 0
        coefficients.append(forecaster(cls(15, random_state=0)).readout_.coef_)
    assert InTurns.n_driven == len(X)
    assert_allclose(*coefficients, rtol=1e-6, atol=1e-7)
