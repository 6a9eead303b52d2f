import json
import sys

import numpy as np
import pytest
from builders import series
from numpy.testing import assert_allclose
from onnx_runs import assert_same_states, onnxruntime, run, session
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import reservoir
from readouts import RidgeReadout, RidgeReadoutClassifier
from reservoir import (
    CfCLiquid,
    CTRNNLiquid,
    EchoStateReservoir,
    Forecaster,
    LTCLiquid,
    ReservoirClassifier,
    ReservoirRegressor,
    SequenceEncoder,
)
from reservoir.interop import to_onnx
from reservoir.interop.to_onnx import input_dtype, n_inputs, takes_sequences

N_LONG = 10_000


def echo(**parameters):
    return EchoStateReservoir(**({"n_units": 10, "random_state": 0} | parameters))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    "liquid",
    [
        EchoStateReservoir(300, random_state=0),
        EchoStateReservoir(50, leak_rate=(0.01, 1.0), topology="random", random_state=0),
        CTRNNLiquid(50, elapsed_column=1, tau_range=(1.0, 1e4), random_state=0),
        LTCLiquid(10, random_state=0),
        CfCLiquid(20, random_state=0),
    ],
    ids=["echo state", "slow units", "ctrnn", "ltc", "cfc"],
)
def test_long_runs(liquid, dtype):
    X = np.abs(series(N_LONG, 3)).astype(dtype)
    liquid.set_params(dtype=dtype).fit(X[:10])
    states = run(to_onnx(liquid), X=X)["states"]
    assert_allclose(states, liquid.run(X)[0], rtol=0, atol=1e-12 if dtype == "float64" else 1e-5)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
@pytest.mark.parametrize("input_scaling", [1.0, 8.0, 60.0])
def test_long_runs_of_strongly_driven_units_in_single_precision(input_scaling, activation):
    # A drive of size d is rounded to d times 6e-8, beside the errors of the functions, which are some 3e-7 each.
    liquid = echo(activation=activation, input_scaling=input_scaling, leak_rate=1.0, dtype="float32").fit([[0.0] * 3])
    X = series(N_LONG, 3).astype(np.float32)
    states, expected = run(to_onnx(liquid), X=X)["states"], liquid.run(X)[0]
    assert_allclose(states, expected, rtol=0, atol=1e-6 + 3e-7 * input_scaling)


@pytest.mark.parametrize("drive", [6.0, 8.2, 8.5, 9.0, 18.0, 40.0, 1e30])
def test_saturated_units_in_single_precision(drive):
    """The tanh of onnxruntime exceeds 1 between 8.17 and 9, and its sigmoid is exactly 0 from about -18 on."""
    for activation, expected in (("tanh", 1.0), ("sigmoid", 0.0)):
        sign = np.float32(1 if activation == "tanh" else -1)
        liquid = EchoStateReservoir(
            activation=activation, recurrent_weights=[[0.5 * sign]], input_weights=[[1.0]], bias=0.0, leak_rate=1.0,
            dtype="float32",
        ).fit([[0.0]])  # fmt: skip
        X = np.full((200, 1), sign * np.float32(drive))
        states = run(to_onnx(liquid), X=X)["states"]
        assert_allclose(states, liquid.run(X)[0], rtol=0, atol=5e-7)
        assert_allclose(states, expected, rtol=0, atol=3e-3 if drive == 6 else 3e-4)


def test_a_stream_row_by_row_is_the_whole_run():
    liquid, X = echo().fit([[0.0] * 2]), series(500, 2)
    running, state, rows = session(to_onnx(liquid)), {}, []
    for row in X:
        outputs = run(running, X=row[None], **state)
        rows.append(outputs["states"][0])
        state = {"state": outputs["next_state"]}
    assert_allclose(rows, liquid.run(X)[0], rtol=0, atol=1e-13)


def test_a_file_says_what_it_is():
    y = np.array(["calm", "storm"])[np.arange(40) % 2]
    model = to_onnx(ReservoirRegressor(echo(), RidgeReadoutClassifier()).fit(series(), y))
    record = {entry.key: entry.value for entry in model.metadata_props}
    assert record["library"] == "liquid-reservoir" and record["version"] == reservoir.__version__
    assert record["model"] == "ReservoirRegressor" and record["opset"] == "18"
    assert json.loads(record["classes"]) == ["calm", "storm"]
    assert json.loads(record["inputs"]).keys() == {"X", "state"}
    assert json.loads(record["outputs"]).keys() == {"label", "scores", "next_state"}
    assert "at least one" in json.loads(record["inputs"])["X"]
    assert session(model).get_modelmeta().custom_metadata_map == record


def test_names_of_columns_are_written_down():
    pandas = pytest.importorskip("pandas", reason="names come with data frames of pandas")
    liquid = echo().fit(pandas.DataFrame({"wind": [0.0], "rain": [1.0]}))
    record = {entry.key: entry.value for entry in to_onnx(liquid).metadata_props}
    assert json.loads(record["feature_names"]) == ["wind", "rain"]


def test_a_file_is_read_again(tmp_path):
    import onnx

    onnx.save(to_onnx(echo().fit([[0.0]])), tmp_path / "liquid.onnx")
    running = onnxruntime.InferenceSession(tmp_path / "liquid.onnx")
    assert running.run(["states"], {"X": np.zeros((3, 1))})[0].shape == (3, 10)


