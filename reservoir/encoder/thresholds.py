"""The levels of every unit that its states are compared with: quantiles of a random sample of the training states."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.utils.random import sample_without_replacement

from readouts.types import Array
from reservoir.base import BaseReservoir
from reservoir.driving.pieces import ROWS_AT_ONCE

# The share of all states below a threshold differs from that of so many by .007 at most, one time in three.
N_SAMPLED = 4096


def unit_quantiles(
    reservoir: BaseReservoir,
    series: Sequence[Any],
    quantiles: Array | int,
    random_state: np.random.RandomState,
    n_jobs: int | None = None,
) -> Array:
    """Return quantiles of every unit's states over the rows of all series, each driven from rest.

    The quantile of share q is the smallest state such that at least q of all are at or below it. Of more than
    `N_SAMPLED` rows, so many are drawn without replacement; no other states are kept.

    Parameters
    ----------
    reservoir : fitted reservoir
    series : sequence of series as `BaseReservoir.drive` takes them
    quantiles : array (n_quantiles,) of numbers between 0 and 1, or int
        A number is of shares of its own for every unit, see `spread_shares`.
    random_state : RandomState
    n_jobs : int or None, default=None

    Returns
    -------
    array (n_quantiles, n_units), in the precision of the reservoir

    References
    ----------
    R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages", The American Statistician 50:361, 1996,
    definition 1.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.encoder.thresholds import unit_quantiles
    >>> copy = EchoStateReservoir(
    ...     recurrent_weights=[[0.0]], input_weights=[[1.0]], bias=0.0, leak_rate=1.0, activation="identity"
    ... ).fit([[0.0]])
    >>> series = [np.arange(6.0)[:, None], np.arange(6.0, 10.0)[:, None]]
    >>> unit_quantiles(copy, series, np.array([0.25, 0.5]), np.random.RandomState(0)).tolist()
    [[2.0], [4.0]]
    """
    states = _sampled_states(reservoir, series, random_state, n_jobs)
    ordered = np.sort(np.ascontiguousarray(states.T), axis=1)
    shares = spread_shares(quantiles, len(ordered)) if isinstance(quantiles, int) else np.asarray(quantiles)[:, None]
    # The margin keeps a product such as .07 * 100, which is just above 7, from being taken for more than 7.
    places = np.ceil(shares * len(states) * (1 - 1e-12)).astype(int) - 1
    return np.ascontiguousarray(ordered[np.arange(len(ordered)), places.clip(min=0)])


def spread_shares(n_shares: int, n_units: int) -> Array:
    """Return shares for every unit, (n_shares, n_units), which together fill the interval from 0 to 1 evenly.

    They are the fractional parts of k (1 + sqrt(5)) / 2 for k = 1, 2, ..., unit by unit.

    References
    ----------
    A. Dempster, D. F. Schmidt and G. I. Webb, "MiniRocket", KDD 2021, section 3.1, spreads its quantiles likewise.

    Examples
    --------
    >>> from reservoir.encoder.thresholds import spread_shares
    >>> spread_shares(2, 3).round(2).tolist()
    [[0.62, 0.85, 0.09], [0.24, 0.47, 0.71]]
    """
    numbers = np.arange(1, n_shares * n_units + 1).reshape(n_units, n_shares).T
    return numbers * ((1 + 5**0.5) / 2) % 1


def _sampled_states(reservoir, series, random_state, n_jobs):
    """Return the states of all rows, or of those drawn; a series of which none is drawn is not driven."""
    ends = np.cumsum([len(x) for x in series])
    rows = _draw_rows(int(ends[-1]), random_state)
    owners, firsts = np.unique(np.searchsorted(ends, rows, side="right"), return_index=True)
    driven = [series[owner] for owner in owners]
    parts = np.split(rows, firsts[1:])
    wanted = [part - end + len(x) for part, end, x in zip(parts, ends[owners], driven, strict=True)]

    found = reservoir.drive_many(driven, _Sampling(wanted), n_rows=ROWS_AT_ONCE, n_jobs=n_jobs)
    return np.concatenate([part for parts in found for part in parts]).astype(reservoir.dtype_, copy=False)


class _Sampling:
    """A ``fold`` that keeps the states of the wanted rows of every series."""

    def __init__(self, wanted):
        self._wanted = wanted

    def __call__(self, number, collected, piece):
        own = self._wanted[number] - piece.start
        return [*(collected or ()), piece.states[own[(own >= 0) & (own < len(piece.states))]]]

    def in_lanes(self, lengths):
        return _SamplingInLanes(self._wanted, len(lengths))


class _SamplingInLanes:
    """A `driving.lanes.Pool` that does so."""

    def __init__(self, wanted, n_series):
        self._wanted, self._n_series = wanted, n_series
        self._found = []

    def add(self, block):
        if block.start == 0:
            own = [self._wanted[number] for number in block.numbers]
            lanes = np.repeat(np.arange(len(own)), [len(rows) for rows in own])
            rows = np.concatenate(own)
            order = np.argsort(rows, kind="stable")
            self._rows, self._lanes = rows[order], lanes[order]
        here = slice(*np.searchsorted(self._rows, [block.start, block.start + len(block.states)]))
        self._found.append(block.states[self._rows[here] - block.start, :, self._lanes[here]])

    def results(self):
        found = np.concatenate(self._found)
        return [[found[self._lanes == lane]] for lane in range(self._n_series)]


def _draw_rows(n_rows, random_state):
    if n_rows <= N_SAMPLED:
        return np.arange(n_rows)
    return np.sort(sample_without_replacement(n_rows, N_SAMPLED, random_state=random_state))
