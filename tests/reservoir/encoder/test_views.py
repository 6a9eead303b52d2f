import pickle
import typing

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir.encoder import column_scales
from reservoir.encoder.views import VIEWS, ViewName, fit_view
from reservoir.series.lazy_series import AT_ONCE

LENGTHS = (30, 1, 2, 9)


def several(offset=0.0, dtype=np.float64):
    """Ragged series of three columns, the second of which is constant."""
    random = np.random.RandomState(0)
    series = [random.standard_normal((n_steps, 3)) * (1, 0, 5) + (0, 7, 0) for n_steps in LENGTHS]
    return [(x + offset).astype(dtype) for x in series]


def twin(name, x, series):
    """The view by its definition, the words of its name one after the other."""

    def differences(x):
        if "differences" not in name:
            return x
        return x[1:] - x[:-1] if len(x) > 1 else 0 * x

    rows = differences(np.asarray(x, np.float64))
    if "scaled" in name or "standardized" in name:
        of = rows if "standardized" in name else np.concatenate([differences(np.asarray(x, float)) for x in series])
        deviation = of.std(axis=0)
        flat = np.ptp(of, axis=0) == 0
        rows = np.where(flat, 0.0, (rows - of.mean(axis=0)) / np.where(flat, 1.0, deviation))
    return rows[::-1] if name.startswith("reversed") else rows


def view_all(name, series, dtype="float64"):
    view = fit_view(name, series)
    return [view.of(x, np.dtype(dtype)) for x in series]


def test_there_are_twelve_views_and_the_annotation_names_them():
    assert len(VIEWS) == 12 and set(typing.get_args(ViewName)) == set(VIEWS)


@pytest.mark.parametrize("offset", [0.0, 1e8])
@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_what_its_name_says(name, offset):
    for view, x in zip(view_all(name, several(offset)), several(offset), strict=True):
        expected = twin(name, x, several(offset))
        assert view.shape == expected.shape and view.dtype == np.float64
        assert_allclose(view[:], expected, rtol=1e-12, atol=1e-6 if offset else 1e-13)


@pytest.mark.parametrize("name", VIEWS)
def test_single_precision_is_that_of_the_reservoir_and_not_of_the_arithmetic(name):
    # An offset that single precision cannot hold beside the signal is taken off before numbers are rounded to it.
    offset = 0.0 if name in ("series", "reversed_series") else 1e8
    for view, x in zip(view_all(name, several(offset), "float32"), several(offset), strict=True):
        assert view[:].dtype == np.float32
        assert_allclose(view[:], twin(name, x, several(offset)), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", VIEWS)
def test_rows_may_be_taken_in_any_slices(name):
    series = several()
    for view in view_all(name, series):
        for size in (1, 2, 7):
            parts = [view[start : start + size] for start in range(0, len(view), size)]
            assert_array_equal(np.concatenate(parts), view[:], strict=True)
            assert all(part.flags.carray for part in parts)


@pytest.mark.parametrize("name", VIEWS)
def test_views_leave_the_series_alone_and_can_be_pickled(name):
    series = several()
    views = view_all(name, series)
    assert_array_equal(pickle.loads(pickle.dumps(views[0]))[:], views[0][:])
    for x, kept in zip(series, several(), strict=True):
        assert_array_equal(x, kept)


@pytest.mark.parametrize("name", [name for name in VIEWS if "scaled" in name or "standardized" in name])
def test_a_scaled_view_has_mean_0_and_deviation_1(name):
    n_steps = AT_ONCE // 2 + 1000  # more than one block
    x = 1e8 + np.random.RandomState(0).standard_normal((n_steps, 3)) * (1e-3, 1.0, 1e3)
    (view,) = view_all(name, [x])
    assert_allclose(view[:].mean(axis=0), 0, atol=1e-5)
    assert_allclose(view[:].std(axis=0), 1, rtol=1e-6)


def lines(dtype):
    """A constant, and straight lines, whose differences vary by rounding alone."""
    t = np.arange(500.0)
    return np.stack([np.full(500, 0.1), 0.1 * t, 1e8 + 0.3 * t, -7.7 - 1e-3 * t], axis=1).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", ["standardized_differences", "scaled_differences"])
def test_the_rounding_errors_of_a_straight_line_are_not_scaled_up(name, dtype):
    x = lines(dtype)
    if dtype == np.float32:
        x = x[:, [0, 1, 3]]  # beside 1e8, steps of .3 are no line in single precision
    (view,) = view_all(name, [x])
    assert_array_equal(view[:], np.zeros((499, x.shape[1])))


def test_a_small_signal_on_a_large_offset_is_no_rounding_error():
    t = np.arange(500.0)[:, None]
    (view,) = view_all("standardized", [300 + 1e-6 * np.sin(t)])
    assert_allclose(view[:], (np.sin(t) - np.sin(t).mean()) / np.sin(t).std(), atol=1e-6)


def test_a_column_that_was_constant_in_fit_stays_0():
    view = fit_view("scaled", [np.array([[1.0, 5.0], [2.0, 5.0]])])
    assert_array_equal(view.of(np.array([[2.0, 6.0]]), np.dtype("float64"))[:], [[1.0, 0.0]])


@pytest.mark.parametrize("name, x", [("series", [[1e200]]), ("differences", [[1e308], [-1e308]])])
def test_numbers_that_overflow_in_a_view_are_refused(name, x):
    with pytest.raises(ValueError, match=f"'X' must hold numbers that stay finite in float32 .* those of '{name}' do"):
        fit_view(name, []).of(np.array(x), np.dtype("float32"))[:]


def test_a_scale_needs_one_block_at_a_time(monkeypatch):
    held = []
    moments = column_scales.column_moments
    monkeypatch.setattr(column_scales, "column_moments", lambda rows: held.append(rows.size) or moments(rows))
    view_all("scaled", [np.ones((AT_ONCE, 3)), np.ones((10, 3))])
    assert max(held) <= AT_ONCE and sum(held) == 3 * (AT_ONCE + 10)
