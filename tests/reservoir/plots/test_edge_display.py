import matplotlib.pyplot as plt
import numpy as np
import pytest
from builders import series
from numpy.testing import assert_array_equal

from reservoir import EchoStateReservoir
from reservoir.diagnostics import Edge, find_edge
from reservoir.plots import EdgeDisplay

U = series(60, 2)
LINEAR = EchoStateReservoir(9, topology="random", leak_rate=0.5, activation="identity", random_state=0)


def labels(display):
    return [text.get_text() for text in display.ax_.get_legend().get_texts()]


def test_points_edge_and_bracket_are_those_of_the_search():
    display = EdgeDisplay.from_estimator(LINEAR, U, bounds=(0.5, 4.0), tolerance=0.1)
    expected = find_edge(LINEAR, U, bounds=(0.5, 4.0), tolerance=0.1)
    (line,) = display.lines_
    assert_array_equal(line.get_xdata(), expected.points[0])
    assert_array_equal(line.get_ydata(), expected.exponents[0])
    assert display.edge_line_.get_xdata()[0] == expected.value == display.result.value
    shaded = display.bracket_.get_path().get_extents().transformed(display.bracket_.get_patch_transform())
    assert (shaded.x0, shaded.x1) == pytest.approx(expected.bracket)
    assert display.ax_.get_xscale() == "log" and display.ax_.get_xlabel() == "spectral_radius"
    assert display.ax_.get_title(loc="left") == f"edge at spectral_radius = {expected.value:.4g}"
    assert labels(display)[:2] == ["measured", "edge"] and labels(display)[2].startswith("bracket ")


def test_every_seed_has_a_line_and_one_name_in_the_legend():
    display = EdgeDisplay.from_estimator(LINEAR, U, tolerance=0.1, n_seeds=3, random_state=0)
    assert len(display.lines_) == 3 and labels(display)[:2] == ["measured, one seed", "edge, mean"]
    assert f"± {display.result.spread:.2g}" in display.ax_.get_title(loc="left")


def test_a_parameter_that_may_be_0_has_an_even_axis():
    display = EdgeDisplay.from_estimator(LINEAR, U, bounds=(0, 4), tolerance=0.1)
    assert display.ax_.get_xscale() == "linear"


def test_close_bounds_have_an_even_axis_with_numbers():
    display = EdgeDisplay.from_estimator(LINEAR, U, bounds=(0.8, 3.0), tolerance=0.1)
    display.figure_.canvas.draw()
    shown = [text.get_text() for text in display.ax_.get_xticklabels()]
    assert display.ax_.get_xscale() == "linear" and sum(map(bool, shown)) >= 4


def test_the_metric_gives_its_name():
    def distance(reservoir, X):
        return reservoir.spectral_radius - 1

    assert EdgeDisplay.from_estimator(LINEAR, U, metric=distance).ax_.get_ylabel() == "distance"
    assert EdgeDisplay.from_estimator(LINEAR, U, metric=lambda *given: distance(*given)).ax_.get_ylabel() == "metric"
    named = EdgeDisplay.from_estimator(LINEAR, U, metric=distance, name="radius less 1", level=0.5)
    assert named.ax_.get_ylabel() == "radius less 1" and named.result.value == pytest.approx(1.5)


def test_infinite_exponents_are_marked_at_the_border():
    points, exponents = np.array([1.0, 2.0, 4.0, 8.0]), np.array([-np.inf, -1.0, 1.0, np.inf])
    found = Edge("gain", (1.0, 8.0), 0.0, np.array([3.0]), np.array([[2.0, 4.0]]), np.array([1]), [points], [exponents])
    display = EdgeDisplay(found).plot()
    assert_array_equal(np.ma.getmaskarray(display.lines_[0].get_ydata()), [True, False, False, True])
    assert {"inf: overflow", "-inf: all forgotten"} <= set(labels(display))
    assert {"inf", "-inf"} <= set(labels(EdgeDisplay(found, name="distance").plot()))
    display.figure_.canvas.draw()
    legend = display.ax_.get_legend().get_window_extent()
    assert legend.x0 >= 0 and legend.x1 <= display.figure_.bbox.x1


def test_it_is_drawn_where_it_is_told():
    figure, ax = plt.subplots()
    assert EdgeDisplay.from_estimator(LINEAR, U, tolerance=0.5, ax=ax).figure_ is figure


def test_bad_arguments_are_named():
    with pytest.raises(TypeError, match="'result' must be an Edge, as find_edge returns it; got float"):
        EdgeDisplay(1.0).plot()
    with pytest.raises(ValueError, match="'bounds' must have the largest exponent cross 0"):
        EdgeDisplay.from_estimator(LINEAR, U, bounds=(0.1, 0.2))
