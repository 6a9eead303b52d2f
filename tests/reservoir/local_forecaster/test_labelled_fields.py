from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir.local_forecaster.labelled_fields import is_labelled, labels_of, relabelled


def labelled(times):
    """What has the attributes of an xarray.DataArray that are read."""
    coords = {
        "time": SimpleNamespace(dims=("time",), values=times),
        "x": SimpleNamespace(dims=("x",), values=np.arange(4) / 2),
    }
    values = np.zeros((len(times), 4))
    return SimpleNamespace(dims=("time", "x"), coords=coords, name="u", data=values, values=values)


def test_labels_are_plain_values():
    labels = labels_of(labelled(np.arange(5) * 0.1))
    assert is_labelled(labelled(np.arange(5)))
    assert (labels.dims, labels.name, [name for name, *_ in labels.coords]) == (("time", "x"), "u", ["x"])
    assert_allclose([labels.end, labels.step], [0.4, 0.1])
    assert labels_of(labelled(np.array([0.0, 1.0, 5.0]))).step is None


def test_rows_go_on_in_time_and_keep_their_coordinates():
    pytest.importorskip("xarray", reason="the extra 'xarray' is not installed")
    days = np.datetime64("2020-01-30") + np.arange(3)
    rows = relabelled(np.ones((2, 4)), labels_of(labelled(days)))
    assert rows.dims == ("time", "x") and rows.name == "u"
    assert_array_equal(rows.coords["time"].values.astype("datetime64[D]"), days[-1] + np.array([1, 2]))
    assert_array_equal(rows.coords["x"].values, np.arange(4) / 2)


def test_plain_rows_stay_as_they_are():
    rows = np.ones((2, 4))
    assert relabelled(rows, None) is rows
