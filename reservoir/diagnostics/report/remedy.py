"""What to change so that a reservoir is well: looked for by trying it on the series."""

import warnings
from contextlib import contextmanager
from math import log2
from typing import NamedTuple

import numpy as np

from reservoir.diagnostics.heard import elapsed_index, hears_spikes
from reservoir.diagnostics.one_series import read_one_series, unnamed
from reservoir.diagnostics.report.change import Change, follow
from reservoir.diagnostics.report.measure import measure
from reservoir.diagnostics.report.parameters import MOST, ROLES, WHOLE, is_array, keys_of, last, present, scaled, usual
from reservoir.diagnostics.report.verdict import Condition, is_well, judge
from reservoir.lif import LIFLiquid
from reservoir.lif.health import Probe, find_ailment, find_remedy

# Factors that are tried, as powers of 2, from mild to strong: each at most as much more as it lies above the last but
# one, as what is well reaches over two decades or so. Whole numbers, numbers of delays, grow by a factor of 8 at most.
_POWERS, _WHOLE_POWERS = (1, 2, 3, 5, 7, 10, 14, 20, 28), (1, 2, 3)
_AILMENTS = ("silent", "saturated", "epileptic")
_STANDARD = 2.0  # a column is standardized already if its mean is below, and its deviation within, this of 1


class Remedy(NamedTuple):
    """Changes, and the condition that they led to when they were tried."""

    changes: tuple
    condition: Condition
    well: bool


