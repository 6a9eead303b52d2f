import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from ragged_series import numbers, ragged
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.impute import SimpleImputer
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from reservoir import CTRNNLiquid, EchoStateReservoir, PerSequence, SequenceEncoder

# Names


def frames():
    return [pd.DataFrame(x, columns=["a", "b", "c"]) for x in ragged()]


def test_names_of_columns_are_kept_and_checked():
    for X in (frames(), frames()[0]):
        scaler = PerSequence(StandardScaler()).fit(X)
        assert_array_equal(scaler.feature_names_in_, ["a", "b", "c"])
        assert_array_equal(scaler.get_feature_names_out(), ["a", "b", "c"])
        assert_array_equal(scaler.get_feature_names_out(["a", "b", "c"]), ["a", "b", "c"])
        with pytest.raises(ValueError, match="'input_features' must be equal to feature_names_in_"):
            scaler.get_feature_names_out(["a", "b", "d"])
        with pytest.raises(ValueError, match="columns|feature names"):
            scaler.transform([frames()[0][["b", "a", "c"]]])
    assert_array_equal(PerSequence(PCA(2)).fit(frames()).get_feature_names_out(), ["pca0", "pca1"])
    unnamed = PerSequence(StandardScaler()).fit(ragged())
    assert not hasattr(unnamed, "feature_names_in_")
    assert_array_equal(unnamed.get_feature_names_out(), ["x0", "x1", "x2"])
    assert_array_equal(unnamed.get_feature_names_out(["d", "e", "f"]), ["d", "e", "f"])


def test_set_output_keeps_names_and_index():
    frame = frames()[0].set_index(np.arange(100, 109))
    scaler = PerSequence(StandardScaler()).set_output(transform="pandas").fit(frames())
    for scaled in (scaler.transform(frame), scaler.transform([frame])[0]):
        assert list(scaled.columns) == ["a", "b", "c"] and list(scaled.index) == list(frame.index)
    assert [list(x.columns) for x in scaler.transform(frames())] == [["a", "b", "c"]] * 4
    assert [type(x) for x in scaler.transform(np.stack([frame.to_numpy()] * 2))] == [pd.DataFrame] * 2
    # What the transformer inside is asked for does not show.
    inner = PerSequence(StandardScaler().set_output(transform="pandas")).fit(ragged())
    assert type(inner.transform(ragged())[0]) is np.ndarray


def test_what_cannot_be_undone_is_said_of_the_transformer():
    X = ragged()
    with pytest.raises(ValueError, match="transformer able to undo it; got 3 columns, of which SimpleImputer says:"):
        PerSequence(SimpleImputer()).fit(X).inverse_transform(X)
    undone = PerSequence(SimpleImputer(add_indicator=True)).fit(X).inverse_transform(X)
    assert_array_equal(undone[0], X[0])


# Data frames


def tables(library):
    """Elapsed times between two quantities."""
    module = pytest.importorskip(library, reason="makes tables")
    return [module.DataFrame({"a": x[:, 0], "dt": np.abs(x[:, 1]), "b": x[:, 2]}) for x in ragged()]


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_data_frames_come_out_as_data_frames(library):
    X = tables(library)
    scaler = PerSequence(StandardScaler()).fit(X)
    expected = PerSequence(StandardScaler()).fit_transform([x.to_numpy() for x in X])
    results = scaler.transform(X)
    for result, rows in zip([*results, scaler.transform(X[0])], [*expected, expected[0]], strict=True):
        assert type(result) is type(X[0]) and list(result.columns) == ["a", "dt", "b"]
        assert_allclose(result.to_numpy(), rows, rtol=1e-12, atol=1e-14)  # sums of other layouts
    for back, x in zip(scaler.inverse_transform(results), X, strict=True):
        assert type(back) is type(x) and list(back.columns) == ["a", "dt", "b"]
        assert_allclose(back.to_numpy(), x.to_numpy(), rtol=1e-12)
    assert [list(x.columns) for x in PerSequence(PCA(2)).fit_transform(X)] == [["pca0", "pca1"]] * 4
    # Columns that cannot be those of X have no names.
    unnamed = PerSequence(FunctionTransformer(lambda x: np.asarray(x)[:, :2])).fit_transform(X)
    assert [type(x) for x in unnamed] == [np.ndarray] * 4


