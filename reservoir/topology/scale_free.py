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
    Barabasi & Albert (1999), Science 286:509. Weighted draws without replacement: Efraimidis & Spirakis (2006),
    Information Processing Letters 97:181.

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
        newer, older = [first.repeat(first)], [np.concatenate([first[:unit] for unit in first])]
        popularity = np.zeros(n_units)
        popularity[:n_first] = n_first - 1
        for unit in range(n_first, n_units):
            # A fractional number of partners holds on average; it never exceeds the units present.
            n_chosen = int(n_partners) + (rng.random_sample() < n_partners % 1.0)
            chosen = _weighted_choice(popularity[:unit], n_chosen, rng)
            popularity[chosen] += 1.0
            popularity[unit] = n_chosen
            newer.append(np.full(n_chosen, unit))
            older.append(chosen)
        return graph_from_pairs(np.concatenate(newer + older), np.concatenate(older + newer), n_units)


def _partners_each(n_units, degree):
    # The smaller root m of m (2 n - m - 1) = n degree, the number of synapses when each unit brings m edges.
    mean_degree = min(degree, n_units - 1)
    centre = 2 * n_units - 1
    return max(1.0, 0.5 * (centre - np.sqrt(centre**2 - 4.0 * n_units * mean_degree)))


def _weighted_choice(popularity, n_chosen, rng):
    # The smallest of exponential clocks of rate `popularity`: weighted draws without replacement, in one pass.
    clocks = rng.standard_exponential(popularity.size) / popularity
    if n_chosen == popularity.size:
        return np.arange(n_chosen)
    return np.argpartition(clocks, n_chosen - 1)[:n_chosen]
