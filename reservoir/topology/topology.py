"""Topology: the abstract base of the graph families."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from scipy.sparse import csr_array

from readouts.types import Array, RandomState
from reservoir.checks.arguments import check_integer, check_memory, check_random_state, is_integer
from reservoir.checks.unit_selection import check_mask
from reservoir.topology.weights import (
    apply_dale,
    check_inhibitory_fraction,
    check_weight_law,
    draw_inhibitory,
    draw_weights,
)

DEFAULT_DEGREE = 10
# Memory while a graph is built: its pairs of 64-bit numbers, its entries, which are ones, and the matrix.
_BYTES_PER_SYNAPSE = 40


@dataclass(frozen=True, kw_only=True)
class Topology(ABC):
    """A family of weighted graphs: the recurrent synapses of a reservoir and their weights.

    A topology is a frozen value without randomness of its own: equal topologies and equal seeds give equal matrices.
    A family of your own subclasses this one and defines `connect`.

    Parameters
    ----------
    weights : str, default="normal"
        The weight law, see `draw_weights`.
    inhibitory : float or None, default=None
        Dale's law: this fraction of the units, in (0, 1), has outgoing weights that are all negative, the others
        all positive, see `apply_dale`. None: every synapse has its own sign.

    Raises
    ------
    ValueError
        If a parameter is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> from dataclasses import dataclass
    >>> from reservoir.topology import Topology, graph_from_pairs
    >>> @dataclass(frozen=True, kw_only=True)
    ... class Star(Topology):
    ...     has_degree = False
    ...     def connect(self, n_units, degree, random_state, inhibitory=None):
    ...         self.check_degree(n_units, degree)
    ...         leaves = np.arange(1, n_units)
    ...         return graph_from_pairs(leaves, np.zeros_like(leaves), n_units)
    >>> Star(weights="constant").draw(3).toarray()
    array([[0., 0., 0.],
           [1., 0., 0.],
           [1., 0., 0.]])
    """

    weights: str = "normal"
    inhibitory: float | None = None

    has_degree: ClassVar[bool] = True

    def __post_init__(self) -> None:
        """Check the parameters: a topology that exists is a valid one."""
        check_weight_law(self.weights)
        if self.inhibitory is not None:
            check_inhibitory_fraction(self.inhibitory)

    @abstractmethod
    def connect(
        self, n_units: int, degree: int | None, random_state: RandomState, inhibitory: Array | None = None
    ) -> csr_array:
        """Draw the structure of the graph: a CSR array of shape (n_units, n_units), data all ones.

        Parameters
        ----------
        n_units : int
            Number of units, at least 1.
        degree : int or None
            In-degree, 1 ... n_units; None for the family's default.
        random_state : int, RandomState or None
            Source of randomness.
        inhibitory : ndarray of shape (n_units,), bool, or None, default=None
            True where a unit is inhibitory; most families ignore it.

        Returns
        -------
        csr_array
            Row i holds the units that unit i receives input from.
        """

    def draw(self, n_units: int, degree: int | None = None, random_state: RandomState = None) -> csr_array:
        """Draw a weighted graph: the inhibitory units (if Dale's law holds), the structure, the weights.

        Parameters
        ----------
        n_units : int
            Number of units, at least 1.
        degree : int or None, default=None
            In-degree, 1 ... n_units. None: min(10, n_units). Families whose in-degree is fixed by their
            construction accept None only.
        random_state : int, RandomState or None, default=None
            Source of randomness; the same seed gives the same matrix bit for bit.

        Returns
        -------
        csr_array of shape (n_units, n_units), float64
            Not scaled; see `scale_to_spectral_radius`.

        Raises
        ------
        ValueError
            If `n_units` or `degree` is out of range.
        """
        n_units, rng = check_n_units(n_units), check_random_state(random_state)
        inhibitory = None if self.inhibitory is None else draw_inhibitory(n_units, self.inhibitory, rng)
        matrix = self.connect(n_units, degree, rng, inhibitory)
        matrix.data = draw_weights(check_weight_law(self.weights), matrix.nnz, rng)
        return matrix if inhibitory is None else apply_dale(matrix, inhibitory)

    def check_degree(self, n_units: int, degree: int | None) -> int | None:
        """Return the in-degree to use, or raise ValueError.

        Parameters
        ----------
        n_units : int
            Number of units, at least 1.
        degree : int or None
            The in-degree asked for.

        Returns
        -------
        int or None
            min(10, n_units) for None; None in families without a free in-degree.

        Raises
        ------
        ValueError
            If `degree` is not an integer in 1 ... n_units, or is given to a family that has none.
        """
        n_units = check_n_units(n_units)
        if not self.has_degree:
            if degree is not None:
                raise ValueError(
                    f"'degree' must be None for {type(self).__name__}, whose construction fixes it; "
                    f"got {degree!r}. Leave it out, or choose a topology with a free in-degree such as 'shift'."
                )
            return None
        if degree is None:
            return min(DEFAULT_DEGREE, n_units)
        if not is_integer(degree) or not 1 <= degree <= n_units:
            raise ValueError(f"'degree' must be an integer between 1 and n_units={n_units}; got {degree!r}.")
        check_memory("degree", degree, _BYTES_PER_SYNAPSE * n_units * int(degree))
        return int(degree)

    def _read(self, n_units, degree, random_state, inhibitory=None):
        # The arguments of `connect`, checked, also those that a family ignores.
        n_units, degree = check_n_units(n_units), self.check_degree(n_units, degree)
        inhibitory = None if inhibitory is None else check_mask("inhibitory", inhibitory, n_units)
        return n_units, degree, check_random_state(random_state), inhibitory


def check_n_units(n_units: int, n_synapses_each: int = 1) -> int:
    """Return `n_units` as an int, or raise ValueError unless it is positive and so many synapses fit into memory."""
    n_units = check_integer("n_units", n_units)
    check_memory("n_units", n_units, _BYTES_PER_SYNAPSE * n_units * n_synapses_each)
    return n_units