def test_frames_keep_their_index_and_their_precision():
    X = [x.astype(np.float32).set_index(np.arange(len(x)) + 7) for x in frames()]
    for result, x in zip(PerSequence(StandardScaler()).fit_transform(X), X, strict=True):
        assert result.index.equals(x.index) and set(result.dtypes) == {np.dtype(np.float32)}


@pytest.mark.parametrize("library", ["pandas", "polars"])
@pytest.mark.parametrize("one", [False, True], ids=["many", "one"])
def test_a_liquid_behind_it_knows_the_elapsed_times_by_name(library, one):
    X = tables(library)[0] if one else tables(library)
    arrays = X.to_numpy() if one else [x.to_numpy() for x in X]
    by_name = make_pipeline(
        PerSequence(StandardScaler(), exclude="dt"), CTRNNLiquid(5, elapsed_column="dt", random_state=0)
    )
    by_place = make_pipeline(PerSequence(StandardScaler(), exclude=1), CTRNNLiquid(5, elapsed_column=1, random_state=0))
    states, expected = by_name.fit_transform(X), by_place.fit_transform(arrays)
    for found, wanted in zip([states] if one else states, [expected] if one else expected, strict=True):
        assert_allclose(found, wanted, rtol=1e-10)  # of columns by themselves NumPy rounds other sums


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_column_transformer_inside_is_given_names(library):
    X = tables(library)
    chosen = ColumnTransformer([("scale", StandardScaler(), ["a", "b"])], remainder="passthrough")
    results = PerSequence(chosen).fit_transform(X)
    assert list(results[0].columns) == ["scale__a", "scale__b", "remainder__dt"]
    excluded = PerSequence(StandardScaler(), exclude="dt").fit_transform(X)
    for result, other in zip(results, excluded, strict=True):
        assert_allclose(result.to_numpy(), other.to_numpy()[:, [0, 2, 1]], rtol=1e-12)  # sums of other layouts


# All columns but some


@pytest.mark.parametrize("exclude", [1, -2, [1], "b", ["b"]])
def test_excluded_columns_stay_as_and_where_they_are(exclude):
    named = isinstance(exclude, str) or isinstance(exclude[0] if isinstance(exclude, list) else 0, str)
    X, arrays = frames() if named else ragged(), ragged()
    scaler = PerSequence(StandardScaler(), exclude=exclude).fit(X)
    others = PerSequence(StandardScaler()).fit_transform([x[:, [0, 2]] for x in arrays])
    results = scaler.transform(X)
    for result, x, other in zip(results, arrays, others, strict=True):
        assert_array_equal(np.asarray(result)[:, 1], x[:, 1])
        assert_array_equal(np.asarray(result)[:, [0, 2]], other)
    for back, x in zip(scaler.inverse_transform(results), arrays, strict=True):
        assert_allclose(np.asarray(back), x, rtol=1e-12)
        assert_array_equal(np.asarray(back)[:, 1], x[:, 1])
    stack = np.stack([arrays[0]] * 2)
    if not named:
        assert_array_equal(scaler.transform(stack)[1], results[0], strict=True)
    assert scaler.get_feature_names_out().tolist() == (["a", "b", "c"] if named else ["x0", "x1", "x2"])


def test_excluded_columns_come_last_where_the_others_change_in_number():
    X = frames()
    reduced = PerSequence(PCA(1), exclude="a").fit(X)
    results = reduced.transform(X)
    assert list(results[0].columns) == ["pca0", "a"] == reduced.get_feature_names_out().tolist()
    plain = PerSequence(PCA(1)).fit([x[:, 1:] for x in ragged()])
    for result, x, expected in zip(results, X, plain.transform([x[:, 1:] for x in ragged()]), strict=True):
        assert_array_equal(result["a"], x["a"])
        assert_array_equal(result[["pca0"]], expected)
    for back, x in zip(reduced.inverse_transform(results), X, strict=True):
        assert list(back.columns) == ["a", "b", "c"]
        assert_array_equal(back["a"], x["a"])
    unnamed = PerSequence(PCA(1), exclude=[0]).fit(ragged())
    assert unnamed.get_feature_names_out().tolist() == ["pca0", "x0"]
    assert unnamed.get_feature_names_out(["p", "q", "r"]).tolist() == ["pca0", "p"]


