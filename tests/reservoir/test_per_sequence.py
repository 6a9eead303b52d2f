import pickle

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, clone
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.exceptions import NotFittedError
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from reservoir import CTRNNLiquid, EchoStateReservoir, PerSequence, SequenceEncoder
from reservoir.datasets import load_japanese_vowels

LENGTHS = (9, 4, 30, 17)


def numbers(*shape, seed=0):
    return np.random.RandomState(seed).standard_normal(shape) * np.arange(1, shape[-1] + 1) + 5


def ragged():
    return [numbers(n_steps, 3, seed=n_steps) for n_steps in LENGTHS]


class Recorder(BaseEstimator):
    """Keeps what it is fitted on, and changes nothing."""

    def fit(self, X, y=None):
        self.X_, self.y_ = X, y
        return self

    def transform(self, X):
        return X


# What it computes


def test_scales_by_the_mean_and_deviation_over_all_rows():
    X = ragged()
    everything = [row for x in X for row in x]
    mean = sum(everything) / len(everything)
    deviation = np.sqrt(sum((row - mean) ** 2 for row in everything) / len(everything))
    scaled = PerSequence(StandardScaler()).fit(X).transform(X)
    assert type(scaled) is list
    for x, result in zip(X, scaled, strict=True):
        assert_allclose(result, (x - mean) / deviation, rtol=1e-12)


def test_pca_is_the_eigenvectors_of_the_stacked_covariance():
    X = ragged()
    rows = np.concatenate(X)
    values, vectors = np.linalg.eigh(np.cov(rows.T))
    result = PerSequence(PCA(2)).fit_transform(X)
    assert [x.shape for x in result] == [(n_steps, 2) for n_steps in LENGTHS]
    expected = (rows - rows.mean(axis=0)) @ vectors[:, :0:-1]
    assert_allclose(np.abs(np.concatenate(result)), np.abs(expected), rtol=1e-9)


def test_every_series_is_transformed_by_itself():
    # Differences along time would reach across the joint if the series were stacked for transform too.
    def change(x):
        return np.diff(x, axis=0, prepend=x[:1])

    for x, result in zip(ragged(), PerSequence(FunctionTransformer(change)).fit_transform(ragged()), strict=True):
        assert_array_equal(result, change(x))


def test_a_reservoir_inside_starts_every_series_from_rest():
    reservoir = EchoStateReservoir(5, random_state=0)
    inside, outside = PerSequence(reservoir).fit_transform(ragged()), reservoir.fit_transform(ragged())
    for one, other in zip(inside, outside, strict=True):
        assert_array_equal(one, other)


def test_the_three_containers_agree():
    stack = numbers(4, 10, 3)
    scaler = PerSequence(StandardScaler()).fit(stack)
    scaled = scaler.transform(stack)
    assert isinstance(scaled, np.ndarray) and scaled.shape == stack.shape
    as_objects = np.empty(4, dtype=object)
    as_objects[:] = list(stack)
    for X in (list(stack), as_objects):
        result = scaler.transform(X)
        assert type(result) is list
        assert_array_equal(np.stack(result), scaled)
        assert_array_equal(clone(scaler).fit(X).transformer_.mean_, scaler.transformer_.mean_)
    for x, result in zip(stack, scaled, strict=True):
        assert_array_equal(scaler.transform(x), result)
    one = clone(scaler).fit(stack.reshape(40, 3))
    assert_array_equal(one.transformer_.mean_, scaler.transformer_.mean_)


def test_one_series_is_not_copied():
    X = numbers(20, 3)
    for given in (X, [X], X[None]):
        assert np.shares_memory(PerSequence(Recorder()).fit(given).transformer_.X_, X)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_is_kept(dtype):
    X = [x.astype(dtype) for x in ragged()]
    assert all(x.dtype == dtype for x in PerSequence(StandardScaler()).fit_transform(X))
    assert PerSequence(StandardScaler()).fit_transform(X[0]).dtype == dtype
    assert PerSequence(StandardScaler()).fit_transform(np.stack([X[0]] * 2)).dtype == dtype


