import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from readouts import RidgeReadoutClassifier
from reservoir import (
    EchoStateReservoir,
    Forecaster,
    PerSequence,
    ReservoirClassifier,
    ReservoirRegressor,
    SequenceEncoder,
    SequenceRegressor,
)
from reservoir.diagnostics.explanation.anatomy import answers, take_apart

U = np.random.RandomState(0).standard_normal((40, 2))
RESERVOIR = EchoStateReservoir(10, random_state=0)
MODELS = {
    "reservoir first": make_pipeline(RESERVOIR, StandardScaler(), Ridge()),
    "scaler first": make_pipeline(StandardScaler(), RESERVOIR, Ridge()),
    "two reservoirs": make_pipeline(RESERVOIR, EchoStateReservoir(7, degree=2, random_state=1), Ridge()),
    "regressor": ReservoirRegressor(RESERVOIR),
    "regressor without inputs": ReservoirRegressor(RESERVOIR, passthrough=False),
    "regressor last": make_pipeline(StandardScaler(), ReservoirRegressor(RESERVOIR)),
    "classifier that has a readout": make_pipeline(RESERVOIR, RidgeReadoutClassifier()),
    "feedback": ReservoirRegressor(RESERVOIR, Ridge(), feedback=True),
}


@pytest.mark.parametrize("name", MODELS)
def test_readout_says_of_the_rows_what_the_model_says_of_the_series(name):
    model = MODELS[name].fit(U, U[:, 0] > 0 if name.startswith("classifier") else U[:, 0])
    parts = take_apart(model)
    rows, n_units = parts.rows(U)
    assert n_units == parts.reservoir.n_units_ == (7 if name == "two reservoirs" else 10)
    inputs = {"regressor": 2, "regressor last": 2, "feedback": 3}.get(name, 0)
    assert rows.shape == (40, n_units + inputs)
    np.testing.assert_allclose(answers(parts.readout, rows), answers(model, U), rtol=1e-9, atol=1e-12)
    assert not parts.is_encoder


def test_encoder_makes_the_rows():
    X, y = [U, -U, U[:20], U[20:]], [0, 1, 0, 1]
    model = make_pipeline(SequenceEncoder(RESERVOIR), LogisticRegression()).fit(X, y)
    parts = take_apart(model)
    assert parts.is_encoder
    rows, n_units = parts.rows(X)
    assert rows.shape == (4, n_units) == (4, 10)
    np.testing.assert_allclose(answers(model, X)[:, 0], model.decision_function(X))


@pytest.mark.parametrize("cls", [ReservoirClassifier, SequenceRegressor])
@pytest.mark.parametrize("front", [False, True])
def test_scaler_of_a_model_of_sequences_belongs_to_its_readout(cls, front):
    X, y = [U, -U, U[:20], U[20:]], [0, 1, 0, 1]
    model = cls(RESERVOIR, views=("scaled", "differences"), representation=("mean", "max"))
    model = (make_pipeline(PerSequence(StandardScaler()), model) if front else model).fit(X, y)
    parts = take_apart(model)
    assert parts.is_encoder and (parts.front is not None) == front
    rows, n_features = parts.rows(X)
    assert rows.shape == (4, n_features) == (4, 2 * 2 * 10)
    np.testing.assert_allclose(answers(parts.readout, rows), answers(model, X), rtol=1e-9, atol=1e-12)


def test_classifiers_are_asked_for_their_decisions():
    labels = np.digitize(U[:, 0], [-0.5, 0.5])
    model = ReservoirRegressor(RESERVOIR, RidgeReadoutClassifier()).fit(U, labels)
    np.testing.assert_array_equal(answers(model, U), model.decision_function(U))
    with pytest.raises(TypeError, match="KNeighborsClassifier has none"):
        answers(KNeighborsClassifier().fit(U, labels), U)


@pytest.mark.parametrize(
    "model",
    [
        RESERVOIR,
        Ridge(),
        make_pipeline(StandardScaler(), Ridge()),
        make_pipeline(StandardScaler(), RESERVOIR),
        GridSearchCV(make_pipeline(RESERVOIR, Ridge()), {"ridge__alpha": [1.0]}, cv=2),
        Forecaster(RESERVOIR, washout=2),
    ],
    ids=lambda one: type(one).__name__,
)
def test_what_has_no_reservoir_or_no_readout_is_refused(model):
    model.fit(U, U[:, 0]) if not isinstance(model, Forecaster) else model.fit(U)
    with pytest.raises(
        TypeError,
        match="'model' must be a fitted ReservoirRegressor, .*or a Pipeline .*best_estimator_",
    ):
        take_apart(model)


def test_predictions_that_are_no_numbers_are_refused():
    model = make_pipeline(RESERVOIR, Ridge()).fit(U, U[:, 0])
    model[-1].intercept_ = np.nan
    with pytest.raises(ValueError, match="predict of Pipeline gave NaN or infinity"):
        answers(model, U)


def test_several_series_are_refused_step_by_step():
    model = ReservoirRegressor(RESERVOIR).fit([U, U], [U[:, 0], U[:, 1]])
    with pytest.raises(ValueError, match="'X' must be one 2-D series .* got several. Explain them one by one"):
        take_apart(model).rows([U, U])
