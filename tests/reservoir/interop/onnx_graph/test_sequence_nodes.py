import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from onnx_runs import WHY, run
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from readouts import RidgeReadoutClassifier
from reservoir import (
    CfCLiquid,
    CTRNNLiquid,
    EchoStateReservoir,
    PerSequence,
    ReservoirClassifier,
    SequenceEncoder,
    SequenceRegressor,
)
from reservoir.datasets import load_japanese_vowels
from reservoir.interop import to_onnx

TRAINING, SPEAKERS = load_japanese_vowels()
SEQUENCES, _ = load_japanese_vowels("test")
TRAINING, SPEAKERS, SEQUENCES = TRAINING[::5], SPEAKERS[::5], SEQUENCES[::9]


def filled_up(sequences, dtype="float64"):
    lengths = np.array([len(x) for x in sequences])
    rows = np.full((len(sequences), lengths.max(), sequences[0].shape[1]), np.nan, dtype)
    for row, x in zip(rows, sequences, strict=True):
        row[: len(x)] = x
    return {"X": rows, "lengths": lengths}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("views", [None, ("series", "standardized_differences", "reversed_scaled")])
def test_features_of_ragged_and_of_equal_sequences(views, dtype):
    summaries = ("last", "mean", "std", "max", "min", "segments")
    encoder = SequenceEncoder(EchoStateReservoir(9, dtype=dtype, random_state=0), summaries, views=views).fit(TRAINING)
    graph, given = to_onnx(encoder), "float64" if views else dtype
    features, atol = run(graph, **filled_up(SEQUENCES, given))["features"], 1e-12 if dtype == "float64" else 5e-6
    assert features.dtype == dtype
    assert_allclose(features, encoder.transform(SEQUENCES), rtol=0, atol=atol)
    equal = np.stack([x[:7] for x in SEQUENCES]).astype(given)
    assert_allclose(run(graph, X=equal)["features"], encoder.transform(list(equal)), rtol=0, atol=atol)


def test_shares_above_thresholds_of_the_sequences_of_fit_which_thresholds_are_states_of():
    encoder = SequenceEncoder(EchoStateReservoir(9, random_state=0), "ppv", quantiles=3).fit(TRAINING)
    features = run(to_onnx(encoder), **filled_up(TRAINING))["features"]
    assert_allclose(features, encoder.transform(TRAINING), rtol=0, atol=1e-14)


@pytest.mark.parametrize("liquid", [CfCLiquid(6, mixed_memory=True), CTRNNLiquid(6, elapsed_column=0)])
def test_other_liquids(liquid):
    encoder = SequenceEncoder(liquid.set_params(random_state=0), ("last", "mean"))
    sequences = [np.abs(x) for x in SEQUENCES[:2]]
    features = run(to_onnx(encoder.fit(sequences)), **filled_up(sequences))["features"]
    assert_allclose(features, encoder.transform(sequences), rtol=0, atol=1e-12)


def test_sequences_longer_than_the_batch_end_with_it():
    encoder = SequenceEncoder(EchoStateReservoir(9, random_state=0)).fit(TRAINING)
    X = np.stack([x[:7] for x in SEQUENCES])
    assert_array_equal(
        run(to_onnx(encoder), X=X)["features"], run(to_onnx(encoder), X=X, lengths=np.full(len(X), 99))["features"]
    )


@pytest.mark.parametrize("classes", [["a", "b"], list("abcdefghi")], ids=["two", "nine"])
def test_labels_scores_and_probabilities_of_sequences(classes):
    y = np.array(classes)[SPEAKERS.astype(int) % len(classes)]
    model = ReservoirClassifier(n_units=30, random_state=0).fit(TRAINING, y)
    outputs = run(to_onnx(model), **filled_up(SEQUENCES))
    assert_array_equal(outputs["label"], model.predict(SEQUENCES))
    # Its liquid is of single precision; a state within rounding of a threshold may count in one share of one feature.
    assert_allclose(outputs["scores"], model.decision_function(SEQUENCES), rtol=0, atol=0.05)
    assert_allclose(outputs["probabilities"], model.predict_proba(SEQUENCES), rtol=0, atol=0.05)
    assert np.median(np.abs(outputs["scores"] - model.decision_function(SEQUENCES))) < 1e-5


def test_numbers_of_sequences():
    model = SequenceRegressor(EchoStateReservoir(20, random_state=0), representation="mean")
    y = np.array([len(x) for x in TRAINING], float)
    predictions = run(to_onnx(model.fit(TRAINING, y)), **filled_up(SEQUENCES))["predictions"]
    assert_allclose(predictions, model.predict(SEQUENCES), rtol=0, atol=1e-10)


def test_a_pipeline_with_a_scaler_of_rows():
    pytest.importorskip("skl2onnx", reason=WHY)
    encoder = SequenceEncoder(EchoStateReservoir(30, random_state=0))
    model = make_pipeline(PerSequence(StandardScaler()), encoder, RidgeReadoutClassifier()).fit(TRAINING, SPEAKERS)
    outputs = run(to_onnx(model), **filled_up(SEQUENCES))
    assert_array_equal(outputs["label"], model.predict(SEQUENCES))
    assert_allclose(outputs["scores"], model.decision_function(SEQUENCES), rtol=0, atol=1e-10)


def test_a_readout_that_is_not_linear_is_refused_by_name():
    model = ReservoirClassifier(readout=KNeighborsClassifier(), n_units=10, random_state=0).fit(TRAINING, SPEAKERS)
    with pytest.raises(ValueError, match="readout that is linear.*KNeighborsClassifier"):
        to_onnx(model)
