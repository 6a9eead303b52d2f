import copy
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from sklearn.base import clone

from reservoir.topology import (
    Column,
    CycleJump,
    DelayLine,
    ErdosRenyi,
    Orthogonal,
    Random,
    Ring,
    ScaleFree,
    Shift,
    SmallWorld,
)

FREE = [ErdosRenyi, Random, ScaleFree, Shift, SmallWorld]
FIXED = [Column, CycleJump, DelayLine, Orthogonal, Ring]


@pytest.mark.parametrize("family", FREE + FIXED)
def test_values_are_frozen_equal_and_cloneable(family):
    topology = family()
    with pytest.raises(FrozenInstanceError):
        topology.weights = "uniform"
    assert clone(topology, safe=False) == copy.deepcopy(topology) == family()
    assert hash(topology) == hash(family())


@pytest.mark.parametrize("family", FREE + FIXED)
def test_same_seed_same_matrix_in_canonical_form(family):
    topology = family() if family is Orthogonal else family(weights="normal")
    first, second, other = (topology.draw(60, random_state=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.toarray(), second.toarray())
    assert (first.toarray() != other.toarray()).any()
    assert first.shape == (60, 60)
    assert first.dtype == np.float64
    assert first.indices.dtype == first.indptr.dtype == np.int32
    columns = first.indices.astype(int) + 60 * np.repeat(np.arange(60), np.diff(first.indptr))
    assert (np.diff(columns) > 0).all()


@pytest.mark.parametrize(
    ("family", "n_units"),
    [(family, n) for family in FREE + FIXED for n in (1, 2, 3, 7) if n >= 6 or family is not CycleJump],
)
def test_structure_is_all_ones_down_to_one_unit(family, n_units):
    graph = family().connect(n_units, None, np.random.RandomState(0))
    assert graph.shape == (n_units, n_units)
    assert (graph.data == 1.0).all()


@pytest.mark.parametrize("family", FREE)
@pytest.mark.parametrize("degree", [0, 60, 2.0, True, "3"])
def test_bad_degree_is_refused(family, degree):
    with pytest.raises(ValueError, match="'degree' must be an integer between 1 and n_units=50; got "):
        family().draw(50, degree)


@pytest.mark.parametrize("family", FIXED)
def test_degree_is_refused_where_there_is_none(family):
    with pytest.raises(ValueError, match="'degree' must be None for "):
        family().draw(50, 10)


@pytest.mark.parametrize("family", FREE + FIXED)
@pytest.mark.parametrize("n_units", [0, -1, 2.5, None])
def test_bad_size_is_refused(family, n_units):
    with pytest.raises(ValueError, match="'n_units' must be an integer of at least 1"):
        family().draw(n_units)


@pytest.mark.parametrize("family", [*FREE, Ring, CycleJump, DelayLine, Column])
def test_dale_holds_for_every_source(family):
    weights = family(weights="normal", inhibitory=0.3).draw(50, random_state=0).toarray()
    positive, negative = (weights > 0).any(axis=0), (weights < 0).any(axis=0)
    assert not (positive & negative).any()
    assert negative.sum() <= 15
    assert negative.any()


def test_bad_parameters_are_refused_at_once():
    with pytest.raises(ValueError, match="'weights' must be one of"):
        Shift(weights="gauss")
    with pytest.raises(ValueError, match="'inhibitory' must be a fraction"):
        Shift(inhibitory=1.0)
