"""Calls of what brings spiking liquids to simulators, which may be absent: the liquid and X are checked before."""

import numpy as np

from fuzz.calls.call import Call
from fuzz.calls.reservoirs import N_FEATURES, lif


def driven():
    X = np.ones((3, N_FEATURES))
    return {"liquid": lif(noise=0.0).fit(X), "X": X}


CALLS = {f"interop.{name}": Call(driven, expected=(ImportError,)) for name in ("to_brian2", "to_nest")}
