import numpy as np
import pytest

from reservoir.missing_values import DIFFERENCES, FILL, PADDED, advise_on_nan

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
        (None, FILL),
    ],
)
def test_the_mend_depends_on_where_nan_stands(X, mend):
    assert advise_on_nan(SAID, X) == f"Input X contains NaN. {mend}"


def test_other_errors_stay_as_they_are():
    assert advise_on_nan("Input X contains infinity.", np.ones((2, 2))) == "Input X contains infinity."
