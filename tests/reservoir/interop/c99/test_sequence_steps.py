import re

import numpy as np
import pytest
from c_programs import needs_gcc
from c_sequences import results_in_c
from cortex_m4 import MAIN, needs_cortex_m4, run_on_cortex_m4
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from readouts import RidgeReadoutClassifier
from reservoir import (
    EchoStateReservoir,
    LTCLiquid,
    PerSequence,
    ReservoirClassifier,
    SequenceEncoder,
    SequenceRegressor,
    StackedReservoir,
)
from reservoir.interop import to_c

pytestmark = needs_gcc
RANDOM = np.random.RandomState(0)
X = [np.cumsum(RANDOM.standard_normal((n, 2)), axis=0) * [0.3, 2.0] for n in RANDOM.randint(3, 60, 40)]
NEW = [np.cumsum(RANDOM.standard_normal((n, 2)), axis=0) * [0.3, 2.0] for n in [1, 2, 3, *RANDOM.randint(4, 60, 20)]]
LENGTH = np.array([len(x) for x in X], float)
KIND = np.digitize([x[:, 0].mean() for x in X], [-0.5, 0.5])
ESN = EchoStateReservoir(21, topology="random", leak_rate=(0.1, 1.0), random_state=0)
ALL = ("last", "mean", "std", "max", "min", "ppv")
SCALED = ("scaled", "scaled_differences")
MODELS = {
    "features": (SequenceEncoder(ESN, ALL), None),
    "features of views": (SequenceEncoder(ESN, ALL, views=("differences", "series", *SCALED)), None),
    "features of a stack": (SequenceEncoder(StackedReservoir([ESN, LTCLiquid(9, random_state=0)]), ("max",)), None),
    "features of irregular times": (SequenceEncoder(LTCLiquid(9, elapsed_column=1, random_state=0), "std"), None),
    "features of lags": (SequenceEncoder(ESN, ("last", "mean"), lags=2, views=("series", "differences")), None),
    "classifier": (ReservoirClassifier(ESN, views=SCALED, random_state=0), KIND),
    "classifier of two": (ReservoirClassifier(ESN, views="series", random_state=0), KIND > 0),
    "regressor": (SequenceRegressor(ESN, views=SCALED, random_state=0), LENGTH),
    "regressor of two": (SequenceRegressor(ESN, views=None, random_state=0), np.column_stack([LENGTH, -LENGTH])),
    "pipeline": (
        make_pipeline(PerSequence(MinMaxScaler()), SequenceEncoder(ESN, ("mean", "last")), StandardScaler(), Ridge()),
        LENGTH,
    ),
    "classifying pipeline": (
        make_pipeline(SequenceEncoder(ESN, "max"), make_pipeline(StandardScaler(), RidgeReadoutClassifier())),
        KIND,
    ),
    "named classes": (
        make_pipeline(SequenceEncoder(ESN, ("mean", "std")), LogisticRegression()),
        np.array(["low", "mid", "high"])[KIND],
    ),
}  # fmt: skip


def fitted(name):
    """The model, fitted, and sequences for it, old and new ones."""
    model, y = MODELS[name]
    if "irregular" in name:
        return model.fit([np.abs(x) % 2 for x in X]), [np.abs(x) % 2 for x in X + NEW]
    return model.fit(X, y), X + NEW


def outputs_of(model, sequences):
    """What a model says in Python of each sequence."""
    says = next(getattr(model, name) for name in ("decision_function", "predict", "transform") if hasattr(model, name))
    return says(sequences).reshape(len(sequences), -1)


