"""What to change so that a reservoir is healthy: looked for by trying it on the series."""

import warnings
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from typing import NamedTuple

import numpy as np

from reservoir.diagnostics.one_series import read_one_series, read_several_series, unnamed
from reservoir.diagnostics.report.candidates import every_default, scaled_changes, single_changes
from reservoir.diagnostics.report.change import follow
from reservoir.diagnostics.report.measure import measure
from reservoir.diagnostics.report.verdict import Condition, condition_of, is_well
from reservoir.driving.threads import map_series

_MOST_TRIALS = 30  # per round


class Remedy(NamedTuple):
    """Changes, the condition that they led to when they were tried, and whether it is clear of the limits."""

    changes: tuple
    condition: Condition
    well: bool


def find_remedy_of(condition, reservoir, X, seed, memory, n_rounds=2):
    """Return changes that lead from a condition to a healthy one, or None if none were found.

    First, what the health of spiking units advises. Then what the condition names, in its order, of a stack in each
    layer by itself and then in all: parameters that are away from their default are set to it, and X is standardized.
    If one change only leads to another condition, what mends that is added. If none of this helps, everything is set
    to its default, less what need not be. What is left is changed by factors: first at their strongest, as what does
    not help there needs no more trials, then from mild to strong.

    Parameters
    ----------
    condition : Condition
        Of the reservoir on this series.
    reservoir : fitted reservoir
        It is left as it is.
    X : 2-D array (n_steps, n_features)
    seed : int
        Of every trial.
    memory : bool
        Whether a healthy reservoir must be seen to remember.
    n_rounds : int, default=2
        How many conditions may have to be mended one after another.

    Returns
    -------
    Remedy or None

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics.report.remedy import find_remedy_of
    >>> from reservoir.diagnostics.report.verdict import CONDITIONS
    >>> u = np.random.RandomState(0).uniform(-1, 1, (300, 1))
    >>> chaotic = next(one for one in CONDITIONS if one.verdict == "chaotic")
    >>> wild = EchoStateReservoir(spectral_radius=5.0, random_state=0).fit(u)
    >>> remedy = find_remedy_of(chaotic, wild, u, seed=0, memory=False)
    >>> print(*remedy.changes)
    lower 'spectral_radius' from 5 to 0.9
    """
    trials = _Trials(condition, reservoir, X, seed, memory)
    found = _first_healthy(single_changes(condition, reservoir, X), trials, n_rounds)
    found = found or _back_to_defaults(trials)
    return found or _first_healthy(scaled_changes(condition, reservoir), trials, n_rounds)


def count_healthy(changes, reservoir, X, seed, memory, n_jobs=None):
    """Return on how many of some series a reservoir is healthy after changes.

    Parameters
    ----------
    changes : sequence of Change
    reservoir : fitted reservoir
        It is left as it is.
    X : 3-D array or list of 2-D arrays
    seed : int
    memory : bool
        Whether a healthy reservoir must be seen to remember.
    n_jobs : int or None, default=None
        Number of threads over series.

    Returns
    -------
    int

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics.report.change import Change
    >>> from reservoir.diagnostics.report.remedy import count_healthy
    >>> X = np.random.RandomState(0).uniform(-1, 1, (3, 300, 1))
    >>> wild = EchoStateReservoir(spectral_radius=5.0, random_state=0).fit(X)
    >>> count_healthy([Change("spectral_radius", "lower", 0.18, 0.9)], wild, X, seed=0, memory=False)
    3
    """

    def healthy(rows):
        try:
            with np.errstate(over="ignore", invalid="ignore"):
                facts = measure(unnamed(changed), rows, np.random.RandomState(seed), memory).facts
        except (ValueError, TypeError, MemoryError):  # StateOverflowError, too
            return False
        return condition_of(facts).healthy

    with _quiet():
        try:
            changed, X = follow(changes, reservoir, X)
        except (ValueError, TypeError, MemoryError):
            return 0
        return sum(map_series(healthy, read_several_series(changed, X).series, n_jobs))


def _first_healthy(candidates, trials, n_rounds):
    """Return the first remedy among candidates, or else the one that leads furthest, mended further; or None."""
    best = None
    for scale in candidates:
        best = _better(best, _search(scale, trials))
        if best is not None and best.condition.healthy:
            return best
    return _mended_further(best, trials, n_rounds - 1) if best is not None and n_rounds > 1 else None


def _back_to_defaults(trials):
    """Return a remedy of as few defaults as will do, or None if all of them will not."""
    best = trials.run(every_default(trials.reservoir, trials.X))
    if best is None or not best.condition.healthy:
        return None
    for change in best.changes[::-1]:
        fewer = [one for one in best.changes if one is not change]
        found = trials.run(fewer)
        if found is not None and found.condition.healthy:
            best = found
    return best


def _mended_further(remedy, trials, n_rounds):
    """Return a remedy of the condition that another one leads to, both together, or None."""
    with _quiet():
        changed = follow(remedy.changes, trials.reservoir, trials.X)
    more = find_remedy_of(remedy.condition, *changed, trials.seed, trials.memory, n_rounds)
    names = [{change.parameter for change in one.changes} for one in (remedy, more) if one is not None]
    if more is None or names[0] & names[1]:  # changing a parameter twice is no remedy
        return None
    return Remedy(remedy.changes + more.changes, more.condition, more.well)


class _Trials:
    """What becomes of a reservoir after changes."""

    def __init__(self, condition, reservoir, X, seed, memory):
        self.condition, self.reservoir, self.X, self.seed, self.memory = condition, reservoir, X, seed, memory
        self.left = _MOST_TRIALS

    def run(self, changes):
        """Return what the changes lead to, or None if there are none, they are refused, or enough has been tried."""
        self.left -= 1
        if self.left < 0 or not changes:
            return None
        try:
            found = self._tried(changes, self.seed, memory=False)
            # Memory takes longest to measure, and matters to two verdicts only.
            if self.memory and (found.condition.healthy or found.condition.verdict == "memoryless"):
                found = self._tried(changes, self.seed, memory=True)
            # A result close to a limit may lie beyond it for other starts.
            doubtful = found.condition.healthy and not found.well
            return self._tried(changes, self.seed + 1, self.memory) if doubtful else found
        except (ValueError, TypeError, MemoryError):  # StateOverflowError, too
            return None

    def _tried(self, changes, seed, memory):
        with _quiet():
            reservoir, X = follow(changes, self.reservoir, self.X)
            rows = read_one_series(reservoir, X)
            facts = measure(unnamed(reservoir), rows, np.random.RandomState(seed), memory).facts
        return Remedy(tuple(changes), condition_of(facts), is_well(facts))


@contextmanager
def _quiet():
    """Suppress the warnings of trials, such as those of spiking health, and what they print, such as epochs."""
    with warnings.catch_warnings(), redirect_stdout(StringIO()):
        warnings.simplefilter("ignore")
        yield


def _search(scale, trials):
    """Return the first of some changes, from mild to strong, that make it well, or else one that helps in part."""
    strongest = trials.run(scale[-1])
    if strongest is not None and strongest.condition is trials.condition:
        return None
    best = None
    for changes in scale:
        found = strongest if changes is scale[-1] else trials.run(changes)
        if found is not None and found.well:
            return found
        if found is not None and found.condition is not trials.condition:
            best = _better(best, found)
    return best


def _better(best, found):
    """Return the remedy that leads further, the first of equals."""
    rank = [(one.condition.healthy, one.well) if one is not None else () for one in (best, found)]
    return found if rank[1] > rank[0] else best
