"""Replicas of one reservoir that start apart and are driven alike: whether, and from when on, they respond alike."""

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import RandomState
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_integer, check_memory, check_number, check_random_state
from reservoir.diagnostics.one_series import read_one_series
from reservoir.diagnostics.recorded import is_recorded, recorded_responses
from reservoir.diagnostics.stability.starts import random_start
from reservoir.dispatch import check_fitted_reservoir

_UNITS = 64  # that are correlated at once, so that their states of all replicas fit into the caches


def consistency(
    reservoir: BaseReservoir,
    X: ArrayLike,
    *,
    n_replicas: int = 5,
    washout: int | None = None,
    random_state: RandomState = None,
) -> float:
    """Mean squared correlation of the responses to the same input from different starts (replica test).

    With x_i^a(t) the state of unit i in replica a, over the rows after the washout::

        consistency = mean over pairs of replicas a < b and units i of corr_t(x_i^a, x_i^b)^2

    1 is a reservoir whose states are a function of the input; what is below is made of where it started, as in chaos.
    The correlation is the part that a function of the input has in the variance of a unit; this is its square.
    Independent responses correlate by chance: their squared correlation is about one over the number of rows, times
    the rows that one fluctuation lasts. A unit that is constant in both replicas, up to a millionth of the largest
    state, does not count; one that is constant in only one of them counts as 0. Starts are random states, as in
    `echo_state_index`.

    Parameters
    ----------
    reservoir : fitted reservoir of any class
    X : 2-D array (n_steps, n_features)
        One series. Strong input makes reservoirs consistent.
    n_replicas : int, default=5
        At least 2. Of a `MeasuredReservoir`, all recordings that begin with X are taken, whatever their number.
    washout : int or None, default=None
        Number of rows at the beginning that do not count, less than those of X by at least 2; None is half of them.
    random_state : int, RandomState or None, default=None
        Seed of the starts.

    Returns
    -------
    float, 0 to 1

    Raises
    ------
    ValueError
        If a parameter or X is invalid, or if no unit changes after the washout.
    StateOverflowError
        If a trajectory grows past every finite number.

    References
    ----------
    A. Uchida, R. McAllister and R. Roy, "Consistency of nonlinear system response to complex drive signals", Physical
    Review Letters 93:244102, 2004; T. Lymburn, A. Khor, T. Stemler, D. C. Correa, M. Small and T. Juengling,
    "Consistency in echo-state networks", Chaos 29:023118, 2019.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics import consistency
    >>> u = np.random.RandomState(0).uniform(-1, 1, (1000, 1))
    >>> tame = EchoStateReservoir(spectral_radius=0.9, random_state=0).fit(u)
    >>> wild = EchoStateReservoir(spectral_radius=5, random_state=0).fit(u)
    >>> round(consistency(tame, u, random_state=0), 6), consistency(wild, u, random_state=0) < 0.3
    (1.0, True)
    """
    n_replicas = check_integer("n_replicas", n_replicas, at_least=2)
    if washout is not None:
        washout = check_integer("washout", washout, at_least=0)
    return consistency_of(replica_responses(reservoir, X, n_replicas, random_state), washout)


def consistency_of(responses, washout=None):
    """Return the `consistency` of the responses of replicas to one series.

    Parameters
    ----------
    responses : list of 2-D arrays (n_steps, n_units)
    washout : int or None, default=None

    Returns
    -------
    float

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.diagnostics.stability.replicas import consistency_of
    >>> first, second = np.array([[1.0, 1.0, -1.0, -1.0], [1.0, -1.0, 1.0, -1.0]])
    >>> consistency_of([np.column_stack([first, first]), np.column_stack([-first, second])], washout=0)
    0.5
    """
    n_steps = len(responses[0])
    washout = n_steps // 2 if washout is None else washout
    if n_steps - washout < 2:
        raise ValueError(
            f"'washout' must leave at least 2 rows to correlate; got {washout} with a series of {n_steps} steps."
        )
    later = [states[washout:] for states in responses]
    least = [_least_variation(states) for states in later]
    squares, n_counted = 0.0, 0
    for start in range(0, later[0].shape[1], _UNITS):
        units = slice(start, start + _UNITS)
        scores = [_standardized(states[:, units], limit) for states, limit in zip(later, least, strict=True)]
        for a, (first, varies) in enumerate(scores):
            for second, also_varies in scores[:a]:
                squares += float(np.sum(np.minimum(_mean_products(first, second) ** 2, 1)))
                n_counted += int(np.count_nonzero(varies | also_varies))
    if n_counted == 0:
        raise ValueError(
            f"No unit changes in the {n_steps - washout} rows after the washout, so that there is nothing to "
            "correlate. Use stronger input, or a longer series."
        )
    return float(squares / n_counted)


