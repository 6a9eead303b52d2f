import typing

import numpy as np
import pytest

from reservoir.topology import (
    NCP,
    AutoNCP,
    Column,
    FullyConnected,
    RandomWiring,
    Shift,
    SmallWorld,
    explicit_weights,
    resolve_topology,
    resolve_wiring,
)
from reservoir.topology.resolve import _FAMILIES, TopologyName

NAMES = [
    "column",
    "cycle_jump",
    "delay_line",
    "erdos_renyi",
    "orthogonal",
    "random",
    "ring",
    "scale_free",
    "shift",
    "small_world",
]
WIRINGS = [AutoNCP(8, 2), FullyConnected(4), NCP(3, 2, 1, 2, 1, 2, 1), RandomWiring(5)]


@pytest.mark.parametrize("name", NAMES)
def test_name_gives_the_class_of_that_name(name):
    assert type(resolve_topology(name)).__name__.lower() == name.replace("_", "")


def test_instance_is_returned_as_it_is():
    topology = SmallWorld(rewiring=0.3)
    assert resolve_topology(topology) is topology
    assert resolve_topology("column") == Column()


def test_unknown_names_and_types_list_the_names():
    with pytest.raises(ValueError, match="'topology' must be a Topology or one of 'column', .*; got 'rings'"):
        resolve_topology("rings")
    with pytest.raises(TypeError, match="got an object of type NoneType"):
        resolve_topology(None)
    with pytest.raises(TypeError, match="Pass an instance, not the class"):
        resolve_topology(Shift)


@pytest.mark.parametrize("specification", WIRINGS)
def test_wiring_is_built_once_and_then_kept(specification):
    wiring = resolve_wiring(specification, 3)
    assert wiring == specification.build(3)
    assert resolve_wiring(wiring, 3) is wiring
    with pytest.raises(
        ValueError, match="'topology' must be a wiring of n_inputs=2 inputs, .*; got one of 3. Build it"
    ):
        resolve_wiring(wiring, 2)


@pytest.mark.parametrize("topology", ["ring", Column(), [[0.0]], None, AutoNCP])
def test_what_is_not_a_wiring_is_left_to_others(topology):
    assert resolve_wiring(topology, 3) is None


@pytest.mark.parametrize("wiring", [*WIRINGS, WIRINGS[0].build(2)])
@pytest.mark.parametrize("resolve", [resolve_topology, lambda topology: explicit_weights(None, topology)])
def test_wiring_is_no_topology(resolve, wiring):
    with pytest.raises(TypeError, match=f"type {type(wiring).__name__}. Wirings are for LTCLiquid and CfCLiquid"):
        resolve(wiring)


@pytest.mark.parametrize("topology", ["ring", Shift(), [[3.0]], np.array([[3.0]])])
def test_given_weights_count_whatever_the_topology(topology):
    assert explicit_weights([[2.0]], topology).toarray() == [[2.0]]


@pytest.mark.parametrize("topology", ["rings", None, 3, Shift, AutoNCP(8, 2), [None], [[1.0, 2.0], [3.0]], (0.5, "a")])
def test_a_topology_that_does_not_count_is_checked_all_the_same(topology):
    with pytest.raises((ValueError, TypeError), match="'topology"):
        explicit_weights([[2.0]], topology)


def test_type_checkers_know_all_names():
    assert set(typing.get_args(TopologyName)) == set(_FAMILIES)
