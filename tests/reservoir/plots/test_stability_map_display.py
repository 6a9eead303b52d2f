import matplotlib.pyplot as plt
import numpy as np
import pytest
from builders import series
from joblib import parallel_config
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from reservoir import EchoStateReservoir
from reservoir.plots import StabilityMapDisplay
from reservoir.plots.scan import scan

U = series(60, 2)
GRID = {"spectral_radius": [0.2, 0.6, 1.4], "leak_rate": [0.25, 1.0]}


def make(spectral_radius, leak_rate):
    ring = spectral_radius * np.roll(np.eye(8), 1, axis=0)
    return EchoStateReservoir(recurrent_weights=ring, leak_rate=leak_rate, activation="identity")


def test_linear_rings_are_known_in_closed_form():
    display = StabilityMapDisplay.from_estimator(make, np.zeros((600, 1)), GRID)
    radius, leak = np.meshgrid(*GRID.values())
    expected = np.log(1 - leak + leak * radius)
    assert_allclose(display.values, expected, atol=2e-3)
    assert_allclose(display.mesh_.get_array(), display.values)
    # The contour lies where the radius is 1, up to the interpolation by straight lines between points.
    (path,) = display.contour_.get_paths()
    crossing = [0.6 + 0.8 * row[1] / (row[1] - row[2]) for row in -expected]
    line = path.vertices[np.argsort(path.vertices[:, 1])]
    assert_allclose(line[[0, -1]], np.column_stack([crossing, [0.25, 1.0]]), atol=0.01)
    assert (display.ax_.get_xlabel(), display.ax_.get_ylabel()) == ("spectral_radius", "leak_rate")
    assert display.colorbar_.ax.get_ylabel() == "largest exponent (nats per step)"
    assert [text.get_text() for text in display.ax_.get_legend().get_texts()] == ["largest exponent = 0"]


def test_any_diagnostic_and_level():
    def product(reservoir, X):
        return reservoir.spectral_radius * reservoir.leak_rate

    grid = {"spectral_radius": [2.0, 1.0], "leak_rate": [1.0, 0.5, 0.1]}
    display = StabilityMapDisplay.from_estimator(EchoStateReservoir(5), U, grid, metric=product, level=0.7)
    assert_allclose(display.values, [[2, 1], [1, 0.5], [0.2, 0.1]])
    assert_allclose(display.mesh_.get_array(), [[0.1, 0.2], [0.5, 1], [1, 2]])  # sorted by both
    assert display.name == "product" and display.contour_ is not None
    assert StabilityMapDisplay(display.values, param_grid=grid, name="p", level=None).plot().contour_ is None
    assert StabilityMapDisplay(display.values, param_grid=grid, name="p", level=5.0).plot().contour_ is None


def colours_of(display):
    """Red, green and blue of every point of the map as drawn, lowest values of both parameters first."""
    return display.mesh_.to_rgba(display.mesh_.get_array())[..., :3]


@pytest.mark.parametrize("level", [0.0, 2.5])
def test_sides_of_the_level_have_two_colours_that_are_white_at_the_level(level):
    grid = {"a": [0, 1, 2, 3], "b": [0, 1]}
    values = level + np.array([[-3.0, -1.0, 0.0, 1.0], [-2.0, -1e-6, 1e-6, 0.5]])
    display = StabilityMapDisplay(values, param_grid=grid, level=level).plot()
    red, _, blue = np.moveaxis(colours_of(display), -1, 0)
    at_level = np.abs(values - level) < 1e-3
    assert_array_equal((blue > red)[~at_level], (values < level)[~at_level])
    assert colours_of(display)[at_level].min() > 0.85
    luminance = colours_of(display).sum(axis=-1)
    assert_allclose(luminance[0, 1], luminance[0, 3], atol=0.2)  # one below and one above are equally strong
    assert_allclose(display.mesh_.norm(level), 0.5)
    assert_allclose(display.colorbar_.ax.get_ylim(), level + np.array([-3.0, 1.0]))  # no colour that does not occur
    assert_array_equal(display.colorbar_.ax.lines[-1].get_ydata(), [level, level])


def test_a_stable_map_is_blue_and_a_chaotic_one_orange():
    grid = {"a": [0, 1], "b": [0, 1]}
    for sign in (-1, 1):
        display = StabilityMapDisplay(sign * np.array([[4.0, 3.0], [2.0, 1.0]]), param_grid=grid).plot()
        red, _, blue = np.moveaxis(colours_of(display), -1, 0)
        assert np.all(sign * (red - blue) > 0) and display.contour_ is None
        assert_allclose(np.sort(display.colorbar_.ax.get_ylim()), np.sort([sign, 4 * sign]))


def test_what_has_no_level_or_is_far_from_it_is_spread_over_a_map_of_its_own():
    grid = {"a": [0, 1], "b": [0, 1]}
    values = np.array([[-4.0, -3.0], [-2.0, -1.0]])
    for settings in ({"level": None}, {"level": 2.1}, {"level": -7.1}):
        display = StabilityMapDisplay(values, param_grid=grid, **settings).plot()
        assert display.mesh_.get_cmap().name == "viridis" and display.mesh_.get_clim() == (-4, -1)
    display = StabilityMapDisplay(values, param_grid=grid, level=-2.5).plot(cmap="RdBu_r")
    assert display.mesh_.get_cmap().name == "RdBu_r" and display.mesh_.get_clim() == (-4, -1)
    assert StabilityMapDisplay(np.ones((2, 2)), param_grid=grid).plot().mesh_.get_cmap().name == "viridis"