def test_inverse_transform_undoes_transform():
    X, stack = ragged(), numbers(4, 10, 3)
    for transformer in (StandardScaler(), PCA(3)):
        fitted = PerSequence(transformer).fit(X)
        for x, result in zip(X, fitted.inverse_transform(fitted.transform(X)), strict=True):
            assert_allclose(result, x, rtol=1e-10)
        assert_allclose(fitted.inverse_transform(fitted.transform(stack)), stack, rtol=1e-10)
        assert_allclose(fitted.inverse_transform(fitted.transform(X[0])), X[0], rtol=1e-10)
    assert PerSequence(PCA(2)).fit(X).inverse_transform([numbers(5, 2)])[0].shape == (5, 3)


def test_it_can_what_the_transformer_can():
    assert hasattr(PerSequence(StandardScaler()), "inverse_transform")
    lone = PerSequence(LinearDiscriminantAnalysis())
    assert not hasattr(lone, "inverse_transform")
    assert not hasattr(PerSequence(Recorder()), "get_feature_names_out")
    with pytest.raises(AttributeError, match="inverse_transform"):
        lone.inverse_transform(ragged())


# Targets


def fitted_targets(X, y):
    return PerSequence(Recorder()).fit(X, y).transformer_.y_


def test_a_target_per_row_is_stacked():
    y = [np.arange(n_steps) + n_steps for n_steps in LENGTHS]
    for given in (y, [list(target) for target in y], [pd.Series(target) for target in y]):
        assert_array_equal(fitted_targets(ragged(), given), np.concatenate(y))
    assert_array_equal(fitted_targets(numbers(3, 4, 2), np.arange(12).reshape(3, 4)), np.arange(12))
    assert_array_equal(fitted_targets(numbers(3, 4, 2), np.arange(24).reshape(3, 4, 2)), np.arange(24).reshape(12, 2))


def test_a_target_per_series_is_that_of_each_of_its_rows():
    labels = ["a", "b", "c", "d"]
    assert_array_equal(
        fitted_targets(ragged(), labels), sum(([a] * n for a, n in zip(labels, LENGTHS, strict=True)), [])
    )
    for y in (np.arange(8).reshape(4, 2), pd.DataFrame(np.arange(8).reshape(4, 2))):
        assert_array_equal(fitted_targets(ragged(), y), np.repeat(np.arange(8).reshape(4, 2), LENGTHS, axis=0))


def test_the_targets_of_one_series_are_handed_on():
    y = object()
    assert fitted_targets(numbers(5, 2), y) is y
    assert fitted_targets(ragged(), None) is None


def test_targets_that_do_not_match_are_refused():
    with pytest.raises(ValueError, match="'y' must have one entry per series, 4 here; got 3"):
        fitted_targets(ragged(), 3)
    with pytest.raises(ValueError, match="'y' must have one entry per series, 4 here; got 60"):
        fitted_targets(ragged(), np.zeros(60))
    with pytest.raises(ValueError, match=r"'y' must hold, for each series, .* shapes \(8,\), \(4,\), .* of 9, 4, 30"):
        fitted_targets(ragged(), [np.zeros(n) for n in (8, 4, 30, 17)])


# In company


def test_between_frames_and_encoder_in_a_grid_search():
    X, y = load_japanese_vowels()
    X_test, y_test = load_japanese_vowels("test")
    encoder = SequenceEncoder(EchoStateReservoir(40, random_state=0))
    pipeline = make_pipeline(PerSequence(StandardScaler()), encoder, RidgeClassifier())
    grid = {"persequence__transformer__with_std": [True, False], "persequence__transformer": [StandardScaler()]}
    search = GridSearchCV(pipeline, grid, cv=2, error_score="raise").fit(X, y)
    assert search.score(X_test, y_test) > 0.9
    by_hand = StandardScaler().fit(np.concatenate(X))
    features = clone(encoder).fit_transform([by_hand.transform(x) for x in X])
    assert_allclose(pipeline[:2].fit_transform(X), features, rtol=1e-9, atol=1e-12)


def test_linear_discriminants_of_frames_use_the_labels_of_the_utterances():
    X, y = load_japanese_vowels()
    wrapped = PerSequence(LinearDiscriminantAnalysis(n_components=4)).fit(X, y)
    direct = LinearDiscriminantAnalysis(n_components=4).fit(np.concatenate(X), np.repeat(y, [len(x) for x in X]))
    assert_array_equal(wrapped.transform(X)[7], direct.transform(X[7]))


