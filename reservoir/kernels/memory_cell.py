"""Mixed memory: a gated memory cell that rewrites the state before every step of a continuous liquid."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from readouts.compiling import fma, njit
from readouts.types import Array, Precision, RandomState
from reservoir.checks.arguments import (
    check_dtype,
    check_integer,
    check_matrix,
    check_memory,
    check_per_unit,
    check_random_state,
    in_precision,
    shape_of,
)
from reservoir.checks.short_repr import short_repr
from reservoir.kernels.functions import sigmoid, tanh
from reservoir.kernels.products import project_input


@dataclass(frozen=True, eq=False)
class MemoryCell:
    """Weights of the memory cell of a mixed-memory liquid, an LSTM in the order of ODE-LSTM.

    At every row the cell goes first, and the continuous liquid then starts from the state h that it leaves::

        z = W_in u + W h + b,  split into four parts of n_units: candidate i, gates k (input), f (forget), o (output)
        c <- sigmoid(f + 1) c + sigmoid(k) tanh(i)
        h <- sigmoid(o) tanh(c)

    The arrays are copied and made read-only.

    Parameters
    ----------
    input_weights : array (4 n_units, n_inputs)
    recurrent_weights : array (4 n_units, n_units)
    bias : float or array (4 n_units,)
        b; the larger its third quarter, the longer the memory, about ``1 / (1 - sigmoid(b + 1))`` rows.

    Raises
    ------
    ValueError
        If shapes do not agree or a weight is not finite.

    References
    ----------
    M. Lechner and R. Hasani, "Learning long-term dependencies in irregularly-sampled time series", arXiv:2006.04418,
    2020, algorithm 1.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import CfCLiquid, MemoryCell
    >>> cell = MemoryCell.draw(n_units=20, n_inputs=2, random_state=0)
    >>> cell.input_weights.shape, cell.recurrent_weights.shape
    ((80, 2), (80, 20))
    >>> CfCLiquid(20, mixed_memory=cell, random_state=0).fit_transform(np.ones((5, 2))).shape
    (5, 20)
    """

    input_weights: np.ndarray
    recurrent_weights: np.ndarray
    bias: np.ndarray

    __repr__ = short_repr

    def __post_init__(self) -> None:
        """Check the weights, keep copies and make them read-only."""
        shape = shape_of("recurrent_weights", self.recurrent_weights)
        if len(shape) != 2 or shape[0] != 4 * shape[1] or shape[1] == 0:
            raise ValueError(f"'recurrent_weights' of a MemoryCell must have shape (4 n_units, n_units); got {shape}.")
        inputs = shape_of("input_weights", self.input_weights)
        if len(inputs) != 2 or inputs[1] == 0:
            raise ValueError(f"'input_weights' of a MemoryCell must have shape (4 n_units, n_inputs); got {inputs}.")
        object.__setattr__(self, "recurrent_weights", check_matrix("recurrent_weights", self.recurrent_weights, shape))
        weights = check_matrix("input_weights", self.input_weights, (shape[0], inputs[1]))
        object.__setattr__(self, "input_weights", weights)
        object.__setattr__(self, "bias", check_per_unit("bias", self.bias, shape[0]))
        self._freeze()

    @classmethod
    def draw(cls, n_units: int, n_inputs: int, random_state: RandomState) -> Self:
        """Draw a cell as the reference does: Glorot uniform inputs, orthogonal recurrence, biases within 0.1.

        Parameters
        ----------
        n_units, n_inputs : int
            At least 1.
        random_state : int, RandomState or None

        Returns
        -------
        MemoryCell
        """
        n_units, n_inputs = check_integer("n_units", n_units), check_integer("n_inputs", n_inputs)
        generator = check_random_state(random_state)
        check_memory("n_units", n_units, 32 * n_units**2)
        check_memory("n_inputs", n_inputs, 32 * n_inputs * n_units)
        bound = np.sqrt(6 / (n_inputs + 4 * n_units))
        inputs = generator.uniform(-bound, bound, (4 * n_units, n_inputs))
        rotation, triangle = np.linalg.qr(generator.standard_normal((4 * n_units, n_units)))
        return cls(inputs, rotation * np.sign(np.diag(triangle)), generator.uniform(-0.1, 0.1, 4 * n_units))

    def arguments(self, dtype: Precision) -> tuple[Array, Array]:
        """Return the weights ``(n_inputs + n_units, 4 n_units)`` and the bias as the kernel takes them."""
        dtype, n_units = check_dtype(dtype), self.recurrent_weights.shape[1]
        weights = np.vstack([self.input_weights.T, self.recurrent_weights.T])
        bias = self.bias.copy()
        bias[2 * n_units : 3 * n_units] += 1
        return in_precision("mixed_memory", np.ascontiguousarray(weights), dtype), in_precision("bias", bias, dtype)

    def _freeze(self):
        for array in vars(self).values():
            array.setflags(write=False)

    def __setstate__(self, state):
        vars(self).update(state)
        self._freeze()


def resolve_memory(mixed_memory, n_units, n_inputs, random_state):
    """Return the `MemoryCell` that the parameter ``mixed_memory`` asks for (True draws one), or None."""
    if isinstance(mixed_memory, MemoryCell):
        shape, expected = mixed_memory.input_weights.shape, (4 * n_units, n_inputs)
        if shape != expected:
            raise ValueError(
                f"'mixed_memory' must have input weights of shape {expected}; got {shape}. Give its 'input_weights' a "
                "column for every input."
            )
        return mixed_memory
    if not isinstance(mixed_memory, (bool, np.bool_)):
        raise ValueError(f"'mixed_memory' must be True, False or a MemoryCell; got {mixed_memory!r}.")
    return MemoryCell.draw(n_units, n_inputs, random_state) if mixed_memory else None


def memory_arguments(memory, dtype):
    """Return the cell as the kernels take it; with None they are compiled without one, which takes less time."""
    return None if memory is None else memory.arguments(dtype)


def rest_with(memory, n_units, dtype):
    """Return the state at rest: a row for the units, and a second one for the memory cell if there is one."""
    return np.zeros(n_units if memory is None else (2, n_units), dtype)


@njit
def step_memory_cell(weights, bias, u, joined, drive, state):
    """In place: one step of the memory cell; ``state`` (2, n_units) holds h and c, the rest are buffers."""
    n = state.shape[1]
    for k in range(u.size):
        joined[k] = u[k]
    for i in range(n):
        joined[u.size + i] = state[0, i]
    project_input(weights, bias, joined, drive)
    update_memory(drive[:n], drive[n : 2 * n], drive[2 * n : 3 * n], drive[3 * n :], state[0], state[1])


@njit
def update_memory(candidate, enter, keep, show, h, c):
    """In place: what the four parts of z make of h and c."""
    for i in range(h.size):
        c[i] = fma(sigmoid(keep[i]), c[i], sigmoid(enter[i]) * tanh(candidate[i]))
        h[i] = sigmoid(show[i]) * tanh(c[i])
