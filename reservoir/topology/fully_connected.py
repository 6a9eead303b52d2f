"""FullyConnected: the wiring in which every unit receives input from every unit and every input."""

from dataclasses import dataclass
from typing import final

import numpy as np

from reservoir.checks.arguments import check_flag, check_integer
from reservoir.topology.wiring import Wiring, check_output_dim, check_pairs

_SIGNS = (-1, 1, 1)


@final
@dataclass(frozen=True)
class FullyConnected:
    """Every unit receives input from every unit and every input, each synapse with a sign of its own.

    The signs are drawn independently, +1 with probability 2/3 and -1 with 1/3: first those between units, source by
    source, then those from the inputs. Draws and names of the parameters are those of ncps 1.0.1, and the same seed
    gives the same wiring.

    Parameters
    ----------
    units : int
        Number of units, at least 1.
    output_dim : int or None, default=None
        Number of motor units, 1 ... units; None: all of them.
    erev_init_seed : int, default=1111
        Seed of the signs, at least 0.
    self_connections : bool, default=True
        Whether units have synapses to themselves.

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
    >>> from reservoir.topology import FullyConnected
    >>> FullyConnected(3, erev_init_seed=1, self_connections=False).build(n_inputs=2).recurrent.toarray()
    array([[ 0.,  1., -1.],
           [ 1.,  0., -1.],
           [ 1.,  1.,  0.]])
    """

    units: int
    output_dim: int | None = None
    erev_init_seed: int = 1111
    self_connections: bool = True

    def __post_init__(self) -> None:
        """Check the parameters."""
        units = check_integer("units", self.units)
        check_pairs("units", units, units, units)
        check_output_dim(self.output_dim, units)
        check_integer("erev_init_seed", self.erev_init_seed, at_least=0)
        check_flag("self_connections", self.self_connections)

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
        rng = np.random.default_rng(self.erev_init_seed)
        connected = np.full((units, units), True)
        if not self.self_connections:
            np.fill_diagonal(connected, False)
        recurrent = np.zeros((units, units), dtype=np.int8)
        recurrent[connected] = rng.choice(_SIGNS, size=np.count_nonzero(connected))
        sensory = rng.choice(_SIGNS, size=(n_inputs, units))
        # Drawn as [source, target]; a wiring reads [target, source].
        return Wiring(recurrent.T, sensory.T, check_output_dim(self.output_dim, units))
