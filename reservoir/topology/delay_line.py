"""DelayLine: a chain of units, a plain memory of the last inputs."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from scipy.sparse import csr_array

from readouts.types import Array, RandomState
from reservoir.checks.arguments import check_number
from reservoir.topology.csr import graph_from_pairs
from reservoir.topology.topology import Topology


@final
@dataclass(frozen=True, kw_only=True)
class DelayLine(Topology):
    """A delay line: unit i receives input from unit i - 1, unit 0 from none.

    The matrix is nilpotent: all its eigenvalues are zero, so it has no spectral radius to scale. Its strength is the
    parameter `weight`, and it is used as drawn (``spectral_radius=None``).

    Parameters
    ----------
    weight : float, default=0.9
        Strength of a synapse, positive; multiplies the weights drawn.
    weights : str, default="constant"
        The weight law, see `draw_weights`.
    inhibitory : float or None, default=None
        Dale's law: the fraction of inhibitory units, in (0, 1); None for weights as drawn.

    References
    ----------
    Rodan & Tino (2011), Minimum complexity echo state network, IEEE Transactions on Neural Networks 22:131,
    section III (delay line reservoir).

    Examples
    --------
    >>> from reservoir.topology import DelayLine
    >>> DelayLine(weight=0.5).draw(3).toarray()
    array([[0. , 0. , 0. ],
           [0.5, 0. , 0. ],
           [0. , 0.5, 0. ]])
    """

    weight: float = 0.9
    weights: str = "constant"

    has_degree: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Check the parameters."""
        super().__post_init__()
        check_number("weight", self.weight, above=0)

    def connect(
        self, n_units: int, degree: int | None, random_state: RandomState, inhibitory: Array | None = None
    ) -> csr_array:
        """Build the structure, see `Topology.connect`; nothing is drawn."""
        n_units, *_ = self._read(n_units, degree, random_state, inhibitory)
        units = np.arange(1, n_units)
        return graph_from_pairs(units, units - 1, n_units)

    def draw(self, n_units: int, degree: int | None = None, random_state: RandomState = None) -> csr_array:
        """Draw the weighted graph, see `Topology.draw`, times `weight`."""
        matrix = super().draw(n_units, degree, random_state)
        matrix.data *= float(self.weight)
        return matrix
