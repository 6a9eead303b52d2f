import typing

import numpy as np

from reservoir.topology import AutoNCP, Topology, Wiring, resolve_wiring
from reservoir.topology.wiring_like import WiringLike


def test_it_names_what_stands_for_a_wiring():
    built = AutoNCP(8, 2).build(3)
    for one in (AutoNCP(8, 2), built):
        assert isinstance(one, WiringLike) and isinstance(resolve_wiring(one, 3), Wiring)
    for other in ("ring", np.eye(3), None):
        assert not isinstance(other, WiringLike) and resolve_wiring(other, 3) is None
    assert not any(issubclass(kind, Topology) for kind in typing.get_args(WiringLike))
