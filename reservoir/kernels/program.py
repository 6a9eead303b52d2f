"""Programs: what a kernel is given of a fitted reservoir, by name.

Each rule has one NamedTuple class, whose values are the leading arguments of its kernel. Code that reads a program uses
the names, and `_replace` to change a value; the kernel is called with the plain tuples that `arguments` returns.
"""

import numpy as np


def arguments(program):
    """Return the values of a program as nested plain tuples, in their order: the leading arguments of its kernel.

    Numba tells plain tuples apart much faster than named ones, which counts where a call drives a single row.

    Examples
    --------
    >>> from typing import NamedTuple
    >>> from reservoir.kernels.program import arguments
    >>> class Weights(NamedTuple):
    ...     input: float
    ...     recurrent: float
    >>> class Program(NamedTuple):
    ...     weights: Weights
    ...     bias: float
    >>> arguments(Program(Weights(1.0, 2.0), bias=3.0))
    ((1.0, 2.0), 3.0)
    """
    return tuple(arguments(value) if isinstance(value, tuple) else value for value in program)


def detached(program, arrays):
    """Return a program with copies in place of the given arrays and of views of them.

    Fitted arrays are made read-only, and Numba would compile every kernel once more for read-only arrays.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.kernels.program import detached
    >>> weights, own = np.ones(2), np.zeros(2)
    >>> program = detached((weights, own), [weights])
    >>> program[0] is weights, program[1] is own
    (False, True)
    """
    known = {id(array) for array in arrays} | {id(array.base) for array in arrays} - {id(None)}
    return _detached(program, known)


def _detached(program, known):
    if isinstance(program, tuple):
        values = [_detached(value, known) for value in program]
        return type(program)._make(values) if hasattr(program, "_make") else tuple(values)
    shared = isinstance(program, np.ndarray) and (id(program) in known or id(program.base) in known)
    return program.copy() if shared else program


def as_own(program):
    """Return a program, or any nest of tuples, with copies of its arrays that may be written to.

    Arrays that a pickle maps from disk are read-only, and Numba would compile every kernel once more for these.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.kernels.program import as_own
    >>> mapped = np.ones(2)
    >>> mapped.setflags(write=False)
    >>> as_own((mapped, 1))[0].flags.writeable
    True
    """
    if isinstance(program, tuple):
        values = map(as_own, program)
        return type(program)._make(values) if hasattr(program, "_make") else tuple(values)
    return np.array(program) if isinstance(program, np.ndarray) else program
