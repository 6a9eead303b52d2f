import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from reservoir import CTRNNLiquid, PerSequence
from reservoir.checks.missing_values import DIFFERENCES, FILL, PADDED, advise_on_nan

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
        (pd.Series(with_nan((5,), 0)), DIFFERENCES),
        (pd.Series(with_nan((5,), 1)), FILL),
        ([pd.Series(with_nan((5,), 0)), np.ones((3, 1))], DIFFERENCES),
        (None, FILL),
    ],
)
def test_the_mend_depends_on_where_nan_stands(X, mend):
    assert advise_on_nan(SAID, X) == f"Input X contains NaN. {mend}"


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


def test_other_errors_stay_as_they_are():
    assert advise_on_nan("Input X contains infinity.", np.ones((2, 2))) == "Input X contains infinity."
