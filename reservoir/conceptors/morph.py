"""Mixtures of two conceptors, the same in all steps of a loop or another in each."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import Array
from reservoir.checks.arguments import check_array, check_memory, check_numbers
from reservoir.conceptors.conceptor import Conceptor


@dataclass(frozen=True, eq=False)  # arrays are neither equal nor unequal as a whole
class Morph:
    """The matrices ``(1 - mix) A + mix B`` of two conceptors, for `Forecaster.forecast`.

    Below 0 and above 1 a mix extrapolates: a loop with such a matrix may generate patterns beyond both, although it is
    no conceptor then. A loop of many mixes multiplies by A and B in every step, so that
    they take no memory.

    Parameters
    ----------
    first, second : Conceptor, Morph of one mix, or array (n_units, n_units)
        A and B.
    mix : float or array (n_steps,)
        One for all steps, or one for each.

    Raises
    ------
    ValueError
        If the matrices differ in size, or anything is not finite.

    References
    ----------
    H. Jaeger, "Controlling recurrent neural networks by conceptors", Jacobs University Technical Report 31, 2014
    (arXiv:1403.3369), section 3.7.

    Examples
    --------
    >>> from reservoir import Conceptor
    >>> from reservoir.conceptors import Morph
    >>> axis = Conceptor.from_matrix([[1.0, 0.0], [0.0, 0.0]])
    >>> Morph(axis, ~axis, 0.25).matrices.tolist()
    [[0.75, 0.0], [0.0, 0.25]]
    >>> Morph(axis, ~axis, [0.0, 0.5, 1.0]).matrices.shape
    (3, 2, 2)
    """

    first: "Conceptor | Morph | ArrayLike"
    second: "Conceptor | Morph | ArrayLike"
    mix: float | ArrayLike

    def __post_init__(self) -> None:
        first, second = matrix_of("first", self.first), matrix_of("second", self.second)
        if first.shape != second.shape:
            raise ValueError(f"'second' must have the shape {first.shape} of 'first'; got {second.shape}.")
        mix = check_numbers("mix", self.mix)
        if mix.ndim > 1 or not mix.size:
            raise ValueError(f"'mix' must be one number or one per step, shape (n_steps,); got shape {mix.shape}.")
        object.__setattr__(self, "mix", mix)

    @property
    def ends(self) -> Array:
        """A and B, (2, n_units, n_units)."""
        return np.stack([matrix_of("first", self.first), matrix_of("second", self.second)])

    @property
    def weights(self) -> Array:
        """The weights of A and B, (2,), or (n_steps, 2)."""
        mix = np.asarray(self.mix)
        return np.stack([1 - mix, mix], axis=-1)

    @property
    def matrices(self) -> Array:
        """The mixed matrices, (n_units, n_units), or (n_steps, n_units, n_units)."""
        ends, weights = self.ends, self.weights
        check_memory("mix", np.shape(self.mix), 8.0 * weights.size * ends[0].size)
        return np.tensordot(weights, ends, axes=1)


def matrix_of(name: str, value: Any) -> Array:
    """Return the matrix (n_units, n_units) of a fitted conceptor, a `Morph` or an array, or raise ValueError."""
    if isinstance(value, Conceptor):
        if not hasattr(value, "matrix_"):
            raise ValueError(f"'{name}' must be a fitted Conceptor; got one that is not. Call its fit on states.")
        return value.matrix_
    if isinstance(value, Morph):
        if np.ndim(value.mix):
            raise ValueError(
                f"'{name}' must be one matrix; got a Morph of {np.size(value.mix)} mixes. Give it one mix."
            )
        return value.matrices
    matrix = check_array(name, value, ("n_units", "n_units"))
    if matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"'{name}' must be a Conceptor or have shape (n_units, n_units); got {matrix.shape}.")
    return matrix
