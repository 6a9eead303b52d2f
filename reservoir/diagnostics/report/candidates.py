"""Changes that may mend a condition, in the order in which they are worth trying."""

from math import log2

import numpy as np

from reservoir.diagnostics.input_kind import takes_spikes
from reservoir.diagnostics.one_series import read_one_series
from reservoir.diagnostics.report.change import Change
from reservoir.diagnostics.report.parameters import (
    MOST,
    ROLES,
    WHOLE,
    fitted_parameters,
    is_array,
    keys_of,
    last,
    origin_of,
    present,
    scaled,
    usual,
)
from reservoir.spiking import SpikingLiquid
from reservoir.spiking.health import find_remedy, look_over

# Factors that are tried, as powers of 2, from mild to strong. Their steps grow, because healthy values cover about two
# decades. Delays, which are whole numbers, grow by a factor of 8 at most, because the number of products grows faster.
_POWERS, _WHOLE_POWERS = (1, 2, 3, 5, 7, 10, 14, 20, 28), (1, 2, 3)
# A column counts as standardized if its mean is below this number, and its deviation within this factor of 1.
_STANDARD = 2.0


def single_changes(condition, reservoir, X):
    """Yield changes that need no search: what health advises, defaults, and the standardized series.

    Parameters
    ----------
    condition : Condition
    reservoir : fitted reservoir
    X : 2-D array (n_steps, n_features)

    Yields
    ------
    list of one list of Change
        To be made together.

    Examples
    --------
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics.report.candidates import single_changes
    >>> from reservoir.diagnostics.report.verdict import CONDITIONS
    >>> slow = next(one for one in CONDITIONS if one.verdict == "slow")
    >>> [[changes]] = single_changes(slow, EchoStateReservoir(leak_rate=0.01).fit([[0.0]]), [[0.0]])
    >>> print(*changes)
    raise 'leak_rate' from 0.01 to 0.3
    """
    yield from ([[change]] for change in _advised_by_health(reservoir, X))
    for how, what in map(str.split, condition.remedies):
        if what in ROLES:
            groups = _directions(reservoir, how, what)
            yield from ([[one.to_usual() for one in group]] for group in groups if all(one.has_usual for one in group))
        elif how == "standardize" and not takes_spikes(reservoir) and not _is_standard(reservoir, X):
            yield [[Change("X", how, None)]]


def every_default(reservoir, X):
    """Return the changes of everything that is away from its default, the series among it.

    Parameters
    ----------
    reservoir : fitted reservoir
    X : 2-D array (n_steps, n_features)

    Returns
    -------
    list of Change
        To be made together.

    Examples
    --------
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics.report.candidates import every_default
    >>> odd = EchoStateReservoir(spectral_radius=5.0, leak_rate=0.01, bias=7.0).fit([[0.0]])
    >>> print(*every_default(odd, [[0.0]]), sep=", ")
    lower 'spectral_radius' from 5 to 0.9, raise 'leak_rate' from 0.01 to 0.3
    """
    directions = [_Direction(reservoir, key, up) for role in ROLES for key in keys_of(reservoir, role) for up in (0, 1)]
    series = [] if takes_spikes(reservoir) or _is_standard(reservoir, X) else [Change("X", "standardize", None)]
    return [one.to_usual() for one in directions if one.has_usual] + series


def scaled_changes(condition, reservoir):
    """Yield changes by factors.

    Parameters
    ----------
    condition : Condition
    reservoir : fitted reservoir

    Yields
    ------
    list of lists of Change
        From mild to strong; those of a list are to be made together.

    Examples
    --------
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics.report.candidates import scaled_changes
    >>> from reservoir.diagnostics.report.verdict import CONDITIONS
    >>> slow = next(one for one in CONDITIONS if one.verdict == "slow")
    >>> scale, *_ = scaled_changes(slow, EchoStateReservoir(leak_rate=0.1).fit([[0.0]]))
    >>> [changes[0].value for changes in scale]
    [0.2, 0.4, 0.8, 1.0]
    """
    for how, what in map(str.split, condition.remedies):
        if what in ROLES:
            for group in _directions(reservoir, how, what):
                if all(one.is_open for one in group):
                    yield [[one.by(power) for one in group] for power in _powers(group)]
        elif how != "standardize" and not takes_spikes(reservoir):
            yield [[Change("X", how, 2.0 ** (power if how == "raise" else -power))] for power in _POWERS]


