import numpy as np
import pytest
from circuit_measures import assert_moments, normal_moments
from scipy.stats import norm

from reservoir.presets import columns


def test_gamma_law_keeps_mean_sign_and_deviation():
    for variation in (1.0, 0.7):
        values = columns.draw_gamma(np.full(20_000, -19.0), variation, np.random.RandomState(0))
        assert values.max() < 0
        assert_moments(values, -19.0, 19.0 * variation)


@pytest.mark.parametrize("mean", [0.5, -3.0])
def test_normal_law_of_half_the_mean_in_closed_form(mean):
    # P = Phi(-2) of the values has the wrong sign and becomes uniform on (0, 2 mean), whose mean is the mean.
    values = columns.draw_normal(np.full(200_000, mean), 0.5, np.random.RandomState(0))
    assert (values / mean).min() > 0
    relative_mean, relative_deviation = normal_moments()
    assert relative_mean == pytest.approx((1 - norm.cdf(-2)) + 0.5 * norm.pdf(2) + norm.cdf(-2))
    assert_moments(values, relative_mean * mean, relative_deviation * abs(mean))


def test_use_stays_a_share():
    values = columns.draw_normal(np.full(20_000, 0.5), 0.5, np.random.RandomState(0), at_most=1.0)
    assert values.min() > 0 and values.max() <= 1
    assert values.mean() == pytest.approx(0.5, abs=0.01)  # both tails alike


def test_a_mean_of_zero_is_zero():
    np.testing.assert_array_equal(columns.draw_normal(np.zeros(5), 0.5, np.random.RandomState(0)), 0)
    np.testing.assert_array_equal(columns.draw_gamma(np.zeros(5), 1.0, np.random.RandomState(0)), 0)


def test_plasticity_is_given_by_projection():
    inhibitory, graph = columns.draw_column((6, 4, 4), 1.0, np.inf, 0.5, columns.sub_seeds(0, 2))
    matrices = columns.draw_plasticity(
        (0.5, 0.05, 0.25, 0.32), (4, 3, 2, 1), (10, 20, 30, 40), graph, inhibitory, columns.sub_seeds(0, 1)[0]
    )
    for matrix, four in zip(matrices, ((0.5, 0.05, 0.25, 0.32), (4, 3, 2, 1), (10, 20, 30, 40)), strict=True):
        np.testing.assert_array_equal(matrix.indices, graph.indices)
        dense = matrix.toarray()
        for k, mean in enumerate(four):
            block = dense[np.ix_(inhibitory == bool(k % 2), inhibitory == bool(k // 2))]  # row = postsynaptic unit
            assert block[block > 0].mean() == pytest.approx(mean, rel=0.06)


def test_input_reaches_its_share_with_the_means_of_the_populations():
    inhibitory = np.arange(100) < 20
    weights = columns.draw_input((18.0, 9.0), 200, 0.3, inhibitory, lambda means, _: means, np.random.RandomState(0))
    assert weights.shape == (100, 200)
    assert set(np.unique(weights[inhibitory])) == {0.0, 9.0}
    assert set(np.unique(weights[~inhibitory])) == {0.0, 18.0}
    assert (weights > 0).mean() == pytest.approx(0.3, abs=0.02)


def test_each_part_has_a_seed_of_its_own():
    first, again = columns.sub_seeds(3, 3), columns.sub_seeds(3, 3)
    numbers = [[seed.randint(1000) for seed in seeds] for seeds in (first, again)]
    assert numbers[0] == numbers[1] and len(set(numbers[0])) == 3


def test_bad_arguments_are_named():
    for n_inputs, probability, message in [
        (0, 0.3, "'n_inputs' must be an integer"),
        (1, 1.5, "'input_probability' must"),
    ]:
        with pytest.raises(ValueError, match=message):
            columns.draw_input((1, 1), n_inputs, probability, np.zeros(3, bool), None, np.random.RandomState(0))
    with pytest.raises(ValueError, match="'n_inputs' must be small enough for the .* bytes of memory here"):
        columns.draw_input((1, 1), 2**63, 0.3, np.zeros(3, bool), None, np.random.RandomState(0))
    for shape in ((2**40, 1, 1), (2**30, 2**30, 2**30)):
        with pytest.raises(ValueError, match="'shape' must be small enough"):
            columns.draw_column(shape, 0.3, 2.0, 0.2, np.random.RandomState(0))
