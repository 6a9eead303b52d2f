"""How far apart the same input leaves a reservoir that started in different states."""

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import RandomState
from reservoir.checks.arguments import check_integer, check_memory, check_random_state, check_washout
from reservoir.diagnostics.by_run import HasRun, as_reservoir, read_input
from reservoir.diagnostics.recorded import is_recorded, recorded_responses
from reservoir.diagnostics.stability.starts import random_start


def echo_state_index(
    reservoir: HasRun, X: ArrayLike, *, n_starts: int = 10, washout: int | None = None, random_state: RandomState = None
) -> float:
    """Mean distance that is left between a trajectory from rest and others from random states, driven alike.

    With x(t) driven by X from rest and y_s(t) from start s, of n columns each, over the T steps after the washout::

        index = mean over s, t of sqrt(sum_i (y_s,i(t) - x_i(t))^2 / n)

    0 means that the starts are forgotten: the echo-state property as far as this input shows it. There is
    no sharp limit: a reservoir that forgets slowly leaves a small index, smaller with a longer washout.

    The paper takes Euclidean distances, which grow with the reservoir: its index is ``sqrt(n)`` times this one. It
    draws starts uniformly within ±1, for units that squash. Here a state that is an array of floats, or a tuple of
    such as in a stack, is drawn around rest within ±1 or, if that is more, as far as its furthest number is from rest
    after X; any other kind of state (spiking liquids, a user's own) is where the rows of X, shuffled, lead from rest,
    with every continuous number of it times a random factor from 0 to 1.

    Parameters
    ----------
    reservoir : fitted reservoir of any class, or any object with a method ``run``
        Only its ``run`` is used, and its state at ``rest``, if it has one; else starts are where shuffled rows lead.
        Of a `MeasuredReservoir`, the first recording that begins with X is compared with all others that do.
    X : 2-D array (n_steps, n_features)
        One series. The index depends on it: strong input makes reservoirs forget.
    n_starts : int, default=10
        Number of random starts, at least 1.
    washout : int or None, default=None
        Number of steps at the beginning that do not count, less than those of X; None is half of them.
    random_state : int, RandomState or None, default=None
        Seed of the starts.

    Returns
    -------
    float, at least 0
        In the unit of the states.

    Raises
    ------
    ValueError
        If a parameter or X is invalid.
    StateOverflowError
        If a trajectory grows past every finite number; then the starts are not forgotten, either.

    References
    ----------
    C. Gallicchio, "Chasing the echo state property", ESANN 2019, arXiv:1811.10892, which introduces it as ESP index.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics import echo_state_index
    >>> u = np.random.RandomState(0).uniform(-1, 1, (1000, 1))
    >>> tame = EchoStateReservoir(spectral_radius=0.9, random_state=0).fit(u)
    >>> wild = EchoStateReservoir(spectral_radius=5, random_state=0).fit(u)
    >>> echo_state_index(tame, u, random_state=0) < 1e-6 < 0.1 < echo_state_index(wild, u, random_state=0)
    True
    """
    runnable, rows = as_reservoir(reservoir), read_input(reservoir, X)
    n_starts, random_state = check_integer("n_starts", n_starts), check_random_state(random_state)
    washout = check_washout(washout, len(rows), len(rows) // 2)
    check_memory("n_starts", n_starts, 8 * n_starts)
    responses = _responses(runnable, rows, n_starts, random_state)
    states, distances = next(responses), []
    for others in responses:
        difference = others[washout:].astype(np.float64) - states[washout:]
        distances.append(np.sqrt(np.mean(difference**2, axis=1)).mean())
    return float(np.mean(distances))


def _responses(reservoir, rows, n_starts, random_state):
    """Yield the states that the rows lead to from rest, and then from every random start, one at a time."""
    if is_recorded(reservoir):
        yield from recorded_responses(reservoir, rows)
        return
    states, end = reservoir.run(rows)
    yield states
    for _ in range(n_starts):
        yield reservoir.run(rows, random_start(reservoir, rows, end, random_state))[0]
