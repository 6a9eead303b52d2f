import numpy as np
import pytest
from numpy.testing import assert_array_equal

from reservoir.topology.input_weights import (
    check_input_density,
    check_input_reach,
    check_input_scaling,
    draw_reached,
    refuse_density,
    scale_inputs,
)


def test_one_scaling_is_that_of_every_channel():
    assert_array_equal(check_input_scaling(0.3, 2), [0.3, 0.3])
    assert_array_equal(check_input_scaling((0.3, 0), 2), [0.3, 0.0])


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([1.0], r"'input_scaling' must be one number or one per input channel, shape \(2,\); got shape \(1,\)"),
        ([1.0, -1.0], "'input_scaling' must be .* at least 0; got -1.0 for input channel 1"),
        (-1.0, "'input_scaling' must be .* at least 0; got -1.0"),
    ],
)
def test_bad_scalings_are_named(value, message):
    with pytest.raises(ValueError, match=message):
        check_input_scaling(value, 2)


@pytest.mark.parametrize("value", [0, 1.5, -0.1, np.nan])
def test_bad_densities_are_named(value):
    with pytest.raises(ValueError, match="'input_density' must be .* above 0 and at most 1; got"):
        check_input_density(value)


@pytest.mark.parametrize(
    ("degree", "density", "expected"),
    [(None, None, (8, None)), (3, None, (3, None)), (None, 0.5, (None, 0.5)), (None, 1, (None, 1.0))],
)
def test_a_degree_or_a_density_says_what_units_hear(degree, density, expected):
    assert check_input_reach(degree, density, 8) == expected


@pytest.mark.parametrize(
    ("degree", "density", "message"),
    [
        (0, None, "'input_degree' must be an integer of at least 1; got 0"),
        (0, 0.5, "'input_degree' must be an integer of at least 1; got 0"),
        (None, 2.0, "'input_density' must be .* at most 1; got 2.0"),
        (8, 0.5, "'input_density' must be None where 'input_degree' is given; got 0.5 with input_degree=8. Leave one"),
    ],
)
def test_a_bad_degree_or_density_is_named(degree, density, message):
    with pytest.raises(ValueError, match=message):
        check_input_reach(degree, density, 8)


def test_only_the_usual_density_goes_with_a_wiring():
    refuse_density(0.1, 1.0, None)
    refuse_density(None, None, "a wiring")
    with pytest.raises(ValueError, match="'input_density' must be 1.0 with a wiring, .*; got 0.1. Choose these"):
        refuse_density(0.1, 1.0, "a wiring")


@pytest.mark.parametrize(
    ("density", "n_units", "n_inputs"), [(0.25, 100, 4), (0.1, 57, 3), (0.001, 10, 13), (0.7, 9, 5)]
)
def test_channels_reach_equally_many_units_and_units_hear_equally_many_channels(density, n_units, n_inputs):
    reached = draw_reached(density, n_units, n_inputs, np.random.RandomState(0))
    assert reached.sum() == max(round(density * (n_units * n_inputs)), n_inputs)
    assert np.ptp(reached.sum(axis=0)) <= 1 and np.ptp(reached.sum(axis=1)) <= 1


def test_every_pair_of_channels_can_meet_in_a_unit():
    reached = draw_reached(0.5, 400, 4, np.random.RandomState(0)).astype(int)
    together = reached.T @ reached
    assert (together[np.triu_indices(4, 1)] > 0).all()


def test_a_dense_draw_uses_no_numbers():
    source = np.random.RandomState(0)
    assert_array_equal(scale_inputs(np.ones((3, 2)), 2.0, 1.0, source), 2.0)
    assert source.uniform() == np.random.RandomState(0).uniform()


def test_scaling_and_mask_are_applied_together():
    weights = np.random.RandomState(1).uniform(-1, 1, (20, 2))
    scaled = scale_inputs(weights, [1.0, 5.0], 0.5, np.random.RandomState(0))
    reached = draw_reached(0.5, 20, 2, np.random.RandomState(0))
    assert_array_equal(scaled, np.where(reached, weights * [1.0, 5.0], 0.0))
