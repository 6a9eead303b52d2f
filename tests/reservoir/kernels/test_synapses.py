import pickle

import numpy as np
import pytest
from scipy.sparse import csc_array, csr_array

from reservoir import Synapses

MATRIX = np.array([[0.0, 1.0, 2.0], [0.5, 0.0, 0.0]])


def test_values_are_copied_and_read_only():
    slope = np.array([1.0, 2.0, 3.0])
    synapses = Synapses(MATRIX, slope, 0.0, [1, -1, 1])
    slope[0] = 9
    assert synapses.slope[0] == 1
    for own in (synapses, pickle.loads(pickle.dumps(synapses))):
        for array in (own.slope, own.midpoint, own.reversal, own.conductance.data, own.conductance.indices):
            assert not array.flags.writeable


@pytest.mark.parametrize("container", [np.array, csr_array, csc_array, np.ndarray.tolist])
def test_any_matrix_is_read_row_by_row(container):
    synapses = Synapses(container(MATRIX), 1.0, 0.0, [1, -1, -2])
    np.testing.assert_array_equal(synapses.signed.toarray(), [[0, 1, -2], [-0.5, 0, 0]])
    np.testing.assert_array_equal(synapses.properties(np.float32)[0], [1, 2, 0.5])


def test_mean_current_is_that_of_many_draws():
    synapses = Synapses(MATRIX, [1.0, 2.0, 0.5], [0.3, -0.5, 1.0], [1, -1, 1])
    sources = np.random.RandomState(0).standard_normal((400_000, 3)) * 0.8
    opening = [1 / (1 + np.exp(-s * (sources[:, k] - m))) for s, k, m in [(1, 1, 0.3), (2, 2, -0.5), (0.5, 0, 1.0)]]
    expected = [opening[0].mean() - 2 * opening[1].mean(), 0.5 * opening[2].mean()]
    # The probit approximation is good to about 0.01 in the opening.
    np.testing.assert_allclose(synapses.mean_current(0.8), expected, atol=0.02)
    np.testing.assert_allclose(synapses.mean_current(np.inf), [-0.5, 0.25])


def test_bad_values_are_refused():
    with pytest.raises(ValueError, match="'slope' must be one number or one per synapse, shape"):
        Synapses(np.eye(2), np.ones(3), np.ones(2), np.ones(2))
    with pytest.raises(ValueError, match="'reversal' must be finite numbers; got nan for synapse 1"):
        Synapses(np.eye(2), np.ones(2), np.ones(2), [1, np.nan])
    with pytest.raises(ValueError, match="'conductance' must be at least 0"):
        Synapses(-np.eye(2), np.ones(2), np.ones(2), np.ones(2))


def test_mean_current_of_flat_steep_and_far_synapses():
    # Without care: 0 times infinity, the square of 1e200, the exponential of 5000.
    synapses = Synapses(np.ones((1, 4)), [0.0, 1e200, 5.0, -5.0], [3.0, 0.0, 1000.0, 1000.0], 1.0)
    np.testing.assert_allclose(synapses.mean_current(np.inf), [2.0])
    np.testing.assert_allclose(synapses.mean_current(1.0), [2.0])  # half, half, none, all


def test_synapses_are_compared_by_identity():
    first, second = (Synapses(MATRIX, 1.0, 0.0, 1.0) for _ in range(2))
    assert first == first and first != second and len({first, second}) == 2


@pytest.mark.parametrize("value", [None, 0, 1, "no", [], np.ones(2), np.array(True), object()])
def test_only_true_or_false_allows_negative_conductances(value):
    with pytest.raises(ValueError, match="'allow_negative' must be True or False; got"):
        Synapses(-np.eye(2), 1.0, 0.0, 1.0, allow_negative=value)
    assert Synapses(-np.eye(2), 1.0, 0.0, 1.0, allow_negative=np.True_).conductance.data[0] == -1


@pytest.mark.parametrize("value", [None, 1.0, "abc", 1j, [], [[1, 2], [3]], np.ones(3), np.ones((2, 2, 2)), len])
def test_conductances_are_a_matrix(value):
    with pytest.raises((ValueError, TypeError), match="'conductance' must"):
        Synapses(value, 1.0, 0.0, 1.0)
    with pytest.raises(ValueError, match="'slope' must be .* to agree with 'conductance'"):
        Synapses(np.ones((2, 2)), np.ones(3), 0.0, 1.0)


@pytest.mark.parametrize(
    ("method", "parameter", "values"),
    [
        ("properties", "dtype", [None, "int", int, 1, "abc", [1], {"a": 1}, np.ones(2), "complex128"]),
        ("mean_current", "source_deviation", [None, True, "1", -1.0, np.nan, -np.inf, 10**400, 1j, [1, 2], np.ones(2)]),
        ("linear_loop", "leak_conductance", [None, True, "1", 0.0, -1.0, np.nan, np.inf, 1j, [1, 2, 3], [1, -1]]),
    ],
)
def test_what_a_method_cannot_use_is_named(method, parameter, values):
    synapses = Synapses(MATRIX, 1.0, 0.0, 1.0)
    for value in values:
        with pytest.raises(ValueError, match=f"'{parameter}' must be"):
            getattr(synapses, method)(value)
