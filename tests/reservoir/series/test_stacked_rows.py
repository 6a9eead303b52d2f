import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from reservoir.series.lazy_series import lazily
from reservoir.series.stacked_rows import stack_rows, targets_of_rows

SERIES = [np.arange(6.0).reshape(3, 2), np.arange(4.0).reshape(2, 2)]


def test_rows_are_stacked_in_the_wider_precision():
    assert_array_equal(stack_rows(SERIES), np.concatenate(SERIES), strict=True)
    mixed = [lazily(SERIES[0].astype(np.int8), np.dtype(np.float32)), SERIES[1]]
    assert_array_equal(stack_rows(mixed), np.concatenate(SERIES), strict=True)


def test_targets_of_rows_and_of_series():
    assert targets_of_rows(SERIES, None) is None
    assert targets_of_rows(SERIES, [[1, 2, 3], [4, 5]]).tolist() == [1, 2, 3, 4, 5]
    assert targets_of_rows(SERIES, ["a", "b"]).tolist() == ["a"] * 3 + ["b"] * 2
    with pytest.raises(ValueError, match="'y' must have one entry per series, 2 here; got 3"):
        targets_of_rows(SERIES, [1, 2, 3])


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT])
def test_a_missing_label_becomes_no_string(missing):
    assert targets_of_rows(SERIES, ["a", missing]).tolist()[:3] == ["a"] * 3
    assert targets_of_rows(SERIES, ["a", missing]).dtype == object
    assert targets_of_rows(SERIES, [1.0, np.nan]).astype(float).tolist()[:3] == [1.0] * 3
