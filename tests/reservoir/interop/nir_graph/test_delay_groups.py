"""Synapses are shared out among as few matrices as a source has different delays."""

import numpy as np

from reservoir.interop.nir_graph.delay_groups import delay_groups


def arrays(*rows):
    sources, targets, delays = np.array(rows, np.int64).reshape(-1, 3).T
    return sources, targets, np.arange(1.0, len(rows) + 1), delays


def test_a_matrix_holds_one_delay_of_each_source():
    groups = list(delay_groups(*arrays((0, 0, 5), (0, 1, 2), (1, 0, 7), (1, 1, 7), (0, 2, 5)), (3, 2)))
    assert len(groups) == 2
    (near, near_delays), (far, far_delays) = groups
    np.testing.assert_array_equal(near, [[0, 3], [2, 4], [0, 0]])
    np.testing.assert_array_equal(near_delays, [2, 7])
    np.testing.assert_array_equal(far, [[1, 0], [0, 0], [5, 0]])
    np.testing.assert_array_equal(far_delays, [5, 0])


def test_synapses_between_the_same_two_are_summed():
    ((matrix, _),) = delay_groups(*arrays((0, 0, 1), (0, 0, 1)), (1, 1))
    np.testing.assert_array_equal(matrix, [[3.0]])


def test_without_synapses_there_is_a_matrix_of_zeros():
    ((matrix, delays),) = delay_groups(*arrays(), (3, 2))
    np.testing.assert_array_equal(matrix, np.zeros((3, 2)))
    np.testing.assert_array_equal(delays, [0, 0])


def test_every_synapse_is_in_one_matrix():
    drawn = np.random.RandomState(0)
    places = drawn.permutation(400)[:150]
    sources, targets = np.divmod(places, 20)
    weights, delays = drawn.normal(size=150), drawn.randint(0, 6, 150)
    found = {}
    for matrix, own in delay_groups(sources, targets, weights, delays, (20, 20)):
        for target, source in np.argwhere(matrix):
            assert (source, target) not in found
            found[source, target] = (matrix[target, source], own[source])
    expected = {(s, t): (w, d) for s, t, w, d in zip(sources, targets, weights, delays, strict=True)}
    assert found == expected
