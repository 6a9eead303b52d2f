"""The state of any reservoir as one vector of real numbers, and back: what can be perturbed, whatever its type."""

from copy import copy
from functools import singledispatch
from itertools import accumulate
from numbers import Integral, Real

import numpy as np


@singledispatch
def to_vector(state):
    """Return all continuous numbers of a state, one after another.

    Those are the floating-point numbers in it, on whatever level of arrays, tuples, lists and dictionaries. Integers
    (clocks, counters, spikes on their way) and truth values are not continuous and do not count. Other types of state
    can be registered with ``to_vector.register`` and ``with_vector.register``, as singledispatch functions are.

    Parameters
    ----------
    state : the second value that ``run`` returns

    Returns
    -------
    float64 array (n_numbers,)
        A copy.

    Raises
    ------
    TypeError
        If the type of the state, or of a part of it, is not known.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.diagnostics.state_vector import to_vector, with_vector
    >>> state = np.zeros(2), (3, np.ones(2, dtype="float32"))
    >>> to_vector(state)
    array([0., 0., 1., 1.])
    >>> with_vector(state, [5, 6, 7, 8])
    (array([5., 6.]), (3, array([7., 8.], dtype=float32)))
    """
    _refuse(state)


@singledispatch
def with_vector(state, vector):
    """Return a state like the given one, of the same types and precisions, with other continuous numbers.

    Parameters
    ----------
    state : the second value that ``run`` returns
        It is not changed. Its other values, such as integers, are those of the result.
    vector : array (n_numbers,)
        In the order of `to_vector`.

    Returns
    -------
    state

    Raises
    ------
    TypeError
        If the type of the state, or of a part of it, is not known.
    ValueError
        If the vector has another length.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics.state_vector import to_vector, with_vector
    >>> reservoir = EchoStateReservoir(3, degree=2, random_state=0).fit([[0.0]])
    >>> _, state = reservoir.run([[1.0]])
    >>> far = with_vector(state, to_vector(state) + 1)
    >>> reservoir.run([[1.0]], far)[0].shape
    (1, 3)
    """
    _refuse(state)


@to_vector.register(np.ndarray)
def _of_array(state):
    if state.dtype.kind == "f":
        return state.astype(np.float64).ravel()
    return _nothing_in(state) if state.dtype.kind in "iub" else _refuse(state)


@to_vector.register(Real)
def _of_number(state):
    return np.empty(0) if isinstance(state, Integral) else np.array([state], dtype=np.float64)


@to_vector.register(np.bool_)
@to_vector.register(type(None))
def _nothing_in(state):
    return np.empty(0)


@to_vector.register(tuple)
@to_vector.register(list)
def _of_parts(state):
    return np.concatenate([np.empty(0), *map(_numbers_of, state)])


@to_vector.register(dict)
def _of_named_parts(state):
    return _of_parts(list(state.values()))


@with_vector.register(np.ndarray)
def _with_array(state, vector):
    vector = _check(vector, to_vector(state).size)
    if not vector.size:
        return state.copy()
    with np.errstate(over="ignore"):  # numbers too large for single precision become infinite, and run refuses them
        return vector.reshape(state.shape).astype(state.dtype)


@with_vector.register(Real)
def _with_number(state, vector):
    vector = _check(vector, to_vector(state).size)
    with np.errstate(over="ignore"):
        return type(state)(vector[0]) if vector.size else state


@with_vector.register(np.bool_)
@with_vector.register(type(None))
def _as_it_is(state, vector):
    _check(vector, 0)
    return state


@with_vector.register(tuple)
@with_vector.register(list)
def _with_parts(state, vector):
    ends = list(accumulate((_numbers_of(part).size for part in state), initial=0))
    vector = _check(vector, ends[-1])
    parts = [with_vector(part, vector[ends[k] : ends[k + 1]]) for k, part in enumerate(state)]
    return type(state)(*parts) if hasattr(state, "_fields") else type(state)(parts)


@with_vector.register(dict)
def _with_named_parts(state, vector):
    changed = copy(state)
    changed.update(zip(state, _with_parts(list(state.values()), vector), strict=True))
    return changed


def _numbers_of(part):
    # Nearly all parts are arrays, and dispatching takes longer than reading them.
    return _of_array(part) if type(part) is np.ndarray else to_vector(part)


def _check(vector, size):
    vector = np.asarray(vector, dtype=np.float64)
    if vector.shape != (size,):
        raise ValueError(f"'vector' must have one number for each of the state's, shape ({size},); got {vector.shape}.")
    return vector


def _refuse(state):
    what = f"an array of {state.dtype}" if isinstance(state, np.ndarray) else type(state).__name__
    raise TypeError(
        f"'state' must be made of arrays of real numbers, in tuples, lists or dictionaries; got {what}. A type of your "
        "own can be registered with to_vector.register and with_vector.register."
    )
