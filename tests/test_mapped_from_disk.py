"""An estimator whose arrays joblib maps from disk works as before, and compiles nothing for their being read-only."""

import sys

import joblib
import numpy as np
import pytest
from builders import VARIANTS, build
from numba.core.dispatcher import Dispatcher
from sklearn.base import clone, is_classifier
from test_all_estimators import ESTIMATORS

from reservoir import AnomalyDetector, Forecaster, PerSequence, SequenceEncoder, StackedReservoir
from reservoir.speech import (
    MFCC,
    BSAEncoder,
    Gammatone,
    LatencyEncoder,
    LIFEncoder,
    LogMel,
    LyonEar,
    PoissonEncoder,
    SendOnDeltaEncoder,
    UtteranceNormalizer,
)

X = np.abs(np.random.RandomState(0).standard_normal((60, 3)))
Y = np.roll(X[:, 0], 1)
ENCODERS = [BSAEncoder(), LatencyEncoder(), LIFEncoder(), PoissonEncoder(random_state=0), SendOnDeltaEncoder()]
FRONT_ENDS = [Gammatone(), LogMel(), LyonEar(), MFCC()]
LIQUIDS = [build(cls, **parameters) for cls, parameters in VARIANTS.values()]
COMPOSITES = [
    StackedReservoir(LIQUIDS[::3]),
    *(Forecaster(liquid, washout=2) for liquid in LIQUIDS),
    *(AnomalyDetector(liquid, washout=2) for liquid in LIQUIDS[::4]),
    UtteranceNormalizer(),
]


def name_of(estimator):
    return type(estimator).__name__


def signatures():
    """Return how many versions of every kernel there are."""
    return {
        f"{name}.{kernel}": len(value.signatures)
        for name, module in list(sys.modules.items())
        if name.partition(".")[0] in ("readouts", "reservoir")
        for kernel, value in vars(module).items()
        if isinstance(value, Dispatcher)
    }


def data_for(estimator):
    if isinstance(estimator, (PerSequence, SequenceEncoder)):
        return [X, X], None
    if type(estimator) in map(type, FRONT_ENDS):
        return [0.1 * X[:, 0]], None
    return X, (Y > 0.7).astype(int) if is_classifier(estimator) else Y


def use(estimator, series, target):
    """Return what the methods of an estimator return, in an order that ends with those that learn."""
    results = []
    for name in ("transform", "predict", "run"):
        if hasattr(estimator, name):
            results.append(getattr(estimator, name)(series))
    if hasattr(estimator, "run"):
        results.append(estimator.run(X[:1], results[-1][1]))
    if hasattr(estimator, "forecast"):
        results.extend([estimator.forecast(2), estimator.forecast(2, context=X)])
    if hasattr(estimator, "partial_fit") and target is not None:
        learnt = estimator.partial_fit(series, target)
        results.append((learnt.predict if hasattr(learnt, "predict") else learnt.transform)(series))
    return results


@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning", "ignore:'readout' has:UserWarning")
@pytest.mark.parametrize("estimator", [*ESTIMATORS, *LIQUIDS, *COMPOSITES, *ENCODERS, *FRONT_ENDS], ids=name_of)
def test_nothing_is_compiled_for_arrays_that_are_mapped_from_disk(estimator, tmp_path):
    estimator = clone(estimator)
    series, target = data_for(estimator)
    if target is None:
        estimator.fit(series)
    else:
        estimator.fit(series, target)
    joblib.dump(estimator, tmp_path / "estimator")
    expected = use(estimator, series, target)
    before = signatures()
    found = use(joblib.load(tmp_path / "estimator", mmap_mode="r"), series, target)
    assert {name: count for name, count in signatures().items() if count != before.get(name)} == {}
    np.testing.assert_equal(found, expected)
