import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from ragged_series import LENGTHS, ragged
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from reservoir import EchoStateReservoir, PerSequence


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
