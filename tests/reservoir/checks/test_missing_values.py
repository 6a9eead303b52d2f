import re

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import reservoir
from reservoir import CTRNNLiquid, EchoStateReservoir, Forecaster, ForwardFill, PerSequence
from reservoir.checks.missing_values import DIFFERENCES, FILL, PADDED, with_advice

SAID = "Input X contains NaN.\nSome estimator does not accept missing values encoded as NaN natively."


def with_nan(shape, *places):
    X = np.ones(shape)
    for place in places:
        X[place] = np.nan
    return X


@pytest.mark.parametrize(
    ("X", "mend"),
    [
        (with_nan((5, 2), (3, 0)), FILL),
        (with_nan((5, 2), (0, 1)), DIFFERENCES),
        ([with_nan((5, 2), (0, 1)), with_nan((4, 2), 0)], DIFFERENCES),
        ([with_nan((5, 2), (0, 1)), with_nan((4, 2), 1)], FILL),
        (with_nan((2, 5, 2), (0, 3), (0, 4)), PADDED),
        (with_nan((2, 5, 2), (0, 4, 0)), FILL),
        (with_nan((2, 5, 2), (0, 3)), FILL),
        (with_nan((2, 5, 2), (0, 4), 1), FILL),
        (with_nan((2, 5, 2), (0, 0), (1, 0)), DIFFERENCES),
        (pd.DataFrame(with_nan((5, 2), (0, 1))), DIFFERENCES),
        ([pd.Series(with_nan((5,), 0)), np.ones((3, 1))], DIFFERENCES),
        (None, FILL),
    ],
)
def test_the_mend_depends_on_where_nan_stands(X, mend):
    assert with_advice(SAID, X) == f"Input X contains NaN. {mend}"


@pytest.mark.parametrize(("row", "mend"), [(0, DIFFERENCES), (3, FILL)])
def test_a_series_is_filled_with_its_index(row, mend):
    X = pd.Series(with_nan((40,), row), pd.date_range("2024-01-01", periods=40), name="load")
    filled = "reservoir.ForwardFill().fit_transform(X.to_frame())"
    with pytest.raises(ValueError, match=re.escape(filled)) as caught:
        Forecaster(EchoStateReservoir(5), horizon=2).fit(X)
    assert str(caught.value).endswith(mend.replace("fit_transform(X)", "fit_transform(X.to_frame())"))
    frame = eval(filled, {"reservoir": reservoir, "X": X})
    assert frame.index.equals(X.index) and frame.notna().all(axis=None)


def test_tables_of_polars_lack_first_rows_too():
    polars = pytest.importorskip("polars", reason="polars is not installed")
    X = polars.DataFrame({"u": [0.5, 1.0, 2.0], "times": [1.0, 1.5, 3.0]})
    liquid = CTRNNLiquid(3, elapsed_column="dt", random_state=0)
    lacking = X.with_columns(dt=X["times"].diff())
    with pytest.raises(ValueError, match="in the first row alone.*times.diff.*, fill_null.0. in polars"):
        liquid.fit(lacking)
    times = X["times"]
    for dt in (times.diff().fill_null(0), np.diff(times, prepend=times[0])):
        assert liquid.fit_transform(X.with_columns(dt=dt)).shape == (3, 3)


def test_an_excluded_column_of_differences_lacks_its_first_row():
    X = np.column_stack([np.arange(4.0), [np.nan, 1, 1, 1]])
    liquid = CTRNNLiquid(3, elapsed_column=1, random_state=0)
    for scaler in (PerSequence(StandardScaler(), exclude=1), PerSequence(StandardScaler())):
        with pytest.raises(ValueError, match="X contains NaN. It is in the first row alone"):
            make_pipeline(scaler, liquid).fit(X)


SINGLE = "Input X contains infinity or a value too large for dtype('float32')."
WITH_INFINITY = np.array([[1.0, 2.0], [np.inf, 3.0], [4.0, -np.inf]])


def test_infinity_becomes_nan_by_the_advice():
    polars = pytest.importorskip("polars", reason="polars is not installed")
    frame = pd.DataFrame(WITH_INFINITY, columns=["a", "b"])
    several = [WITH_INFINITY, WITH_INFINITY[:2]]
    stack = np.stack([WITH_INFINITY] * 2)
    for X in (WITH_INFINITY, stack, several, frame, [frame, frame], polars.DataFrame(frame.to_dict("list"))):
        with pytest.raises(ValueError, match="contains infinity .* reservoir.ForwardFill") as caught:
            EchoStateReservoir(3).fit(X)
        expression = re.search(r"make it NaN, by (.*), and fill that", str(caught.value))[1]
        given = eval(expression, {"X": X, "np": np, "pl": polars})
        states = make_pipeline(ForwardFill(), EchoStateReservoir(3)).fit_transform(given)
        assert all(np.isfinite(x).all() for x in states)
        if not isinstance(X, (list, np.ndarray)):
            assert list(given.columns) == ["a", "b"]


def test_numbers_too_large_for_single_precision_need_double():
    X = np.full((4, 2), 1e200)
    with pytest.raises(ValueError, match="too large for dtype.'float32'.*Where numbers are .* set dtype='float64'"):
        EchoStateReservoir(3, dtype="float32").fit(X)
    EchoStateReservoir(3, dtype="float64").fit(X)
    assert with_advice(SINGLE).startswith(SINGLE)


def test_other_errors_stay_as_they_are():
    assert with_advice("Input X contains infinity.", np.ones((2, 2))) == "Input X contains infinity."
