"""How the row index of a pandas table goes on: read from its labels, without keeping them."""

import sys
import warnings
from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from reservoir.series.plain_index import PlainStateMixin

# Steps between floating-point labels are equal if they differ by less than this part of a step.
TOLERANCE = 1e-6

# A frequency is compared with so many of the last labels.
MOST_LABELS = 1000

IN_ORDER = "Sort the rows in order of time, by X.sort_index()"
REGULAR = (
    "Bring them to a regular step, by X.asfreq(...) or X.resample(...) with reservoir.ForwardFill() for the gaps; or "
    "number the rows, by X.reset_index(drop=True)"
)
AS_DATES = (
    "Make dates of the labels, by X.index = pd.to_datetime(X.index), or number the rows, by X.reset_index(drop=True)"
)
TOO_FEW = "has too few labels to tell their step"


@dataclass(frozen=True)
class IndexRule(PlainStateMixin):
    """The last label of an index, and the step from each label to the next.

    Parameters
    ----------
    last : pandas Index of one label
        With the name, type and time zone of all.
    step : number, Timedelta, offset or None
        None if there is no regular step.
    trouble, mend : str
        Why there is no step, and what to do about it.
    outer : tuple or None, default=None
        The labels of the levels before the last of a MultiIndex, which say which of several series this is.
    outer_names : tuple, default=()

    Examples
    --------
    >>> import pandas as pd
    >>> from reservoir.series.index_rule import index_rule
    >>> rule = index_rule(pd.to_datetime(["2024-01-31", "2024-02-29", "2024-03-31"]))
    >>> rule.following(2).strftime("%F").tolist()
    ['2024-04-30', '2024-05-31']
    """

    last: Any
    step: Any
    trouble: str = ""
    mend: str = ""
    outer: tuple[Hashable, ...] | None = None
    outer_names: tuple[Hashable, ...] = ()

    def following(self, n_labels: int) -> Any:
        """Return the index of the ``n_labels`` rows that follow; of a rule without a step, their numbers from 0."""
        pd = sys.modules["pandas"]
        following = pd.RangeIndex(n_labels, name=self.last.name)
        if self.step is not None:
            following = _following(pd, self.last, self.step, n_labels)
        if self.outer is None:
            return following
        levels = [[label] * n_labels for label in self.outer]
        return pd.MultiIndex.from_arrays([*levels, following], names=[*self.outer_names, self.last.name])

    def with_step_of(self, other: "IndexRule | None") -> "IndexRule":
        """Return this rule, or if it has too few labels to tell a step, one with the step of another."""
        if other is None or self.trouble != TOO_FEW or type(self.last) is not type(other.last):
            return self
        return replace(self, step=other.step, trouble=other.trouble, mend=other.mend)


def index_rule(index: Any) -> IndexRule:
    """Return the `IndexRule` of a pandas index.

    Whole numbers, dates, durations and periods go on by the step between them, dates also by what `pandas.infer_freq`
    finds in them, such as month ends, business days, and days across a change of the clock.
    """
    outer, names = None, ()
    if index.nlevels > 1:
        outer, names = tuple(index[-1][:-1]), tuple(index.names[:-1])
        index = index.get_level_values(-1)
    # A slice would keep the whole index in memory.
    step, trouble, mend = _find_step(index)
    return IndexRule(index.take([len(index) - 1]), step, trouble, mend, outer, names)


def _find_step(index):
    """Return the step of an index; or None, why there is none, and what to do about it."""
    pd = sys.modules["pandas"]
    if isinstance(index, pd.RangeIndex):
        return index.step, "", ""
    if index.hasnans:
        return None, "has missing labels", REGULAR
    if not index.is_unique:
        return None, "has labels that repeat", REGULAR
    if isinstance(index, pd.DatetimeIndex | pd.TimedeltaIndex | pd.PeriodIndex):
        if not index.is_monotonic_increasing:
            return None, "is not in order of time", IN_ORDER
        step = _find_step_of_times(pd, index)
    elif index.dtype.kind in "iuf":
        step = _find_step_of_numbers(index)
    else:
        return None, f"has labels of type {index.inferred_type}, which have no next one", AS_DATES
    if step is not None:
        return step, "", ""
    least = 3 if isinstance(index, pd.DatetimeIndex) else 2
    return None, TOO_FEW if len(index) < least else "has no regular step", REGULAR


def _find_step_of_times(pd, index):
    if isinstance(index, pd.PeriodIndex):
        steps = np.unique(np.diff(index.asi8))
        multiple = index.freq.n
        return int(steps[0]) // multiple if len(steps) == 1 and steps[0] % multiple == 0 else None
    if index.freq is not None:
        return index.freq
    if isinstance(index, pd.DatetimeIndex):
        if len(index) < 3:  # 29 days may be a month
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a text that will be an offset one day; both are understood here
            frequency = pd.infer_freq(index)
        step = pd.tseries.frequencies.to_offset(frequency)
        if step is not None and _goes_by(pd, index[-MOST_LABELS:], step):
            return step
    return index[1] - index[0] if len(np.unique(np.diff(index.asi8))) == 1 else None


def _goes_by(pd, index, step):
    """Whether each label leads to the next: pandas finds business hours in days of eight hours, weekends included."""
    return _following_dates(pd, index[:1], step, len(index) - 1).equals(index[1:])


def _find_step_of_numbers(index):
    real = index.dtype.kind == "f"
    values = index.to_numpy(dtype=np.float64 if real else np.int64)
    if len(values) < 2 or not np.isfinite(values).all():
        return None
    step = (values[-1] - values[0]) / (len(values) - 1) if real else int(values[1] - values[0])
    return step if (np.abs(np.diff(values) - step) <= real * TOLERANCE * abs(step)).all() else None


def _following(pd, last, step, n_labels):
    if isinstance(last, pd.DatetimeIndex):
        return _following_dates(pd, last, step, n_labels)
    if isinstance(last, pd.TimedeltaIndex):
        return pd.timedelta_range(last[0], periods=n_labels + 1, freq=step, name=last.name, unit=last.unit)[1:]
    if isinstance(last, pd.PeriodIndex):
        every = pd.period_range(last[0], periods=n_labels * step + 1, freq=last.freq, name=last.name)
        return every[step::step]
    if isinstance(last, pd.RangeIndex):
        return pd.RangeIndex(last[0] + step, last[0] + step * (n_labels + 1), step, name=last.name)
    labels = last.to_numpy()[0] + step * np.arange(1, n_labels + 1)
    return pd.Index(labels, dtype=last.dtype, name=last.name)


def _following_dates(pd, last, step, n_labels):
    options = {"periods": n_labels + 1, "freq": step, "name": last.name, "unit": last.unit}
    try:
        return pd.date_range(last[0], **options)[1:]
    except Exception:  # which one depends on the versions of pandas and of what knows the time zones
        if last.tz is None:
            raise
    # A time of day that is skipped or repeated where clocks change: it is then the next one, or the first of both.
    local = pd.date_range(last[0].tz_localize(None), **options)[1:]
    return local.tz_localize(last.tz, nonexistent="shift_forward", ambiguous=np.ones(n_labels, dtype=bool))
