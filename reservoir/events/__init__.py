"""Events as they come, of cochleae, cameras and files, become rows for spiking liquids, and rows become events."""

from reservoir.events.addresses import address_channels, channel_addresses, pool_addresses
from reservoir.events.aedat import read_aedat
from reservoir.events.event_rows import from_events, to_events
from reservoir.events.event_tables import read_events
from reservoir.events.nmnist import read_nmnist
from reservoir.events.pooled_rows import pool_channels, pool_steps, signed_rows
from reservoir.events.recording import Events
from reservoir.events.shd import read_shd

__all__ = [
    "Events",
    "address_channels",
    "channel_addresses",
    "from_events",
    "pool_addresses",
    "pool_channels",
    "pool_steps",
    "read_aedat",
    "read_events",
    "read_nmnist",
    "read_shd",
    "signed_rows",
    "to_events",
]
