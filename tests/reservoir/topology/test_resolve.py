import pytest

from reservoir.topology import Column, Shift, SmallWorld, resolve_topology

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
