"""Linear readouts in C, and how those that are not linear are found out."""

import numpy as np
import pytest
from builders import series
from c_programs import HARNESS, needs_gcc, outputs_in_c
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import Lasso, LogisticRegression, PoissonRegressor, Ridge, RidgeClassifier
from sklearn.multiclass import OneVsOneClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC, LinearSVC

from readouts import RidgeReadout, RidgeReadoutClassifier, RLSReadout, RLSReadoutClassifier
from reservoir import EchoStateReservoir, ReservoirRegressor
from reservoir.interop import to_c

U = np.abs(series(400, 2))
Y = np.column_stack([U[:, 0] * np.roll(U[:, 1], 1), np.tanh(2 * U[:, 1] - 1)])
LABELS = np.array(["low", "middle", "high"])[(Y[:, 0] > 0.3).astype(int) + (Y[:, 0] > 0.8)]
REGRESSORS = {
    "ridge": RidgeReadout(1e-3),
    "recursive": RLSReadout(1e-3),
    "of scikit-learn": Ridge(1e-3),
    "without intercept": Ridge(1e-3, fit_intercept=False),
    "sparse": Lasso(1e-3),
    "behind a scaler": make_pipeline(StandardScaler(), Ridge(1e-3)),
    "of scaled targets": TransformedTargetRegressor(Ridge(1e-3), transformer=MinMaxScaler()),
    "of scaled features and targets": make_pipeline(
        StandardScaler(), TransformedTargetRegressor(Ridge(1e-3), transformer=StandardScaler())
    ),
}
CLASSIFIERS = {
    "ridge": RidgeReadoutClassifier(1e-3),
    "recursive": RLSReadoutClassifier(1e-3),
    "logistic": LogisticRegression(max_iter=1000),
    "margin": LinearSVC(),
    "behind a scaler": make_pipeline(StandardScaler(), RidgeClassifier()),
}


def model(readout):
    return ReservoirRegressor(EchoStateReservoir(20, random_state=0), readout)


@needs_gcc
@pytest.mark.parametrize("name", REGRESSORS)
def test_outputs_are_those_of_predict(tmp_path, name):
    regressor = model(REGRESSORS[name]).fit(U, Y)
    outputs = outputs_in_c(to_c(regressor, tmp_path / "model"), U)
    assert_allclose(outputs, regressor.predict(U), rtol=0, atol=1e-12)


@needs_gcc
@pytest.mark.parametrize("name", ["ridge", "of scaled targets"])
def test_a_single_target(tmp_path, name):
    regressor = model(REGRESSORS[name]).fit(U, Y[:, 0])
    outputs = outputs_in_c(to_c(regressor, tmp_path / "model"), U)
    assert_allclose(outputs[:, 0], regressor.predict(U), rtol=0, atol=1e-12)


@needs_gcc
@pytest.mark.parametrize("name", CLASSIFIERS)
def test_scores_are_those_of_the_decision_function(tmp_path, name):
    classifier = model(CLASSIFIERS[name]).fit(U, LABELS)
    outputs = outputs_in_c(to_c(classifier, tmp_path / "model"), U)
    assert_allclose(outputs, classifier.decision_function(U), rtol=1e-12, atol=1e-12)


# Prints the label that the header names beside the number of the class.
LABELLED = HARNESS.replace("        fwrite", "        y[0] = {name}_class(y);\n        fwrite")


@needs_gcc
@pytest.mark.parametrize("labels", [LABELS, LABELS == "low"], ids=["three classes", "two classes"])
def test_the_class_is_that_of_predict(tmp_path, labels):
    classifier = model(RidgeReadoutClassifier(1e-3)).fit(U, labels)
    files = to_c(classifier, tmp_path / "model")
    numbers = outputs_in_c(files, U, harness=LABELLED)[:, 0].astype(int)
    assert_array_equal(classifier.classes_[numbers], classifier.predict(U))
    for number, label in enumerate(classifier.classes_.tolist()):
        assert f"   {number} is {label!r}\n" in files.header.read_text().replace(" */", "\n")


@pytest.mark.parametrize(
    ("readout", "targets"),
    [
        (RandomForestRegressor(3), Y),
        (PoissonRegressor(), Y[:, 0]),  # has coef_ and intercept_, and is not linear
        (TransformedTargetRegressor(PoissonRegressor(), transformer=MinMaxScaler()), Y[:, 0]),
        (KNeighborsClassifier(), LABELS),
        (SVC(kernel="linear"), LABELS),  # chooses by votes of pairs
        (SVC(kernel="linear", decision_function_shape="ovo"), LABELS),
        (OneVsOneClassifier(LinearSVC()), LABELS),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_linear_is_refused(tmp_path, readout, targets):
    with pytest.raises(TypeError, match=r"'model' must have a linear readout, such as .*; got [A-Z]"):
        to_c(model(readout).fit(U, targets), tmp_path / "model")
    assert not list(tmp_path.iterdir())


def test_targets_that_are_transformed_by_a_function_are_refused(tmp_path):
    readout = TransformedTargetRegressor(Ridge(), func=np.log1p, inverse_func=np.expm1)
    with pytest.raises(TypeError, match="FunctionTransformer of <ufunc 'log1p'>"):
        to_c(model(readout).fit(U, np.abs(Y)), tmp_path / "model")
