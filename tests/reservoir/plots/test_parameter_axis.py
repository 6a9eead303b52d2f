import matplotlib.pyplot as plt
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir.plots.parameter_axis import parameter_axis


def test_numbers_stand_where_they_are():
    axis = parameter_axis("leak_rate", [0.5, 0.1, 0.4])
    assert_array_equal(axis.places, [0.1, 0.4, 0.5])
    assert_array_equal(axis.order, [1, 2, 0])
    assert axis.scale == "linear" and axis.labels is None
    assert_allclose(axis.borders, [-0.05, 0.25, 0.45, 0.55])


def test_numbers_that_grow_by_a_factor_have_a_logarithmic_axis():
    axis = parameter_axis("alpha", np.geomspace(0.01, 100, 5))
    assert axis.scale == "log"
    assert_allclose(np.log10(axis.borders), [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5])
    assert parameter_axis("alpha", [1, 2, 3]).scale == parameter_axis("alpha", [-1, 0, 1]).scale == "linear"
    assert parameter_axis("alpha", [1.0, 1.001, 1.002]).scale == "linear"


def test_others_stand_side_by_side():
    axis = parameter_axis("topology", ["shift", "ring", (1, 2)])
    assert_array_equal(axis.places, [0, 1, 2])
    assert axis.labels == ["shift", "ring", "(1, 2)"]
    _, ax = plt.subplots()
    axis.dress(ax, "y", "topology")
    assert [label.get_text() for label in ax.get_yticklabels()] == axis.labels
    assert ax.get_ylim() == (-0.5, 2.5) and ax.get_ylabel() == "topology"


def test_a_logarithmic_axis_has_plain_numbers():
    _, ax = plt.subplots()
    parameter_axis("alpha", np.geomspace(0.1, 10, 3)).dress(ax, "x", "alpha")
    ax.figure.canvas.draw()
    assert {"0.1", "0.2", "0.5", "1", "2", "5", "10"} <= {label.get_text() for label in ax.get_xticklabels()}
    assert ax.get_xscale() == "log"


@pytest.mark.parametrize("values", [[1.0], [1.0, 1.0], [1.0, np.nan], [1.0, np.inf]])
def test_bad_ranges_are_named(values):
    with pytest.raises(ValueError, match="'values' must (hold|be a finite number)"):
        parameter_axis("alpha", values)