def test_nests_clones_and_pickles():
    X = ragged()
    nested = PerSequence(PerSequence(make_pipeline(StandardScaler(), PCA(2)))).fit(X)
    direct = PerSequence(make_pipeline(StandardScaler(), PCA(2))).fit(X)
    for again in (nested, pickle.loads(pickle.dumps(direct)), clone(direct).fit(X)):
        assert_array_equal(again.transform(X)[2], direct.transform(X)[2])


def test_the_given_transformer_is_left_unfitted_and_x_unchanged():
    scaler, X = StandardScaler(), ragged()
    before = [x.copy() for x in X]
    PerSequence(scaler).fit(X).transform(X)
    assert not hasattr(scaler, "mean_")
    for x, old in zip(X, before, strict=True):
        assert_array_equal(x, old)


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


# What it refuses


@pytest.mark.parametrize("transformer", [None, "passthrough", StandardScaler, RidgeClassifier(), np.log])
def test_no_transformer_is_refused(transformer):
    with pytest.raises(TypeError, match="'transformer' must be a transformer with fit and transform, such as"):
        PerSequence(transformer).fit(ragged())


def wrong(function):
    return PerSequence(FunctionTransformer(function)).fit(ragged())


WRONG_ROWS = {
    "fewer": (
        lambda x: x[1:],
        r"of FunctionTransformer must return one row for each row, 9 here; got shape \(8, 3\)",
    ),
    "1-D": (lambda x: x[:, 0], r"one row for each row, 9 here; got shape \(9,\)"),
    "nan": (lambda x: x * np.nan, "must return finite real numbers; got NaN or infinity"),
    "infinity": (lambda x: np.where(x == x[-1], np.inf, x), "must return finite real numbers; got NaN or infinity"),
    "text": (lambda x: x.astype(str), "must return finite real numbers; got dtype <U"),
    "objects": (lambda x: x.astype(object), "must return finite real numbers; got dtype object"),
    "complex": (lambda x: x + 1j, "must return finite real numbers; got dtype complex"),
}


@pytest.mark.parametrize("case", WRONG_ROWS)
def test_rows_that_are_no_finite_rows_are_refused(case):
    function, message = WRONG_ROWS[case]
    for X in (ragged(), ragged()[0]):
        with pytest.raises(ValueError, match=message):
            wrong(function).transform(X)


def test_sparse_rows_are_refused():
    X = [np.ones((3, 1)), np.zeros((2, 1))]
    with pytest.raises(ValueError, match="of OneHotEncoder must return a dense array; .* Set sparse_output=False"):
        PerSequence(OneHotEncoder()).fit(X).transform(X)
    dense = PerSequence(OneHotEncoder(sparse_output=False)).fit(X).transform(X)
    assert_array_equal(dense[0], [[0, 1]] * 3)


# Missing values


def forward_filled(rows):
    return pd.DataFrame(rows).ffill().bfill().to_numpy()


FILLERS = {
    "mean": SimpleImputer(),
    "neighbours": KNNImputer(n_neighbors=2),
    "pipeline": make_pipeline(SimpleImputer(strategy="median"), StandardScaler()),
    "scaled first": make_pipeline(StandardScaler(), SimpleImputer()),
    "forward": FunctionTransformer(forward_filled),
    "marked": SimpleImputer(add_indicator=True),
}


@pytest.fixture(params=FILLERS)
def filler(request):
    return FILLERS[request.param]


def with_gaps():
    series = ragged()
    series[0][2, 0] = series[2][5:8, 1] = series[3][0, 2] = np.nan
    return series


def test_gaps_are_filled_as_the_transformer_fills_them_in_all_rows(filler):
    X = with_gaps()
    fitted = PerSequence(filler).fit(X)
    alone = clone(filler).fit(np.concatenate(X))
    for found, x in zip(fitted.transform(X), X, strict=True):
        assert np.isfinite(found).all()
        assert_array_equal(found, alone.transform(x))


def test_gaps_may_be_in_any_container(filler):
    x = with_gaps()[2]
    expected = PerSequence(filler).fit(x).transform(x)
    assert np.isfinite(expected).all()
    frame = pd.DataFrame(x, columns=["a", "b", "c"])
    for container in (
        x[None],
        [x],
        np.asfortranarray(x),
        frame,
        frame.astype("Float64"),
        frame.astype(object),
        [frame],
    ):
        filled = PerSequence(filler).fit(container).transform(container)
        assert_array_equal(np.reshape(filled, expected.shape), expected)


