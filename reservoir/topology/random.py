"""Random: every unit receives input from the same number of units, chosen at random."""

from dataclasses import dataclass
from typing import final

import numpy as np
from scipy.sparse import csr_array

from readouts.types import Array, RandomState
from reservoir.topology.csr import graph_from_rows
from reservoir.topology.topology import Topology

_CHUNK_ENTRIES = 2**24


@final
@dataclass(frozen=True, kw_only=True)
class Random(Topology):
    """A random graph of fixed in-degree: each unit receives input from exactly `degree` distinct units, itself allowed.

    Parameters
    ----------
    weights : str, default="normal"
        The weight law, see `draw_weights`.
    inhibitory : float or None, default=None
        Dale's law: the fraction of inhibitory units, in (0, 1); None for weights of either sign.

    References
    ----------
    Distinct draws by Floyd's algorithm: Bentley & Floyd (1987), Communications of the ACM 30:754.

    Examples
    --------
    >>> from reservoir.topology import Random
    >>> int(Random().connect(100, 7, random_state=0).sum(axis=1).max())
    7
    """

    def connect(
        self, n_units: int, degree: int | None, random_state: RandomState, inhibitory: Array | None = None
    ) -> csr_array:
        """Draw the structure, see `Topology.connect`."""
        n_units, in_degree, rng, _ = self._read(n_units, degree, random_state, inhibitory)
        # A block of rows at a time, so that the table of chosen pairs never holds n_units x n_units entries.
        n_rows = min(max(1, _CHUNK_ENTRIES // n_units), n_units)
        taken = np.zeros((n_rows, n_units), dtype=bool)
        # In 32 bits and in place, because there may be ten million synapses.
        sources = np.empty((n_units, in_degree), np.int32)
        for start in range(0, n_units, n_rows):
            rows = sources[start : start + n_rows]
            _choose_distinct(taken[: len(rows)], rng, rows)
        sources.sort(axis=1)
        return graph_from_rows(sources.ravel(), in_degree * np.arange(n_units + 1))


def _choose_distinct(taken, rng, chosen):
    # Floyd's algorithm, on all rows at once: one draw per synapse, every subset equally likely.
    (n_rows, degree), n_columns = chosen.shape, taken.shape[1]
    rows = np.arange(n_rows)
    for number, last in enumerate(range(n_columns - degree, n_columns)):
        column = rng.randint(last + 1, size=n_rows)
        chosen[:, number] = np.where(taken[rows, column], last, column)
        taken[rows, chosen[:, number]] = True
    taken[rows[:, np.newaxis], chosen] = False  # reset for the next block; clearing the whole table would take longer
