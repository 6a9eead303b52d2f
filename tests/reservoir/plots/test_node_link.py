import matplotlib.pyplot as plt
import numpy as np
from numpy.testing import assert_allclose
from scipy.sparse import csr_array

from reservoir.plots.canvas import NEGATIVE, POSITIVE
from reservoir.plots.node_link import draw_circle, draw_layers, draw_space

# Unit 1 receives input from unit 0 (excitatory) and from itself, unit 0 from unit 2 (inhibitory).
RECURRENT = csr_array(np.array([[0.0, 0, -2], [1, 1, 0], [0, 0, 0]]))


def colours(collection):
    return [plt.matplotlib.colors.to_hex(colour).upper() for colour in collection.get_colors()]


def test_circle_has_a_line_for_every_synapse_between_units():
    _, ax = plt.subplots()
    lines = draw_circle(ax, RECURRENT)
    corners = [(1, 0), (-0.5, np.sqrt(0.75)), (-0.5, -np.sqrt(0.75))]
    assert_allclose(lines.get_segments(), [[corners[2], corners[0]], [corners[0], corners[1]]], atol=1e-12)
    assert colours(lines) == [NEGATIVE, POSITIVE]


def test_space_draws_units_where_they_stand():
    ax = plt.figure().add_subplot(projection="3d")
    positions = np.array([[0.0, 0, 0], [1, 0, 0], [0, 2, 0]])
    lines = draw_space(ax, RECURRENT, positions, np.array([False, False, True]))
    assert colours(lines) == [NEGATIVE, POSITIVE]
    assert_allclose(np.transpose(ax.collections[1]._offsets3d), positions)
    ax.figure.canvas.draw()


def dashes(collection):
    return [pattern is not None for _, pattern in collection.get_linestyles()]


def test_inhibitory_synapses_are_dashed_so_that_they_are_seen_without_colour():
    assert dashes(draw_circle(plt.subplots()[1], RECURRENT)) == [True, False]
    space = plt.figure().add_subplot(projection="3d")
    assert dashes(draw_space(space, RECURRENT, np.eye(3), None)) == [True, False]
    arrows = draw_layers(plt.subplots()[1], RECURRENT, csr_array((3, 0)), {"first": [0, 2], "second": [1]})
    assert [arrow.get_linestyle() == "-" for arrow in arrows[:2]] == [False, True]


def test_units_without_synapses_between_them_stand_alone():
    alone = csr_array(np.eye(3))
    assert len(draw_circle(plt.subplots()[1], alone).get_segments()) == 0
    ax = plt.figure().add_subplot(projection="3d")
    draw_space(ax, alone, np.eye(3), None)
    ax.figure.canvas.draw()


def test_layers_run_from_the_inputs_to_the_right():
    _, ax = plt.subplots()
    sensory = csr_array(np.array([[1.0], [0], [0]]))
    arrows = draw_layers(ax, RECURRENT, sensory, {"first": [0, 2], "second": [1]})
    starts_and_ends = [tuple(map(tuple, arrow._posA_posB)) for arrow in arrows if hasattr(arrow, "_posA_posB")]
    # input -> 0; 2 -> 0 within the layer; 0 -> 1; the ring of unit 1 is no arrow
    assert starts_and_ends == [((0, 0.0), (1, 1.0)), ((1, -1.0), (1, 1.0)), ((1, 1.0), (2, 0.0))]
    assert len(arrows) == 4
    assert [label.get_text() for label in ax.get_xticklabels()] == ["inputs (1)", "first (2)", "second (1)"]
