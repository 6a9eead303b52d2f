import pickle

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from ragged_series import LENGTHS, numbers, ragged
from sklearn.base import BaseEstimator, clone
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from reservoir import EchoStateReservoir, PerSequence, SequenceEncoder
from reservoir.datasets import load_japanese_vowels


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


# What it refuses


@pytest.mark.parametrize("transformer", [None, "passthrough", StandardScaler, RidgeClassifier(), np.log])
def test_no_transformer_is_refused(transformer):
    with pytest.raises(TypeError, match="'transformer' must be a transformer with fit and transform, such as"):
        PerSequence(transformer).fit(ragged())


def wrong(function):
    return PerSequence(FunctionTransformer(function)).fit(ragged())


@pytest.mark.parametrize(("exclude", "positions"), [(None, ()), (-1, (2,)), ([2, 0], (0, 2))])
def test_excluded_columns_are_told_by_position(exclude, positions):
    scaler = PerSequence(StandardScaler(), exclude=exclude).fit([numbers(5, 3), numbers(4, 3)])
    assert scaler.excluded_ == positions


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
