"""Wiring: units and inputs joined by synapses of a fixed sign, ready for a liquid of conductances."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import index
from typing import final

import numpy as np
from scipy.sparse import csr_array

from readouts.types import Matrix
from reservoir.checks.arguments import check_integer, check_memory
from reservoir.topology.csr import read_matrix

# One byte for the polarity, one for whether it is not zero.
_BYTES_PER_PAIR = 2


@final
@dataclass(frozen=True, init=False, eq=False, repr=False)
class Wiring:
    """The synapses between units and from the inputs to units, and their signs: a read-only value.

    A wiring has no weights, only polarities: +1 for a synapse that excites, -1 for one that inhibits. Two wirings are
    equal if all their parts are. `FullyConnected`, `RandomWiring`, `NCP` and `AutoNCP` build wirings; one of ncps
    is read transposed, ``Wiring(theirs.adjacency_matrix.T, theirs.sensory_adjacency_matrix.T, theirs.output_dim)``, its
    layers, where there are several, as ``[theirs.get_neurons_of_layer(k) for k in range(theirs.num_layers)]``.

    Parameters
    ----------
    recurrent : matrix (n_units, n_units), dense or sparse
        Polarity of every synapse between units, -1 or +1, 0 where there is none; row i holds the input to unit i.
    sensory : matrix (n_units, n_inputs), dense or sparse
        The same from the inputs.
    n_outputs : int
        Number of motor units, 1 ... n_units: they are the units 0 ... n_outputs - 1.
    layers : sequence of sequences of ints or None, default=None
        The units, each exactly once, in the layers that feed each other, first to last. None: one layer of all units.

    Attributes
    ----------
    recurrent, sensory : csr_array, float64
        Copies without explicit zeros, read-only.
    layers : tuple of tuples of ints
    n_units, n_inputs : int

    Raises
    ------
    ValueError
        If the shapes disagree, an entry is not -1, 0 or 1, `n_outputs` is out of range, or `layers` leaves out or
        repeats a unit.
    TypeError
        If a matrix does not hold real numbers.

    References
    ----------
    M. Lechner et al., "Neural circuit policies enabling auditable autonomy", Nature Machine Intelligence 2:642, 2020,
    methods.

    Examples
    --------
    >>> from reservoir.topology import Wiring
    >>> wiring = Wiring(recurrent=[[0, -1], [0, 1]], sensory=[[0], [1]], n_outputs=1, layers=[[1], [0]])
    >>> wiring
    Wiring(n_units=2, n_inputs=1, n_outputs=1, n_layers=2)
    >>> wiring.recurrent.toarray()
    array([[ 0., -1.],
           [ 0.,  1.]])
    """

    recurrent: csr_array
    sensory: csr_array
    n_outputs: int
    layers: tuple[tuple[int, ...], ...]

    def __init__(
        self, recurrent: Matrix, sensory: Matrix, n_outputs: int, layers: Sequence[Sequence[int]] | None = None
    ) -> None:
        recurrent, sensory = _as_signs("recurrent", recurrent), _as_signs("sensory", sensory)
        n_units = recurrent.shape[0]
        if recurrent.shape[1] != n_units or n_units == 0:
            raise ValueError(f"'recurrent' must be square, of at least one unit; got shape {recurrent.shape}.")
        if sensory.shape[0] != n_units or sensory.shape[1] == 0:
            raise ValueError(
                f"'sensory' must have shape (n_units={n_units}, n_inputs), n_inputs at least 1; got {sensory.shape}. "
                "Row i holds the inputs that unit i receives."
            )
        n_outputs = check_integer("n_outputs", n_outputs)
        if n_outputs > n_units:
            raise ValueError(f"'n_outputs' must be at most n_units={n_units}; got {n_outputs}.")
        parts = {"recurrent": recurrent, "sensory": sensory, "n_outputs": n_outputs}
        for name, value in (parts | {"layers": _as_layers(layers, n_units)}).items():
            object.__setattr__(self, name, value)
        self._freeze()

    @property
    def n_units(self) -> int:
        """Number of units, the motor units included."""
        return self.recurrent.shape[0]

    @property
    def n_inputs(self) -> int:
        """Number of inputs, the sensory neurons of the literature."""
        return self.sensory.shape[1]

    def __repr__(self):
        sizes = f"n_units={self.n_units}, n_inputs={self.n_inputs}, n_outputs={self.n_outputs}"
        return f"Wiring({sizes}, n_layers={len(self.layers)})"

    # Sparse arrays compare entry by entry and have no hash, so their contents are compared and hashed.
    def __eq__(self, other):
        return _contents(self) == _contents(other) if isinstance(other, Wiring) else NotImplemented

    def __hash__(self):
        return hash(_contents(self))

    def __setstate__(self, state):
        vars(self).update(state)
        self._freeze()

    def _freeze(self):
        for array in _arrays(self):
            array.setflags(write=False)


def _contents(wiring):
    return wiring.sensory.shape, wiring.n_outputs, wiring.layers, *(array.tobytes() for array in _arrays(wiring))


def _arrays(wiring):
    return [array for part in (wiring.recurrent, wiring.sensory) for array in (part.indptr, part.indices, part.data)]


def check_output_dim(output_dim: int | None, units: int) -> int:
    """Return the number of motor units, all units for None, or raise ValueError unless it is in 1 ... units."""
    if output_dim is None:
        return units
    if check_integer("output_dim", output_dim) > units:
        raise ValueError(f"'output_dim' must be None or at most units={units}; got {output_dim!r}. Add units.")
    return int(output_dim)


def check_pairs(name: str, value: int, n_targets: int, n_sources: int) -> None:
    """Raise ValueError if a dense matrix of polarities, while a wiring is made of it, does not fit into memory."""
    check_memory(name, value, _BYTES_PER_PAIR * n_targets * n_sources)


def _as_signs(name: str, matrix: Matrix) -> csr_array:
    signs = read_matrix(name, matrix)
    signs.eliminate_zeros()
    wrong = signs.data[np.abs(signs.data) != 1.0]
    if wrong.size:
        raise ValueError(f"'{name}' must hold polarities, -1 or 1, 0 for no synapse; got {wrong[0]:g}. Pass its sign.")
    return signs


def _as_layers(layers, n_units):
    if layers is None:
        return (tuple(range(n_units)),)
    try:
        result = tuple(tuple(index(unit) for unit in layer) for layer in layers)
    except TypeError as error:
        raise ValueError(f"'layers' must be None or sequences of unit numbers; got {layers!r}.") from error
    if not all(result) or sorted(unit for layer in result for unit in layer) != list(range(n_units)):
        raise ValueError(
            f"'layers' must hold each of the units 0 ... {n_units - 1} exactly once, no layer empty; got {layers!r}."
        )
    return result
