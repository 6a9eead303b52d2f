"""CycleJump: the cycle reservoir with regular jumps."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from scipy.sparse import csr_array

from readouts.types import Array, RandomState
from reservoir.checks.arguments import check_integer, check_number
from reservoir.topology.csr import graph_from_pairs
from reservoir.topology.topology import Topology


@final
@dataclass(frozen=True, kw_only=True)
class CycleJump(Topology):
    """The cycle reservoir with jumps: a ring, and two-way shortcuts between every `jump_length`-th unit.

    Unit i receives input from unit i - 1. Besides, neighbours among the units 0, l, 2 l, ... with l = `jump_length` are
    connected both ways; n_units // l jumps in all. If l divides n_units the last one leads back
    to unit 0, otherwise it ends at unit l * (n_units // l).

    Parameters
    ----------
    jump_length : int, default=3
        Length of a jump, in units: 2 ... n_units // 2.
    jump_weight : float, default=0.5
        Weight of a jump relative to the weight of the cycle, positive.
    weights : str, default="constant"
        The weight law, see `draw_weights`; jumps are multiplied by `jump_weight`.
    inhibitory : float or None, default=None
        Dale's law: the fraction of inhibitory units, in (0, 1); None for weights as drawn.

    References
    ----------
    Rodan & Tino (2012), Simple deterministically constructed cycle reservoirs with regular jumps,
    Neural Computation 24:1822, section 3.

    Examples
    --------
    >>> from reservoir.topology import CycleJump
    >>> CycleJump(jump_length=2).draw(5).toarray()
    array([[0. , 0. , 0.5, 0. , 1. ],
           [1. , 0. , 0. , 0. , 0. ],
           [0.5, 1. , 0. , 0. , 0.5],
           [0. , 0. , 1. , 0. , 0. ],
           [0. , 0. , 0.5, 1. , 0. ]])
    """

    jump_length: int = 3
    jump_weight: float = 0.5
    weights: str = "constant"

    has_degree: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Check the parameters."""
        super().__post_init__()
        check_integer("jump_length", self.jump_length, at_least=2)
        check_number("jump_weight", self.jump_weight, above=0)

    def connect(
        self, n_units: int, degree: int | None, random_state: RandomState, inhibitory: Array | None = None
    ) -> csr_array:
        """Build the structure, see `Topology.connect`; nothing is drawn."""
        n_units, *_ = self._read(n_units, degree, random_state, inhibitory)
        if self.jump_length > n_units // 2:
            raise ValueError(
                f"'jump_length' must be at most n_units // 2 = {n_units // 2}; got {self.jump_length}. "
                "Choose a shorter jump, more units, or Ring."
            )
        units = np.arange(n_units)
        jump_length = int(self.jump_length)
        starts = jump_length * np.arange(n_units // jump_length)
        ends = (starts + jump_length) % n_units
        targets = np.concatenate([units, ends, starts])
        sources = np.concatenate([(units - 1) % n_units, starts, ends])
        return graph_from_pairs(targets, sources, n_units)

    def draw(self, n_units: int, degree: int | None = None, random_state: RandomState = None) -> csr_array:
        """Draw the weighted graph, see `Topology.draw`; jumps are weaker by `jump_weight`."""
        matrix = super().draw(n_units, degree, random_state)
        targets = np.repeat(np.arange(n_units), np.diff(matrix.indptr))
        is_jump = (targets - matrix.indices) % n_units != 1
        matrix.data[is_jump] *= float(self.jump_weight)
        return matrix
