import matplotlib.pyplot as plt
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from reservoir.plots.channels import draw_channels, draw_image

TIME = 2.0 * np.arange(4)
ROWS = np.arange(24.0).reshape(4, 6)


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def test_few_channels_are_lines(ax):
    draw_channels(ax, TIME, ROWS[:, :5])
    assert [line.get_label() for line in ax.lines] == [f"input {channel}" for channel in range(5)]
    for line, channel in zip(ax.lines, ROWS.T, strict=False):
        assert_array_equal(line.get_data(), (TIME, channel))
    assert len(ax.get_legend().get_texts()) == 5 and ax.get_ylabel() == "input"


def test_one_channel_needs_no_legend(ax):
    draw_channels(ax, TIME, ROWS[:, :1])
    assert len(ax.lines) == 1 and ax.get_legend() is None


def test_many_channels_are_an_image(ax):
    draw_channels(ax, TIME, ROWS)
    assert_array_equal(ax.images[0].get_array(), ROWS.T)
    assert ax.images[0].get_extent() == [-1, 7, 5.5, -0.5] and ax.get_ylabel() == "input channel"


def test_the_image_of_channels_has_a_colour_bar_with_a_label(ax):
    draw_channels(ax, TIME, ROWS)
    assert [other.get_ylabel() for other in ax.figure.axes if other is not ax] == ["input"]


def test_signs_have_different_colours(ax):
    image = draw_image(ax, TIME, ROWS - 3)
    assert image.get_clim() == (-20, 20)
    red, _, blue, _ = np.moveaxis(image.to_rgba(image.get_array()), -1, 0)
    assert_array_equal(red > blue, image.get_array() >= 0)
    assert draw_image(ax, TIME, ROWS + 30).get_cmap().name == "viridis"  # far from 0


def test_one_row_is_one_step_wide(ax):
    assert draw_image(ax, TIME[:1], ROWS[:1]).get_extent() == [-0.5, 0.5, 5.5, -0.5]
