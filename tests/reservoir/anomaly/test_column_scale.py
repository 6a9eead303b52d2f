"""The centre and scale of columns: little moved by outliers, and finite for all sizes."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats.mstats import winsorize

from reservoir.anomaly.column_scale import find_column_scale
from reservoir.series.lazy_series import LazySeries, lazily

ROWS = np.random.RandomState(0).standard_normal((2000, 3)) * [1.0, 1e-5, 1e6] + [0.0, 3.0, 1e6]


def test_centre_and_scale_are_winsorised_moments():
    found = find_column_scale([ROWS[:700], lazily(ROWS[700:], ROWS.dtype)])
    limited = np.asarray(winsorize(ROWS, (0.01, 0.01), axis=0))
    assert_allclose(found.center, limited.mean(axis=0), rtol=2e-4, atol=2e-4)
    assert_allclose(found.scale, limited.std(axis=0), rtol=2e-3)


def test_a_few_outliers_of_any_size_hardly_move_the_scale():
    spoilt = ROWS.copy()
    spoilt[::200] = 1e300
    assert_allclose(find_column_scale([spoilt]).scale, find_column_scale([ROWS]).scale, rtol=0.03)


def test_columns_that_hardly_vary():
    rare = np.zeros((1000, 3))
    rare[500, 0] = 2.0
    rare[:, 1] = 0.1 + np.spacing(0.1) * (np.arange(1000) % 2)
    found = find_column_scale([rare])
    assert_allclose(found.scale, [rare[:, 0].std(), 1.0, 1.0])
    assert_array_equal(find_column_scale([ROWS], kept=2).scale[2], 1.0)
    assert find_column_scale([ROWS], kept=2).center[2] == 0.0


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_scale_follows_the_unit(size):
    assert_allclose(find_column_scale([ROWS * size / 1e8]).scale, find_column_scale([ROWS]).scale * (size / 1e8))


def test_standardised_values_can_be_squared():
    scale = find_column_scale([ROWS])
    assert_allclose(scale.standardise(ROWS), (ROWS - scale.center) / scale.scale, rtol=1e-14)
    for dtype in (np.float64, np.float32):
        most = np.finfo(dtype).max
        far = scale.standardise(np.array([[most, -most, most]], dtype))
        assert far.dtype == dtype
        assert np.isfinite(far.astype(np.float64) ** 2).all()


def test_a_long_series_is_standardised_when_it_is_read():
    long = np.tile(ROWS, (30, 1))
    scale = find_column_scale([ROWS])
    lazy = scale.standardise(long)
    assert isinstance(lazy, LazySeries)
    assert_array_equal(lazy[2000:4000], scale.standardise(ROWS))