def test_the_contour_is_seen_on_the_map():
    grid = {"a": np.arange(9), "b": np.arange(5)}
    display = StabilityMapDisplay(np.add.outer(np.zeros(5), np.arange(-4, 5) + 0.1), param_grid=grid).plot()
    (ink,) = display.contour_.get_edgecolor()[:, :3]
    crossed = colours_of(display)[0, np.abs(display.values[0]) < 0.2]
    assert crossed.mean() - ink.mean() > 0.7


def test_overflows_are_hatched_and_said():
    relu = EchoStateReservoir(20, activation="relu", leak_rate=1.0, random_state=0)
    grid = {"spectral_radius": [0.5, 30.0], "input_scaling": [0.1, 1.0]}
    display = StabilityMapDisplay.from_estimator(relu, np.ones((400, 1)), grid)
    assert_array_equal(display.values.mask, [[False, True]] * 2)
    assert_array_equal(np.ma.getmaskarray(display.mesh_.get_array()), [[False, True]] * 2)
    assert display.ax_.patch.get_hatch() == "///"
    assert [text.get_text() for text in display.ax_.get_legend().get_texts()] == ["no value"]
    with pytest.raises(ValueError, match="got none at any point"):
        StabilityMapDisplay.from_estimator(relu, np.ones((400, 1)), grid | {"spectral_radius": [30.0, 40.0]})


def test_infinite_values_are_drawn_as_the_last_finite_ones():
    values = np.ma.array([[-np.inf, -1.0], [0.5, np.inf]])
    display = StabilityMapDisplay(values, param_grid={"a": [0, 1], "b": [0, 1]}).plot()
    assert_array_equal(display.mesh_.get_array(), [[-1, -1], [0.5, 0.5]])
    everywhere = StabilityMapDisplay(np.full((2, 2), -np.inf), param_grid={"a": [0, 1], "b": [0, 1]})
    with pytest.raises(ValueError, match="'values' must hold a finite number"):
        everywhere.plot()


def test_workers_give_what_one_gives():
    reservoir = EchoStateReservoir(10, random_state=0)
    one = StabilityMapDisplay.from_estimator(reservoir, U, GRID).values
    with parallel_config(backend="threading"):  # processes take seconds to start
        assert_array_equal(StabilityMapDisplay.from_estimator(reservoir, U, GRID, n_jobs=2).values, one)


def test_names_instead_of_numbers():
    grid = {"topology": ["ring", "shift"], "spectral_radius": [0.5, 3.0]}
    display = StabilityMapDisplay.from_estimator(EchoStateReservoir(10, random_state=0), U, grid)
    assert display.contour_ is None
    assert [label.get_text() for label in display.ax_.get_xticklabels()] == ["ring", "shift"]


def test_every_reservoir(every, X):
    names = {"random_state", "n_units", "dtype"} & {*every.get_params()}
    values = {
        "random_state": [0, 1],
        "n_units": [9, 10],
        "dtype": ["float32", "float64"],
        "delay": [1, 2],
        "order": [1, 2],
    }
    names = ["delay", "order"] if "delay" in every.get_params() else sorted(names)[-2:]
    grid = {name: values[name] for name in names}
    if len(grid) < 2:
        grid |= {"output": ["all", "last"]}

    def mean_state(reservoir, X):
        return reservoir.transform(X).mean()

    display = StabilityMapDisplay.from_estimator(clone(every), X, grid, metric=mean_state)
    assert display.values.shape == (2, 2) and np.isfinite(display.values).all()


def test_bad_arguments_are_named():
    reservoir = EchoStateReservoir(5)
    with pytest.raises(TypeError, match="'param_grid' must be a dict of two names and their values; got None"):
        StabilityMapDisplay.from_estimator(reservoir, U, None)
    with pytest.raises(ValueError, match="'param_grid' must name two parameters; got 1: "):
        StabilityMapDisplay.from_estimator(reservoir, U, {"leak_rate": [0.1, 1]})
    with pytest.raises(TypeError, match="'metric' must be None or callable"):
        StabilityMapDisplay.from_estimator(reservoir, U, GRID, metric="exponent")
    with pytest.raises(ValueError, match="'metric' must return one number; got 5"):
        StabilityMapDisplay.from_estimator(reservoir, U, GRID, metric=lambda r, X: r.bias_)
    with pytest.raises(ValueError, match="At spectral_radius=0.2, leak_rate=2 in 'param_grid': 'leak_rate'"):
        StabilityMapDisplay.from_estimator(reservoir, U, GRID | {"leak_rate": [2, 3]})


def test_a_metric_may_have_nothing_to_say():
    grid = {"spectral_radius": [0.5, 1.0], "input_scaling": [0.5, 1.0]}

    def metric(reservoir, X):
        return None if reservoir.spectral_radius > 0.9 else 2.0

    display = StabilityMapDisplay.from_estimator(EchoStateReservoir(5), np.ones((9, 1)), grid, metric=metric)
    np.testing.assert_array_equal(np.ma.getmaskarray(display.values), [[False, True]] * 2)
    with pytest.raises(ValueError, match="must return as many numbers at every point"):
        scan(EchoStateReservoir(5), np.ones((9, 1)), [{"n_units": 2, "degree": 1}, {"n_units": 3, "degree": 1}], sizes)
    with pytest.raises(TypeError, match="'param_grid' must hold a list of at least 2 values of 'n_units'; got 3"):
        StabilityMapDisplay.from_estimator(EchoStateReservoir(5), np.ones((9, 1)), {"n_units": 3, "leak_rate": [0, 1]})
    with pytest.raises(ValueError, match="'cmap' must be .*; got 'nope'"):
        display.plot(cmap="nope")
    assert len(plt.get_fignums()) == 1


def sizes(reservoir, X):
    return np.zeros(reservoir.n_units)
