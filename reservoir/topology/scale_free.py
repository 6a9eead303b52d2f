"""ScaleFree: a few hubs with very many connections."""

from dataclasses import dataclass
from typing import final

import numpy as np
from scipy.sparse import csr_array

from readouts.types import Array, RandomState
from reservoir.topology.csr import graph_from_pairs
from reservoir.topology.topology import Topology


@final
@dataclass(frozen=True, kw_only=True)
class ScaleFree(Topology):
    """A Barabasi-Albert graph: units arrive one by one and prefer partners that already have many.

    Each arriving unit chooses about degree / 2 partners among those present, with probability proportional to
    their number of partners. Every edge is a synapse in both directions, so the graph is strongly connected. The mean
    in-degree is about `degree` (at least just below 2, at most n_units - 1); single units differ widely, with
    a power-law tail of exponent 3. No unit has a synapse to itself.

    Parameters
    ----------
    weights : str, default="normal"
        The weight law, see `draw_weights`.
    inhibitory : float or None, default=None
        Dale's law: the fraction of inhibitory units, in (0, 1); None for weights of either sign.

    References
    ----------
    Barabasi & Albert (1999), Science 286:509. Drawn in time and memory proportional to the number of synapses, from a
    list of the ends of all edges: Batagelj & Brandes (2005), Physical Review E 71:036113.

    Examples
    --------
    >>> from reservoir.topology import ScaleFree
    >>> in_degree = ScaleFree().connect(500, 6, random_state=0).sum(axis=1)
    >>> bool(5.5 < in_degree.mean() < 6.5), bool(in_degree.max() > 40)
    (True, True)
    """

    def connect(
        self, n_units: int, degree: int | None, random_state: RandomState, inhibitory: Array | None = None
    ) -> csr_array:
        """Draw the structure, see `Topology.connect`."""
        n_units, in_degree, rng, _ = self._read(n_units, degree, random_state, inhibitory)
        n_partners = _partners_each(n_units, in_degree)
        n_first = min(int(n_partners) + 1, n_units)
        first = np.arange(n_first)
        newer, older = first.repeat(first).tolist(), [unit for last in range(n_first) for unit in range(last)]
        # Every unit as often as it has partners: a uniform draw from here prefers the popular.
        ends = newer + older
        for unit in range(n_first, n_units):
            # A fractional number of partners holds on average; it never exceeds the units present.
            n_chosen = int(n_partners) + (rng.random_sample() < n_partners % 1.0)
            chosen = range(unit) if n_chosen == unit else _distinct(ends, n_chosen, rng)
            newer.extend([unit] * n_chosen)
            older.extend(chosen)
            ends.extend(chosen)
            ends.extend([unit] * n_chosen)
        return graph_from_pairs(newer + older, older + newer, n_units)


def _partners_each(n_units, degree):
    # The smaller root m of m (2 n - m - 1) = n degree, the number of synapses when each unit brings m edges.
    mean_degree = min(degree, n_units - 1)
    centre = 2 * n_units - 1
    return max(1.0, 0.5 * (centre - np.sqrt(centre**2 - 4.0 * n_units * mean_degree)))


def _distinct(ends, n_chosen, rng):
    # Drawn one after the other, units drawn before refused: the time does not grow with the units present.
    chosen = {}
    while len(chosen) < n_chosen:
        draws = rng.random_sample(n_chosen - len(chosen)) * len(ends)
        chosen.update((ends[place], None) for place in draws.astype(np.intp).tolist())
    return chosen