def test_a_pipeline_takes_gaps_that_it_fills_and_no_others():
    X, reservoir = with_gaps(), EchoStateReservoir(10, random_state=0)
    with pytest.raises(
        ValueError, match=r"(?s)X\[0\] contains NaN\. Fill the gaps first, as PerSequence\(SimpleImputer"
    ):
        reservoir.fit(X)
    states = make_pipeline(PerSequence(SimpleImputer()), reservoir).fit_transform(X)
    assert [len(x) for x in states] == list(LENGTHS)
    with pytest.raises(
        ValueError, match="transform of StandardScaler must .*NaN, which it leaves where X has it. Fill"
    ):
        make_pipeline(PerSequence(StandardScaler()), reservoir).fit(X)
    with pytest.raises(ValueError, match="Input X contains NaN. Fill the gaps first, as PerSequence") as caught:
        make_pipeline(PerSequence(PCA(1)), reservoir).fit(X)
    assert "HistGradient" not in str(caught.value)


def test_infinity_is_no_gap(filler):
    X = with_gaps()
    X[1][0, 0] = np.inf
    with pytest.raises(ValueError, match=r"X\[1\] contains infinity"):
        PerSequence(filler).fit(X)
    with pytest.raises(ValueError, match=r"X\[1\] contains infinity"):
        PerSequence(filler).fit(with_gaps()).transform(X)


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (numbers(5), "1-D"),
        ([], "empty list"),
        ([numbers(5, 3), numbers(5, 2)], r"X\[0\] has 3, X\[1\] has 2"),
        ([numbers(5, 3), numbers(5, 3) * np.inf], r"X\[1\] contains infinity"),
        ([numbers(0, 3)], "has 0 steps"),
    ],
)
def test_bad_series_are_refused_and_change_nothing(X, message):
    scaler = PerSequence(StandardScaler())
    with pytest.raises(ValueError, match=message):
        scaler.fit(X)
    assert vars(scaler) == {"transformer": scaler.transformer, "exclude": None}
    fitted = scaler.fit(ragged())
    before = dict(vars(fitted))
    for method in (fitted.fit, fitted.transform, fitted.inverse_transform):
        with pytest.raises(ValueError, match=message):
            method(X)
    assert vars(fitted) == before


def test_a_transformer_that_fails_to_fit_changes_nothing():
    scaler = PerSequence(StandardScaler()).fit(ragged())
    before = dict(vars(scaler))
    scaler.transformer = PCA(7)
    with pytest.raises(ValueError, match="n_components=7"):
        scaler.fit([x[:, :2] for x in ragged()])
    assert vars(scaler) == before | {"transformer": scaler.transformer}


def test_other_columns_are_refused():
    scaler = PerSequence(StandardScaler()).fit(ragged())
    with pytest.raises(ValueError, match="X has 2 features, but PerSequence is expecting 3"):
        scaler.transform([numbers(5, 2)])
    single = PerSequence(StandardScaler()).fit([numbers(9, 1)])
    with pytest.raises(ValueError, match="that transform returns; got 2 columns, which make 2 instead of the 1"):
        single.inverse_transform([numbers(5, 2)])


def test_it_has_to_be_fitted_first():
    for method in ("transform", "inverse_transform", "get_feature_names_out"):
        with pytest.raises(NotFittedError):
            getattr(PerSequence(StandardScaler()), method)(ragged())


def test_series_with_channels_first_are_warned_of():
    with pytest.warns(UserWarning, match="looks like channels first"):
        PerSequence(StandardScaler()).fit([numbers(2, 30), numbers(2, 30)])


def test_columns_that_the_transformer_cannot_take_back_are_named():
    scaler = PerSequence(StandardScaler()).fit(ragged())
    with pytest.raises(ValueError, match="'X' must be what transform returns, and .*; got 2 columns, of which"):
        scaler.inverse_transform([numbers(4, 2)])


def test_rows_of_maps_are_stacked_as_those_of_arrays():
    locked = [x.copy() for x in ragged()]
    for x in locked:
        x.setflags(write=False)
    stacked = PerSequence(Recorder()).fit(locked).transformer_.X_
    assert_array_equal(stacked, np.concatenate(ragged()), strict=True)
    assert all(x.flags.writeable for x in PerSequence(Recorder()).fit(locked).transform(locked))


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
