import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from ragged_series import LENGTHS, ragged
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, RobustScaler, StandardScaler
from sklearn.utils import get_tags

from reservoir import EchoStateReservoir, ForwardFill, PerSequence


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
    with pytest.raises(ValueError, match=r"X\[0\] contains NaN\. Fill the gaps first, as reservoir\.ForwardFill\(\)"):
        reservoir.fit(X)
    states = make_pipeline(PerSequence(SimpleImputer()), reservoir).fit_transform(X)
    assert [len(x) for x in states] == list(LENGTHS)
    with pytest.raises(
        ValueError, match="Input X contains NaN. Fill the gaps first, as reservoir.ForwardFill"
    ) as caught:
        make_pipeline(PerSequence(PCA(1)), reservoir).fit(X)
    assert "HistGradient" not in str(caught.value)


LEAVERS = {
    "scaled": StandardScaler(),
    "range": MinMaxScaler(),
    "robust": RobustScaler(),
    "function": FunctionTransformer(lambda rows: 2.0 * rows),
    "pipeline": make_pipeline(StandardScaler(), MinMaxScaler()),
}


@pytest.fixture(params=LEAVERS)
def leaver(request):
    return LEAVERS[request.param]


def test_gaps_that_the_transformer_leaves_are_passed_on(leaver):
    X = with_gaps()
    fitted, alone = PerSequence(leaver).fit(X), clone(leaver).fit(np.concatenate(X))
    for found, x in zip(fitted.transform(X), X, strict=True):
        assert_array_equal(np.isnan(found), np.isnan(x))
        assert_array_equal(found, alone.transform(x))
    if hasattr(leaver, "inverse_transform") and not isinstance(leaver, FunctionTransformer):
        for back, x in zip(fitted.inverse_transform(fitted.transform(X)), X, strict=True):
            assert_allclose(back, x, rtol=1e-12, atol=1e-14)


def test_gaps_that_are_left_are_filled_by_the_next_step(leaver):
    reservoir = EchoStateReservoir(10, random_state=0)
    pipeline = make_pipeline(PerSequence(leaver), ForwardFill(mask=True, elapsed=True), reservoir)
    for X in (with_gaps(), [pd.DataFrame(x, columns=["a", "b", "c"]) for x in with_gaps()], with_gaps()[0][None]):
        states = pipeline.fit_transform(X)
        assert all(np.isfinite(np.asarray(x)).all() for x in states)
        assert pipeline[-1].n_features_in_ == 9


def test_gaps_in_excluded_columns_are_passed_on(leaver):
    X = with_gaps()
    for found, x in zip(PerSequence(leaver, exclude=[0]).fit_transform(X), X, strict=True):
        assert_array_equal(found[:, 0], x[:, 0])
    first = PerSequence(SimpleImputer(), exclude=1).fit_transform(X)
    assert np.isnan(first[2][5:8, 1]).all() and sum(np.isnan(x).sum() for x in first) == 3


def test_gaps_are_allowed_where_the_transformer_allows_them():
    for transformer in (StandardScaler(), SimpleImputer(), KNNImputer(), PCA(1), make_pipeline(StandardScaler())):
        assert get_tags(PerSequence(transformer)).input_tags.allow_nan is get_tags(transformer).input_tags.allow_nan


def test_a_gap_of_the_transformers_own_is_refused():
    spoils = PerSequence(FunctionTransformer(lambda rows: np.where(rows > 0, rows, np.nan)))
    with pytest.raises(ValueError, match="must return finite real numbers; got NaN or infinity from a finite series"):
        spoils.fit_transform(ragged())
    with pytest.raises(ValueError, match="must return finite real numbers; got NaN or infinity"):
        PerSequence(FunctionTransformer(lambda rows: rows + np.inf)).fit_transform(with_gaps())


def test_infinity_is_no_gap(filler):
    X = with_gaps()
    X[1][0, 0] = np.inf
    with pytest.raises(ValueError, match=r"X\[1\] contains infinity"):
        PerSequence(filler).fit(X)
    with pytest.raises(ValueError, match=r"X\[1\] contains infinity"):
        PerSequence(filler).fit(with_gaps()).transform(X)
