import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    MinMaxScaler,
    PolynomialFeatures,
    PowerTransformer,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
)

from reservoir.forecaster.differences import Differences
from reservoir.forecaster.preparation import check_transformer, fit_preparation
from reservoir.series.lazy_series import LazySeries, lazily

RANDOM = np.random.RandomState(0)
SERIES = np.exp(RANDOM.standard_normal((200, 3)))
NONE = np.zeros(3, dtype=bool)
PLAIN, SEASONAL = Differences(), Differences((5, 1), (1.0, 0.9))
LOG = FunctionTransformer(np.log, np.exp)
EXACT = {
    "log": LOG,
    "log1p": FunctionTransformer(np.log1p, np.expm1),
    "scaler": StandardScaler(),
    "robust": RobustScaler(),
    "range": MinMaxScaler(),
    "box-cox": PowerTransformer("box-cox"),
    "yeo-johnson": PowerTransformer(),
    "rotation": PCA(),
    "pipeline": make_pipeline(LOG, StandardScaler()),
    "frames": StandardScaler().set_output(transform="pandas"),
    "nothing": FunctionTransformer(),
}


def prepare(transformer="standardize", series=SERIES, differences=PLAIN, plain=NONE):
    return fit_preparation(series if isinstance(series, list) else [series], transformer, differences, plain)


def test_standardised_rows_are_those_of_numpy():
    other = 5 - 3 * SERIES[:80]
    both = np.concatenate([SERIES, other])
    expected = (SERIES - both.mean(axis=0)) / both.std(axis=0)
    assert_allclose(prepare(series=[SERIES, other]).prepare(SERIES)[:], expected, rtol=1e-12, atol=1e-12)