def transient_length(
    reservoir: BaseReservoir,
    X: ArrayLike,
    *,
    tolerance: float = 1e-3,
    n_replicas: int = 5,
    random_state: RandomState = None,
) -> int | float:
    """Count the rows of X until replicas that started apart agree: the washout that this input asks for.

    With d(t) the largest distance of a replica from the first, and s how much the first one changes::

        d(t) = max over replicas of sqrt(mean_i (x_i(t) - x_i^1(t))^2)       s^2 = mean_i var_t x_i^1

    it is the first row from which on ``d(t) <= tolerance s`` to the end of X. Starts are random states, as in
    `echo_state_index`: further apart than what a reservoir usually goes through, so the number is on the safe side. If
    the states do not change at all, s is 1.

    Parameters
    ----------
    reservoir : fitted reservoir of any class
    X : 2-D array (n_steps, n_features)
        One series.
    tolerance : float, default=1e-3
        Above 0.
    n_replicas : int, default=5
        At least 2. Of a `MeasuredReservoir`, all recordings that begin with X are taken, whatever their number.
    random_state : int, RandomState or None, default=None
        Seed of the starts.

    Returns
    -------
    int, or ``math.inf``
        Rows to leave out, 0 to ``n_steps - 1``; inf if the replicas do not agree at the end of X: the reservoir does
        not forget its start, or needs longer than X.

    Raises
    ------
    ValueError
        If a parameter or X is invalid.
    StateOverflowError
        If a trajectory grows past every finite number.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics import transient_length
    >>> u = np.random.RandomState(0).uniform(-1, 1, (200, 1))
    >>> fast, slow = (EchoStateReservoir(leak_rate=leak_rate, random_state=0).fit(u) for leak_rate in (1.0, 0.3))
    >>> transient_length(fast, u, random_state=0) < transient_length(slow, u, random_state=0)
    True
    """
    n_replicas = check_integer("n_replicas", n_replicas, at_least=2)
    tolerance = check_number("tolerance", tolerance, above=0)
    return transient_length_of(replica_responses(reservoir, X, n_replicas, random_state), tolerance)


def transient_length_of(responses, tolerance=1e-3):
    """Return the `transient_length` of the responses of replicas to one series.

    Parameters
    ----------
    responses : list of 2-D arrays (n_steps, n_units)
    tolerance : float, default=1e-3

    Returns
    -------
    int, or ``math.inf``

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.diagnostics.stability.replicas import transient_length_of
    >>> transient_length_of([np.array([[9.0], [1.0], [2.0]]), np.array([[5.0], [1.0], [2.0]])])
    1
    """
    first = responses[0].astype(np.float64)
    scale = np.sqrt(np.mean(np.var(first, axis=0)))
    differences = (states - first for states in responses[1:])
    distance = np.sqrt(np.max([_mean_products(rows.T, rows.T) for rows in differences], axis=0))
    apart = np.flatnonzero(distance > tolerance * (scale if scale > 0 else 1.0))
    if apart.size == 0:
        return 0
    return int(apart[-1]) + 1 if apart[-1] + 1 < len(first) else np.inf


def replica_responses(reservoir, X, n_replicas, random_state):
    """Return the states of replicas from random starts, driven alike.

    Parameters
    ----------
    reservoir : fitted reservoir of any class
    X : 2-D array (n_steps, n_features)
    n_replicas : int
    random_state : int, RandomState or None

    Returns
    -------
    list of ``n_replicas`` 2-D arrays (n_steps, n_units), or of as many as were recorded

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import NVAR
    >>> from reservoir.diagnostics.stability.replicas import replica_responses
    >>> X = np.array([[0.0], [1.0]])
    >>> [states[-1].round(2).tolist() for states in replica_responses(NVAR(delay=2, order=1).fit(X), X, 2, 0)]
    [[1.0, 0.0], [1.0, 0.0]]
    """
    check_fitted_reservoir(reservoir)
    random_state, rows = check_random_state(random_state), read_one_series(reservoir, X)
    if is_recorded(reservoir):
        return recorded_responses(reservoir, rows)
    states, end = reservoir.drive(rows, reservoir.rest())
    check_memory("n_replicas", n_replicas, n_replicas * states.nbytes)
    starts = [reservoir.check_state(random_start(reservoir, X, end, random_state)) for _ in range(n_replicas)]
    return list(reservoir.drive_many([rows] * n_replicas, lambda number, before, piece: piece.states, starts=starts))


def _least_variation(states):
    """Return the deviation below which a unit does not change.

    A smaller one, relative to the largest state, is rounding or the last part of the way to a resting state.
    """
    return max(1e-6, 100 * np.finfo(states.dtype).eps) * max(states.max(initial=0), -states.min(initial=0))


def _standardized(states, least):
    """Return states of mean 0 and variance 1, those that do not change as 0, and which do."""
    states = states.astype(np.float64)
    states -= states.mean(axis=0)
    spread = np.sqrt(_mean_products(states, states))
    varies = spread > least
    states *= np.divide(1, spread, out=np.zeros_like(spread), where=varies)
    return states, varies


def _mean_products(one, other):
    """Return the mean over the rows of the products of two arrays, without the array of all products."""
    return np.einsum("tu,tu->u", one, other) / len(one)
