import typing

import numpy as np
import pytest
from scipy.sparse import csr_array

from reservoir.topology import apply_dale, draw_inhibitory, draw_weights
from reservoir.topology.weights import _POSITIVE_LAWS, _SIGNED_LAWS, WeightLaw

# law, mean of |w|, mean of w**2
MOMENTS = [
    ("normal", np.sqrt(2 / np.pi), 1.0),
    ("uniform", 0.5, 1 / 3),
    ("bernoulli", 1.0, 1.0),
    ("lognormal", 1.0, np.e),
    ("gamma", 1.0, 2.0),
]


@pytest.mark.parametrize(("law", "mean_magnitude", "mean_square"), MOMENTS)
def test_moments(law, mean_magnitude, mean_square):
    weights = draw_weights(law, 200_000, random_state=1)
    standard_error = np.abs(weights).std() / np.sqrt(weights.size)
    assert abs(np.abs(weights).mean() - mean_magnitude) <= 5 * standard_error + 1e-12
    assert abs(weights.mean()) < 5 * np.sqrt(mean_square / weights.size)
    spread = (weights**2).std() / np.sqrt(weights.size)
    assert abs((weights**2).mean() - mean_square) <= 5 * spread + 1e-12


def test_constant_is_all_ones():
    assert draw_weights("constant", 3).tolist() == [1.0, 1.0, 1.0]


def test_unknown_law_lists_the_names():
    with pytest.raises(ValueError, match="'law' must be one of 'bernoulli', .*; got 'gauss'"):
        draw_weights("gauss", 3)


@pytest.mark.parametrize(("n_units", "fraction", "count"), [(135, 0.2, 27), (10, 0.5, 5), (1, 0.2, 0)])
def test_number_of_inhibitory_units_is_exact(n_units, fraction, count):
    assert draw_inhibitory(n_units, fraction, random_state=0).sum() == count


@pytest.mark.parametrize("fraction", [0.0, 1.0, -0.1, np.nan, True, "0.2"])
def test_bad_fraction_is_refused(fraction):
    with pytest.raises(ValueError, match="'fraction' must be a fraction strictly between 0 and 1"):
        draw_inhibitory(10, fraction)


def test_dale_fixes_signs_by_source_and_balances_each_row():
    mask = np.array([True, False, False, False])
    matrix = csr_array(np.array([[1.0, -1.0, 1.0, -1.0]] * 4))
    signed = apply_dale(matrix, mask).toarray()
    assert (signed[:, mask] < 0).all()
    assert (signed[:, ~mask] > 0).all()
    np.testing.assert_allclose(signed.sum(axis=1), 0.0, atol=1e-15)
    assert matrix.toarray()[0, 1] == -1.0


def test_dale_leaves_one_kind_at_its_magnitude():
    matrix = csr_array(np.array([[0.0, 2.0], [-3.0, 0.0]]))
    np.testing.assert_array_equal(apply_dale(matrix, np.array([True, True])).toarray(), [[0, -2], [-3, 0]])


def test_dale_wants_a_mask():
    with pytest.raises(ValueError, match="'inhibitory_mask' must be a boolean array of shape"):
        apply_dale(csr_array(np.eye(2)), [0, 1])


def test_type_checkers_know_all_laws():
    assert set(typing.get_args(WeightLaw)) == {*_POSITIVE_LAWS, *_SIGNED_LAWS}
