"""Ring: the simple cycle reservoir."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from scipy.sparse import csr_array

from readouts.types import Array, RandomState
from reservoir.topology.csr import graph_from_pairs
from reservoir.topology.topology import Topology


@final
@dataclass(frozen=True, kw_only=True)
class Ring(Topology):
    """The simple cycle reservoir: unit i receives input from unit i - 1 alone, unit 0 from the last one.

    With constant weights of spectral radius r all eigenvalues are r times the roots of unity: an orthogonal matrix
    times r, with the memory capacity of one and a single synapse a unit. Nothing is random but the weights,
    if another law is chosen.

    Parameters
    ----------
    weights : str, default="constant"
        The weight law, see `draw_weights`.
    inhibitory : float or None, default=None
        Dale's law: the fraction of inhibitory units, in (0, 1); None for weights as drawn.

    References
    ----------
    Rodan & Tino (2011), Minimum complexity echo state network, IEEE Transactions on Neural Networks 22:131,
    section III.

    Examples
    --------
    >>> from reservoir.topology import Ring
    >>> Ring().draw(3).toarray()
    array([[0., 0., 1.],
           [1., 0., 0.],
           [0., 1., 0.]])
    """

    weights: str = "constant"

    has_degree: ClassVar[bool] = False

    def connect(
        self, n_units: int, degree: int | None, random_state: RandomState, inhibitory: Array | None = None
    ) -> csr_array:
        """Build the structure, see `Topology.connect`; nothing is drawn."""
        n_units, *_ = self._read(n_units, degree, random_state, inhibitory)
        units = np.arange(n_units)
        return graph_from_pairs(units, (units - 1) % n_units, n_units)
