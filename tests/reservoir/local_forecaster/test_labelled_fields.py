from datetime import datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir.local_forecaster.fields import read_fields
from reservoir.local_forecaster.labelled_fields import (
    is_labelled,
    labels_of,
    refuse_later_time,
    refuse_other_order,
    relabelled,
)


def labelled(times, dims=("time", "x")):
    """What has the attributes of an xarray.DataArray that are read."""
    coords = {
        "time": SimpleNamespace(dims=("time",), values=times),
        "x": SimpleNamespace(dims=("x",), values=np.arange(4) / 2),
    }
    values = np.zeros((len(times), 4))
    return SimpleNamespace(dims=dims, coords=coords, name="u", data=values, values=values)


def test_labels_are_plain_values():
    labels = labels_of(labelled(np.arange(5) * 0.1))
    assert is_labelled(labelled(np.arange(5)))
    assert (labels.dims, labels.name, [name for name, *_ in labels.coords]) == (("time", "x"), "u", ["x"])
    assert_allclose([labels.end, labels.step], [0.4, 0.1])
    assert labels_of(labelled(np.array([0.0, 1.0, 5.0]))).step is None


@pytest.mark.parametrize(
    ("times", "step"),
    [
        ((1000 + 0.1 * np.arange(50)).astype(np.float32), 0.1),  # steps that are rounded
        (np.arange(50)[::-1].astype(np.uint16), -1),  # of which no difference is below 0
        ((np.arange(50) * 5 - 120).astype(np.int8), 5),
        (np.array([datetime(2000, 1, 1) + n * timedelta(hours=6) for n in range(5)], dtype=object), timedelta(hours=6)),
    ],
)
def test_times_of_every_type_have_their_step(times, step):
    labels = labels_of(labelled(times))
    if isinstance(step, timedelta):
        assert labels.step == step and labels.end == times[-1]
    else:
        assert_allclose([labels.step, labels.end], [step, float(times[-1])], rtol=1e-4)


@pytest.mark.parametrize(
    "times",
    [
        np.array(["mon", "tue", "wed"]),
        np.array([True, False, True]),
        np.array([(2000, 1), (2000, 2), None], dtype=object)[:2],  # pairs, as of two levels
        np.array([0.0, np.nan, 2.0]),
        np.array(["2000-01-01", "NaT", "2000-01-03"], dtype="datetime64[D]"),
        np.array([1e9, 1e9 + 1, 1e9 + 2], dtype=np.float32),  # of which no digit of the step is left
        np.array(["2000-01-01", "2000-02-01", "2000-03-01"], dtype="datetime64[D]"),
    ],
)
def test_what_has_no_step_is_no_error(times):
    labels = labels_of(labelled(times))
    assert labels.end is None and labels.step is None


def test_time_is_the_first_axis():
    for dims, times in ((("x", "time"), np.arange(4)), (("x", "Time"), np.arange(4))):
        with pytest.raises(
            ValueError, match=r"'X' must have time as its first axis; .* Pass X.transpose\('[tT]ime', ...\)"
        ):
            read_fields(labelled(times, dims))
    days = labelled(np.arange(4), ("y", "x"))
    days.coords["x"] = SimpleNamespace(dims=("x",), values=np.datetime64("2020-01-30") + np.arange(4))
    with pytest.raises(ValueError, match="'context' must have time as its first axis"):
        refuse_later_time(days, "context")
    refuse_later_time(labelled(np.arange(4), ("start", "x")))  # no axis is called time


def test_axes_keep_the_order_of_fit():
    labels = labels_of(labelled(np.arange(4)))._replace(dims=("time", "lat", "lon"))
    turned = labelled(np.arange(4), ("time", "lon", "lat"))
    with pytest.raises(ValueError, match=r"in the order of fit, .* Pass context.transpose\('time', 'lat', 'lon'\)"):
        refuse_other_order(turned, labels, "context")
    refuse_other_order(np.zeros((4, 4)), labels), refuse_other_order(turned, None)


def test_rows_go_on_in_time_and_keep_their_coordinates():
    pytest.importorskip("xarray", reason="the extra 'xarray' is not installed")
    # In nanoseconds, which earlier versions of xarray make of all times, with a warning.
    days = np.datetime64("2020-01-30", "ns") + np.arange(3).astype("timedelta64[D]")
    rows = relabelled(np.ones((2, 4)), labels_of(labelled(days)))
    assert rows.dims == ("time", "x") and rows.name == "u"
    assert_array_equal(rows.coords["time"].values, days[-1] + np.array([1, 2], "timedelta64[D]"))
    assert_array_equal(rows.coords["x"].values, np.arange(4) / 2)


def test_plain_rows_stay_as_they_are():
    rows = np.ones((2, 4))
    assert relabelled(rows, None) is rows