def find_remedy_of(condition, reservoir, X, seed, memory, n_rounds=2):
    """Return the first remedy of a condition after which a reservoir is well, or else one that helps in part, or None.

    What the condition names is tried in order, of a stack in each layer by itself and then in all: first a parameter's
    default, if that lies in the right direction; then its strongest change, as what does not help there needs no more
    trials; then from mild to strong. If one change leads to another condition only, what mends that one is added.

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
        Whether what is called well must remember.
    n_rounds : int, default=2
        How many changes after each other may be needed.

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
    best = None
    for changes_of in _candidates(condition, reservoir, X):
        found = _search(changes_of, trials)
        if found is not None and found.well:
            return found
        best = _better(best, found)
    if best is None or best.condition.healthy or n_rounds == 1:
        return best
    with _quiet():
        changed = follow(best.changes, reservoir, X)
    more = find_remedy_of(best.condition, *changed, seed, memory, n_rounds - 1)
    if more is None or not more.condition.healthy:
        return None
    changed_again = {change.parameter for change in more.changes}
    kept = tuple(change for change in best.changes if change.parameter not in changed_again - {"X"})
    return Remedy(kept + more.changes, more.condition, more.well)


class _Trials:
    """What becomes of a reservoir after changes."""

    def __init__(self, condition, reservoir, X, seed, memory):
        self.condition, self.reservoir, self.X, self.seed = condition, reservoir, X, seed
        self.memory, self.at_once = memory, memory and condition.verdict == "memoryless"

    def run(self, changes):
        """Return what the changes lead to, or None if they are refused."""
        try:
            found = self._judged(changes, self.at_once)
            if self.memory and not self.at_once and (found.well or found.condition.verdict == "memoryless"):
                found = self._judged(changes, True)
        except (ValueError, TypeError, MemoryError):  # StateOverflowError, too
            return None
        return found

    def _judged(self, changes, memory):
        with _quiet():
            reservoir, X = follow(changes, self.reservoir, self.X)
            rows = read_one_series(reservoir, X)
            facts = measure(unnamed(reservoir), rows, np.random.RandomState(self.seed), memory).facts
        return Remedy(tuple(changes), judge(facts), is_well(facts))


@contextmanager
def _quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of spiking liquids that are ill, which the verdict says as well
        yield


def _search(changes_of, trials):
    """Return the first of a series of changes after which the reservoir is well, or else one that helps in part."""
    usual, scale = changes_of
    found = [trials.run(changes) for changes in usual]
    if not any(one is not None and one.well for one in found) and scale:
        strongest = trials.run(scale[-1])
        if strongest is None or strongest.condition is not trials.condition:
            for changes in scale[:-1]:
                found.append(trials.run(changes))
                if found[-1] is not None and found[-1].well:
                    break
            else:
                found.append(strongest)
    best = None
    for one in found:
        if one is not None and one.condition is not trials.condition:
            best = _better(best, one)
    return best


def _better(best, found):
    """Return the remedy that leads further, the first of equals."""
    rank = [(one.condition.healthy, one.well) if one is not None else () for one in (best, found)]
    return found if rank[1] > rank[0] else best


def _candidates(condition, reservoir, X):
    """Yield pairs: changes to defaults, at most one, and changes by factors, from mild to strong."""
    told = _told_by_health(reservoir, X) if condition.verdict in _AILMENTS else None
    if told is not None:
        yield [[told]], []
    for remedy in condition.remedies:
        how, what = remedy.split()
        if what in ROLES:
            yield from (_changes_of(reservoir, keys, how, what) for keys in _groups(reservoir, what))
        elif hears_spikes(reservoir):
            continue
        elif how != "standardize":
            yield [], [[Change("X", how, 2.0 ** (power if how == "raise" else -power))] for power in _POWERS]
        elif not _is_standard(reservoir, X):
            yield [[Change("X", how, None)]], []


def _groups(reservoir, role):
    """Return lists of parameters to change together: each by itself, then one of every layer."""
    keys = keys_of(reservoir, role)
    of_layers = list({key.removesuffix(last(key)): key for key in reversed(keys)}.values())[::-1]
    return [[key] for key in keys] + ([of_layers] if len(of_layers) > 1 else [])


def _changes_of(reservoir, keys, how, role):
    """Return changes of some parameters to their defaults, and all by the same factor, from mild to strong."""
    changes = [_Direction(reservoir, key, (how == "raise") == (ROLES[role][last(key)] > 0)) for key in keys]
    if not all(one.is_open for one in changes):
        return [], []
    usual = [[one.to_usual() for one in changes]] if all(one.has_usual for one in changes) else []
    powers = _WHOLE_POWERS if any(one.name in WHOLE for one in changes) else _POWERS
    room = min(one.room for one in changes)
    if room < powers[-1]:
        powers = [power for power in powers if power < room] + [room]
    return usual, [[one.by(power) for one in changes] for power in powers]


class _Direction:
    """A parameter that is to become larger, or smaller."""

    def __init__(self, reservoir, key, up):
        self.key, self.name, self.up = key, last(key), up
        self.before = reservoir.get_params(deep=True)[key]
        self.value, self.usual = present(reservoir, key), usual(reservoir, key)

    @property
    def is_open(self):
        """Whether it has a value that can be changed this way."""
        return self.value is not None and (self.up or not _is_zero(self.value)) and self.room > 0

    @property
    def room(self):
        """How far it can go, in powers of 2."""
        if not self.up or self.name not in MOST or _is_zero(self.value):
            return np.inf
        return log2(MOST[self.name] / np.min(self.value))

    @property
    def has_usual(self):
        """Whether it has a default on this side of its value."""
        if is_array(self.value) or self.usual is None:
            return False
        most, now = np.max(self.usual), np.max(self.value)
        return most > now if self.up else most < now

    def to_usual(self):
        """Return the change to the default."""
        factor = None if np.ndim(self.usual) or np.ndim(self.value) or not self.value else self.usual / self.value
        return self._change(factor, self.usual)

    def by(self, power):
        """Return the change by a power of 2, from the default or 1 if the present value is 0."""
        factor = 2.0 ** (power if self.up else -power)
        if _is_zero(self.value):
            return self._change(None, scaled(self.name, self.usual or 1.0, factor))
        return self._change(factor, scaled(self.name, self.value, factor))

    def _change(self, factor, value):
        return Change(self.key, "raise" if self.up else "lower", factor, value, self.before)


def _is_zero(value):
    return value.nnz == 0 if hasattr(value, "nnz") else not np.any(value)


def _is_standard(reservoir, X):
    rows = np.delete(np.asarray(X, dtype=np.float64), elapsed_index(reservoir) or [], axis=1)
    mean, deviation = rows.mean(axis=0), rows.std(axis=0)
    varies = deviation > 0
    wide = (deviation > _STANDARD) | (deviation < 1 / _STANDARD)
    return not np.any((np.abs(mean) > _STANDARD) | wide & varies)


def _told_by_health(reservoir, X):
    """Return the change that the health of spiking units advises, or None."""
    rows = read_one_series(reservoir, X)
    for prefix, liquid, heard in _spiking_layers(reservoir, rows, ""):
        probe = Probe(liquid, [heard], enough=np.inf)
        ailment = find_ailment(probe)
        if ailment is not None:
            _, name, factor = find_remedy(probe, ailment)
            if factor is None:
                return None
            value = reservoir.get_params(deep=True)[prefix + name]
            how = "raise" if factor > 1 else "lower"
            return None if _is_zero(value) else Change(prefix + name, how, factor, scaled(name, value, factor), value)
    return None


def _spiking_layers(reservoir, rows, prefix):
    if isinstance(reservoir, LIFLiquid):
        yield prefix, reservoir, rows
    if hasattr(reservoir, "layers_"):
        for number, (layer, heard, *_) in enumerate(reservoir._run_layers(rows, reservoir._rest()), start=1):
            yield from _spiking_layers(layer, heard, f"{prefix}layer{number}__")