@pytest.mark.parametrize("name", MODELS)
def test_outputs_and_classes_are_those_of_python(tmp_path, name):
    model, sequences = fitted(name)
    said, chosen, outputs = results_in_c(to_c(model, tmp_path / "model"), sequences)
    enough = said == 0
    assert_array_equal(said, np.where(enough, 0, 2))
    assert enough.all() or ("differences" in str(model) and [len(x) for x in sequences if len(x) < 2] == [1])
    sequences = [x for x, one in zip(sequences, enough, strict=True) if one]
    assert_allclose(outputs[enough], outputs_of(model, sequences), rtol=0, atol=1e-12 * max(1, np.abs(outputs).max()))
    if hasattr(model, "classes_"):
        assert_array_equal(model.classes_[chosen[enough]], model.predict(sequences))


def test_features_in_single_precision_are_off_by_rounding(tmp_path):
    model, sequences = fitted("features")
    _, _, outputs = results_in_c(to_c(model, tmp_path / "model", dtype="float32"), sequences, dtype="float32")
    differences, shares = np.abs(outputs - outputs_of(model, sequences)), 3 * 21  # the last columns
    assert differences[:, :-shares].max() < 1e-5
    # A state within rounding of a threshold may be counted on its other side.
    n_off = np.round(differences[:, -shares:] * [[len(x)] for x in sequences])
    assert n_off.max() <= 1 and n_off.sum() < 1e-4 * shares * sum(map(len, sequences))


@pytest.mark.parametrize("name", ["classifier", "classifier of two", "classifying pipeline"])
def test_classes_in_single_precision_are_those_of_python(tmp_path, name):
    model, sequences = fitted(name)
    sequences = [x for x in sequences if len(x) > 1]
    _, chosen, _ = results_in_c(to_c(model, tmp_path / "model", dtype="float32"), sequences, dtype="float32")
    assert_array_equal(model.classes_[chosen], model.predict(sequences))


@pytest.mark.parametrize("views", [None, ("scaled_differences", "series")])
def test_a_result_may_be_asked_for_after_every_row(tmp_path, views):
    encoder = SequenceEncoder(ESN, ALL, views=views).fit(X)
    said, _, outputs = results_in_c(to_c(encoder, tmp_path / "model"), NEW[2:5], every_row=True)
    prefixes = [x[: n + 1] for x in NEW[2:5] for n in range(len(x))]
    enough = np.array([len(x) > 1 or views is None for x in prefixes])
    assert_array_equal(said, np.where(enough, 0, 2))
    assert_allclose(
        outputs[enough], encoder.transform([x for x in prefixes if len(x) > 1 or views is None]), atol=1e-13
    )
    assert not outputs[~enough].any()  # nothing is written


def test_there_is_no_result_of_no_rows(tmp_path):
    encoder = SequenceEncoder(ESN, "last").fit(X)
    said, _, outputs = results_in_c(to_c(encoder, tmp_path / "model"), [np.empty((0, 2)), X[0]])
    assert said.tolist() == [2, 0]
    assert_allclose(outputs[1], encoder.transform(X[:1])[0], rtol=0, atol=1e-13)


def test_a_row_that_is_refused_leaves_no_trace(tmp_path):
    encoder = SequenceEncoder(ESN, ALL, views=SCALED).fit(X)
    files = to_c(encoder, tmp_path / "model")
    bad = np.insert(X[0], [0, 2, 2], [[np.nan, 0], [0, np.inf], [-np.inf, 0]], axis=0)
    outputs = results_in_c(files, [X[0]])[2], results_in_c(files, [bad], passing_over=True)[2]
    assert_array_equal(*outputs)


@pytest.mark.parametrize("name", ["features of views", "pipeline"])
def test_nothing_is_undefined(tmp_path, name):
    model, sequences = fitted(name)
    flags = ["-fsanitize=address,undefined,float-cast-overflow,float-divide-by-zero", "-fno-sanitize-recover=all"]
    results_in_c(to_c(model, tmp_path / "model"), sequences, *flags)


