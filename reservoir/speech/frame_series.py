"""Series of frames are read, transformed one by one and returned in their container, as every encoder does it."""

import re
from collections.abc import Callable

import numpy as np
from sklearn.base import BaseEstimator

from readouts.types import Array, SeriesLike, SeriesOut
from reservoir.checks.arguments import check_memory
from reservoir.series.sequences import read_sequences
from reservoir.series.series_output import output_container
from reservoir.series.tables import refuse_multiindex


def transform_each(
    estimator: BaseEstimator, X: SeriesLike, transform: Callable[[Array], Array], n_substeps: int = 1
) -> SeriesOut:
    """Return ``transform`` of every frame series of X, in the container of X, ``n_substeps`` rows per frame."""
    sequences = read_sequences(estimator, X, reset=False, dtype=np.float64)
    if n_substeps > 1:
        _refuse_index(estimator, [X] if sequences.container == "series" else X)
    check_memory("n_substeps", n_substeps, 8 * n_substeps * sum(x.size for x in sequences.series))
    return sequences.restore([transform(x) for x in sequences.series])


def decode_each(
    encoder: BaseEstimator, spikes: SeriesLike, n_channels: int, decode: Callable[[Array], Array]
) -> SeriesOut:
    """Return ``decode`` of every spike train, 2-D arrays of ``n_channels`` columns, in the container of ``spikes``."""
    refuse_multiindex(spikes, "spikes")
    spikes = spikes.to_numpy() if hasattr(spikes, "to_numpy") else spikes  # names of columns are not compared here
    expected = BaseEstimator()  # not the encoder, because spikes have their own number of columns
    expected.n_features_in_ = n_channels
    try:
        sequences = read_sequences(expected, spikes, reset=False, dtype=np.float64)
    except (TypeError, ValueError) as error:
        name = type(encoder).__name__
        found = re.sub(r"\bX\b", "spikes", str(error)).replace(type(expected).__name__, name)
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(
            f"'spikes' must be as {name}.transform returns them, {n_channels} columns per series; got something else: "
            f"{found}"
        ) from None
    return sequences.restore([decode(trains) for trains in sequences.series])


def _refuse_index(estimator, series):
    config = output_container(estimator)
    if config != "default" and any(hasattr(x, "iloc") for x in series):
        raise ValueError(
            f"set_output(transform={config!r}) keeps the index of X, which has one row per frame and not one per "
            "substep. Pass X.to_numpy(), for several series of each, or use n_substeps=1."
        )
