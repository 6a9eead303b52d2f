"""Orthogonal: a random rotation of the whole state."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from scipy.sparse import csr_array

from readouts.types import Array, RandomState
from reservoir.topology.csr import as_csr, graph_from_pairs
from reservoir.topology.topology import Topology, check_n_units


@final
@dataclass(frozen=True, kw_only=True)
class Orthogonal(Topology):
    """A random orthogonal matrix, uniform over all of them (Haar measure): W W^T = I.

    Every unit receives input from every unit, and all eigenvalues lie on the unit circle: no direction of the state
    is forgotten faster than another. Memory and time per step grow with n_units**2.

    Parameters
    ----------
    weights : str, default="haar"
        Only "haar": independent weights would not be orthogonal.
    inhibitory : None, default=None
        Only None: signs by source would not leave the matrix orthogonal.

    References
    ----------
    White, Lee & Sompolinsky (2004), Physical Review Letters 92:148102. QR with the signs fixed: Mezzadri (2007),
    Notices of the AMS 54:592, section 5.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.topology import Orthogonal
    >>> W = Orthogonal().draw(4, random_state=0).toarray()
    >>> np.allclose(W @ W.T, np.eye(4))
    True
    """

    weights: str = "haar"

    has_degree: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Check the parameters."""
        if not isinstance(self.weights, str) or self.weights != "haar":
            raise ValueError(
                f"'weights' must be 'haar' for Orthogonal; got {self.weights!r}. "
                "Choose another topology for independent weights."
            )
        if self.inhibitory is not None:
            raise ValueError(
                f"'inhibitory' must be None for Orthogonal, whose signs are not free; got {self.inhibitory!r}. "
                "Choose another topology for Dale's law."
            )

    def connect(
        self, n_units: int, degree: int | None, random_state: RandomState, inhibitory: Array | None = None
    ) -> csr_array:
        """Build the structure, see `Topology.connect`: all n_units**2 synapses."""
        n_units, *_ = self._read(_check_size(n_units), degree, random_state, inhibitory)
        units = np.arange(n_units)
        return graph_from_pairs(np.repeat(units, n_units), np.tile(units, n_units), n_units)

    def draw(self, n_units: int, degree: int | None = None, random_state: RandomState = None) -> csr_array:
        """Draw the matrix, see `Topology.draw`."""
        n_units, _, rng, _ = self._read(_check_size(n_units), degree, random_state)
        rotation, triangle = np.linalg.qr(rng.standard_normal((n_units, n_units)))
        # QR fixes the signs of the rows of R by convention; without undoing that, the result is not uniform.
        rotation *= np.sign(np.diagonal(triangle))
        return as_csr(rotation, (n_units, n_units), "rotation")


def _check_size(n_units):
    n_units = check_n_units(n_units)
    return check_n_units(n_units, n_synapses_each=n_units)
