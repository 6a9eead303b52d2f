"""Synapses as NIR can say them: matrices, each behind one delay for every source."""

from collections.abc import Iterator

import numpy as np

from readouts.types import Array


def delay_groups(
    sources: Array, targets: Array, weights: Array, delays: Array, shape: tuple[int, int]
) -> Iterator[tuple[Array, Array]]:
    """Yield pairs of a matrix (n_targets, n_sources) of weights, and the delays of the sources in it.

    The first pair holds the synapses of every source that have its shortest delay, the next those of its second
    shortest, and so on: as many pairs as a source has different delays, at least one. A source without synapses in a
    matrix has a delay of 0 there.
    """
    kinds, kind = np.unique(np.stack([sources, delays]), axis=1, return_inverse=True)
    rank = np.arange(kinds.shape[1]) - np.searchsorted(kinds[0], kinds[0])
    kind = kind.ravel()  # NumPy 2.0 gives it another shape
    for group in range(max(int(rank.max(initial=0)) + 1, 1)):
        here = rank[kind] == group
        matrix, delay = np.zeros(shape), np.zeros(shape[1], delays.dtype)
        np.add.at(matrix, (targets[here], sources[here]), weights[here])
        delay[sources[here]] = delays[here]
        yield matrix, delay
