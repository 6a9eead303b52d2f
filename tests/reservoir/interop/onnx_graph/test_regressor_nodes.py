import numpy as np
import pytest
from builders import series
from numpy.testing import assert_allclose, assert_array_equal
from onnx_runs import run, states_after
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsRegressor

from readouts import RidgeReadout, RidgeReadoutClassifier, RLSReadout
from reservoir import CTRNNLiquid, EchoStateReservoir, LTCLiquid, ReservoirRegressor, StackedReservoir
from reservoir.interop import to_onnx

X = series(120, 3)
Y = np.stack([X[:, 0] + np.roll(X[:, 1], 1), np.tanh(X[:, 2])], axis=1)
# Rows of single precision differ by 3e-7, and a readout multiplies them by its coefficients, of order 10 here.
TOLERANCE = {"float64": 1e-12, "float32": 1e-4}


def echo(dtype="float64"):
    return EchoStateReservoir(15, dtype=dtype, random_state=0)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("y", [Y, Y[:, :1], Y[:, 0]], ids=["two targets", "one column", "one target"])
@pytest.mark.parametrize("feedback", [False, True])
@pytest.mark.parametrize("passthrough", [False, True])
def test_predictions_whole_split_and_of_a_batch(passthrough, feedback, y, dtype):
    model = ReservoirRegressor(echo(dtype), RidgeReadout(1e-3), passthrough=passthrough, feedback=feedback, washout=10)
    rows, atol = X.astype(dtype), TOLERANCE[dtype]
    expected, graph = model.fit(rows, y).predict(rows), to_onnx(model)
    whole, head = run(graph, X=rows), run(graph, X=rows[:50])
    tail = run(graph, X=rows[50:], **states_after(head))
    assert whole["predictions"].dtype == expected.dtype and whole["predictions"].shape == expected.shape
    assert_allclose(whole["predictions"], expected, rtol=0, atol=atol)
    assert_allclose(np.concatenate([head["predictions"], tail["predictions"]]), expected, rtol=0, atol=atol)
    both = np.stack([rows, rows[::-1]])
    for one, predictions in zip(both, run(to_onnx(model, batch=True), X=both)["predictions"], strict=True):
        assert_allclose(predictions, model.predict(one), rtol=0, atol=atol)


def test_a_state_that_fit_left_is_gone_on_from():
    model = ReservoirRegressor(echo(), feedback=True).fit(X[:80], Y[:80])
    state, output = model.state_
    outputs = run(to_onnx(model), X=X[80:], state=state, output=output)
    assert_allclose(outputs["predictions"], model.predict(X[80:], state=model.state_), rtol=0, atol=1e-12)


@pytest.mark.parametrize("readout", [RLSReadout(), Ridge()], ids=["RLSReadout", "Ridge"])
@pytest.mark.parametrize(
    "liquid",
    [
        CTRNNLiquid(9, elapsed_column=0, random_state=0),
        LTCLiquid(9, mixed_memory=True, random_state=0),
        StackedReservoir([echo(), CTRNNLiquid(5, random_state=0)]),
    ],
    ids=["elapsed", "memory", "stack"],
)
def test_other_liquids_and_readouts(liquid, readout):
    rows = np.abs(X)
    model = ReservoirRegressor(liquid, readout).fit(rows, Y)
    assert_allclose(run(to_onnx(model), X=rows)["predictions"], model.predict(rows), rtol=0, atol=1e-12)


@pytest.mark.parametrize("readout", [RidgeReadoutClassifier(), LogisticRegression()], ids=["ridge", "logistic"])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_classes_of_every_step(readout, n_classes):
    y = np.array(["still", "left", "right"])[np.digitize(X[:, 0], [0.0, 1.0]) % n_classes]
    model = ReservoirRegressor(echo(), readout).fit(X, y)
    outputs = run(to_onnx(model), X=X)
    assert_array_equal(outputs["label"], model.predict(X))
    assert_allclose(outputs["scores"], model.decision_function(X), rtol=0, atol=1e-11)


@pytest.mark.parametrize("feedback", [False, True])
def test_a_readout_that_is_not_linear_is_refused_by_name(feedback):
    model = ReservoirRegressor(echo(), KNeighborsRegressor(), feedback=feedback).fit(X, Y)
    with pytest.raises(ValueError, match=r"'model' must have a readout that is linear.*KNeighborsRegressor\(\)"):
        to_onnx(model)
