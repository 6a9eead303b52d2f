import numpy as np
import pytest
from builders import series
from numpy.testing import assert_allclose
from onnx_runs import WHY, run, states_after
from sklearn.decomposition import PCA
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from readouts import RidgeReadout, RidgeReadoutClassifier
from reservoir import (
    AnomalyDetector,
    CTRNNLiquid,
    EchoStateReservoir,
    Forecaster,
    ForwardFill,
    PerSequence,
    ReservoirClassifier,
    ReservoirRegressor,
    SequenceEncoder,
)
from reservoir.interop import to_onnx

pytest.importorskip("skl2onnx", reason=WHY)
X = np.abs(series(60, 4)) + 1
Y = series(60, 2, seed=1)


def echo(**parameters):
    return EchoStateReservoir(12, random_state=0, **parameters)


PIPELINES = {
    "scaler": make_pipeline(StandardScaler(), echo(), RidgeReadout(1.0)),
    "scaled states": make_pipeline(echo(), StandardScaler(), RidgeReadout(1.0)),
    "wrapped": make_pipeline(PerSequence(MinMaxScaler()), echo(), RidgeReadout(1.0)),
    "without times": make_pipeline(
        PerSequence(StandardScaler(), exclude=1), CTRNNLiquid(9, elapsed_column=1, random_state=0), RidgeReadout(1.0)
    ),
    "fewer columns": make_pipeline(PerSequence(PCA(2), exclude=[0]), echo(), RidgeReadout(1.0)),
    "passed through": Pipeline(
        [("nothing", "passthrough"), ("none", None), ("echo", echo()), ("out", RidgeReadout(1.0))]
    ),
    "nested": make_pipeline(make_pipeline(StandardScaler(), echo()), RidgeReadout(1.0)),
    "two liquids' worth": make_pipeline(
        PerSequence(make_pipeline(StandardScaler(), PCA(3))), echo(), RidgeReadout(1.0)
    ),
}


@pytest.mark.parametrize("name", PIPELINES)
def test_a_pipeline_gives_what_it_predicts_and_goes_on(name):
    model = PIPELINES[name].fit(X, Y)
    graph = to_onnx(model)
    assert_allclose(run(graph, X=X)["predictions"], model.predict(X), rtol=0, atol=1e-12)
    head = run(graph, X=X[:25])
    tail = run(graph, X=X[25:], **states_after(head))
    joined = np.concatenate([head["predictions"], tail["predictions"]])
    assert_allclose(joined, model.predict(X), rtol=0, atol=1e-12)


def test_a_batch_goes_through_all_steps():
    model = PIPELINES["without times"].fit(X, Y)
    batch = np.stack([X, X[::-1]])
    predictions = run(to_onnx(model, batch=True), X=batch)["predictions"]
    assert_allclose(predictions, [model.predict(one) for one in batch], rtol=0, atol=1e-12)


def test_a_pipeline_that_ends_in_a_transformer_returns_its_columns():
    model = make_pipeline(echo(), StandardScaler()).fit(X)
    outputs = run(to_onnx(model), X=X)
    assert_allclose(next(iter(outputs.values())), model.transform(X), rtol=0, atol=1e-12)


def test_a_classifier_of_steps():
    y = np.array(["low", "high"])[(X[:, 0] > 1.5).astype(int)]
    model = make_pipeline(StandardScaler(), echo(leak_rate=1.0), RidgeReadoutClassifier()).fit(X, y)
    assert run(to_onnx(model), X=X)["label"].tolist() == model.predict(X).tolist()


@pytest.mark.parametrize("kind", [ReservoirRegressor, Forecaster, SequenceEncoder, PerSequence, ReservoirClassifier])
def test_a_class_derived_from_a_model_may_predict_otherwise_and_is_refused_by_name(kind):
    derived = type("Mine", (kind,), {"__init__": kind.__init__})
    first = StandardScaler() if kind is PerSequence else echo()
    targets = {ReservoirRegressor: [Y], ReservoirClassifier: [[0, 1, 0, 1]]}.get(kind, [])
    model = derived(first).fit(X.reshape(4, 15, 4) if kind in (SequenceEncoder, ReservoirClassifier) else X, *targets)
    with pytest.raises(TypeError, match=f"'model' must be of the library's own.*a Mine.*Give a {kind.__name__}"):
        to_onnx(model)


@pytest.mark.parametrize(
    "model",
    [AnomalyDetector(echo(), window=3, washout=2), ForwardFill(), make_pipeline(ForwardFill(), echo())],
    ids=["detector", "fill", "pipeline"],
)
def test_what_has_no_form_in_onnx_is_refused_by_name(model):
    with pytest.raises(TypeError, match="'model' must be made of reservoirs.*(AnomalyDetector|ForwardFill)"):
        to_onnx(model.fit(X))
