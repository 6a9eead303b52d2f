import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest

from reservoir.plots.canvas import (
    COLOURS,
    axes_grid,
    centred_colours,
    colour_bar,
    legend_above,
    legend_beside,
    single_axes,
    two_sided_colours,
)


def test_matplotlib_is_not_imported_before_something_is_drawn():
    code = "import sys, reservoir, reservoir.plots; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_single_axes_are_those_given_or_new_ones():
    _, ax = plt.subplots()
    assert single_axes(ax) is ax
    assert single_axes(None).figure is not ax.figure
    assert single_axes(None, projection="3d").name == "3d"
    with pytest.raises(TypeError, match="'ax' must be None or matplotlib axes.*; got int"):
        single_axes(3)
    with pytest.raises(ValueError, match="'ax' must be made with projection='3d' here; got axes of 'rectilinear'"):
        single_axes(ax, projection="3d")


def test_axes_grid_divides_one_takes_many_or_makes_its_own():
    figure, ax = plt.subplots()
    divided = axes_grid(ax, 2, sharex=True)
    assert len(divided) == 2 and all(one.figure is figure for one in divided) and not ax.axison
    assert divided[0].get_position().y0 > divided[1].get_position().y0
    _, given = plt.subplots(3)
    assert [*axes_grid(given, 3)] == [*given] and [*axes_grid(list(given), 3)] == [*given]
    assert axes_grid(given[0], 1)[0] is given[0] and given[0].axison
    assert len(axes_grid(None, 2, 2)) == 4


def test_axes_grid_says_what_is_wrong():
    _, given = plt.subplots(3)
    with pytest.raises(ValueError, match="'ax' must be one axes or 2 of them; got 3"):
        axes_grid(given, 2)
    with pytest.raises(TypeError, match=r"an array of 2 of them, as plt.subplots\(2\) makes; got str"):
        axes_grid("axes", 2)
    with pytest.raises(ValueError, match="must come from plt.subplots.* to be divided; got free axes. Pass 2 axes"):
        axes_grid(plt.figure().add_axes((0, 0, 1, 1)), 2)


@pytest.mark.parametrize("place", [legend_above, legend_beside])
def test_legends_lie_outside_the_axes(place):
    ax = single_axes(None)
    ax.plot([0, 1], label="first")
    ax.plot([1, 0], label="second")
    legend = place(ax)
    ax.figure.canvas.draw()
    inside, covered = ax.get_window_extent(), legend.get_window_extent()
    assert covered.x0 >= inside.x1 or covered.y0 >= inside.y1 - 1
    whole = ax.figure.bbox
    assert covered.x1 <= whole.x1 and covered.y1 <= whole.y1


def test_colours_differ_in_brightness_or_hue_for_everybody():
    # Machado, Oliveira and Fernandes (2009), table 1: what people without M cones (deuteranopia) see of linear RGB.
    deuteranopia = np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    )
    rgb = np.array([plt.matplotlib.colors.to_rgb(colour) for colour in COLOURS])
    for seen in (rgb, (rgb**2.2 @ deuteranopia.T).clip(0, 1) ** (1 / 2.2)):
        distances = np.linalg.norm(seen[:, None] - seen[None], axis=-1)[np.triu_indices(len(seen), 1)]
        assert distances.min() > 0.15


def test_two_sided_colours_are_seen_on_white_at_zero_and_change_sides_there():
    below, above = two_sided_colours()(np.array([127, 128]))[:, :3]
    assert below[0] > below[2] and above[2] > above[0]
    assert min(np.linalg.norm(1 - below), np.linalg.norm(1 - above)) > 0.3


def test_centred_colours_are_blue_below_white_at_the_centre_and_orange_above():
    colours = centred_colours(np.ma.masked_greater([1.0, 2.0, 6.0, 99.0], 10), centre=2.0)
    assert (colours["vmin"], colours["vmax"]) == (-2, 6)
    (red, _, blue), at_low, middle, at_high = (colours["cmap"](place)[:3] for place in (0.0, 0.25, 0.5, 1.0))
    assert blue > red and at_low[2] > at_low[0] and min(middle) > 0.85 and at_high[0] > at_high[2]


@pytest.mark.parametrize("centre", [None, -1.1, 5.1])
def test_nothing_is_centred_where_the_centre_is_far_or_unknown(centre):
    assert centred_colours(np.array([1.0, 3.0]), centre) == {"cmap": "viridis"}
    assert centred_colours(np.ones(3), 1.0) == {"cmap": "viridis"}


@pytest.mark.parametrize("centre, limits", [(0.0, (-3, 3)), (1.0, (-1, 3)), (5.0, (1, 9))])
def test_one_side_keeps_its_colour(centre, limits):
    colours = centred_colours(np.array([1.0, 3.0]), centre)
    assert (colours["vmin"], colours["vmax"]) == limits


def test_a_colour_bar_shows_the_colours_that_occur():
    ax = single_axes(None)
    values = np.array([[-1.0, 4.0]])
    bar = colour_bar(ax.imshow(values, **centred_colours(values)), ax, "state")
    assert bar.ax.get_ylim() == (-1, 4) and bar.ax.get_ylabel() == "state"
    assert colour_bar(ax.imshow(np.ones((1, 2))), ax, "state").ax.get_ylim()[0] < 1  # one value has no range