def test_differences_are_standardised_after_they_are_taken():
    season = SERIES[5:] - SERIES[:-5]
    rows = season[1:] - 0.9 * season[:-1]
    fitted = prepare(differences=SEASONAL)
    assert_allclose(fitted.prepare(SERIES)[:], (rows - rows.mean(axis=0)) / rows.std(axis=0), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("differences", [PLAIN, SEASONAL], ids=["rows", "seasons"])
@pytest.mark.parametrize("name", EXACT)
def test_rows_come_back(name, differences):
    fitted, n_lost = prepare(EXACT[name], differences=differences), differences.n_lost
    prepared = fitted.prepare(SERIES)
    assert isinstance(prepared, LazySeries) and len(prepared) == 200 - n_lost
    assert_allclose(fitted.restore(SERIES[:n_lost], prepared[:]), SERIES[n_lost:], rtol=1e-9)
    assert_allclose(prepared[7:30], prepared[:][7:30], rtol=1e-12, atol=1e-13)
    assert_allclose(fitted.restore_one_step(SERIES, prepared[1:]), SERIES[n_lost + 1 :], rtol=1e-9)


def test_many_forecasts_are_restored_at_once():
    fitted = prepare(LOG, differences=SEASONAL)
    pasts = SERIES[:60].reshape(5, 12, 3)  # more rows than differences take
    ahead = fitted.prepare(SERIES)[:20].reshape(5, 4, 3)
    expected = [fitted.restore(past, one) for past, one in zip(pasts, ahead, strict=True)]
    assert_allclose(fitted.restore(pasts, ahead), expected, rtol=1e-13)


def test_logarithms_are_taken_before_differences():
    fitted = prepare(LOG, differences=Differences((1,), (1.0,)))
    growth = np.diff(np.log(SERIES), axis=0)
    assert_allclose(
        fitted.prepare(SERIES)[:], (growth - growth.mean(axis=0)) / growth.std(axis=0), rtol=1e-9, atol=1e-12
    )


@pytest.mark.parametrize("transformer", ["standardize", LOG, PCA()], ids=str)
def test_plain_columns_stay_what_they_are(transformer):
    plain = np.array([False, True, False])
    series = SERIES.copy()
    series[:, 1] = -7.0  # has no logarithm
    fitted = prepare(transformer, series, SEASONAL, plain)
    prepared = fitted.prepare(series)[:]
    assert_array_equal(prepared[:, 1], series[6:, 1])
    assert_allclose(fitted.restore(series[:6], prepared), series[6:], rtol=1e-9)
    assert_allclose(fitted.restore_one_step(series, prepared[1:])[:, 1], -7.0)
    alone = prepare(transformer, np.delete(series, 1, axis=1), SEASONAL, np.zeros(2, dtype=bool))
    assert_allclose(prepared[:, [0, 2]], alone.prepare(np.delete(series, 1, axis=1))[:], rtol=1e-9, atol=1e-12)


def test_none_changes_nothing():
    fitted = prepare(None)
    assert fitted.changes_nothing and fitted.prepare(SERIES) is SERIES and fitted.restore(SERIES[:0], SERIES) is SERIES
    only = prepare(None, differences=SEASONAL)
    assert not only.changes_nothing
    assert_array_equal(only.prepare(SERIES)[:], SEASONAL.apply(SERIES))


def test_constants_are_shifted_and_not_divided_by_nothing():
    series = np.column_stack([np.full(50, 1e9), np.zeros(50), np.arange(50.0)])
    fitted = prepare(series=series)
    assert_array_equal(fitted.prepare(series)[:][:, :2], np.zeros((50, 2)))
    assert_allclose(fitted.restore(series[:0], fitted.prepare(series)[:]), series, rtol=1e-15)


def test_a_small_signal_on_a_large_offset_keeps_its_digits():
    signal = RANDOM.standard_normal((300, 1))
    fitted = prepare(series=1e9 + signal, plain=NONE[:1])
    expected = (signal - signal.mean()) / signal.std()
    assert_allclose(fitted.prepare(1e9 + signal)[:], expected, atol=1e-6)  # 1e9 is stored to 1.2e-7


@pytest.mark.filterwarnings("error")
def test_what_is_too_large_to_be_standardised_is_refused():
    for series in (1e200 * SERIES, np.where(np.arange(200) % 2, 1e308, -1e308)[:, None] * np.ones(3)):
        with pytest.raises(ValueError, match="'X' and 'exogenous' must be small enough .* Scale them to about"):
            prepare(series=series)
    scaled = prepare(series=SERIES).prepare(SERIES)[:]
    assert_allclose(prepare(series=1e140 * SERIES).prepare(1e140 * SERIES)[:], scaled, rtol=1e-9, atol=1e-12)


def test_single_precision_is_kept_and_pieces_are_the_same():
    series = lazily(SERIES.astype(np.float32), np.dtype("float32"))
    fitted = prepare(series=series, differences=SEASONAL)
    rows = fitted.prepare(series)
    assert rows.dtype == rows[:].dtype == np.float32 and rows[3:3].shape == (0, 3)
    assert_array_equal(np.concatenate([rows[:50], rows[50:51], rows[51:]]), rows[:])
    again = pickle.loads(pickle.dumps(fitted))
    assert_array_equal(again.prepare(series)[:], rows[:])


def test_the_transformer_that_was_given_is_not_fitted():
    scaler = StandardScaler()
    prepare(scaler)
    assert not hasattr(scaler, "mean_")


def test_functions_that_write_into_their_argument_change_no_data():
    plain = FunctionTransformer(lambda x: np.log(x + 1), lambda x: np.exp(x) - 1)
    within = FunctionTransformer(
        lambda x: np.log(np.add(x, 1, out=x), out=x),
        lambda x: np.subtract(np.exp(x, out=x), 1, out=x),
        check_inverse=False,
    )
    series = SERIES.copy()
    expected, fitted = prepare(plain, differences=SEASONAL), prepare(within, series, SEASONAL)
    ahead = expected.prepare(SERIES)[:]
    assert_array_equal(fitted.prepare(series)[:], ahead)
    assert_array_equal(fitted.restore(series, ahead), expected.restore(SERIES, ahead))
    assert_array_equal(fitted.restore_one_step(series, ahead[1:]), expected.restore_one_step(SERIES, ahead[1:]))
    assert_array_equal(series, SERIES)


class Halves(TransformerMixin, BaseEstimator):
    """Is undone to another place than it came from."""

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return X / 2

    def inverse_transform(self, X):
        return X


HEAVY = np.exp(3 * RANDOM.standard_normal((400, 1)))
UNIFORM = RANDOM.uniform(size=(400, 1))


@pytest.mark.parametrize(
    ("transformer", "series"),
    [
        (FunctionTransformer(np.log), HEAVY),
        (FunctionTransformer(np.log), 1.5 + UNIFORM),
        (FunctionTransformer(np.sqrt), UNIFORM),
        (FunctionTransformer(np.tanh), UNIFORM),
        (FunctionTransformer(np.negative), UNIFORM),
        (FunctionTransformer(np.exp), 10 * HEAVY / HEAVY.max()),
        (FunctionTransformer(np.log, np.exp2), 1 + HEAVY),
        (FunctionTransformer(np.sqrt, np.sqrt), UNIFORM),
        (make_pipeline(StandardScaler(), FunctionTransformer(np.tanh)), UNIFORM),
        (Halves(), UNIFORM),
    ],
    ids=range(10),
)
@pytest.mark.filterwarnings("ignore:The provided functions are not strictly inverse")
def test_what_does_not_lead_back_is_refused(transformer, series):
    with pytest.raises(
        ValueError, match=r"(?s)'transformer' must lead back.* such as FunctionTransformer\(np.log, np.exp"
    ):
        prepare(transformer, series, plain=NONE[:1])


@pytest.mark.parametrize(
    "transformer", [KBinsDiscretizer(8, encode="ordinal"), QuantileTransformer(n_quantiles=50)], ids=str
)
def test_what_loses_a_little_may_do_so(transformer):
    fitted = prepare(transformer, UNIFORM, plain=NONE[:1])
    assert np.abs(fitted.restore(UNIFORM[:0], fitted.prepare(UNIFORM)[:]) - UNIFORM).max() < 0.15


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("n_rows", [40, 30_000])
def test_the_row_that_has_no_logarithm_is_named(n_rows):
    series = 1.0 + np.arange(2.0 * n_rows).reshape(-1, 2)
    series[n_rows - 3, 1] = 0.0
    message = rf"'transformer' must map rows to finite numbers; row {n_rows - 3}, .*0.0\], became \[.*-inf\]. Shift or"
    with pytest.raises(ValueError, match=message):
        prepare(LOG, series, plain=NONE[:2])
    fitted = prepare(LOG, series[: n_rows - 3], plain=NONE[:2])
    with pytest.raises(ValueError, match=message):
        fitted.prepare(series)[n_rows - 10 :]


@pytest.mark.parametrize(
    ("transformer", "message"),
    [
        (PCA(2), r"must keep the number of columns, 3; got shape \(200, 2\) from \(200, 3\). Reduce or add columns"),
        (PowerTransformer("box-cox"), "must be able to transform the rows.*strictly positive"),
        (PCA(7), "must be able to transform the rows.*n_components=7"),
        (
            FunctionTransformer(lambda frame: frame.apply(np.log), np.exp),
            "must be able to transform .*, an array.*apply",
        ),
    ],
    ids=["fewer columns", "negative rows", "too many components", "a function of frames"],
)
def test_what_cannot_transform_the_rows_is_named(transformer, message):
    series = SERIES - 1 if isinstance(transformer, PowerTransformer) else SERIES
    with pytest.raises(ValueError, match=f"'transformer' {message}"):
        prepare(transformer, series)


@pytest.mark.parametrize("bad", ["standard", np.log, StandardScaler, 3, PolynomialFeatures(), np.ones(3), (), b"x"])
def test_what_is_no_transformer_is_refused(bad):
    with pytest.raises(ValueError, match="'transformer' must be 'standardize', None or a scikit-learn transformer"):
        check_transformer(bad)
    assert check_transformer(None) is None and check_transformer("standardize") == "standardize"


def test_what_overflows_on_the_way_back_is_not_finite_and_no_error():
    fitted = prepare(LOG)
    ahead = np.array([[0.0, 0.0, 0.0], [1e4, 0.0, 0.0], [np.inf, 0.0, 0.0]])
    assert np.isfinite(fitted.restore(SERIES[:0], ahead)).all(axis=1).tolist() == [True, False, False]
