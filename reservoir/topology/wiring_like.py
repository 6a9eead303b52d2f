"""What stands for a wiring, for annotations: one that is built, or a specification that is built for some inputs."""

from typing import TypeAlias

from reservoir.topology.auto_ncp import AutoNCP
from reservoir.topology.fully_connected import FullyConnected
from reservoir.topology.ncp import NCP
from reservoir.topology.random_wiring import RandomWiring
from reservoir.topology.wiring import Wiring

WiringLike: TypeAlias = Wiring | AutoNCP | FullyConnected | NCP | RandomWiring