def test_cases_of_one_feature_are_rows_of_one_number(tmp_path):
    cases = np.cumsum(RANDOM.standard_normal((20, 30)), axis=1)
    model = make_pipeline(SequenceEncoder(ESN, "mean"), Ridge()).fit(cases, cases[:, -1])
    files = to_c(model, tmp_path / "model")
    assert files.n_inputs == 1
    outputs = results_in_c(files, cases[:, :, None])[2]
    assert_allclose(outputs[:, 0], model.predict(cases), rtol=0, atol=1e-12)


def test_what_was_fitted_counts_whatever_parameters_are_set_to_since(tmp_path):
    encoder = SequenceEncoder(ESN, ALL, views=SCALED).fit(X)
    expected = encoder.transform(X)
    encoder.set_params(representation="model", views="standardized", reservoir=None, quantiles=9)
    assert_allclose(results_in_c(to_c(encoder, tmp_path / "model"), X)[2], expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize(
    ("model", "error", "message"),
    [
        (SequenceEncoder(ESN, "segments"), ValueError, "must have a representation of last, max.*got 'segments'"),
        (ReservoirClassifier(ESN), ValueError, "must have views of series.*got 'standardized', which needs the whole"),
        (SequenceEncoder(ESN, views="reversed_series"), ValueError, "must have views of.*got 'reversed_series'"),
        (make_pipeline(SequenceEncoder(ESN), RandomForestClassifier(2)), TypeError, "must have a linear readout"),
        (make_pipeline(SequenceEncoder(ESN), PCA(2)), TypeError, "must transform rows by .*got PCA"),
        (ReservoirClassifier(ESN, RandomForestClassifier(2), views=None), TypeError, "must have a linear readout"),
    ],
)
def test_what_cannot_be_done_row_by_row_is_refused_and_nothing_written(tmp_path, model, error, message):
    with pytest.raises(error, match=f"'model' {message}"):
        to_c(model.fit(X, KIND), tmp_path / "model")
    assert not list(tmp_path.iterdir())


def test_what_is_said_of_the_stack_of_a_result(tmp_path):
    model = make_pipeline(SequenceEncoder(ESN, ALL), Ridge()).fit(X, LENGTH)
    files = to_c(model, tmp_path / "model")
    text = " ".join(files.header.read_text().split())
    said, state = (
        int(re.search(words, text)[1]) for words in (r", and (\d+) bytes of arrays on", r"(\d+) bytes of state")
    )
    n_features = model[-1].n_features_in_
    assert said == 8 * n_features == files.ram - state - 8 * 21  # a step has one array more, which no result has


def test_a_scaler_of_steps_is_refused(tmp_path):
    model = make_pipeline(StandardScaler(), SequenceEncoder(ESN)).fit(RANDOM.standard_normal((20, 30)))
    with pytest.raises(ValueError, match="'model' must scale the 1 columns of a row; got a scaler of 30.*PerSequence"):
        to_c(model, tmp_path / "model")


def test_a_step_and_a_result_are_counted_apart(tmp_path):
    n_units, n_classes = 21, 3
    model, _ = fitted("classifying pipeline")
    files = to_c(model, tmp_path / "model")
    bare = to_c(ESN.fit(X[0]), tmp_path / "bare")
    assert files.operations == bare.operations + n_units  # one comparison for the largest
    assert f"{2 * n_units + n_classes * (2 * n_units + 1)} operations" in " ".join(files.header.read_text().split())


@needs_cortex_m4
def test_a_cortex_m4_recognises_the_same_bits(tmp_path):
    model = make_pipeline(SequenceEncoder(ESN, ALL), StandardScaler(), RidgeReadoutClassifier()).fit(X, KIND)
    files = to_c(model, tmp_path / "model", dtype="float32")
    step, both = "_step(&state, rows[t], output)", "_step(&state, rows[t]) || {name}_result(&state, output)"
    outputs = run_on_cortex_m4(files, X[0], "float32", main=MAIN.replace(step, both))
    assert_array_equal(outputs, results_in_c(files, X[:1], dtype="float32", every_row=True)[2])