class _Direction:
    """A parameter that is to become larger, or smaller."""

    def __init__(self, reservoir, key, up):
        self.key, self.name, self.up = key, last(key), up
        self.before = fitted_parameters(reservoir)[key]
        self.value, self.usual = present(reservoir, key), usual(reservoir, key)
        self.origin = origin_of(reservoir, key)

    @property
    def is_open(self):
        """Whether it has a value that can be changed this way."""
        movable = self.up or self.origin != 0 or not _is_zero(self.value)
        return self.value is not None and movable and self.span > 0

    @property
    def span(self):
        """How far it can go, in powers of 2."""
        if not self.up or self.name not in MOST or _is_zero(self.value):
            return np.inf
        return log2(MOST[self.name] / np.min(self.value))

    @property
    def has_usual(self):
        """Whether it has a default on this side of its value."""
        if self.before is None or is_array(self.value) or self.usual is None:
            return False
        most, now = np.max(self.usual), np.max(self.value)
        return most > now if self.up else most < now

    def to_usual(self):
        """Return the change to the default."""
        both_numbers = np.ndim(self.usual) == np.ndim(self.value) == 0
        return self._change(self.usual / self.value if both_numbers and self.value else None, self.usual)

    def by(self, power):
        """Return the change by a power of 2, from the default or 1 if the present value is 0."""
        factor = 2.0 ** (power if self.up else -power)
        if self.origin != 0:
            return self._change(None, scaled(self.name, self.value, factor, self.origin))
        if _is_zero(self.value):
            return self._change(None, scaled(self.name, self.usual or 1.0, factor))
        return self._change(factor, scaled(self.name, self.value, factor))

    def _change(self, factor, value):
        return Change(self.key, "raise" if self.up else "lower", factor, value, self.before)


def _directions(reservoir, how, role):
    """Return groups of parameters that do the same, to be changed together: each by itself, then one of every layer."""
    keys = keys_of(reservoir, role)
    of_layers = list({key.removesuffix(last(key)): key for key in reversed(keys)}.values())[::-1]
    groups = [[key] for key in keys] + ([of_layers] if len(of_layers) > 1 else [])
    more = how == "raise"
    return [[_Direction(reservoir, key, more == (ROLES[role][last(key)] > 0)) for key in group] for group in groups]


def _powers(group):
    """Return the powers of 2 by which parameters can be changed together."""
    powers = _WHOLE_POWERS if any(one.name in WHOLE for one in group) else _POWERS
    span = min(one.span for one in group)
    return powers if span >= powers[-1] else [power for power in powers if power < span] + [span]


def _is_zero(value):
    return value.nnz == 0 if hasattr(value, "nnz") else not np.any(value)


def _is_standard(reservoir, X):
    elapsed = reservoir.elapsed_column_
    rows = read_one_series(reservoir, X).astype(np.float64)
    rows = np.delete(rows, [] if elapsed is None else [elapsed], axis=1)
    mean, deviation = rows.mean(axis=0), rows.std(axis=0)
    wide = (deviation > _STANDARD) | (deviation < 1 / _STANDARD)
    return not np.any((np.abs(mean) > _STANDARD) | wide & (deviation > 0))


def _advised_by_health(reservoir, X):
    """Return the change that the health of spiking units advises, in a list that is empty if there is none."""
    for part in reservoir.parts(read_one_series(reservoir, X)):
        found = look_over(part.reservoir, part.X) if isinstance(part.reservoir, SpikingLiquid) else None
        if found is not None:
            _, name, factor = find_remedy(*found)
            value = fitted_parameters(reservoir).get(f"{part.name}{name}")
            if factor is None or _is_zero(value):
                return []
            how = "raise" if factor > 1 else "lower"
            return [Change(f"{part.name}{name}", how, factor, scaled(name, value, factor), value)]
    return []
