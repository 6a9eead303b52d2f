"""Random recurrent liquids: series in, states out."""

from reservoir.base import BaseReservoir, StateOverflowError
from reservoir.echo_state import EchoStateReservoir
from reservoir.encoder import SequenceEncoder
from reservoir.lif import LIFLiquid, LIFState
from reservoir.ltc import LTCLiquid
from reservoir.sequences import from_channels_first, from_lengths, from_nan_padded, split_by_group
from reservoir.synapses import Synapses

__all__ = [
    "BaseReservoir",
    "EchoStateReservoir",
    "LIFLiquid",
    "LIFState",
    "LTCLiquid",
    "SequenceEncoder",
    "StateOverflowError",
    "Synapses",
    "from_channels_first",
    "from_lengths",
    "from_nan_padded",
    "split_by_group",
]
