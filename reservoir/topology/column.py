"""Column: a piece of cortex, in which near units are more likely connected than distant ones."""

from dataclasses import dataclass
from math import prod
from typing import ClassVar, final

import numpy as np
from scipy.sparse import csr_array

from readouts.types import Array, RandomState
from reservoir.checks.arguments import check_number, is_integer, is_number
from reservoir.topology.csr import graph_from_pairs
from reservoir.topology.topology import Topology, check_n_units

# Up to so many units every pair is looked at. Beyond, the time would grow with the square of their number.
_MOST_UNITS_PAIR_BY_PAIR = 2048


@final
@dataclass(frozen=True, kw_only=True)
class Column(Topology):
    """The cortical column: units on a 3-D grid, connected at random with a probability that falls with distance.

    P(a -> b) = C_ab exp(-(D(a, b) / length_scale)^2)

    where D is the Euclidean distance between the units and C_ab depends on whether a and b are excitatory or
    inhibitory. No unit has a synapse to itself.

    Parameters
    ----------
    shape : tuple of three positive ints or None, default=None
        The grid, in units; must hold exactly n_units. None: a near-cubic box just large enough, filled
        plane by plane.
    probability : float or tuple of four floats, default=(0.3, 0.2, 0.4, 0.1)
        C for the pairs EE, EI, IE, II, where XY means from X to Y; or one number for all. In [0, 1].
    length_scale : float, default=2.0
        Reach of the connections, in grid steps; positive, infinity allowed (distance does not matter).
    weights : str, default="gamma"
        The weight law, see `draw_weights`.
    inhibitory : float or None, default=0.2
        Dale's law: the fraction of inhibitory units, in (0, 1). None: all pairs count as EE, signs are random.

    References
    ----------
    Maass, Natschlager & Markram (2002), Real-time computing without stable states, Neural Computation 14:2531,
    section 3 and appendix B.

    Examples
    --------
    >>> from reservoir.topology import Column
    >>> column = Column(shape=(15, 3, 3))
    >>> 500 < column.draw(135, random_state=0).nnz < 780
    True
    """

    shape: tuple[int, int, int] | None = None
    probability: float | tuple[float, float, float, float] = (0.3, 0.2, 0.4, 0.1)
    length_scale: float = 2.0
    weights: str = "gamma"
    inhibitory: float | None = 0.2

    has_degree: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Check the parameters."""
        super().__post_init__()
        if self.shape is not None and not _is_box(self.shape):
            raise ValueError(f"'shape' must be None or a tuple of three positive integers; got {self.shape!r}.")
        values = self.probability if isinstance(self.probability, tuple) else (self.probability,)
        if len(values) not in (1, 4) or not all(is_number(value) and 0.0 <= value <= 1.0 for value in values):
            raise ValueError(
                "'probability' must be a number between 0 and 1, or a tuple of four for the pairs EE, EI, IE, II; "
                f"got {self.probability!r}."
            )
        if not is_number(self.length_scale) or self.length_scale != np.inf:
            check_number("length_scale", self.length_scale, above=0)

    def positions(self, n_units: int) -> Array:
        """Return the places of the units on the grid.

        Parameters
        ----------
        n_units : int
            Number of units, at least 1.

        Returns
        -------
        ndarray of shape (n_units, 3), int64

        Raises
        ------
        ValueError
            If `shape` does not hold exactly n_units.

        Examples
        --------
        >>> from reservoir.topology import Column
        >>> Column(shape=(2, 1, 2)).positions(4)
        array([[0, 0, 0],
               [0, 0, 1],
               [1, 0, 0],
               [1, 0, 1]])
        """
        n_units = check_n_units(n_units)
        if self.shape is not None and prod(map(int, self.shape)) != n_units:
            raise ValueError(
                f"'shape' must hold exactly n_units={n_units} units; got {self.shape}, which holds "
                f"{prod(map(int, self.shape))}. Change one of 'shape' and 'n_units', or pass shape=None."
            )
        return np.stack(np.unravel_index(np.arange(n_units), self._box(n_units)), axis=1).astype(np.int64)

    def connect(
        self, n_units: int, degree: int | None, random_state: RandomState, inhibitory: Array | None = None
    ) -> csr_array:
        """Draw the structure, see `Topology.connect`; without a mask of inhibitory units all are excitatory."""
        n_units, _, rng, inhibitory = self._read(n_units, degree, random_state, inhibitory)
        positions, box = self.positions(n_units), self._box(n_units)
        kinds = np.zeros(n_units, dtype=np.intp) if inhibitory is None else inhibitory.astype(np.intp)
        # C by the kinds of source and target.
        constants = np.broadcast_to(np.ravel(self.probability).astype(np.float64), (4,)).reshape(2, 2)
        if n_units <= _MOST_UNITS_PAIR_BY_PAIR:
            target, source = self._every_pair(positions, box, constants[kinds].T, kinds, rng)
        else:
            target, source = self._by_displacement(box, n_units, constants.max(), rng)
            kept = rng.random_sample(target.size) * constants.max() < constants[kinds[source], kinds[target]]
            target, source = target[kept], source[kept]
        others = target != source
        return graph_from_pairs(target[others], source[others], n_units)

    def _every_pair(self, positions, box, factors, kinds, rng):
        n_units = len(positions)
        probability = factors[kinds] * self._closeness(positions, box)[:, :n_units]
        return np.nonzero(rng.random_sample(probability.shape) < probability)

    def _by_displacement(self, box, n_units, constant, rng):
        # Pairs of one displacement are equally likely, so their number is drawn first, for all displacements at once,
        # and then which they are: in time proportional to the number of units and synapses. All are taken as of the
        # likeliest kinds, and from a full box.
        sides = np.array(box)
        displacements = np.indices(2 * sides - 1).reshape(3, -1).T - (sides - 1)
        overlaps = sides - np.abs(displacements)
        distances = np.square(displacements / float(self.length_scale)).sum(axis=1)
        counts = rng.binomial(overlaps.prod(axis=1), constant * np.exp(-distances))
        targets, sources = [np.empty(0, np.intp)], [np.empty(0, np.intp)]
        for k in np.flatnonzero(counts):
            numbers = _distinct(int(overlaps[k].prod()), counts[k], rng)
            places = np.stack(np.unravel_index(numbers, overlaps[k])) + np.maximum(-displacements[k], 0)[:, np.newaxis]
            targets.append(np.ravel_multi_index(places, box))
            sources.append(np.ravel_multi_index(places + displacements[k][:, np.newaxis], box))
        target, source = np.concatenate(targets), np.concatenate(sources)
        present = np.maximum(target, source) < n_units
        return target[present], source[present]

    def _closeness(self, positions, box):
        # exp(-(D / length_scale)^2) to every place of the box, as a product over the three axes: one exponential a pair
        # would take most of the time.
        length_scale = float(self.length_scale)
        along = [
            np.exp(-(((position[:, np.newaxis] - np.arange(side)) / length_scale) ** 2))
            for position, side in zip(positions.T, box, strict=True)
        ]
        plane = along[1][:, :, np.newaxis] * along[2][:, np.newaxis, :]
        return (along[0][:, :, np.newaxis, np.newaxis] * plane[:, np.newaxis]).reshape(len(positions), -1)

    def _box(self, n_units):
        return _near_cube(n_units) if self.shape is None else self.shape


def _distinct(n_numbers, n_chosen, rng):
    # So many different ones of the numbers below n_numbers: drawn one after the other, those drawn before refused.
    if 2 * n_chosen > n_numbers:
        return rng.permutation(n_numbers)[:n_chosen]
    chosen = {}
    while len(chosen) < n_chosen:
        chosen.update(dict.fromkeys(rng.randint(n_numbers, size=n_chosen - len(chosen)).tolist()))
    return np.fromiter(chosen, dtype=np.intp)


def _near_cube(n_units):
    side = 1
    while side**3 < n_units:
        side += 1
    middle = 1
    while side * middle**2 < n_units:
        middle += 1
    return side, middle, -(-n_units // (side * middle))


def _is_box(shape):
    return isinstance(shape, tuple) and len(shape) == 3 and all(is_integer(side) and side >= 1 for side in shape)
