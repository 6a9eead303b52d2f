"""How a grid is cut into patches, which points each of them sees, and which patches are worked on together."""

from typing import Any, NamedTuple

import numpy as np

from readouts.types import Array
from reservoir.checks.arguments import as_list, check_integer, is_integer

# Patches that are worked on together: as many as are driven in lockstep at least.
GROUP = 8


class Patches(NamedTuple):
    """A grid of one or two dimensions, cut into patches.

    The values of a row are counted with the last axis first, variables of a point before points. Patches are counted
    in the same way.

    Parameters
    ----------
    grid, patch, halo : tuple of int
        For each axis: the points of the grid, of a patch, and those beside a patch that it sees on either side.
    periodic : bool
        Whether the point after the last is the first. If not, points outside of the grid are those at its edge.
    n_variables : int

    Examples
    --------
    >>> from reservoir.local_forecaster.patches import Patches
    >>> ring = Patches((6,), (2,), (1,), True, 1)
    >>> ring.own([0, 2]).tolist(), ring.seen([0, 2]).tolist()
    ([[0, 1], [4, 5]], [[0, 1, 5, 2], [4, 5, 3, 0]])
    >>> ring._replace(periodic=False).seen([0, 2]).tolist()
    [[0, 1, 0, 2], [4, 5, 3, 5]]
    """

    grid: tuple[int, ...]
    patch: tuple[int, ...]
    halo: tuple[int, ...]
    periodic: bool
    n_variables: int

    @property
    def counts(self) -> tuple[int, ...]:
        """Number of patches along each axis."""
        return tuple(size // width for size, width in zip(self.grid, self.patch, strict=True))

    @property
    def n_patches(self) -> int:
        """Number of all patches."""
        return int(np.prod(self.counts))

    @property
    def n_values(self) -> int:
        """Number of values of a whole row."""
        return int(np.prod(self.grid)) * self.n_variables

    @property
    def n_own(self) -> int:
        """Number of values that a patch predicts."""
        return int(np.prod(self.patch)) * self.n_variables

    @property
    def n_seen(self) -> int:
        """Number of values that a patch sees: its own ones, and those around them."""
        widths = [width + 2 * beside for width, beside in zip(self.patch, self.halo, strict=True)]
        return int(np.prod(widths)) * self.n_variables

    def own(self, numbers: Any) -> Array:
        """Return where the own values of patches are in a row, (n_patches, n_own)."""
        return self.seen(numbers)[:, : self.n_own]

    def seen(self, numbers: Any) -> Array:
        """Return where the values that patches see are in a row, (n_patches, n_seen): their own ones first."""
        every = [np.arange(size) for size in self.grid]
        return self.within(numbers, every)

    def within(self, numbers: Any, points: list[Array]) -> Array:
        """Return where the values that patches see are in a row of a part of the grid, as `seen` does of the whole.

        Parameters
        ----------
        numbers : int array (n_patches,)
        points : list of int array
            For each axis, the points of the grid that the part has, in their order.
        """
        places = np.unravel_index(np.asarray(numbers), self.counts)
        flat = np.zeros((len(places[0]), 1), np.int64)
        for axis, (place, known) in enumerate(zip(places, points, strict=True)):
            along = np.searchsorted(known, self._windows(axis)[place])
            flat = (flat[:, :, None] * len(known) + along[:, None, :]).reshape(len(flat), -1)
        flat = (flat[:, :, None] * self.n_variables + np.arange(self.n_variables)).reshape(len(flat), -1)
        return flat[:, self._own_first()]

    def points(self, numbers: Any, *, own: bool = False) -> list[Array]:
        """Return for each axis the points, in their order, that the patches of a group see, or that are their own."""
        places = np.unravel_index(np.asarray(numbers), self.counts)
        return [
            np.unique(self._windows(axis)[place][:, self._middle(axis) if own else slice(None)])
            for axis, place in enumerate(places)
        ]

    def groups(self) -> list[Array]:
        """Return the numbers of the patches of each group: rectangles of neighbours, about `GROUP` of them."""
        *first, last = self.counts
        along = min(last, GROUP)
        numbers = np.arange(self.n_patches).reshape(-1, last)
        across = max(1, GROUP // along) if first else 1
        return [
            numbers[row : row + across, start : start + along].ravel()
            for row in range(0, len(numbers), across)
            for start in range(0, last, along)
        ]

    def _windows(self, axis):
        """Return the points along an axis that each patch sees, (n_patches_along, n_points)."""
        size, width, beside = self.grid[axis], self.patch[axis], self.halo[axis]
        points = np.arange(0, size, width)[:, None] + np.arange(-beside, width + beside)
        return points % size if self.periodic else np.clip(points, 0, size - 1)

    def _middle(self, axis):
        return slice(self.halo[axis], self.halo[axis] + self.patch[axis])

    def _own_first(self):
        """Return the order in which the values of a window come: those of the patch itself before those around it."""
        inside = np.zeros(
            [width + 2 * beside for width, beside in zip(self.patch, self.halo, strict=True)] + [self.n_variables], bool
        )
        inside[tuple(map(self._middle, range(len(self.grid))))] = True
        return np.argsort(~inside.ravel(), kind="stable")


def check_patches(
    shape: tuple[int, ...], patch: Any, halo: Any, periodic: bool, several: bool
) -> Patches:  # fmt: skip
    """Return the `Patches` of a field of a shape, or raise ValueError.

    Parameters
    ----------
    shape : tuple of int
        That of a row of the field: its axes of space, and then, if ``several``, that of the variables.
    patch, halo : parameters of these names, not checked yet
    periodic, several : bool

    Examples
    --------
    >>> from reservoir.local_forecaster.patches import check_patches
    >>> check_patches((8, 12), 4, (1, 2), True, False).counts
    (2, 3)
    """
    grid, n_variables = (shape[:-1], shape[-1]) if several else (shape, 1)
    widths = _each_axis("patch", patch, len(grid), 1)
    beside = _each_axis("halo", halo, len(grid), 0)
    for size, width, around in zip(grid, widths, beside, strict=True):
        if size % width:
            raise ValueError(
                f"'patch' must divide the grid, {_text(grid)} points; got {patch!r}. Take a divisor of each axis."
            )
        most = (size - width) // 2 if periodic else size - width
        if around > most:
            sides = ", or points would be seen twice" if periodic else ""
            raise ValueError(
                f"'halo' must be at most {most} beside patches of {width} on an axis of {size} points{sides}; got "
                f"{halo!r}. Lower 'halo' or 'patch'."
            )
    return Patches(tuple(map(int, grid)), widths, beside, periodic, int(n_variables))


def _each_axis(name, value, n_axes, least):
    """Return a parameter that is a number for all axes of space, or one for each, as a tuple."""
    if is_integer(value):
        return (check_integer(name, value, at_least=least),) * n_axes
    values = as_list(value)
    if values is None:
        raise ValueError(f"'{name}' must be an integer of at least {least}, or one for each axis; got {value!r}.")
    if len(values) != n_axes:
        raise ValueError(f"'{name}' must hold an integer for each axis of space, {n_axes}; got {value!r}.")
    return tuple(check_integer(name, one, at_least=least) for one in values)


def _text(shape):
    return " x ".join(map(str, shape))