def test_no_steps_at_all_is_what_onnxruntime_fails_at_and_the_file_says_so():
    model = to_onnx(echo().fit([[0.0]]))
    assert "at least one step" in model.doc_string
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    running = onnxruntime.InferenceSession(model.SerializeToString(), options)
    with pytest.raises(Exception, match="Scan"):
        running.run(None, {"X": np.empty((0, 1))})


@pytest.mark.parametrize("model", [echo().fit([[0.0]]), Forecaster(echo()).fit(series(300, 1))], ids=str)
def test_a_batch_of_no_series_gives_none(model):
    outputs = run(to_onnx(model, batch=True), X=np.empty((0, 7, 1)))
    assert [len(rows) for rows in outputs.values()] == [0] * len(outputs)
    with pytest.raises(Exception, match="Scan"):
        run(to_onnx(model, batch=True), X=np.empty((3, 0, 1)))


def test_reservoirs_one_after_the_other_have_states_of_their_own():
    X = series(40, 2)
    model = make_pipeline(echo(), StandardScaler(), ReservoirRegressor(echo(n_units=4), Ridge())).fit(X, X[:, 0])
    graph = to_onnx(model)
    first = run(graph, X=X[:15])
    assert list(first) == ["predictions", "next_state", "next_reservoir2__state"]
    states = {name.removeprefix("next_"): value for name, value in first.items() if name.startswith("next_")}
    second = run(graph, X=X[15:], **states)
    assert_allclose(np.concatenate([first["predictions"], second["predictions"]]), model.predict(X), rtol=0, atol=1e-12)


def test_a_search_stands_for_what_it_found_wherever_it_is():
    X = series(60, 2)
    search = GridSearchCV(ReservoirRegressor(echo(), Ridge()), {"washout": [0, 5]}, cv=2)
    for model in (search, make_pipeline(StandardScaler(), search)):
        model.fit(X, X[:, 0])
        assert_allclose(run(to_onnx(model), X=X)["predictions"], model.predict(X), rtol=0, atol=1e-12)
    with pytest.raises(ValueError, match="(?s)'model' must be a search that has fitted the best.* refit=True"):
        to_onnx(search.set_params(refit=False).fit(X, X[:, 0]))


def test_weights_that_are_changed_afterwards_do_not_reach_the_graph():
    liquid = echo().fit([[0.0]])
    before = to_onnx(liquid)
    liquid.set_params(leak_rate=0.9, activation="relu")
    assert to_onnx(liquid).graph == before.graph


def test_a_stack_of_columns_of_the_wrong_width_is_refused_by_onnxruntime():
    with pytest.raises(Exception, match="dimensions|invalid"):
        run(to_onnx(echo().fit([[0.0] * 2])), X=np.zeros((3, 5)))


@pytest.mark.parametrize("model", [echo(), ReservoirRegressor(), Forecaster(), RidgeReadout(), SequenceEncoder()])
def test_what_is_not_fitted_is_refused(model):
    with pytest.raises(NotFittedError):
        to_onnx(model)


@pytest.mark.parametrize("model", [EchoStateReservoir, None, "liquid", np.eye(3), [echo()]])
def test_what_is_no_model_is_refused_by_name(model):
    with pytest.raises(TypeError, match="'model' must be a fitted reservoir"):
        to_onnx(model)


def test_batch_is_true_or_false():
    with pytest.raises(ValueError, match="'batch' must be True or False; got 3"):
        to_onnx(echo().fit([[0.0]]), batch=3)


def test_without_onnx_the_message_says_what_to_install(monkeypatch):
    liquid = echo().fit([[0.0]])
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ImportError, match=r'to_onnx needs onnx: pip install "liquid-reservoir\[onnx\]"'):
        to_onnx(liquid)


def test_a_search_stands_for_the_best_that_it_found():
    pipeline = make_pipeline(echo(), RidgeReadout())
    search = GridSearchCV(pipeline, {"ridgereadout__alpha": [0.1, 10.0]}, cv=2).fit(series(), series()[:, 0])
    assert_allclose(run(to_onnx(search), X=series())["predictions"], search.predict(series()), rtol=0, atol=1e-12)


def test_where_the_precision_and_the_columns_of_x_come_from():
    X = series(40, 3)
    liquid = echo(dtype="float32").fit(X)
    assert (input_dtype(liquid), n_inputs(liquid), takes_sequences(liquid)) == (np.float32, 3, False)
    assert input_dtype(RidgeReadout().fit(X, X)) is None
    views = SequenceEncoder(echo(dtype="float32"), views="scaled").fit([X, X])
    assert (input_dtype(views), n_inputs(views), takes_sequences(views)) == (np.float64, 3, True)
    cases = SequenceEncoder(echo(dtype="float32")).fit(X)  # 40 sequences of 3 steps
    assert (input_dtype(cases), n_inputs(cases)) == (np.float32, 1)
    classifier = ReservoirClassifier(n_units=5, random_state=0).fit([X, -X, X + 1, -X - 1], [0, 1, 0, 1])
    assert (input_dtype(classifier), n_inputs(classifier), takes_sequences(classifier)) == (np.float64, 3, True)
    assert takes_sequences(make_pipeline(make_pipeline(SequenceEncoder(echo())), RidgeReadout()))


def test_the_name_of_the_function_is_not_hidden_by_its_file():
    import reservoir.interop.to_onnx as file

    assert callable(to_onnx) and reservoir.interop.to_onnx is to_onnx is file


def test_every_class_of_the_table_in_one_place():
    for liquid in (echo(), CTRNNLiquid(5, random_state=0), LTCLiquid(5, random_state=0), CfCLiquid(5, random_state=0)):
        assert_same_states(liquid.fit(series(20, 2)), series(20, 2))
