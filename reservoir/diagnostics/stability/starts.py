"""States far apart, from which the same input is to lead to the same response."""

import numpy as np
from sklearn.utils import shuffle

from reservoir.diagnostics.state_vector import to_vector, with_vector


def random_start(reservoir, X, end, random_state):
    """Return a random state.

    An array of floats is drawn around rest, uniform within ±1 or, if that is more, as far as its furthest number is
    from rest after X; so is each part of a tuple of states. Any other kind of state is where the rows of X, shuffled,
    lead from rest, each of its continuous numbers times a random factor from 0 to 1, so that constant input
    does not make all starts the same.

    Parameters
    ----------
    reservoir : fitted reservoir of any class, or an object with a method ``run``
        Without a method ``rest``, all states are of the other kind.
    X : 2-D array (n_steps, n_features)
    end : the state after X from rest
    random_state : RandomState

    Returns
    -------
    state

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics.stability.starts import random_start
    >>> u = np.zeros((5, 1))
    >>> reservoir = EchoStateReservoir(4, degree=2, random_state=0).fit(u)
    >>> random_start(reservoir, u, reservoir.run(u)[1], np.random.RandomState(0)).shape
    (4,)
    """
    rests = hasattr(reservoir, "rest")
    if rests and _is_drawn(end):
        return _drawn(reservoir.rest(), end, None, random_state)
    led = reservoir.run(shuffle(X, random_state=random_state))[1]
    return _drawn(reservoir.rest(), end, led, random_state) if rests else _weakened(led, random_state)


def _is_drawn(state):
    if type(state) is tuple:
        return all(map(_is_drawn, state))
    return isinstance(state, np.ndarray) and state.dtype.kind == "f"


def _drawn(rest, end, led, random_state):
    if type(end) is tuple:
        others = [None] * len(end) if led is None else led
        return tuple(_drawn(*parts, random_state) for parts in zip(rest, end, others, strict=True))
    if _is_drawn(end):
        reach = max(1.0, np.abs(end - rest).max(initial=0))
        return rest + random_state.uniform(-reach, reach, rest.shape)
    return _weakened(led, random_state)


def _weakened(led, random_state):
    try:
        vector = to_vector(led)
    except TypeError:  # the state has an unknown type, and is taken as it is
        return led
    return with_vector(led, random_state.uniform(size=vector.size) * vector)
