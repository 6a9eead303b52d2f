"""What a closed loop does with its state after each step: which matrices it multiplies it by, mixed how."""

from typing import Any, NamedTuple

import numpy as np

from readouts.types import Array
from reservoir.checks.arguments import as_list, check_array, check_memory
from reservoir.conceptors.conceptor import Conceptor
from reservoir.conceptors.morph import Morph, matrix_of


class StateMaps(NamedTuple):
    """In step t, a state x becomes the sum over j of ``mix[t, j] matrices[choice[t, j]] x``.

    Parameters
    ----------
    matrices : array (n_matrices, n_units, n_units)
    choice : array (n_steps, n_mixed) of int64
    mix : array (n_steps, n_mixed)
        In the precision of the matrices.
    """

    matrices: Array
    choice: Array
    mix: Array

    def apply(self, t: int, state: Array) -> Array:
        """Return what a state becomes in step t.

        Examples
        --------
        >>> import numpy as np
        >>> from reservoir.conceptors.state_maps import read_state_maps
        >>> maps = read_state_maps(np.eye(2) / 2, 3, 2, np.dtype("float64"))
        >>> maps.apply(2, np.array([4.0, 6.0])).tolist()
        [2.0, 3.0]
        """
        return sum(weight * (self.matrices[k] @ state) for k, weight in zip(self.choice[t], self.mix[t], strict=True))


def read_state_maps(conceptor: Any, n_steps: int, n_units: int, dtype: np.dtype) -> StateMaps:
    """Return the maps of ``n_steps`` steps that a parameter 'conceptor' asks for, or raise ValueError.

    Parameters
    ----------
    conceptor : Conceptor, Morph, array (n_units, n_units) or (n_steps, n_units, n_units), or list of n_steps matrices
        Those of a list are conceptors, morphs of one mix, or arrays. What is in a list several times is kept once.
    n_steps, n_units : int
    dtype : dtype of the states
    """
    if isinstance(conceptor, Morph) and np.ndim(conceptor.mix):
        mix = conceptor.weights
        if len(mix) != n_steps:
            raise ValueError(f"'conceptor' must have one mix, or one for each of the {n_steps} steps; got {len(mix)}.")
        return _maps(conceptor.ends, np.broadcast_to([0, 1], (n_steps, 2)), mix, n_units, dtype)
    if _is_sequence(conceptor):
        _check_steps(len(conceptor), n_steps)
        places = {id(one): one for one in conceptor}
        numbers = {key: number for number, key in enumerate(places)}
        check_memory("conceptor", f"{len(places)} matrices", 16.0 * len(places) * n_units**2)
        kept = [_of_size(matrix_of("conceptor", one), n_units) for one in places.values()]
        choice = np.array([numbers[id(one)] for one in conceptor])[:, None]
        return _maps(np.stack(kept), choice, np.ones((n_steps, 1)), n_units, dtype)
    if getattr(conceptor, "ndim", 0) == 3 or _is_deep(conceptor):
        matrices = check_array("conceptor", conceptor, ("n_steps", n_units, n_units))
        _check_steps(len(matrices), n_steps)
        return _maps(matrices, np.arange(n_steps)[:, None], np.ones((n_steps, 1)), n_units, dtype)
    matrices = matrix_of("conceptor", conceptor)[None]
    return _maps(matrices, np.zeros((n_steps, 1)), np.ones((n_steps, 1)), n_units, dtype)


def _is_sequence(value):
    """Whether a list, or an array of objects, holds conceptors, or arrays that are matrices."""
    if not (
        isinstance(value, (list, tuple)) or isinstance(value, np.ndarray) and value.dtype == object and value.ndim == 1
    ):
        return False
    return any(isinstance(one, (Conceptor, Morph)) or getattr(one, "ndim", 0) == 2 for one in value)


def _is_deep(value):
    """Whether a list holds lists of lists."""
    outer = as_list(value)
    inner = as_list(outer[0]) if outer else None
    return bool(inner) and as_list(inner[0]) is not None


def _check_steps(length, n_steps):
    if length != n_steps:
        raise ValueError(f"'conceptor' must hold one matrix, or one for each of the {n_steps} steps; got {length}.")


def _of_size(matrix, n_units):
    if len(matrix) != n_units:
        raise ValueError(f"'conceptor' must be one of the {n_units} units of the reservoir; got one of {len(matrix)}.")
    return matrix


def _maps(matrices, choice, mix, n_units, dtype):
    _of_size(matrices[0], n_units)
    matrices = np.ascontiguousarray(matrices, dtype=dtype)
    return StateMaps(matrices, np.ascontiguousarray(choice, dtype=np.int64), np.ascontiguousarray(mix, dtype=dtype))
