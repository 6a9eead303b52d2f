"""States that are a single array: whether what a caller hands over can be one."""

import numpy as np

from readouts.masked import refuse_masked
from reservoir.series.lazy_series import is_finite


def check_plain_state(state, rest):
    """Return a state that a caller passed, or raise ValueError if it is no finite array like that at rest.

    Parameters
    ----------
    state : whatever the caller passed
    rest : array
        The state before the first input, whose shape and precision count.

    Returns
    -------
    array of the shape and precision of ``rest``
        ``state`` itself where it is one that kernels are compiled for.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.driving.plain_state import check_plain_state
    >>> check_plain_state([1, 2], np.zeros(2))
    array([1., 2.])
    """
    plain = type(state) is np.ndarray and state.dtype == rest.dtype and state.shape == rest.shape
    if plain and state.flags.carray and is_finite(state):
        return state
    refuse_masked("state", state)
    try:
        array = np.asarray(state)
    except ValueError:  # parts of unequal length, such as the state of another kind of reservoir
        array = np.empty(0)
    known = array.shape == rest.shape and array.dtype.kind in "fiu" and np.isfinite(array).all()
    with np.errstate(over="ignore"):  # of double precision, and too large for single
        rounded = np.array(array, dtype=rest.dtype) if known else array
    if not known or not np.isfinite(rounded).all():
        raise ValueError(
            f"'state' must be a finite array of shape {rest.shape}, the second value that run returns; "
            f"got {_describe(rounded if known else state)}."
        )
    return rounded


def _describe(state):
    if isinstance(state, tuple):
        return f"a {type(state).__name__} of {len(state)} parts (of `states, state = run(X)` only the second is meant)"
    if isinstance(state, np.ndarray) and state.dtype.kind == "f" and not np.isfinite(state).all():
        return "NaN or infinity"
    return f"{type(state).__name__} of shape {np.shape(state)}" if isinstance(state, np.ndarray) else repr(state)
