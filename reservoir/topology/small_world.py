"""SmallWorld: a ring lattice with a few long-range shortcuts."""

from dataclasses import dataclass
from typing import final

import numpy as np
from scipy.sparse import csr_array

from readouts.types import Array, RandomState
from reservoir.checks.arguments import check_number
from reservoir.topology.csr import graph_from_pairs
from reservoir.topology.topology import Topology

_CHUNK_ENTRIES = 2**24


@final
@dataclass(frozen=True, kw_only=True)
class SmallWorld(Topology):
    """A directed Watts-Strogatz graph: a ring lattice of nearest neighbours, of which some are replaced at random.

    The lattice: unit i receives input from i + 1, i - 1, i + 2, i - 2, ... on a ring, `degree` units. Each of
    these synapses is then dropped with probability `rewiring`, and as many as were dropped are drawn anew, uniformly
    among the units it receives no input from (a dropped neighbour may come back). The in-degree stays exactly
    `degree`, and a unit has a synapse to itself only if degree == n_units.

    Parameters
    ----------
    rewiring : float, default=0.1
        Probability in [0, 1]: 0 is the lattice, 1 is a random graph of fixed in-degree.
    weights : str, default="normal"
        The weight law, see `draw_weights`.
    inhibitory : float or None, default=None
        Dale's law: the fraction of inhibitory units, in (0, 1); None for weights of either sign.

    References
    ----------
    Watts & Strogatz (1998), Nature 393:440.

    Examples
    --------
    >>> from reservoir.topology import SmallWorld
    >>> SmallWorld(rewiring=0.0).connect(5, 2, random_state=0).toarray().astype(int)
    array([[0, 1, 0, 0, 1],
           [1, 0, 1, 0, 0],
           [0, 1, 0, 1, 0],
           [0, 0, 1, 0, 1],
           [1, 0, 0, 1, 0]])
    """

    rewiring: float = 0.1

    def __post_init__(self) -> None:
        """Check the parameters."""
        super().__post_init__()
        check_number("rewiring", self.rewiring, at_least=0, at_most=1)

    def connect(
        self, n_units: int, degree: int | None, random_state: RandomState, inhibitory: Array | None = None
    ) -> csr_array:
        """Draw the structure, see `Topology.connect`."""
        n_units, in_degree, rng, _ = self._read(n_units, degree, random_state, inhibitory)
        # A block of rows at a time, so that the table of taken pairs never holds n_units x n_units entries.
        n_rows = min(max(1, _CHUNK_ENTRIES // n_units), n_units)
        taken = np.zeros((n_rows, n_units), dtype=bool)
        blocks = [
            self._connect_block(np.arange(start, min(start + n_rows, n_units)), taken, in_degree, rng)
            for start in range(0, n_units, n_rows)
        ]
        targets, sources = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
        return graph_from_pairs(targets, sources, n_units)

    def _connect_block(self, units, taken, degree, rng):
        n_units, rows = taken.shape[1], np.arange(units.size)
        lattice = (units[:, np.newaxis] + _nearest(n_units, degree)) % n_units
        dropped = rng.random_sample(lattice.shape) < self.rewiring
        taken[rows[:, np.newaxis], lattice] = ~dropped
        if degree < n_units:
            taken[rows, units] = True  # so that the draws below exclude it
        new_rows, new_sources = _fill_rows(taken, dropped.sum(axis=1), rng)
        # Reset for the next block; clearing the whole table would take longer.
        taken[rows[:, np.newaxis], lattice] = taken[rows, units] = taken[new_rows, new_sources] = False
        kept = np.nonzero(~dropped)
        return units[np.append(kept[0], new_rows)], np.append(lattice[kept], new_sources)


def _nearest(n_units, degree):
    distances = np.arange(1, min(degree + 1, n_units))
    alternating = np.where(distances % 2 == 1, (distances + 1) // 2, -(distances // 2))
    return np.append(alternating, 0)[:degree]


def _fill_rows(taken, missing, rng):
    # Marks `missing[i]` further entries of row i, by rejection: one new entry a row and round, uniform among the free.
    # Returns the rows and columns of the new entries.
    pending = np.flatnonzero(missing)
    missing = missing.copy()
    rows, columns = [pending[:0]], [pending[:0]]
    while pending.size:
        column = rng.randint(taken.shape[1], size=pending.size)
        free = ~taken[pending, column]
        rows.append(pending[free])
        columns.append(column[free])
        taken[rows[-1], columns[-1]] = True
        missing[rows[-1]] -= 1
        pending = pending[missing[pending] > 0]
    return np.concatenate(rows), np.concatenate(columns)