def test_what_is_excluded_is_checked_in_fit_and_survives_a_clone():
    scaler = PerSequence(StandardScaler(), exclude="dt")
    with pytest.raises(ValueError, match=r"'exclude' must name columns of X, and those of X are \['a', 'b', 'c'\]"):
        scaler.fit(frames())
    with pytest.raises(ValueError, match="'exclude' must name columns of X, and X has no column names"):
        scaler.fit(ragged())
    with pytest.raises(ValueError, match="'exclude' must leave at least one of the 3 columns"):
        PerSequence(StandardScaler(), exclude=[0, 1, 2]).fit(ragged())
    encoder = SequenceEncoder(EchoStateReservoir(5, random_state=0))
    grid = {"persequence__exclude": [None, 0, [0, 1]]}
    pipeline = make_pipeline(PerSequence(StandardScaler()), encoder, RidgeClassifier())
    search = GridSearchCV(pipeline, grid, cv=2, error_score="raise").fit(ragged() * 2, [0, 1] * 4)
    assert search.best_estimator_[0].exclude == search.best_params_["persequence__exclude"]
    with pytest.raises(ValueError, match="'X' must be what transform returns, and .*; got 2 columns"):
        PerSequence(StandardScaler(), exclude=1).fit(ragged()).inverse_transform([numbers(4, 2)])


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_missing_labels_for_a_transformer_that_uses_them_are_refused_by_name(missing):
    labelled = PerSequence(LinearDiscriminantAnalysis())
    with pytest.raises(ValueError, match="'y' must hold a label for every row; got .* in row 9"):
        labelled.fit(ragged(), ["a", missing, "b", "c"])
    # Where no transformer uses them, they may be those of a readout behind it, which leaves these rows out.
    PerSequence(StandardScaler()).fit(ragged(), ["a", missing, "b", "c"])


@pytest.mark.parametrize(
    "names", [True, 1.0, "abc", b"abc", iter("abc"), [None] * 3, (0.5, "a", "b"), [[1.0, 2.0], [3.0]]]
)
def test_names_are_a_sequence_of_strings(names):
    with pytest.raises(TypeError, match="'input_features' must be a sequence of strings; got"):
        PerSequence(StandardScaler()).fit(ragged()).get_feature_names_out(names)


@pytest.mark.parametrize("library", ["pandas", "polars"])
@pytest.mark.parametrize("nameless", [FunctionTransformer(np.tanh), make_pipeline(FunctionTransformer(np.tanh))])
def test_columns_keep_their_names_where_the_transformer_names_none(library, nameless):
    X = tables(library)
    scaler = PerSequence(nameless, exclude="dt")
    liquid = CTRNNLiquid(5, elapsed_column="dt", random_state=0)
    by_position = CTRNNLiquid(5, elapsed_column=1, random_state=0)
    expected = by_position.fit_transform([np.column_stack([np.tanh(x["a"]), x["dt"], np.tanh(x["b"])]) for x in X])
    for states, plain in zip(make_pipeline(scaler, liquid).fit_transform(X), expected, strict=True):
        assert_allclose(states, plain, rtol=0, atol=1e-15)
    for asked in ("pandas", "polars"):
        for frame in make_pipeline(scaler).set_output(transform=asked).fit_transform(X):
            assert type(frame).__module__.startswith(asked) and list(frame.columns) == ["a", "dt", "b"]
    assert [list(x.columns) for x in scaler.fit(X).inverse_transform(scaler.transform(X))] == [["a", "dt", "b"]] * 4
