"""ErdosRenyi: every pair of units is connected independently."""

from dataclasses import dataclass
from typing import final

import numpy as np
from scipy.sparse import csr_array

from readouts.types import Array, RandomState
from reservoir.topology.csr import graph_from_rows
from reservoir.topology.topology import Topology


@final
@dataclass(frozen=True, kw_only=True)
class ErdosRenyi(Topology):
    """A random graph G(n, p): each of the n_units**2 pairs is a synapse with probability p = degree / n_units.

    `degree` is the mean in-degree; the in-degrees of units differ, and with a small degree some units receive
    no input from others. Self-loops are pairs like any other.

    Parameters
    ----------
    weights : str, default="normal"
        The weight law, see `draw_weights`.
    inhibitory : float or None, default=None
        Dale's law: the fraction of inhibitory units, in (0, 1); None for weights of either sign.

    References
    ----------
    Gilbert (1959), Annals of Mathematical Statistics 30:1141. Drawn in time and memory proportional to the number
    of synapses, by geometric gaps: Batagelj & Brandes (2005), Physical Review E 71:036113.

    Examples
    --------
    >>> from reservoir.topology import ErdosRenyi
    >>> graph = ErdosRenyi().connect(1000, 10, random_state=0)
    >>> abs(graph.nnz - 10_000) < 400
    True
    """

    def connect(
        self, n_units: int, degree: int | None, random_state: RandomState, inhibitory: Array | None = None
    ) -> csr_array:
        """Draw the structure, see `Topology.connect`."""
        n_units, in_degree, rng, _ = self._read(n_units, degree, random_state, inhibitory)
        pairs = _bernoulli_positions(n_units**2, in_degree / n_units, rng)  # ascending, so in the order of rows
        starts = np.searchsorted(pairs, n_units * np.arange(n_units + 1))
        return graph_from_rows(np.remainder(pairs, n_units, out=pairs).astype(np.int32), starts)


def _bernoulli_positions(n_trials, probability, rng):
    # The gaps between successes are geometric, so the failures in between need not be drawn.
    expected = n_trials * probability
    batch = int(expected + 4.0 * np.sqrt(expected) + 16)
    found, last = [], -1
    while last < n_trials:
        positions = rng.geometric(probability, size=batch)
        positions[0] += last
        found.append(np.cumsum(positions, out=positions))
        last = positions[-1]
    positions = found[0] if len(found) == 1 else np.concatenate(found)
    return positions[: np.searchsorted(positions, n_trials)]
