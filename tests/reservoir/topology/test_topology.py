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


@pytest.mark.parametrize("family", FREE + FIXED)
@pytest.mark.parametrize("small", [np.uint8(100), np.int8(100), np.int16(200)])
def test_small_integers_do_not_wrap(family, small):
    topology, degree = family(), np.uint8(20) if family.has_degree else None
    number, plain_degree = int(small), None if degree is None else int(degree)
    for of_small, of_plain in (
        (topology.draw(small, degree, 0), topology.draw(number, plain_degree, 0)),
        (topology.connect(small, degree, 0), topology.connect(number, plain_degree, 0)),
    ):
        np.testing.assert_array_equal(of_small.toarray(), of_plain.toarray())


@pytest.mark.parametrize("family", FREE + FIXED)
@pytest.mark.parametrize("n_units", [2**40, 2**63, 10**400])
def test_what_no_memory_holds_is_refused_at_once(family, n_units):
    for build in (family().draw, family().connect):
        with pytest.raises(
            ValueError, match=r"'n_units' must be small enough .* memory here; got \d+, which takes .* bytes"
        ):
            build(n_units, None, 0)


def test_a_degree_that_no_memory_holds_is_refused():
    with pytest.raises(ValueError, match="'degree' must be small enough"):
        Shift().draw(2**22, 2**22, 0)
    with pytest.raises(ValueError, match="'n_units' must be small enough"):
        Orthogonal().draw(2**22)


@pytest.mark.parametrize("family", FREE + FIXED)
def test_what_a_family_does_not_look_at_is_checked_too(family):
    with pytest.raises(ValueError, match="'random_state' must be None, an integer"):
        family().connect(8, None, "0")
    with pytest.raises(ValueError, match=r"'inhibitory' must be a boolean array of shape \(8,\)"):
        family().connect(8, None, 0, np.ones(7, dtype=bool))


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
