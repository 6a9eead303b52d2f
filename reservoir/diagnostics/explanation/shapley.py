"""Shapley values of a few players, over all of their coalitions."""

from math import comb

import numpy as np

from reservoir.checks.progress import Progress
from reservoir.driving.threads import map_series

MOST_PLAYERS = 12
HELD = 64  # values of coalitions in memory at once


def shapley_values(value, n_players, *, n_jobs=None, verbose=False):
    """Divide what all players reach together, ``v(all) - v(none)``, among them, by Shapley's rule.

    With d players, and the mean over all orders in which they may join::

        phi_j = sum over S without j of |S|! (d - 1 - |S|)! / d! (v(S + j) - v(S))

    They are the only values that sum to v(all) - v(none), are the same for players who contribute the same, are 0 for
    those who never contribute, and are, for a sum of games, the sum of the values of each.

    Parameters
    ----------
    value : callable
        v, from a boolean array (n_players,), true for those who take part, to an array of any one shape.
    n_players : int
        d, from 1 to 12; 2^d coalitions are valued.
    n_jobs : int or None, default=None
        Number of threads, over coalitions.
    verbose : bool, default=False
        Whether to print how many coalitions are valued.

    Returns
    -------
    nothing, everything : arrays
        v(none) and v(all).
    values : array (n_players, ...)

    References
    ----------
    L. S. Shapley, "A value for n-person games", in Contributions to the Theory of Games II, Princeton 1953, section 3.

    Examples
    --------
    Two left gloves and one right one, of which a pair is worth 1:

    >>> from reservoir.diagnostics.explanation.shapley import shapley_values
    >>> pairs = lambda here: float(min(here[0] + here[1], here[2]))
    >>> shapley_values(pairs, 3)[2].round(4)
    array([0.1667, 0.1667, 0.6667])
    """
    coalitions = (np.arange(2**n_players)[:, None] >> np.arange(n_players)) & 1 == 1
    values = nothing = everything = None
    for start in range(0, len(coalitions), HELD):
        some = coalitions[start : start + HELD]
        # Not through `drive_many`, because these are coalitions and not series.
        for here, worth in zip(some, map_series(value, some, n_jobs), strict=True):
            worth = np.asarray(worth, dtype=np.float64)
            if values is None:
                nothing, values = worth, np.zeros((n_players, *worth.shape))
            for player in range(n_players):
                values[player] += _weight(here, player) * worth
            everything = worth
        Progress("readout_attribution", verbose).say(f"{start + len(some)} of {len(coalitions)} sets of channels")
    return nothing, everything, values


def _weight(here, player):
    """Return the factor of a coalition's worth in the value of one player."""
    n_others = int(here.sum()) - int(here[player])
    share = 1 / (len(here) * comb(len(here) - 1, n_others))
    return share if here[player] else -share
