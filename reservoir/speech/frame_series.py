"""Frame series in, spike trains out: what every encoder does around its own rule."""

import numpy as np
from sklearn import get_config
from sklearn.base import BaseEstimator

from reservoir.sequences import read_sequences


class SpikeTrains(BaseEstimator):
    """Stands for an encoder where spikes are read, which have their own number of columns."""

    def __init__(self, n_channels):
        self.n_channels = n_channels
        self.n_features_in_ = n_channels  # what sequences of one estimator are compared with


def encode_each(encoder, X, encode, n_substeps=1):
    """Return ``encode`` of every frame series of X, in the container of X, ``n_substeps`` rows per frame."""
    sequences = read_sequences(encoder, X, reset=False, dtype=np.float64)
    _refuse_output_container(encoder, sequences.container, n_substeps > 1 and hasattr(X, "iloc"))
    return sequences.restore([encode(x) for x in sequences.series])


def decode_each(spikes, n_channels, decode):
    """Return ``decode`` of every spike train, 2-D arrays of ``n_channels`` columns, in the container of ``spikes``."""
    spikes = spikes.to_numpy() if hasattr(spikes, "to_numpy") else spikes  # names of columns are not compared here
    sequences = read_sequences(SpikeTrains(n_channels), spikes, reset=False, dtype=np.float64)
    return sequences.restore([decode(trains) for trains in sequences.series])


def _refuse_output_container(encoder, container, loses_index):
    config = getattr(encoder, "_sklearn_output_config", {}).get("transform") or get_config()["transform_output"]
    if config == "default":
        return
    if container != "series":
        raise ValueError(
            f"set_output(transform={config!r}) is for one series; several come back as arrays. "
            "Use set_output(transform='default'), or transform the series one by one."
        )
    if loses_index:
        raise ValueError(
            f"set_output(transform={config!r}) keeps the index of X, which has one row per frame and not one per "
            "substep. Pass X.to_numpy(), or use n_substeps=1."
        )
