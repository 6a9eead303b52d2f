"""Calls of what reads and counts events."""

import numpy as np

from fuzz.calls.call import Call
from reservoir.events import Events


def events():
    return {"times": np.array([0, 400, 1000, 1001]), "channels": np.array([0, 2, 2, 1])}


def recording():
    return Events(**events(), n_channels=3, unit="us")


def addresses():
    return {"x": np.array([0, 2, 2]), "y": np.array([0, 0, 1])}


def counts():
    return {"X": np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 4.0]])}


def file(ending, **parameters):
    """The valid call of a reader: of a file that is not there, for what is not valid is refused before."""
    return lambda: {"path": f"nowhere.{ending}", "pool": 2, "polarity": "merged"} | parameters


CALLS = {
    "events.Events": Call(
        lambda: events() | {"n_channels": 4, "unit": "us", "shape": (2, 1), "pooled": 1},
        steps=(lambda it: it.to_rows(period=1.0, n_steps=3),),
    ),
    "events.Events.between": Call(lambda: {"first": 0, "last": 1000}, recording),
    "events.Events.to_rows": Call(lambda: {"period": 1.0, "n_steps": 3}, recording),
    "events.address_channels": Call(lambda: addresses() | {"polarity": np.array([0, 1, 1]), "shape": (2, 3)}),
    "events.channel_addresses": Call(lambda: {"channels": np.array([0, 2, 5]), "shape": (2, 3)}),
    "events.from_events": Call(lambda: events() | {"n_channels": 3, "period": 1.0, "unit": "us", "n_steps": 3}),
    "events.pool_addresses": Call(lambda: addresses() | {"shape": (2, 3), "factor": 2}),
    "events.pool_channels": Call(lambda: counts() | {"factor": 2}),
    "events.pool_steps": Call(lambda: counts() | {"factor": 2}),
    "events.read_aedat": Call(file("aedat", camera="DVS128"), expected=(OSError,)),
    "events.read_events": Call(file("csv", unit="ms", n_channels=3, shape=(2, 3)), expected=(OSError,)),
    "events.read_nmnist": Call(file("bin", shape=(34, 34)), expected=(OSError,)),
    "events.read_shd": Call(
        lambda: {"path": "nowhere.h5", "rows": np.array([0, 1]), "n_channels": 700}, expected=(OSError,)
    ),
    "events.signed_rows": Call(counts),
    "events.to_events": Call(lambda: counts() | {"period": 1.0, "unit": "us", "start": 0}),
}
