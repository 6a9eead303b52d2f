import sys

import numpy as np
import pytest
from builders import series
from numpy.testing import assert_allclose, assert_array_equal
from onnx_runs import WHY, run
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from readouts import RidgeReadout, RidgeReadoutClassifier, RLSReadout, RLSReadoutClassifier
from reservoir import (
    CTRNNLiquid,
    EchoStateReservoir,
    PerSequence,
    ReservoirClassifier,
    ReservoirRegressor,
    SequenceEncoder,
    SequenceRegressor,
    StackedReservoir,
)
from reservoir.interop import register_onnx_converters

skl2onnx = pytest.importorskip("skl2onnx", reason=WHY)
X = np.abs(series(80, 4))
Y = series(80, 2, seed=1)
LABELS = np.array(["a", "b", "c"])[np.digitize(X[:, 0], [0.4, 1.0])]


@pytest.fixture(autouse=True)
def registered():
    register_onnx_converters()
    register_onnx_converters()  # which does no harm


def echo(dtype):
    return EchoStateReservoir(12, leak_rate=1.0, dtype=dtype, random_state=0)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("readout", [RidgeReadout(1.0), RLSReadout()], ids=lambda readout: type(readout).__name__)
@pytest.mark.parametrize("y", [Y, Y[:, 0]], ids=["two targets", "one target"])
def test_a_regressor_alone_and_behind_steps(readout, y, dtype):
    rows = X.astype(dtype)
    for model in (readout, make_pipeline(StandardScaler(), readout), make_pipeline(MinMaxScaler(), PCA(3), readout)):
        predictions = run(skl2onnx.to_onnx(model.fit(rows, y), rows), X=rows)["variable"]
        expected = model.predict(rows)
        assert predictions.shape == expected.shape
        assert_allclose(predictions, expected, rtol=0, atol=1e-13 if dtype == np.float64 else 1e-5)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("y", [LABELS, LABELS == "a", (LABELS == "a") * 3], ids=["text", "truth", "integers"])
@pytest.mark.parametrize(
    "readout", [RidgeReadoutClassifier(1.0), RLSReadoutClassifier()], ids=lambda readout: type(readout).__name__
)
def test_a_classifier_alone_and_behind_a_step(readout, y, dtype):
    rows = X.astype(dtype)
    for model in (readout, make_pipeline(StandardScaler(), readout)):
        outputs = run(skl2onnx.to_onnx(model.fit(rows, y), rows), X=rows)
        assert_array_equal(outputs["label"], model.predict(rows))
        assert_allclose(
            outputs["scores"], model.decision_function(rows), rtol=0, atol=1e-12 if dtype == np.float64 else 1e-4
        )


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_reservoirs_in_a_pipeline(dtype):
    rows = X.astype(dtype)
    liquids = [
        echo(dtype),
        CTRNNLiquid(7, elapsed_column=1, dtype=dtype, random_state=0),
        StackedReservoir([echo(dtype), echo(dtype)]),
    ]
    for liquid in liquids:
        model = make_pipeline(PerSequence(StandardScaler(), exclude=1), liquid, RidgeReadout(1.0)).fit(rows, Y)
        predictions = run(skl2onnx.to_onnx(model, rows), X=rows)["variable"]
        assert_allclose(predictions, model.predict(rows), rtol=0, atol=1e-12 if dtype == "float64" else 1e-5)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_an_encoder_of_equal_sequences(dtype):
    sequences = X.reshape(20, 4, 4).astype(dtype)
    y = np.array(["low", "high"])[(sequences.mean(axis=(1, 2)) > 0.8).astype(int)]
    model = make_pipeline(PerSequence(StandardScaler()), SequenceEncoder(echo(dtype)), RidgeReadoutClassifier(1.0))
    outputs = run(skl2onnx.to_onnx(model.fit(sequences, y), sequences), X=sequences)
    assert_array_equal(outputs["label"], model.predict(sequences))


@pytest.mark.parametrize("feedback", [False, True])
def test_a_model_of_every_step(feedback):
    model = make_pipeline(StandardScaler(), ReservoirRegressor(echo("float64"), feedback=feedback)).fit(X, Y)
    assert_allclose(run(skl2onnx.to_onnx(model, X), X=X)["variable"], model.predict(X), rtol=0, atol=1e-12)


def test_models_of_whole_sequences():
    sequences, y = X.reshape(10, 8, 4), np.arange(10) % 2
    settings = {"reservoir": echo("float64"), "representation": ("mean", "last")}
    classifier = ReservoirClassifier(**settings).fit(sequences, y)
    outputs = run(skl2onnx.to_onnx(classifier, sequences), X=sequences)
    assert_array_equal(outputs["label"], classifier.predict(sequences))
    assert_allclose(outputs["probabilities"], classifier.predict_proba(sequences), rtol=0, atol=1e-10)
    regressor = SequenceRegressor(**settings).fit(sequences, y)
    numbers = run(skl2onnx.to_onnx(regressor, sequences), X=sequences)["variable"]
    assert_allclose(numbers, regressor.predict(sequences), rtol=0, atol=1e-10)


def test_two_reservoirs_side_by_side_have_names_of_their_own():
    union = FeatureUnion([("first", echo("float64")), ("second", CTRNNLiquid(5, random_state=1))])
    states = run(skl2onnx.to_onnx(union.fit(X), X), X=X)
    assert_allclose(next(iter(states.values())), union.transform(X), rtol=0, atol=1e-13)


def test_a_reservoir_of_some_columns():
    model = ColumnTransformer([("echo", echo("float64"), [0, 2])], remainder="passthrough").fit(X)
    made = run(skl2onnx.to_onnx(model, X), X=X)
    assert_allclose(next(iter(made.values())), model.transform(X), rtol=0, atol=1e-13)


def test_an_older_opset_is_refused_by_name():
    with pytest.raises(ValueError, match="'target_opset' must be at least 18 for RidgeReadout; got 15"):
        skl2onnx.to_onnx(RidgeReadout().fit(X, Y), X, target_opset=15)


def test_without_skl2onnx_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "skl2onnx", None)
    with pytest.raises(ImportError, match=r'needs skl2onnx: pip install "liquid-reservoir\[onnx\]"'):
        register_onnx_converters()
