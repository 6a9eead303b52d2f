import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from onnx_runs import run
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import (
    ElasticNet,
    LinearRegression,
    LogisticRegression,
    Perceptron,
    PoissonRegressor,
    Ridge,
    RidgeClassifier,
)
from sklearn.multioutput import MultiOutputRegressor
from sklearn.svm import LinearSVC

from readouts import RidgeReadout, RidgeReadoutClassifier, RLSReadout, RLSReadoutClassifier
from reservoir.interop import to_onnx
from reservoir.interop.onnx_graph.readout_nodes import as_labels, linear_form, refuse_nonlinear

X = np.random.RandomState(0).standard_normal((60, 4))
Y = X @ np.random.RandomState(1).standard_normal((4, 3)) + [1.0, 0.0, -5.0]
REGRESSORS = [RidgeReadout(), RLSReadout(), Ridge(), LinearRegression(fit_intercept=False), ElasticNet(0.01)]
CLASSIFIERS = [
    RidgeReadoutClassifier(),
    RLSReadoutClassifier(),
    RidgeClassifier(),
    LogisticRegression(),
    Perceptron(),
    LinearSVC(),
]
LABELS = {
    "text": np.array(["sad", "happy", "so so"])[np.arange(60) % 3],
    "objects": np.array(["no", "yes"], dtype=object)[np.arange(60) % 2],
    "small integers": (np.arange(60) % 4 - 2).astype(np.int8),
    "truth": np.arange(60) % 2 > 0,
    "numbers": np.arange(60) % 2 + 1.0,
}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("y", [Y, Y[:, :1], Y[:, 0]], ids=["three targets", "one column", "one target"])
@pytest.mark.parametrize("readout", REGRESSORS, ids=lambda readout: type(readout).__name__)
def test_predictions_have_the_numbers_and_the_shape_of_predict(readout, y, dtype):
    readout.fit(X, y)
    predictions = run(to_onnx(readout), X=X.astype(dtype).astype(np.float64))["predictions"]
    expected = readout.predict(X.astype(dtype).astype(np.float64))
    assert predictions.shape == expected.shape
    assert_allclose(predictions, expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize("labels", LABELS)
@pytest.mark.parametrize("readout", CLASSIFIERS, ids=lambda readout: type(readout).__name__)
def test_labels_and_scores_are_those_of_the_classifier(readout, labels):
    y = LABELS[labels]
    readout.fit(X, y)
    outputs = run(to_onnx(readout), X=X)
    assert_array_equal(outputs["label"], readout.predict(X))
    assert outputs["label"].dtype == (object if y.dtype.kind in "OU" else as_labels(y).dtype)
    assert outputs["scores"].shape == readout.decision_function(X).shape
    assert_allclose(outputs["scores"], readout.decision_function(X), rtol=0, atol=1e-12)


def test_a_score_of_exactly_0_is_the_first_class_and_of_equal_scores_the_first_wins():
    two = RidgeReadoutClassifier().fit([[-1.0], [1.0]], ["a", "b"])
    assert two.decision_function([[0.0]]) == 0
    assert run(to_onnx(two), X=np.zeros((1, 1)))["label"].tolist() == ["a"]
    three = LogisticRegression().fit(np.eye(3), [2, 1, 0])
    three.coef_[:], three.intercept_[:] = 0, 0
    assert run(to_onnx(three), X=np.ones((1, 3)))["label"].tolist() == [0]


@pytest.mark.parametrize(
    "readout",
    [RandomForestRegressor(3), PoissonRegressor(), MultiOutputRegressor(Ridge())],
    ids=lambda readout: type(readout).__name__,
)
def test_what_predicts_otherwise_than_by_coefficients_is_not_linear(readout):
    readout.fit(X, np.exp(Y) if not isinstance(readout, PoissonRegressor) else np.exp(Y[:, 0]))
    assert linear_form(readout, 4) is None
    with pytest.raises(ValueError, match="'model' must have a readout that is linear.*Forest|Poisson|Multi"):
        refuse_nonlinear(readout)


def test_coefficients_that_were_changed_are_those_that_count():
    readout = Ridge().fit(X, Y)
    readout.coef_[:] = 2.0
    weights, _ = linear_form(readout, 4)
    assert_array_equal(weights, np.full((4, 3), 2.0))
