import copy
import pickle
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from scipy.sparse import coo_array, csc_array, csr_array
from sklearn.base import clone

from reservoir import LTCLiquid
from reservoir.topology import NCP, AutoNCP, FullyConnected, RandomWiring, Wiring

RECURRENT = np.array([[0, 1, -1], [1, 0, 0], [0, 0, 1]])
SENSORY = np.array([[0, 0], [-1, 0], [1, 1]])
SPECIFICATIONS = [FullyConnected(5, 2), RandomWiring(6, 3, 0.4), NCP(5, 3, 2, 3, 2, 4, 2), AutoNCP(9, 2)]


def copies(value):
    return [value, copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value)), clone(value, safe=False)]


@pytest.mark.parametrize("container", [np.array, csr_array, csc_array, coo_array, np.ndarray.tolist, np.float32])
def test_any_matrix_is_read_row_by_row(container):
    wiring = Wiring(container(RECURRENT), container(SENSORY), 2)
    np.testing.assert_array_equal(wiring.recurrent.toarray(), RECURRENT)
    np.testing.assert_array_equal(wiring.sensory.toarray(), SENSORY)
    assert (wiring.n_units, wiring.n_inputs, wiring.n_outputs, wiring.layers) == (3, 2, 2, ((0, 1, 2),))
    assert wiring == Wiring(RECURRENT, SENSORY, 2)


def test_explicit_zeros_are_no_synapses():
    recurrent = csr_array(([1.0, 0.0], ([0, 1], [1, 0])), shape=(3, 3))
    wiring = Wiring(recurrent, SENSORY, 1)
    assert wiring.recurrent.nnz == 1
    assert recurrent.nnz == 2
    assert wiring == Wiring(recurrent.toarray(), SENSORY, 1)


def test_values_are_copied_and_read_only_in_every_copy():
    recurrent = csr_array(RECURRENT.astype(float))
    wiring = Wiring(recurrent, SENSORY, 1)
    recurrent.data[:] = -1
    np.testing.assert_array_equal(wiring.recurrent.toarray(), RECURRENT)
    for own in copies(wiring):
        for matrix in (own.recurrent, own.sensory):
            assert not any(array.flags.writeable for array in (matrix.data, matrix.indices, matrix.indptr))
        with pytest.raises(FrozenInstanceError):
            own.n_outputs = 2


def test_equal_means_every_part_is_equal():
    wiring = Wiring(RECURRENT, SENSORY, 1, [[2], [0, 1]])
    for own in copies(wiring):
        assert own == wiring
        assert hash(own) == hash(wiring)
    more_inputs = np.hstack([SENSORY, np.zeros((3, 1))])
    others = [
        Wiring(RECURRENT.T, SENSORY, 1, [[2], [0, 1]]),
        Wiring(-RECURRENT, SENSORY, 1, [[2], [0, 1]]),
        Wiring(RECURRENT, more_inputs, 1, [[2], [0, 1]]),
        Wiring(RECURRENT, SENSORY, 2, [[2], [0, 1]]),
        Wiring(RECURRENT, SENSORY, 1, [[0, 1], [2]]),
        Wiring(RECURRENT, SENSORY, 1),
    ]
    assert len({wiring, *others}) == 7
    assert wiring != RECURRENT.tolist()


@pytest.mark.parametrize("specification", SPECIFICATIONS)
def test_specifications_are_frozen_equal_and_build_the_same_each_time(specification):
    first, other, again = (specification.build(n_inputs) for n_inputs in (3, 2, 3))
    assert first == again != other
    for own in copies(specification):
        assert own == specification
        assert hash(own) == hash(specification)
        assert own.build(3) == first
    with pytest.raises(FrozenInstanceError):
        specification.units = 3
    with pytest.raises(ValueError, match="'n_inputs' must be an integer of at least 1; got 0"):
        specification.build(0)


@pytest.mark.parametrize("topology", [*SPECIFICATIONS, AutoNCP(9, 2).build(2)])
def test_estimators_with_a_wiring_can_be_cloned_and_shown(topology):
    estimator = clone(LTCLiquid(topology=topology))
    assert estimator.topology == topology
    assert type(topology).__name__ in repr(estimator)


def test_building_leaves_the_global_stream_alone():
    np.random.seed(0)
    expected = np.random.random_sample()
    np.random.seed(0)
    for specification in SPECIFICATIONS:
        specification.build(2)
    assert np.random.random_sample() == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((SENSORY, SENSORY, 1), r"'recurrent' must be square, of at least one unit; got shape \(3, 2\)"),
        ((np.empty((0, 0)), SENSORY, 1), r"'recurrent' must be square, of at least one unit; got shape \(0, 0\)"),
        ((RECURRENT, SENSORY.T, 1), r"'sensory' must have shape \(n_units=3, n_inputs\), .*; got \(2, 3\)"),
        ((RECURRENT, SENSORY[:, :0], 1), r"'sensory' must have shape .*; got \(3, 0\)"),
        ((RECURRENT, SENSORY[:, 0], 1), r"'sensory' must be a 2-D matrix; got shape \(3,\)"),
        (([[1], [0, 1]], SENSORY, 1), "'recurrent' must be a 2-D matrix; got rows of unequal length"),
        ((2 * RECURRENT, SENSORY, 1), "'recurrent' must hold polarities, -1 or 1, 0 for no synapse; got 2"),
        ((RECURRENT, SENSORY / 2, 1), "'sensory' must hold polarities, .* got -0.5. Pass its sign"),
        ((RECURRENT, SENSORY * np.nan, 1), "'sensory' must be finite"),
        ((RECURRENT, SENSORY, 0), "'n_outputs' must be an integer of at least 1; got 0"),
        ((RECURRENT, SENSORY, 4), "'n_outputs' must be at most n_units=3; got 4"),
        (
            (RECURRENT, SENSORY, 1, [[0, 1]]),
            r"'layers' must hold each of the units 0 ... 2 exactly once, .*\[\[0, 1\]\]",
        ),
        ((RECURRENT, SENSORY, 1, [[0, 1, 2], [2]]), "'layers' must hold each of the units"),
        ((RECURRENT, SENSORY, 1, [[0, 1, 2], []]), "no layer empty"),
        ((RECURRENT, SENSORY, 1, []), "'layers' must hold each of the units"),
        ((RECURRENT, SENSORY, 1, [0, 1, 2]), "'layers' must be None or sequences of unit numbers"),
        ((RECURRENT, SENSORY, 1, [[0.0, 1.0, 2.0]]), "'layers' must be None or sequences of unit numbers"),
    ],
)
def test_bad_values_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Wiring(*arguments)


def test_entries_that_are_not_numbers_are_refused():
    with pytest.raises(TypeError, match="'recurrent' must hold real numbers"):
        Wiring(RECURRENT.astype(str), SENSORY, 1)
