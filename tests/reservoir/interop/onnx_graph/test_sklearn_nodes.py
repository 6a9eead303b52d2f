import sys

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from onnx_runs import WHY, run
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler
from sklearn.svm import SVR

from reservoir import EchoStateReservoir
from reservoir.interop import to_onnx
from reservoir.interop.onnx_graph.network import Value
from reservoir.interop.onnx_graph.sklearn_nodes import convert, try_out

pytest.importorskip("skl2onnx", reason=WHY)
X = np.random.RandomState(0).standard_normal((50, 4)) * [1, 10, 0.1, 3] + 5
STEPS = [StandardScaler(), MinMaxScaler(), RobustScaler(), PCA(2), make_pipeline(StandardScaler(), PCA(3))]


class Doubler(TransformerMixin, BaseEstimator):
    def fit(self, X, y=None):
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X):
        return 2 * X


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("batch", [False, True])
@pytest.mark.parametrize("step", STEPS, ids=lambda step: type(step).__name__)
def test_a_step_before_a_reservoir_keeps_the_precision(step, batch, dtype):
    model = make_pipeline(step, EchoStateReservoir(7, random_state=0, dtype=dtype)).fit(X.astype(dtype))
    given = X.astype(dtype)
    states = run(to_onnx(model, batch=batch), X=np.stack([given, given]) if batch else given)["states"]
    tolerance = 1e-13 if dtype == "float64" else 2e-6
    assert states.dtype == dtype
    for one in states if batch else [states]:
        assert_allclose(one, model.transform(given), rtol=0, atol=tolerance)


def test_an_estimator_of_another_kind_ends_a_pipeline():
    y = np.array(["a", "b"])[(X[:, 0] > 5).astype(int)]
    model = make_pipeline(
        EchoStateReservoir(7, random_state=0, leak_rate=1.0), RandomForestClassifier(5, random_state=0)
    )
    outputs = run(to_onnx(model.fit(X, y)), X=X)
    assert_array_equal(outputs["label"], model.predict(X))
    assert_allclose(outputs["probabilities"], model.predict_proba(X), atol=1e-6)
    assert outputs.keys() == {"label", "probabilities", "next_state"}


def test_predictions_of_another_regressor_have_the_shape_of_predict():
    for y in (X[:, 0], X[:, :2]):
        model = make_pipeline(EchoStateReservoir(7, random_state=0), KNeighborsRegressor(3)).fit(X, y)
        outputs = run(to_onnx(model), X=X)
        assert outputs["predictions"].shape == model.predict(X).shape
        assert_allclose(outputs["predictions"], model.predict(X), atol=1e-6)
        both = run(to_onnx(model, batch=True), X=np.stack([X, X]))["predictions"]
        assert both.shape == (2, *model.predict(X).shape)


def test_what_is_converted_wrongly_is_refused():
    class Wrong:
        def transform(self, rows):
            return rows + 1

    right = StandardScaler().fit(X)
    value = Value("X", np.dtype(np.float64), ("n_steps", 4))
    converted = convert(right, value)
    try_out(right, converted, value)
    with pytest.raises(ValueError, match="it gives other results"):
        try_out(Wrong(), converted, value)


def test_a_step_without_double_precision_is_refused_and_taken_in_single():
    for dtype in ("float64", "float32"):
        model = make_pipeline(EchoStateReservoir(7, random_state=0, dtype=dtype), SVR()).fit(X.astype(dtype), X[:, 0])
        if dtype == "float64":
            with pytest.raises(ValueError, match=r"convert in float64 precision; got SVR\(\)"):
                to_onnx(model)
        else:
            predictions = run(to_onnx(model), X=X.astype(dtype))["predictions"]
            assert_allclose(predictions, model.predict(X.astype(dtype)), rtol=0, atol=1e-4)


def test_without_skl2onnx_the_message_says_which_step_needs_it_and_what_to_install(monkeypatch):
    model = make_pipeline(StandardScaler(), EchoStateReservoir(7, random_state=0)).fit(X)
    monkeypatch.setitem(sys.modules, "skl2onnx", None)
    with pytest.raises(ImportError, match=r'skl2onnx for StandardScaler\(\): pip install "liquid-reservoir\[onnx\]"'):
        to_onnx(model)


def test_a_step_that_skl2onnx_does_not_know_is_refused_by_name():
    model = make_pipeline(Doubler(), EchoStateReservoir(7, random_state=0)).fit(X)
    with pytest.raises(ValueError, match=r"'model' must have steps that skl2onnx can convert.*Doubler\(\)"):
        to_onnx(model)
