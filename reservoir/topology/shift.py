"""Shift: every unit receives input from the same few random distances, each synapse with its own weight."""

from dataclasses import dataclass
from math import gcd
from typing import final

import numpy as np
from scipy.sparse import csr_array

from readouts.types import Array, RandomState
from reservoir.topology.csr import graph_from_pairs
from reservoir.topology.topology import Topology


@final
@dataclass(frozen=True, kw_only=True)
class Shift(Topology):
    """A random circulant graph: unit i receives input from units ``(i + s_k) mod n_units``, k = 1 ... degree.

    The offsets s_k are random and shared by all units; every synapse has a weight of its own. In- and out-degree are
    exactly `degree`. A step of the reservoir then reads memory contiguously and needs no index array: the larger the
    reservoir, the more time that saves against a general sparse matrix (``python -m benchmarks drive``).

    The graph is strongly connected: ``gcd(n_units, s_1, ..., s_K) = 1``. Unless the graph is complete, no unit
    has a synapse to itself.

    Parameters
    ----------
    weights : str, default="normal"
        The weight law, see `draw_weights`.
    inhibitory : float or None, default=None
        Dale's law: the fraction of inhibitory units, in (0, 1); None for weights of either sign.

    References
    ----------
    Strong connectivity of circulant digraphs: Boesch & Tindell (1984), Journal of Graph Theory 8:487.

    Examples
    --------
    >>> from reservoir.topology import Shift
    >>> graph = Shift().connect(5, 2, random_state=0)
    >>> graph.toarray().astype(int)
    array([[0, 0, 0, 1, 1],
           [1, 0, 0, 0, 1],
           [1, 1, 0, 0, 0],
           [0, 1, 1, 0, 0],
           [0, 0, 1, 1, 0]])
    """

    def offsets(self, n_units: int, degree: int | None, random_state: RandomState) -> Array:
        """Draw the distances s_k, sorted: the same that `connect` draws from the same random state.

        Parameters
        ----------
        n_units : int
            Number of units, at least 1.
        degree : int or None
            How many offsets, 1 ... n_units; None for min(10, n_units).
        random_state : int, RandomState or None
            Source of randomness.

        Returns
        -------
        ndarray of shape (degree,), int64
            Distinct, in 1 ... n_units - 1 (0 ... n_units - 1 if degree == n_units).

        Examples
        --------
        >>> from reservoir.topology import Shift
        >>> Shift().offsets(5, 2, random_state=0)
        array([3, 4])
        """
        n_units, in_degree, rng, _ = self._read(n_units, degree, random_state)
        if in_degree == n_units:
            return np.arange(n_units, dtype=np.int64)
        while True:
            offsets = 1 + np.sort(rng.permutation(n_units - 1)[:in_degree]).astype(np.int64)
            # Otherwise the graph falls into gcd parts without a synapse between them.
            if gcd(n_units, *offsets.tolist()) == 1:
                return offsets

    def connect(
        self, n_units: int, degree: int | None, random_state: RandomState, inhibitory: Array | None = None
    ) -> csr_array:
        """Draw the structure, see `Topology.connect`."""
        n_units, in_degree, rng, _ = self._read(n_units, degree, random_state, inhibitory)
        offsets = self.offsets(n_units, in_degree, rng)
        units = np.arange(n_units)
        sources = (units[:, np.newaxis] + offsets) % n_units
        return graph_from_pairs(np.repeat(units, offsets.size), sources, n_units)
