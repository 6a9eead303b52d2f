"""RandomWiring: the wiring of a given number of synapses, placed at random."""

from dataclasses import dataclass
from typing import final

import numpy as np
from scipy.sparse import csr_array

from reservoir.checks.arguments import check_integer, check_number
from reservoir.topology.wiring import Wiring, check_output_dim, check_pairs

_SIGNS = (-1, 1, 1)


@final
@dataclass(frozen=True)
class RandomWiring:
    """A fixed share of all possible synapses, placed at random, each with a sign of its own.

    Of the units^2 pairs of units round(units^2 (1 - sparsity_level)) distinct ones are drawn, then their signs, +1
    with probability 2/3 and -1 with 1/3; the same for the pairs of an input and a unit. Draws and names of the
    parameters are those of ncps 1.0.1, and the same seed gives the same wiring. There it is called Random, here
    `Random` is the graph of fixed in-degree.

    Parameters
    ----------
    units : int
        Number of units, at least 1.
    output_dim : int or None, default=None
        Number of motor units, 1 ... units; None: all of them.
    sparsity_level : float, default=0.0
        Share of the synapses that are missing, in [0, 1).
    random_seed : int, default=1111
        Seed of places and signs, at least 0.

    Raises
    ------
    ValueError
        If a parameter is out of range.

    References
    ----------
    M. Lechner et al., "Neural circuit policies enabling auditable autonomy", Nature Machine Intelligence 2:642, 2020,
    methods, for the synapses.

    Examples
    --------
    >>> from reservoir.topology import RandomWiring
    >>> wiring = RandomWiring(10, sparsity_level=0.9).build(n_inputs=4)
    >>> wiring.recurrent.nnz, wiring.sensory.nnz
    (10, 4)
    """

    units: int
    output_dim: int | None = None
    sparsity_level: float = 0.0
    random_seed: int = 1111

    def __post_init__(self) -> None:
        """Check the parameters."""
        units = check_integer("units", self.units)
        check_pairs("units", units, units, units)
        check_output_dim(self.output_dim, units)
        check_number("sparsity_level", self.sparsity_level, at_least=0, below=1)
        check_integer("random_seed", self.random_seed, at_least=0)

    def build(self, n_inputs: int) -> Wiring:
        """Draw the wiring for a number of inputs; every call starts from the seed again.

        Parameters
        ----------
        n_inputs : int
            Number of inputs, at least 1.

        Returns
        -------
        Wiring

        Raises
        ------
        ValueError
            If `n_inputs` is not a positive integer.
        """
        units, n_inputs = int(self.units), check_integer("n_inputs", n_inputs)
        check_pairs("n_inputs", n_inputs, units, n_inputs)
        rng = np.random.default_rng(self.random_seed)
        pairs = self._draw_pairs(units, rng)
        recurrent = _matrix(pairs, rng.choice(_SIGNS, size=pairs.size), units, units)
        pairs = self._draw_pairs(n_inputs, rng)
        # ncps draws the sign of a sensory synapse twice and keeps the second.
        sensory = _matrix(pairs, rng.choice(_SIGNS, size=2 * pairs.size)[1::2], units, n_inputs)
        return Wiring(recurrent, sensory, check_output_dim(self.output_dim, units))

    def _draw_pairs(self, n_sources, rng):
        n_pairs = n_sources * int(self.units)
        return rng.choice(n_pairs, size=int(np.round(n_pairs * (1 - float(self.sparsity_level)))), replace=False)


def _matrix(pairs, signs, units, n_sources):
    # Pairs are numbered source by source.
    sources, targets = np.divmod(pairs, units)
    return csr_array((signs, (targets, sources)), shape=(units, n_sources))
