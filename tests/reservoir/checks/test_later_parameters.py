"""Estimators of an earlier version are shown, copied and fitted again as those of this one."""

import pickle

import numpy as np
import pytest
from builders import series
from numpy.testing import assert_array_equal
from sklearn.base import clone

from reservoir import (
    EchoStateReservoir,
    Forecaster,
    ReservoirClassifier,
    ReservoirRegressor,
    SequenceEncoder,
    SequenceRegressor,
)
from reservoir.anomaly import AnomalyDetector

U = series(60, 2)
LIQUID = EchoStateReservoir(5, random_state=0)


@pytest.mark.parametrize(
    ("model", "later", "use"),
    [
        (ReservoirRegressor(LIQUID).fit(U, U), "lags", lambda model: model.predict(U)),
        (SequenceEncoder(LIQUID).fit([U, U[:9]]), "lags", lambda model: model.transform([U])),
        (Forecaster(LIQUID).fit(U), "expert", lambda model: model.forecast(3)),
        (ReservoirClassifier(n_units=5).fit([U, -U], [0, 1]), "verbose", lambda model: model.predict([U])),
        (ReservoirClassifier(n_units=5).fit([U, -U], [0, 1]), "lags", lambda model: model.predict([U])),
        (SequenceRegressor(n_units=5).fit([U, -U], [0, 1]), "lags", lambda model: model.predict([U])),
        (AnomalyDetector(LIQUID).fit(U), "verbose", lambda model: model.score_samples(U)),
    ],
    ids=lambda one: type(one).__name__,
)
def test_what_came_later_is_at_its_default(model, later, use):
    expected, default = use(model), model.get_params()[later]
    vars(model).pop(later)
    read = pickle.loads(pickle.dumps(model))
    assert read.get_params()[later] is default
    assert type(model).__name__ in repr(read)
    assert_array_equal(use(read), expected)
    assert clone(read).get_params().keys() == read.get_params().keys()


def test_it_is_fitted_again():
    model = ReservoirRegressor(LIQUID).fit(U, U)
    expected = model.predict(U)
    vars(model).pop("lags")
    assert np.array_equal(pickle.loads(pickle.dumps(model)).fit(U, U).predict(U), expected)
